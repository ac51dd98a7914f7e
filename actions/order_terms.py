"""The terms that judge an order, for decisions, and for the words of their answers."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from actions.context import Turn
from actions.reply import Choice, Say
from aftersales.decisions.order_terms import OrderTerms, terms_for
from aftersales.orders import Order
from aftersales.stores import Store

log = logging.getLogger(__name__)


def order_terms(turn: Turn, order: Order) -> OrderTerms:
    """By which terms ``order`` is judged in this turn: hand its ``store`` to every decision about the order."""
    terms = terms_for(order, turn.versions, turn.now)
    if terms.reasons:
        log.info("order judged by the terms of its own day: %s", "; ".join(terms.reasons))
    return terms


def say_about(
    turn: Turn, order: Order, response: str, values: Mapping[str, str | bool], choices: Sequence[Choice] = ()
) -> Say:
    """The response with ``values``, worded with the terms of ``order``.

    The bot fills in today's terms of the store by itself; what differs for the order is handed over with the values.
    """
    judged = terms_for(order, turn.versions, turn.now).store
    return Say(response, {**_differing(turn.store, judged), **values}, choices)


def _differing(today: Store, judged: Store) -> Mapping[str, str | bool]:
    if judged == today:
        return {}
    before = today.values()
    return {key: value for key, value in judged.values().items() if value != before[key]}
