"""A store may be kinder than the law and its platform, never stricter: the floors, each with the rule it stands on.

Only rules read in their own text (status ``verified``) make a floor; a number from hearsay would force merchants
into promises nobody asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from aftersales.errors import ConfigurationError
from aftersales.stores.model import Store


@dataclass(frozen=True)
class Floor:
    """A number a store may not fall short of (``least``) or go beyond (``most``). ``platform``: empty for all."""

    field: str
    bound: Literal["least", "most"]
    value: int
    unit: str
    rule: str
    whose: str
    platform: str = ""


@dataclass(frozen=True)
class Clause:
    """A term that is refused whatever else the file says. ``broken`` returns the problem, or an empty text."""

    field: str
    rule: str
    fix: str
    broken: Callable[[Store], str]


FLOORS: tuple[Floor, ...] = (
    Floor("returns.no_reason_days", "least", 7, "days", "RET-01", "the law's"),
    Floor("returns.quality_days", "least", 7, "days", "QLT-01", "the law's"),
    Floor("returns.quality_exchange_days", "least", 7, "days", "QLT-01", "the law's"),
    Floor("returns.damage_report_hours", "least", 48, "hours", "QLT-13", "JD's", "jd"),
    Floor("refunds.after_receipt_hours", "most", 168, "hours", "RET-08", "the law's"),
    Floor("refunds.review_hours", "most", 48, "hours", "QLT-12", "JD's", "jd"),
    Floor("refunds.review_hours", "most", 360, "hours", "CPR-17", "the law's"),
)

_UNLAWFUL_CATEGORY = re.compile(r"特价|折扣|清仓|促销|活动商品|秒杀|赠品除外")
_OPENED_REFUSED = re.compile(r"(拆封|拆包|开封|打开)[^，。；]{0,8}(不退|不支持|不能退|不可退|概不|拒绝退)")
_EXTRA_TAX = re.compile(r"加(收)?税点|另付税|补税点")
_UNLAWFUL_CLAUSE = re.compile(r"最终解释权|签收即视为|一经售出|概不退换|离柜不认")


def _freight(store: Store) -> str:
    return "" if store.returns.quality_freight == "store" else "the freight of a quality problem is the store's to pay"


def _categories(store: Store) -> str:
    for exclusion in store.returns.exclusions:
        if _UNLAWFUL_CATEGORY.search(exclusion.category):
            return f"{exclusion.category!r} cannot be kept out of the no-reason return for its price"
    return ""


def _opened(store: Store) -> str:
    if any(exclusion.basis in ("confirmed", "digital", "perishable") for exclusion in store.returns.exclusions):
        return ""
    return "opening a parcel to look is no ground to refuse a return" if _refuses_opened(store) else ""


def _refuses_opened(store: Store) -> bool:
    return bool(_OPENED_REFUSED.search(store.returns.opened_policy) or _OPENED_REFUSED.search(store.returns.condition))


def _invoice(store: Store) -> str:
    return "" if store.invoices.kinds else "a buyer who asks for an invoice must get one"


def _tax(store: Store) -> str:
    found = _EXTRA_TAX.search(store.invoices.when)
    return f"{found.group()!r}: an invoice costs the buyer nothing extra" if found else ""


def _clauses(store: Store) -> str:
    for text in (store.greeting, store.returns.condition, store.returns.opened_policy, store.coupons.text):
        found = _UNLAWFUL_CLAUSE.search(text)
        if found:
            return f"{found.group()!r} is a void clause"
    return ""


def _inspection(store: Store) -> str:
    inspection, payback = store.returns.inspection_hours, store.refunds.after_receipt_hours
    return f"{inspection} hours to inspect outlast the {payback} hours to pay back" if inspection > payback else ""


def _protected(store: Store) -> str:
    offer = store.price_protection
    return "price protection is offered for 0 days" if offer.offered and offer.days < 1 else ""


CLAUSES: tuple[Clause, ...] = (
    Clause("returns.quality_freight", "QLT-01", "Use store", _freight),
    Clause(
        "returns.exclusions", "RET-05", "Remove it; only the kinds in docs/store-file.md may be kept out", _categories
    ),
    Clause("returns.opened_policy", "RET-06", "Say that opening to look does not stop a return", _opened),
    Clause("invoices.kinds", "INV-01", "Name at least one kind, such as 电子普通发票", _invoice),
    Clause("invoices.when", "INV-08", "Remove it", _tax),
    Clause("returns.condition", "LAN-19", "Remove it", _clauses),
    Clause("returns.inspection_hours", "RET-08", "Use at most refunds.after_receipt_hours", _inspection),
    Clause("price_protection.days", "PPR-13", "Give the days, or set offered to false", _protected),
)


def check_floors(store: Store, where: str) -> None:
    """Raise :class:`ConfigurationError` for the first term of ``store`` that is stricter than a rule allows."""
    for floor in FLOORS:
        if floor.platform not in ("", store.platform):
            continue
        value = number(store, floor.field)
        if floor.bound == "least" and value < floor.value:
            problem = f"{value} is less than {floor.whose} {floor.value} {floor.unit} ({floor.rule})"
            raise ConfigurationError(where, floor.field, problem, f"Use {floor.value} or more")
        if floor.bound == "most" and value > floor.value:
            problem = f"{value} is more than {floor.whose} {floor.value} {floor.unit} ({floor.rule})"
            raise ConfigurationError(where, floor.field, problem, f"Use {floor.value} or less")
    for clause in CLAUSES:
        problem = clause.broken(store)
        if problem:
            raise ConfigurationError(where, clause.field, f"{problem} ({clause.rule})", clause.fix)


def number(store: Store, dotted: str) -> int:
    """The number in the field ``section.name`` of ``store``."""
    section, name = dotted.split(".")
    return int(getattr(getattr(store, section), name))
