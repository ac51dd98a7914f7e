"""A buyer of the demo stores talks to the actions; no Rasa, no network, a frozen clock."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.services import Services
from aftersales.orders import BuyerIdentity, Order, OrdersUnavailable
from aftersales.orders.demo import load_demo_orders
from aftersales.orders.memory import MemoryOrders
from aftersales.stores import StoreDirectory

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=8)))
STORES = StoreDirectory(ROOT / "stores", ROOT / "rules")
SERVICES = Services(STORES, MemoryOrders(load_demo_orders(ROOT / "stores", NOW)))

#: Buyers of the demo: the file says what each is there for.
LIN, ZHAO, WANG, CHEN = "u1001", "u1002", "u1003", "u1004"
JD, TMALL, OWN = "jd-digital", "tmall-fashion", "own-food"


class BrokenOrders:
    """An order system that is down."""

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        raise OrdersUnavailable("order system: status 503")

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        raise OrdersUnavailable("order system: status 503")


BROKEN = Services(STORES, BrokenOrders())


class Said:
    """What came out of an action."""

    def __init__(self, messages: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
        self.messages, self.events = messages, events

    @property
    def responses(self) -> list[str]:
        """The names of the responses, in order."""
        return [message["response"] for message in self.messages]

    @property
    def response(self) -> str:
        """The only response."""
        (one,) = self.responses
        return one

    @property
    def values(self) -> Mapping[str, Any]:
        """The values of the last message."""
        return self.messages[-1]

    @property
    def choices(self) -> list[str]:
        """The titles of the last message's choices."""
        return [button["title"] for button in self.messages[-1].get("buttons") or []]

    @property
    def payloads(self) -> list[str]:
        """Their payloads."""
        return [button["payload"] for button in self.messages[-1].get("buttons") or []]

    @property
    def slots(self) -> dict[str, Any]:
        """The slots set, the last value of each."""
        return {event["name"]: event["value"] for event in self.events if event["event"] == "slot"}

    @property
    def opened_form(self) -> bool:
        """Whether the case form was started."""
        return any(event["event"] == "active_loop" and event["name"] == "case_form" for event in self.events)


def tracker(
    intent: str,
    text: str = "",
    *,
    buyer: str | None = LIN,
    store: str = JD,
    slots: Mapping[str, Any] | None = None,
    confidence: float = 0.9,
    form: bool = False,
    events: list[dict[str, Any]] | None = None,
    ranking: list[str] | None = None,
    **entities: str,
) -> Tracker:
    """A tracker at the moment ``buyer`` (``None``: a guest) has said ``text``, read as ``intent`` with ``entities``."""
    return Tracker(
        sender_id="c_1",
        slots=dict(slots or {}),
        latest_message={
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": name, "confidence": 0.3} for name in ranking or []],
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "metadata": {
                "store": store,
                "buyer": {"id": buyer or "guest-1", "name": "买家", "guest": buyer is None},
                "now": NOW.isoformat(),
            },
        },
        events=events or [],
        paused=False,
        followup_action=None,
        active_loop={"name": "case_form"} if form else {},
        latest_action_name="action_listen",
    )


def run(action: Action, asked: Tracker) -> Said:
    """Run an action on a tracker."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, asked, {}))
    return Said(dispatcher.messages, events)
