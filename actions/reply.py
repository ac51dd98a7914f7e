"""What an action says and remembers, gathered first and uttered at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from aftersales.orders import Order, OrderState

Event = dict[str, Any]
Choice = dict[str, str]

#: How an order's state is called in a choice.
STATES = {
    OrderState.UNPAID: "待付款",
    OrderState.PAID: "待发货",
    OrderState.SHIPPED: "运输中",
    OrderState.STUCK: "物流异常",
    OrderState.SIGNED: "已签收",
    OrderState.SIGNED_NOT_RECEIVED: "签收核实中",
    OrderState.RETURNED: "退货中",
    OrderState.REFUNDING: "退款中",
    OrderState.REFUNDED: "已退款",
    OrderState.CANCELLED: "已取消",
    OrderState.CLOSED: "已关闭",
}
PERSON: Choice = {"title": "转人工", "payload": "/human_request"}
ANOTHER_ORDER: Choice = {"title": "换个订单", "payload": '/provide_info{"order_choice": "other"}'}
#: More than three choices are a list to read, not a choice.
MOST_CHOICES = 3


@dataclass(frozen=True)
class Say:
    """One response with the values for its placeholders."""

    response: str
    values: Mapping[str, str | bool] = field(default_factory=dict)
    choices: Sequence[Choice] = ()


@dataclass(frozen=True)
class Reply:
    """What to say, in order, and what to remember."""

    says: tuple[Say, ...] = ()
    events: tuple[Event, ...] = ()

    def also(self, *events: Event) -> Reply:
        """The same with more to remember."""
        return Reply(self.says, (*self.events, *events))


def with_choice(reply: Reply, choice: Choice) -> Reply:
    """The reply with one more choice, before the others, under its last line."""
    *before, last = reply.says
    return Reply((*before, Say(last.response, last.values, (choice, *last.choices))), reply.events)


def without_choices(reply: Reply) -> Reply:
    """The reply without choices: a form is about to ask something, and two questions at once get no answer."""
    return Reply(tuple(Say(say.response, say.values) for say in reply.says), reply.events)


def utter(dispatcher: CollectingDispatcher, reply: Reply) -> list[Event]:
    """Say the reply; returns the events for Rasa."""
    for say in reply.says:
        dispatcher.utter_message(
            response=say.response, buttons=[dict(one) for one in say.choices] or None, **say.values
        )
    return list(reply.events)


def order_choices(orders: Sequence[Order]) -> tuple[Choice, ...]:
    """Orders to choose from, by what the buyer knows about them."""
    return tuple(
        {
            "title": f"尾号{order.short} · {order.item} · {STATES[order.state]}",
            "payload": "/provide_info" + json.dumps({"order_number": order.number}),
        }
        for order in orders[:MOST_CHOICES]
    )


def remember(**slots: Any) -> tuple[Event, ...]:
    """Slot events."""
    return tuple(SlotSet(name, value) for name, value in slots.items())
