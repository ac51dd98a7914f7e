"""A number, a choice, a bare yes or no: whatever is running goes on."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.case_opening import open_case
from actions.context import Turn, read_turn
from actions.order_answer import find_order, goods_orders, names_order, which_order
from actions.order_terms import order_terms
from actions.reply import PERSON, STATES, Reply, Say, remember, utter
from actions.services import Services, shared_services
from actions.skills import SKILLS
from aftersales.decisions.refund_status import decide_refund_status
from aftersales.decisions.relevance import RELEVANT, relevant_orders
from aftersales.decisions.wording import order_values
from aftersales.offsite import asks_offsite
from aftersales.orders import OrdersUnavailable
from aftersales.reading.ellipsis import wants_other_order
from aftersales.reading.stance import refuses

#: What somebody may want who only names an order.
_WISHES = (
    {"title": "查物流", "payload": "/logistics_status"},
    {"title": "退换货", "payload": "/return_policy"},
    PERSON,
)
#: Said to a refusal, this is a dispute and no "then not".
_DISPUTES = re.compile(r"不(?:同意|认可|接受|服|认)|凭(?:什么|啥)|不能这样|不讲理|没(?:有)?道理")
#: Readings that say nothing of their own, so that the words decide.
_UNSAID = {"deny", "other", "nlu_fallback"}
_REFUND = "refund_problem"
#: So many characters besides the dispute itself are a reason why.
_REASON = 8


async def answer(turn: Turn, services: Services) -> Reply:
    """Go on with the running question as far as the message carries it."""
    if asks_offsite(turn.text):
        return Reply((Say("utter_offsite_declined"),))
    if turn.collecting:
        # The form has looked at the message already and asks again by itself.
        return Reply()
    try:
        return await _continue(turn, services)
    except OrdersUnavailable:
        return Reply((Say("utter_orders_unavailable"),))


async def _continue(turn: Turn, services: Services) -> Reply:
    if turn.entity("order_choice") or wants_other_order(turn.text):
        return await another_order(turn, services)
    disputed = await dispute(turn, services)
    if disputed is not None:
        return disputed
    skill = SKILLS.get(turn.topic or "")
    if names_order(turn) or (turn.intent != "affirm" and await _names_goods(turn, services)):
        if skill is not None and turn.topic is not None:
            return await skill(turn, services, turn.topic)
        return await _summary(turn, services)
    if turn.offered and turn.order_number is None and turn.intent in ("affirm", "deny"):
        if turn.intent == "deny":
            return Reply((Say("utter_order_ask_number"),))
        orders = [order for order in await services.recent(turn.buyer) if order.number in turn.offered]
        return which_order(orders) if orders else Reply((Say("utter_order_ask_number"),))
    if turn.intent == "deny" and refuses(turn.text) == "strong":
        # 试过了没用 calls nothing off.
        return Reply((Say("utter_offer_human"),))
    return Reply((Say(f"utter_{turn.intent if turn.intent in ('affirm', 'deny') else 'provide_info'}"),))


async def _names_goods(turn: Turn, services: Services) -> bool:
    return len(goods_orders(turn, await services.recent(turn.buyer))) == 1


async def dispute(turn: Turn, services: Services) -> Reply | None:
    """A case for a person when the buyer does not accept that a refund or return was refused.

    Nothing for any other message. Raises ``OrdersUnavailable``.
    """
    if turn.intent not in _UNSAID or turn.topic not in ("refund_status", "return_status"):
        return None
    if turn.buyer.guest or _DISPUTES.search(turn.text) is None:
        return None
    order = (await find_order(turn, services, turn.topic)).order
    if order is None:
        return None
    if decide_refund_status(order_terms(turn, order).store, order, turn.now, turn.topic).outcome != "rejected":
        return None
    # 凭什么 alone says nothing a person could work with; what is said besides is the buyer's reason.
    told = len(_DISPUTES.sub("", turn.text).strip()) >= _REASON
    opened = open_case(turn, _REFUND, order.number, turn.text.strip() if told else None)
    return Reply((Say(f"utter_{_REFUND}"),), (*remember(topic=_REFUND), *opened))


async def another_order(turn: Turn, services: Services) -> Reply:
    """The other orders the running question can be about."""
    recent = [order for order in await services.recent(turn.buyer) if order.number != turn.order_number]
    fitting = relevant_orders(recent, turn.topic) if turn.topic else ()
    # A question about parcels under way is not answered by a list of what was signed for long ago.
    candidates = fitting if turn.topic in RELEVANT else fitting or tuple(recent)
    if not candidates:
        response = "utter_order_no_other" if recent else "utter_order_ask_number"
        return Reply((Say(response),), remember(order_number=None, offered_orders=None))
    choice = which_order(candidates)
    return choice.also(*remember(order_number=None))


async def _summary(turn: Turn, services: Services) -> Reply:
    """An order was named and nothing asked."""
    if turn.buyer.guest:
        return Reply((Say("utter_order_guest"),))
    found = await find_order(turn, services, "logistics_status")
    if found.order is None:
        return Reply((Say("utter_order_not_found"),), remember(order_number=None))
    values = {**order_values(found.order), "order.state": STATES[found.order.state]}
    return Reply((Say("utter_order_summary", values, _WISHES),), remember(order_number=found.order.number))


class ActionContinue(Action):
    """Goes on with the running question, or asks what is wanted."""

    def __init__(self, services: Services | None = None) -> None:
        self._services = services

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_continue"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Answer the latest message."""
        services = self._services or shared_services()
        return utter(dispatcher, await answer(read_turn(tracker, services), services))
