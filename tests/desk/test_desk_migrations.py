"""The migrations make exactly the schema that the code speaks of, on both databases."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from deskkit.databases import PostgresCluster, SqliteFiles
from sqlalchemy import Connection, text

from aftersales.errors import ConfigurationError
from desk.database import connect, migrate
from desk.schema import metadata

pytestmark = pytest.mark.asyncio


def describe(connection: Connection) -> set[tuple[Any, ...]]:
    """Every column, constraint and index, as the database itself words them."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL")
        )
        # Constraints may stand in another order: compare the parts of a table, not their sequence.
        return {
            (
                row.name,
                frozenset(re.sub(r"\s+", " ", part).strip(" ,") for part in re.split(r"\n|, (?=CONSTRAINT)", row.sql)),
            )
            for row in rows
        }
    queries = (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    )
    return {
        tuple(row) for query in queries for row in connection.execute(text(query)) if not row[0].startswith("alembic")
    }


async def test_migrations_make_the_schema(databases: SqliteFiles | PostgresCluster) -> None:
    migrated, made = connect(databases.fresh()), connect(databases.empty())
    try:
        await made.write(metadata.create_all)
        assert await migrated.read(describe) == await made.read(describe)
        assert len(await made.read(describe)) > 15
    finally:
        await migrated.close()
        await made.close()


async def test_desks_that_start_together_migrate_once(databases: SqliteFiles | PostgresCluster) -> None:
    url = databases.empty()
    await asyncio.gather(*(migrate(url) for _ in range(4)))
    await migrate(url)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://a/b", "postgresql://a:geheim@b/c"]
)
async def test_an_address_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(url)
    assert "AFTERSALES_DATABASE_URL" in str(caught.value) and "geheim" not in str(caught.value)
