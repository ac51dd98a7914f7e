"""What each field of a store file is to an order: a promise of the purchase, or a matter of today; and which of two
values is kinder to the buyer.

One table for the terms that judge an order (:mod:`aftersales.decisions.order_terms`) and for what a change of terms means
(:mod:`aftersales.policy`).
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from aftersales.stores.hours import ServiceHours
from aftersales.stores.model import Exclusion, Store
from aftersales.stores.packs import PlatformPack

#: ``promise``: as at the purchase, or as today where today is kinder. ``bought``: settled with the purchase, whatever
#: comes later. ``case``: as when the refund or return was asked for, or as today where that is kinder. ``today``: as now.
Judged = Literal["promise", "bought", "case", "today"]
Verdict = Literal["kinder", "stricter", "neutral"]
#: Positive when the second of two values is kinder to the buyer, negative when it is stricter, 0 when nothing tells.
Compare = Callable[[Any, Any], int]


@dataclass(frozen=True)
class FieldTerms:
    """How one field is judged, and how two of its values compare (``None``: words, which nobody can weigh)."""

    judged: Judged
    compare: Compare | None = None


def _more(before: int, after: int) -> int:
    return after - before


def _less(before: int, after: int) -> int:
    return before - after


def _store_pays(before: str, after: str) -> int:
    return int(after == "store") - int(before == "store")


def _offered(before: bool, after: bool) -> int:
    return int(after) - int(before)


def _fewer(before: tuple[object, ...], after: tuple[object, ...]) -> int:
    """For what is kept out. Lists of which neither holds the other cannot be weighed."""
    first, second = ({_kept_out(one) for one in entries} for entries in (before, after))
    return int(second < first) - int(first < second)


def _kept_out(entry: object) -> object:
    return entry.category if isinstance(entry, Exclusion) else entry


def _later(before: str, after: str) -> int:
    """For a time of day in quotes; none at all is the least."""
    return _minute(after) - _minute(before)


def _minute(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute) if clock else -1


def _from_signing(before: str, after: str) -> int:
    """A term that begins with signing ends later than one that begins with the order."""
    return int(after == "signed") - int(before == "signed")


_PROMISE, _BOUGHT, _TODAY = FieldTerms("promise"), FieldTerms("bought"), FieldTerms("today")

#: Every field of a store file, in its order. ``tests/core/test_store_versions.py`` holds the two together.
FIELDS: Mapping[str, FieldTerms] = MappingProxyType(
    {
        "id": _TODAY,
        "name": _TODAY,
        "platform": _TODAY,
        "tagline": _TODAY,
        "greeting": _TODAY,
        "policy_version": _BOUGHT,
        "effective_from": _BOUGHT,
        "service_hours": _TODAY,
        "returns.opened_policy": _BOUGHT,
        "returns.condition": _BOUGHT,
        "returns.no_reason_days": FieldTerms("promise", _more),
        "returns.exclusions": FieldTerms("promise", _fewer),
        "returns.no_reason_freight": FieldTerms("promise", _store_pays),
        "returns.quality_freight": FieldTerms("promise", _store_pays),
        "returns.exchange_days": FieldTerms("promise", _more),
        "returns.exchange_freight": FieldTerms("promise", _store_pays),
        "returns.quality_days": FieldTerms("promise", _more),
        "returns.quality_exchange_days": FieldTerms("promise", _more),
        "returns.damage_report_hours": FieldTerms("promise", _more),
        "returns.pickup": _TODAY,
        "returns.address": _TODAY,
        "returns.ship_back_days": FieldTerms("case", _more),
        "returns.inspection_hours": FieldTerms("case", _less),
        "shipping.promise_hours": FieldTerms("promise", _less),
        "shipping.carriers": _TODAY,
        "shipping.delivery_text": _TODAY,
        "shipping.ships_from": _TODAY,
        "shipping.cut_off": FieldTerms("bought", _later),
        "shipping.freight_yuan": FieldTerms("bought", _less),
        "shipping.free_from_yuan": _BOUGHT,
        "shipping.excluded_regions": FieldTerms("bought", _fewer),
        "shipping.can_choose_carrier": FieldTerms("today", _offered),
        "shipping.doorstep": _TODAY,
        "shipping.trace_reply_hours": FieldTerms("today", _less),
        "shipping.presale_text": _BOUGHT,
        "invoices.kinds": _TODAY,
        "invoices.when": _TODAY,
        "invoices.change_days": FieldTerms("promise", _more),
        "invoices.path": _TODAY,
        "goods.kind": _TODAY,
        "goods.authenticity": _TODAY,
        "goods.usage_help": _TODAY,
        "goods.presale_help": _TODAY,
        "pack": _TODAY,
        "tone.salutation": _TODAY,
        "allowed_origins": _TODAY,
        "groups.presale": _TODAY,
        "groups.standard": _TODAY,
        "groups.hard_case": _TODAY,
        "groups.logistics_trace": _TODAY,
        "groups.back_office": _TODAY,
        "groups.complaint": _TODAY,
        "price_protection.offered": FieldTerms("promise", _offered),
        "price_protection.days": FieldTerms("promise", _more),
        "price_protection.counted_from": FieldTerms("promise", _from_signing),
        "price_protection.exclusions": FieldTerms("promise", _fewer),
        "price_protection.path": _TODAY,
        "price_protection.channel": _TODAY,
        "refunds.review_hours": FieldTerms("case", _less),
        "refunds.after_receipt_hours": FieldTerms("case", _less),
        "refunds.arrivals": _TODAY,
        "refunds.coupon_text": _BOUGHT,
        "freight_insurance.offered": FieldTerms("bought", _offered),
        "freight_insurance.text": _BOUGHT,
        "warranty.offered": FieldTerms("promise", _offered),
        "warranty.days": FieldTerms("promise", _more),
        "warranty.text": _PROMISE,
        "warranty.path": _TODAY,
        "gifts.text": _BOUGHT,
        "gifts.return_text": _BOUGHT,
        "coupons.text": _TODAY,
    }
)


def store_fields(cls: type = Store, prefix: str = "") -> Iterator[str]:
    """Every field of a store as ``section.name``; lists, hours and the pack are one field each."""
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        hint = hints[field.name]
        if dataclasses.is_dataclass(hint) and hint not in (ServiceHours, PlatformPack):
            yield from store_fields(typing.cast(type, hint), f"{prefix}{field.name}.")
        else:
            yield prefix + field.name


def field_value(store: Store, field: str) -> Any:
    """The value of the field ``section.name``."""
    value: Any = store
    for name in field.split("."):
        value = getattr(value, name)
    return value


def with_fields(store: Store, values: Mapping[str, Any]) -> Store:
    """``store`` with the fields in ``values`` (``section.name``) replaced."""
    whole: dict[str, Any] = {}
    sections: dict[str, dict[str, Any]] = {}
    for field, value in values.items():
        section, _, name = field.rpartition(".")
        (sections.setdefault(section, {}) if section else whole)[name] = value
    for section, changed in sections.items():
        whole[section] = dataclasses.replace(getattr(store, section), **changed)
    return dataclasses.replace(store, **whole)


def verdict(field: str, before: Any, after: Any) -> Verdict:
    """Whether ``after`` is kinder to the buyer than ``before``, stricter, or words that nobody can weigh."""
    compare = FIELDS[field].compare
    found = compare(before, after) if compare is not None and before != after else 0
    return "kinder" if found > 0 else "stricter" if found < 0 else "neutral"
