"""Fresh, migrated databases for tests: SQLite files, and a PostgreSQL cluster of our own that lives in a folder."""

from __future__ import annotations

import asyncio
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from desk.database import migrate
from desk.schema import metadata

KINDS = ("sqlite", "postgresql")


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = itertools.count()
        self._template = folder / "template.db"
        asyncio.run(migrate(self.address(self._template)))

    @staticmethod
    def address(path: Path) -> str:
        return f"sqlite:///{path}"

    def fresh(self) -> str:
        """The address of a database with the schema and no rows."""
        path = self._folder / f"desk{next(self._number)}.db"
        shutil.copyfile(self._template, path)
        return self.address(path)

    def empty(self) -> str:
        """The address of a database without a schema."""
        return self.address(self._folder / f"empty{next(self._number)}.db")

    def close(self) -> None:
        """Nothing runs; the folder belongs to pytest."""


class PostgresCluster:
    """A private cluster that listens on a socket in its own folder; fsync is off, so it is for tests only."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not found:
            raise RuntimeError(
                "/usr/lib/postgresql: no server found. Install the package postgresql to run these tests"
            )
        self._bin = found[-1]
        self._number = itertools.count()
        self._home = Path(tempfile.mkdtemp(prefix="desk-pg-"))
        # The server refuses to run as root.
        self._as: list[str] = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self._home, user.pw_uid, user.pw_gid)
            self._as = ["runuser", "-u", "postgres", "--"]
        data = str(self._home / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        options = f"-k {self._home} -h '' -F -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        self._run("pg_ctl", "-D", data, "-o", options, "-l", str(self._home / "log"), "-w", "start")
        self._create("desk")
        asyncio.run(migrate(self.address("desk")))

    def address(self, name: str) -> str:
        return f"postgresql+asyncpg://postgres@/{name}?host={self._home}"

    def fresh(self) -> str:
        """The address of a database with the schema and no rows; the one given out before is emptied for it."""
        # Making a database copies some three hundred files; emptying one does not.
        tables = ", ".join(table.name for table in metadata.sorted_tables)
        statement = f"TRUNCATE {tables} RESTART IDENTITY CASCADE"
        self._run("psql", "-h", str(self._home), "-U", "postgres", "-d", "desk", "-q", "-c", statement)
        return self.address("desk")

    def empty(self) -> str:
        """The address of a database without a schema."""
        name = f"empty{next(self._number)}"
        self._create(name)
        return self.address(name)

    def close(self) -> None:
        """Stop the server and remove its folder."""
        self._run("pg_ctl", "-D", str(self._home / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self._home)

    def _create(self, name: str) -> None:
        self._run("createdb", "-h", str(self._home), "-U", "postgres", name)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as, str(self._bin / program), *arguments],
            cwd=self._home,
            stdin=subprocess.DEVNULL,
            # To a file, not a pipe: the server inherits it and would keep a pipe open for ever.
            stdout=(output := (self._home / "output").open("ab")),
            stderr=output,
            check=False,
        )
        output.close()
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{(self._home / 'output').read_text()}")
