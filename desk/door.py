"""The compliance door as the desk uses it: by a store's id, and with what the desk knows of a buyer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from aftersales.door import Door, Speaker, Talk, Verdict
from aftersales.stores import Store
from desk.errors import NotFound

#: A number that somebody wrote: of an order, a waybill, a telephone. Shorter ones are amounts and dates.
_NUMBER = re.compile(r"(?<!\d)\d[\d -]{2,24}\d(?!\d)")


class StoreDoor:
    """``door``, asked by the ids of the stores that ``current`` names; an edited store file counts at once."""

    def __init__(self, door: Door, current: Callable[[], Mapping[str, Store]]) -> None:
        self._door, self._current = door, current

    def check(self, text: str, store_id: str, speaker: Speaker, talk: Talk, /) -> Verdict:
        """See :class:`desk.ports.Door`."""
        store = self._current().get(store_id)
        if store is None:
            raise NotFound(field="store")
        return self._door.check(text, store, speaker, talk)

    def title(self, kind: str, /) -> str:
        """See :class:`desk.ports.Door`."""
        return self._door.kinds[kind].title


def own_words(*texts: str | None) -> frozenset[str]:
    """Return what may be said back to the buyer whose ``texts`` these are: each text itself, and the numbers in it."""
    found: set[str] = set()
    for text in texts:
        if text:
            found |= {text, *(re.sub(r"\D", "", number) for number in _NUMBER.findall(text))}
    return frozenset(found)


def card_words(card: Mapping[str, Any]) -> list[str]:
    """Return what a ticket's card says of its buyer: the order number, and what was collected."""
    collected = card.get("collected")
    values = [card.get("order_number"), *(collected.values() if isinstance(collected, dict) else ())]
    return [value for value in values if isinstance(value, str)]
