"""Who is talking, in which store, and when: what the desk vouches for in a turn's metadata."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict

from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.stores import Store
from bot import composition


def metadata_of(tracker: DialogueStateTracker) -> Dict[str, Any]:
    """The metadata of the buyer's latest message; empty outside the desk channel (``rasa shell``)."""
    message = tracker.latest_message
    return dict(message.metadata or {}) if message is not None else {}


def store_of(tracker: DialogueStateTracker) -> str:
    """The id of the store the conversation belongs to; the first store outside the desk channel."""
    store = metadata_of(tracker).get("store")
    return str(store) if store else next(iter(composition.stores().current()))


def terms_of(tracker: DialogueStateTracker) -> Store:
    """The store by the terms in force at the moment of the turn, which is the moment the actions go by as well."""
    said_at = metadata_of(tracker).get("now")
    if not said_at:
        return composition.stores().current()[store_of(tracker)]
    return composition.stores().versions()[store_of(tracker)].current(datetime.fromisoformat(str(said_at)))
