"""Every way a store words its answers, with gaps for what only an order can tell.

A response about an order has wordings that hang on the order's state; each such state is a situation of its own here, and
what the order would fill in is shown as 〔…〕. A date that a decision counts from a term says that term beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aftersales.answers.render import MissingValue, Values, Variation, holds, placeholders, render
from aftersales.answers.responses import Responses
from aftersales.stores.fields import field_value
from aftersales.stores.model import Store


@dataclass(frozen=True, order=True)
class Situation:
    """A response, whether it comes a second time, and the facts of an order under which it is worded so."""

    response: str
    again: bool = False
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """What is said in one situation: the variation, without its order conditions, and the text with gaps."""

    variation: Variation
    text: str

    @property
    def keys(self) -> frozenset[str]:
        """Everything the wording depends on."""
        conditions = (key.removeprefix("!") for key in self.variation.when)
        titles = (key for button in self.variation.buttons for key in placeholders(button.title))
        return frozenset((*placeholders(self.variation.text), *titles, *conditions))


#: What an order fills in, as a merchant reads it; other keys stand for themselves.
_GAPS: Mapping[str, str] = {
    "order.short": "订单尾号",
    "order.item": "商品",
    "order.ship_by": "最晚发货时间",
    "order.warranty_last_day": "保修最后一天",
    "return.last_day": "最后一天",
    "exchange.last_day": "最后一天",
    "return.by": "最晚时间",
    "refund.by": "最晚时间",
    "price.last_day": "价保最后一天",
    "invoice.last_day": "最后一天",
    "quality.last_day": "最后一天",
    "quality.report_by": "最晚时间",
    "invoice.issued_at": "开票日",
    "refund.channel": "付款方式",
    "refund.amount": "金额",
    "return.received_at": "收到退货的时间",
    "refund.requested_at": "申请时间",
}


def counted_from(key: str, response: str) -> str | None:
    """The field of the store from which a decision counts the order's value ``key`` in this response."""
    if key in ("refund.by", "return.by") and "inspecting" in response:
        return "refunds.after_receipt_hours" if key == "refund.by" else "returns.inspection_hours"
    if key == "quality.last_day":
        exchanged = "returns.quality_exchange_days" if "exchange" in response else "returns.quality_days"
        return "warranty.days" if "repair" in response else exchanged
    return {
        "return.last_day": "returns.no_reason_days",
        "exchange.last_day": "returns.exchange_days",
        "quality.report_by": "returns.damage_report_hours",
        "refund.by": "refunds.review_hours",
        "return.by": "refunds.review_hours",
        "price.last_day": "price_protection.days",
        "order.warranty_last_day": "warranty.days",
        "order.ship_by": "shipping.promise_hours",
        "invoice.last_day": "invoices.change_days",
    }.get(key)


def gap(key: str, response: str, store: Store) -> str:
    """What stands where the order would fill in ``key``."""
    field = counted_from(key, response)
    name = _GAPS.get(key, key)
    if field is None:
        return f"〔{name}〕"
    unit = "小时" if field.endswith("hours") else "天"
    return f"〔{name}，按{field_value(store, field)}{unit}算〕"


def wordings(responses: Responses, store: Store) -> Mapping[Situation, Wording]:
    """What ``store`` says in every situation of ``responses``. A situation in which it says nothing is not there."""
    values = store.values()
    found: dict[Situation, Wording] = {}
    for name, variations in responses.items():
        for variation in variations:
            own = own_conditions(variation, values)
            about = tuple(sorted(set(variation.when) - set(own.when)))
            situation = Situation(name, variation.again, about)
            text = worded(own, values, store) if _holds(own, values) else None
            known = found.get(situation)
            # As in ``answers.select``: the wording with the most conditions, the first of equals.
            if text is not None and (known is None or len(own.when) > len(known.variation.when)):
                found[situation] = Wording(own, text)
    return found


def own_conditions(variation: Variation, values: Values) -> Variation:
    """``variation`` with only those conditions that the store answers."""
    roots = {key.split(".")[0] for key in values}
    return replace(
        variation, when=tuple(key for key in variation.when if key.removeprefix("!").split(".")[0] in roots)
    )


def worded(variation: Variation, values: Values, store: Store, filled: Mapping[str, str] | None = None) -> str | None:
    """The text with its buttons, ``filled`` in or with gaps; nothing when a value of the store is missing."""
    asked = {*placeholders(variation.text)} | {key for one in variation.buttons for key in placeholders(one.title)}
    gaps = {key: gap(key, variation.name, store) for key in asked if key not in values}
    everything = {**gaps, **(filled or {}), **values}
    try:
        said = render(variation.text, everything, name=variation.name)
        titles = [render(button.title, everything, name=variation.name) for button in variation.buttons]
    except MissingValue:
        return None
    return said if filled is not None or not titles else f"{said}\n{'　'.join(f'[{title}]' for title in titles)}"


def _holds(variation: Variation, values: Values) -> bool:
    try:
        return holds(variation, values)
    except MissingValue:
        return False
