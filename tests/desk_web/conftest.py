"""One migrated database for the session, one running desk a test, and a watch on what it logs."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
import structlog

from desk.database import migrate
from desk.web.logs import configure

from .world import World, running


@pytest.fixture(autouse=True)
def logs() -> Iterator[io.StringIO]:
    """Everything that the test makes the desk log. No test may make it log a token or a word that somebody wrote."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("DEBUG", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()
    text = stream.getvalue()
    assert "eyJ" not in text, "a token was logged"
    assert not [character for character in text if "\u4e00" <= character <= "\u9fff"], "a person's words were logged"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("template") / "desk.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    return path


@pytest_asyncio.fixture
async def world(tmp_path: Path, template: Path) -> AsyncIterator[World]:
    """A running desk with demo data."""
    async with running(tmp_path, template) as made:
        yield made
