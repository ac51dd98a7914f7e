"""The desk's database: transactions that write, statements that read, and its schema brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, TimeoutError

from desk.dialects import Adapter, make_adapter
from desk.errors import Conflict, Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"

T = TypeVar("T")


class Database:
    """Runs work on a connection. The work may run in another thread: it touches nothing but what it was given.

    A database that cannot be reached raises :class:`desk.errors.Unavailable`.
    """

    def __init__(self, adapter: Adapter) -> None:
        self._adapter = adapter

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction: committed when it returns, undone when it raises.

        Raises Conflict when the schema refuses what was written.
        """
        try:
            return await self._adapter.write(work)
        except IntegrityError as error:
            raise Conflict from error
        except (DBAPIError, TimeoutError, OSError) as error:
            raise Unavailable from error

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, whose statements only read; each sees the newest commit."""
        try:
            return await self._adapter.read(work)
        except (DBAPIError, TimeoutError, OSError) as error:
            raise Unavailable from error

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; desks that start together do it once."""
        await self._adapter.write(self._upgrade)

    async def close(self) -> None:
        """Close every connection, after the work under way."""
        await self._adapter.close()

    def _upgrade(self, connection: Connection) -> None:
        self._adapter.lock_schema(connection)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def connect(url: str, *, connections: int = 8) -> Database:
    """Return the database at ``url`` with at most ``connections`` connections; the first use connects.

    Raises ConfigurationError for an address the desk cannot use.
    """
    return Database(make_adapter(url, connections=connections))


async def migrate(url: str) -> None:
    """Bring the schema of the database at ``url`` to the newest revision."""
    database = connect(url, connections=2)
    try:
        await database.migrate()
    finally:
        await database.close()
