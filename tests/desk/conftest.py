"""Fixtures of the desk's tests: every test that asks for ``shop`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from deskkit.databases import KINDS, PostgresCluster, SqliteFiles
from deskkit.shop import Shop

Databases = SqliteFiles | PostgresCluster


@pytest.fixture(scope="session")
def every_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Databases]]:
    made: dict[str, Databases] = {}
    try:
        made["sqlite"] = SqliteFiles(tmp_path_factory.mktemp("sqlite"))
        made["postgresql"] = PostgresCluster()
        yield made
    finally:
        for one in made.values():
            one.close()


@pytest.fixture(params=KINDS)
def databases(request: pytest.FixtureRequest, every_database: dict[str, Databases]) -> Databases:
    return every_database[request.param]


@pytest_asyncio.fixture
async def shop(databases: Databases) -> AsyncIterator[Shop]:
    shop = await Shop(databases.fresh()).open()
    try:
        yield shop
    finally:
        await shop.close()
