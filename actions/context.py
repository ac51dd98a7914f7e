"""Who asks what, in which store, and when: the turn as the desk vouches for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Tracker

from actions.services import Services
from aftersales.orders import BuyerIdentity
from aftersales.stores import Store, StoreVersions

CASE_FORM = "case_form"


@dataclass(frozen=True)
class Turn:
    """One message of a buyer and what the conversation knows so far."""

    store: Store
    #: All terms of the store: an order is judged by those of its own day (actions/order_terms.py).
    versions: StoreVersions
    buyer: BuyerIdentity
    now: datetime
    text: str
    intent: str
    confidence: float
    #: ``(entity, value)`` of this message, in order.
    entities: tuple[tuple[str, str], ...]
    slots: Mapping[str, Any]
    #: The case form is asking for something.
    collecting: bool

    def entity(self, name: str) -> str | None:
        """The last value of an entity in this message: who corrects himself means the later one."""
        return next((value for entity, value in reversed(self.entities) if entity == name), None)

    @property
    def order_number(self) -> str | None:
        """The order the conversation is about, as far as anybody has said."""
        value = self.slots.get("order_number")
        return str(value) if value else None

    @property
    def topic(self) -> str | None:
        """The intent whose question is running."""
        value = self.slots.get("topic")
        return str(value) if value else None

    @property
    def offered(self) -> tuple[str, ...]:
        """Numbers of the orders offered last."""
        value = self.slots.get("offered_orders")
        return tuple(str(number) for number in value) if isinstance(value, list) else ()


def read_turn(tracker: Tracker, services: Services) -> Turn:
    """The turn in the tracker. Identity comes from the desk's metadata and from nowhere else.

    Without metadata (``rasa shell``) the turn belongs to a guest of the first store.
    """
    message = tracker.latest_message or {}
    metadata = message.get("metadata") or {}
    now = _moment(metadata.get("now"))
    stores = services.stores.versions()
    versions = stores.get(metadata.get("store") or "") or next(iter(stores.values()))
    store = versions.current(now)
    buyer = metadata.get("buyer") or {}
    guest = bool(buyer.get("guest")) or not buyer.get("id")
    intent = message.get("intent") or {}
    return Turn(
        store=store,
        versions=versions,
        buyer=BuyerIdentity(store.id, str(buyer.get("id") or "guest"), guest),
        now=now,
        text=str(message.get("text") or ""),
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities=tuple(
            (str(entity["entity"]), str(entity["value"]))
            for entity in message.get("entities") or ()
            if entity.get("value") is not None
        ),
        slots=tracker.slots,
        collecting=(tracker.active_loop or {}).get("name") == CASE_FORM,
    )


def _moment(value: Any) -> datetime:
    if not value:
        return datetime.now(timezone.utc)
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
