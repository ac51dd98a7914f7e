"""What a store promises: the typed, closed model of ``stores/<id>/store.yml``.

Every class is frozen and holds plain values. ``docs/store-file.md`` describes each field for merchants; the names here
and the names in the file are the same. Reading and checking live in :mod:`aftersales.stores.loader`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Literal

from aftersales.stores.hours import ServiceHours
from aftersales.stores.packs import PlatformPack

PlatformId = Literal["jd", "tmall", "pdd", "douyin", "own"]
GroupKey = Literal["presale", "standard", "hard_case", "logistics_trace", "back_office", "complaint"]
Payer = Literal["store", "buyer"]

#: Why a category may be kept out of the no-reason return. The first four are the law's own; ``confirmed`` needs the
#: buyer's separate confirmation for each purchase.
ExclusionBasis = Literal["customised", "perishable", "digital", "periodical", "confirmed"]


@dataclass(frozen=True)
class Tone:
    """How the store speaks. ``salutation`` stands where a pronoun stands: 您 or 亲."""

    salutation: str = "您"


@dataclass(frozen=True)
class Groups:
    """Display names of the handoff groups."""

    presale: str = "售前咨询"
    standard: str = "售后标准"
    hard_case: str = "疑难件"
    logistics_trace: str = "查件"
    back_office: str = "后台退款"
    complaint: str = "投诉"

    def name(self, key: GroupKey) -> str:
        """The display name of the group ``key``."""
        return str(getattr(self, key))

    def names(self) -> Mapping[str, str]:
        """Every group's display name by key."""
        return {item.name: str(getattr(self, item.name)) for item in fields(self)}


@dataclass(frozen=True)
class Exclusion:
    """A category of goods that cannot be returned without a reason, and why."""

    category: str
    basis: ExclusionBasis


@dataclass(frozen=True)
class Returns:
    """Return and exchange terms. Days count from the day after signing."""

    opened_policy: str
    condition: str
    no_reason_days: int = 7
    exclusions: tuple[Exclusion, ...] = ()
    no_reason_freight: Payer = "buyer"
    quality_freight: Payer = "store"
    exchange_days: int = 7
    exchange_freight: Payer = "buyer"
    quality_days: int = 7
    quality_exchange_days: int = 15
    damage_report_hours: int = 48
    pickup: str = ""
    address: str = ""
    ship_back_days: int = 7
    inspection_hours: int = 48


@dataclass(frozen=True)
class PriceProtection:
    """Whether the store pays back a later price drop, and how a buyer asks for it."""

    offered: bool = False
    days: int = 0
    counted_from: Literal["order", "signed"] = "order"
    exclusions: tuple[str, ...] = ()
    path: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Shipping:
    """When and how parcels leave, and what carriage costs."""

    promise_hours: int
    carriers: tuple[str, ...]
    delivery_text: str
    ships_from: str
    cut_off: str = ""
    freight_yuan: int = 0
    free_from_yuan: int = 0
    excluded_regions: tuple[str, ...] = ()
    can_choose_carrier: bool = False
    doorstep: str = ""
    trace_reply_hours: int = 24
    presale_text: str = ""


@dataclass(frozen=True)
class Arrival:
    """How long a refund takes to reach one payment channel, and the rule that says so (none: the store's wording)."""

    channel: str
    text: str
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refunds:
    """How long the store takes to look at a refund, and where the money goes."""

    review_hours: int = 48
    after_receipt_hours: int = 48
    arrivals: tuple[Arrival, ...] = ()
    coupon_text: str = ""


@dataclass(frozen=True)
class Invoices:
    """Which invoices the store issues, when, and until when they can be changed."""

    kinds: tuple[str, ...]
    when: str
    change_days: int = 30
    path: str = ""


@dataclass(frozen=True)
class FreightInsurance:
    """Whether the store pays for freight insurance (运费险)."""

    offered: bool = False
    text: str = ""


@dataclass(frozen=True)
class Warranty:
    """The warranty the store stands for. Days count from signing."""

    offered: bool = False
    days: int = 0
    text: str = ""
    path: str = ""


@dataclass(frozen=True)
class Gifts:
    """How gifts (赠品) are sent and what happens to them when the main goods go back."""

    text: str = ""
    return_text: str = ""


@dataclass(frozen=True)
class Coupons:
    """How the store's coupons work."""

    text: str = ""


@dataclass(frozen=True)
class Goods:
    """What the store sells, for the answers on use, proof of origin and questions before the sale."""

    kind: str
    authenticity: str
    usage_help: str
    presale_help: str


@dataclass(frozen=True)
class Store:
    """One storefront: who it is, what it promises, and the platform pack it lives on."""

    id: str
    name: str
    platform: PlatformId
    tagline: str
    greeting: str
    policy_version: str
    effective_from: date
    service_hours: ServiceHours
    returns: Returns
    shipping: Shipping
    invoices: Invoices
    goods: Goods
    pack: PlatformPack
    tone: Tone = field(default_factory=Tone)
    allowed_origins: tuple[str, ...] = ()
    groups: Groups = field(default_factory=Groups)
    price_protection: PriceProtection = field(default_factory=PriceProtection)
    refunds: Refunds = field(default_factory=Refunds)
    freight_insurance: FreightInsurance = field(default_factory=FreightInsurance)
    warranty: Warranty = field(default_factory=Warranty)
    gifts: Gifts = field(default_factory=Gifts)
    coupons: Coupons = field(default_factory=Coupons)

    def values(self) -> Mapping[str, str | bool]:
        """The flat namespace that templates and conditions read; see :mod:`aftersales.stores.values`."""
        return self._values

    @cached_property
    def _values(self) -> Mapping[str, str | bool]:
        from aftersales.stores.values import store_values

        return store_values(self)
