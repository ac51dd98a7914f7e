"""Everything that differs between SQLite and PostgreSQL. Nobody else asks which one it is.

Work on the database is a plain function of a connection, so the same function runs on both. SQLite runs it in a thread:
one hop for a whole transaction, where a driver that hops for every call (aiosqlite) costs more than the work itself.
SQLite has one writer, which takes the lock when its transaction begins; the other connections only read.
PostgreSQL runs it on asyncpg and locks rows: ``SELECT … FOR UPDATE``, which SQLAlchemy leaves out on SQLite.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from aftersales.errors import ConfigurationError

T = TypeVar("T")

#: Waiting for another process's write, in milliseconds, before the desk says that it cannot store.
BUSY_MILLISECONDS = 5000


class Adapter(Protocol):
    """Runs work on one kind of database. Errors are SQLAlchemy's."""

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction: committed when it returns, undone when it raises."""

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, whose statements only read; each sees the newest commit."""

    def lock_schema(self, connection: Connection) -> None:
        """Hold off others that migrate at the same moment, until this transaction ends."""

    async def close(self) -> None:
        """Close every connection."""


def make_adapter(address: str, *, connections: int) -> Adapter:
    """Return the adapter for ``address``, with at most ``connections`` connections; nothing connects yet.

    Raises ConfigurationError for an address that is neither ``sqlite:///FILE`` nor ``postgresql+asyncpg://…``.
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Sqlite(url, connections)
    if url.drivername == "postgresql+asyncpg":
        return Postgresql(url, connections)
    raise ConfigurationError(
        "environment",
        "AFTERSALES_DATABASE_URL",
        f"{url.render_as_string(hide_password=True)!r} is no database the desk can use",
        "Use sqlite:///FILE or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
    )


class Sqlite:
    """A SQLite file: a thread that writes, and a few that read."""

    def __init__(self, url: URL, connections: int) -> None:
        Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
        file = url.set(drivername="sqlite+pysqlite")
        readers = max(1, connections - 1)
        self._writer, self._write_thread = _sqlite_engine(file, 1), ThreadPoolExecutor(1, "desk-write")
        self._reader, self._read_threads = _sqlite_engine(file, readers), ThreadPoolExecutor(readers, "desk-read")
        # In WAL a commit that was acknowledged survives a power cut only with FULL; it costs one sync of the disk.
        _on_connect(self._writer, "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
        _on_connect(self._reader, "query_only = ON")

        @event.listens_for(self._writer, "begin")
        def begin_at_once(connection: Connection) -> None:
            # Straight to the driver: this is on the way of every message.
            connection.connection.cursor().execute("BEGIN IMMEDIATE").close()

    async def write(self, work: Callable[[Connection], T]) -> T:
        """See :meth:`Adapter.write`."""

        def run() -> T:
            with self._writer.begin() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._write_thread, run)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """See :meth:`Adapter.read`."""

        def run() -> T:
            with self._reader.connect() as connection:
                return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._read_threads, run)

    def lock_schema(self, connection: Connection) -> None:
        """The transaction of the writer already holds the only write lock."""

    async def close(self) -> None:
        """See :meth:`Adapter.close`."""
        for threads in (self._write_thread, self._read_threads):
            await asyncio.to_thread(threads.shutdown)
        self._writer.dispose()
        self._reader.dispose()


class Postgresql:
    """A PostgreSQL database through asyncpg."""

    def __init__(self, url: URL, connections: int) -> None:
        self._writer = create_async_engine(
            url, pool_size=connections, max_overflow=0, pool_timeout=30, skip_autocommit_rollback=True
        )
        self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")

    async def write(self, work: Callable[[Connection], T]) -> T:
        """See :meth:`Adapter.write`."""
        async with self._writer.begin() as connection:
            return await connection.run_sync(work)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """See :meth:`Adapter.read`."""
        async with self._reader.connect() as connection:
            return await connection.run_sync(work)

    def lock_schema(self, connection: Connection) -> None:
        """See :meth:`Adapter.lock_schema`."""
        connection.execute(text("SELECT pg_advisory_xact_lock(7235418809)"))

    async def close(self) -> None:
        """See :meth:`Adapter.close`."""
        await self._writer.dispose()


def _sqlite_engine(url: URL, connections: int) -> Engine:
    # Autocommit as SQLite sees it: the writer says BEGIN itself, the readers never do.
    return create_engine(
        url,
        pool_size=connections,
        max_overflow=0,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )


def _on_connect(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        for pragma in (f"busy_timeout = {BUSY_MILLISECONDS}", *pragmas):
            connection.execute(f"PRAGMA {pragma}").close()
