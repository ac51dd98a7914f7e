"""Which terms judge an order: those it was bought under, and today's where today's are kinder.

A promise made at the purchase is kept whatever the store says later (PPR-14); being kinder is always allowed. How things
are done (where to click, when people answer, invoices) goes by today's terms, and how long a refund takes by the terms of
the day it was asked for. ``aftersales/stores/fields.py`` says which field is which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aftersales.decisions.wording import last_moment
from aftersales.orders.model import Order
from aftersales.stores.fields import FIELDS, field_value, verdict, with_fields
from aftersales.stores.model import Exclusion, ExclusionBasis, PriceProtection, Store
from aftersales.stores.versions import StoreVersions

#: These two sections are weighed as a whole: days without their beginning, or a text without its days, say nothing.
_WHOLE = ("price_protection.", "warranty.")
#: These keep goods out only once they were opened or activated, so they are kinder than a ground that always holds.
_MILD: tuple[ExclusionBasis, ...] = ("confirmed", "digital")


@dataclass(frozen=True)
class OrderTerms:
    """The store as it has to be read for one order, and why it differs from today's, in English, one line a field."""

    store: Store
    reasons: tuple[str, ...] = ()


def terms_for(order: Order, versions: StoreVersions, now: datetime) -> OrderTerms:
    """The terms by which ``order`` is judged ``now`` (aware). Pure; raises :class:`ValueError` for a naive time."""
    cases = [case.requested_at for case in (order.refund, order.after_sale) if case is not None]
    bought = versions.at(order.placed_at)
    terms = merged(bought, versions.at(max(cases, default=now)), versions.current(now), (order, now))
    if versions.covers(order.placed_at):
        return terms
    first = f"placed before the first known terms: judged by the first, {bought.policy_version}"
    return OrderTerms(terms.store, (first, *terms.reasons))


def merged(bought: Store, asked: Store, today: Store, of: tuple[Order, datetime] | None = None) -> OrderTerms:
    """The terms of three moments in one: the purchase, the asking for a refund or return, and today.

    ``of``: the order and the time it is asked about, by which two price promises are weighed: which ends later for it?
    """
    if bought == today == asked:
        return OrderTerms(today)
    values: dict[str, Any] = {}
    reasons: list[str] = []
    for field, terms in FIELDS.items():
        then = asked if terms.judged == "case" else bought
        old, new = field_value(then, field), field_value(today, field)
        if terms.judged == "today" or old == new or field.startswith(_WHOLE):
            continue
        if field == "returns.exclusions":
            values[field] = _kept_out_by_both(old, new)
            reasons.append(f"{field}: kept out only what {then.policy_version} and {today.policy_version} keep out")
        elif terms.judged == "bought" or verdict(field, old, new) != "kinder":
            values[field] = old
            reasons.append(_because(field, old, then, terms.judged))
        else:
            values[field] = new
            reasons.append(f"{field}: {new} of {today.policy_version}, kinder than {old} of {then.policy_version}")
    for section, chosen in (("price_protection", _price(bought, today, of)), ("warranty", _warranty(bought, today))):
        changed = {field: value for field, value in chosen.items() if field_value(today, field) != value}
        values |= changed
        if getattr(bought, section) != getattr(today, section):
            shown = ", ".join(f"{field.split('.')[1]} {value}" for field, value in changed.items())
            reasons.append(
                f"{section}: {shown} as promised by {bought.policy_version}" if changed else _kinder(section, today)
            )
    named = [reason for reason in reasons if not reason.startswith(("policy_version:", "effective_from:"))]
    return OrderTerms(with_fields(today, values), tuple(named))


def _because(field: str, value: object, then: Store, judged: str) -> str:
    when = "in force when it was asked for" if judged == "case" else "in force when the order was placed"
    return f"{field}: {value} of {then.policy_version}, {when}"


def _kinder(section: str, today: Store) -> str:
    return f"{section}: as {today.policy_version} says, which is at least as kind"


def _kept_out_by_both(old: tuple[Exclusion, ...], new: tuple[Exclusion, ...]) -> tuple[Exclusion, ...]:
    """What both keep out, each on the milder of its two grounds. Made to order is told by how goods were made, so its
    name does not matter; any other category is known by its name."""
    kept: list[Exclusion] = []
    for one in old:
        made = one.basis == "customised"
        same = [other for other in new if (other.basis == "customised" if made else other.category == one.category)]
        if same:
            milder = next((other for other in same if other.basis in _MILD), one)
            kept.append(one if made or one.basis in _MILD else Exclusion(one.category, milder.basis))
    return tuple(kept)


def _price(bought: Store, today: Store, of: tuple[Order, datetime] | None) -> Mapping[str, Any]:
    """The promise of which the order has more; where to apply is today's matter."""
    then, now = bought.price_protection, today.price_protection
    if not (then.offered or now.offered):
        return {}
    if then.offered and now.offered:
        better = now if _ends_later(now, then, of) else then
        kept_out = tuple(label for label in then.exclusions if label in now.exclusions)
    else:
        better = then if then.offered else now
        kept_out = better.exclusions
    return {
        "price_protection.offered": True,
        "price_protection.days": better.days,
        "price_protection.counted_from": better.counted_from,
        "price_protection.exclusions": kept_out,
        "price_protection.path": now.path if now.offered else then.path,
        "price_protection.channel": now.channel if now.offered else then.channel,
    }


def _ends_later(one: PriceProtection, other: PriceProtection, of: tuple[Order, datetime] | None) -> bool:
    """Whether ``one`` ends later than ``other``, for the order where it is known."""
    if of is not None and one.counted_from != other.counted_from:
        return _end(one, *of) > _end(other, *of)
    signed = (one.counted_from == "signed") - (other.counted_from == "signed")
    return one.days > other.days if signed == 0 else signed > 0 and one.days >= other.days


def _end(promise: PriceProtection, order: Order, now: datetime) -> datetime:
    """The end of the promise; what begins with signing lasts at least as if the buyer signed now."""
    start = (order.signed_at or now) if promise.counted_from == "signed" else (order.paid_at or order.placed_at)
    return last_moment(start, promise.days)


def _warranty(bought: Store, today: Store) -> Mapping[str, Any]:
    """The longer warranty with its own words; none at the purchase and one today counts as one."""
    then, now = bought.warranty, today.warranty
    if now.offered and (not then.offered or now.days > then.days):
        return {}
    if not then.offered:
        return {}
    return {"warranty.offered": True, "warranty.days": then.days, "warranty.text": then.text}
