"""The compliance door for tests: the project's own patterns and stores, without the trained part or with one to script."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from pathlib import Path

from aftersales.door import Door, load_door
from aftersales.door.reader import Opinion, Reader
from aftersales.door.text import Reply, Span
from aftersales.rules import Rule, load_catalogue
from aftersales.stores import Store, load_stores
from desk.door import StoreDoor

ROOT = Path(__file__).parents[3]
RULES = ROOT / "rules"


@lru_cache(maxsize=1)
def stores() -> Mapping[str, Store]:
    """The demo stores, and the tests' own shop under the terms of one of them."""
    found = load_stores(ROOT / "stores", RULES)
    return {**found, "own-shop": found["own-food"]}


@lru_cache(maxsize=1)
def _built() -> Door:
    # Reading the door's files takes seconds.
    return load_door(RULES, None)


def the_door() -> StoreDoor:
    """The door without its trained part."""
    return StoreDoor(_built(), stores)


@lru_cache(maxsize=1)
def the_rules() -> Mapping[str, Rule]:
    """The project's own catalogue."""
    return load_catalogue(RULES / "catalogue")


class ScriptedReader(Reader):
    """Believes what a test tells it of a text: the kind, and whether it must be stopped."""

    def __init__(self, opinions: Mapping[str, tuple[str, bool]]) -> None:
        self._opinions = opinions

    def read(self, reply: Reply) -> Opinion | None:
        """See :meth:`aftersales.door.reader.Reader.read`."""
        told = self._opinions.get(reply.folded.original)
        if told is None:
            return None
        kind, stop = told
        return Opinion(0.95, 0.95 if stop else 0.05, {kind: (4.0, Span(0, len(reply.text)))})


def door_that_reads(opinions: Mapping[str, tuple[str, bool]]) -> StoreDoor:
    """The door with a trained part that has these opinions."""
    door = copy(_built())
    door._reader = ScriptedReader(opinions)
    return StoreDoor(door, stores)
