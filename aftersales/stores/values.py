"""The flat namespace that response templates read: ``{returns.no_reason_days}`` and conditions such as
``price_protection.offered``.

One table says what every key means and where it comes from. Texts are strings, conditions are booleans; a text that a
store leaves out is empty, and has a boolean beside it to ask first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from aftersales.stores.model import Exclusion, Store
from aftersales.stores.packs import Paths, Terms

Value = str | bool

_BASIS = {
    "customised": "定作商品",
    "perishable": "鲜活易腐",
    "digital": "数字化商品",
    "periodical": "报纸期刊",
    "confirmed": "下单时经您确认的",
}
_START = {"order": "下单", "signed": "签收"}


def _money(store: Store) -> str:
    shipping = store.shipping
    if shipping.freight_yuan == 0:
        return "全店包邮"
    if shipping.free_from_yuan == 0:
        return f"每单运费{shipping.freight_yuan}元"
    return f"满{shipping.free_from_yuan}元包邮，不满收{shipping.freight_yuan}元运费"


def _exclusion(exclusion: Exclusion) -> str:
    return f"{exclusion.category}（{_BASIS[exclusion.basis]}）"


def _arrivals(store: Store) -> str:
    own = {arrival.channel: arrival.text for arrival in store.refunds.arrivals}
    listed = {channel.name: channel.text for channel in store.pack.channels}
    return "；".join(f"{name}{_plain(text)}" for name, text in {**listed, **own}.items())


def _payer(payer: str) -> str:
    return "我们" if payer == "store" else "您"


def _plain(text: str) -> str:
    """Merchants end sentences or not; a template adds its own full stop."""
    return text.rstrip("。；;. ")


#: key → (what it says, how it is made). ``path.*`` and ``term.*`` are added from the platform pack.
TABLE: Mapping[str, tuple[str, Callable[[Store], Value]]] = {
    "store.name": ("name of the store", lambda s: s.name),
    "store.tagline": ("one line about the store", lambda s: _plain(s.tagline)),
    "store.greeting": ("the store's own words of welcome", lambda s: _plain(s.greeting)),
    "store.policy_version": ("version of the terms", lambda s: s.policy_version),
    "store.effective_from": (
        "day from which the terms hold",
        lambda s: f"{s.effective_from.year}年{s.effective_from.month}月{s.effective_from.day}日",
    ),
    "tone.salutation": ("stands where a pronoun stands: 您 or 亲", lambda s: s.tone.salutation),
    "hours.text": ("when people answer", lambda s: s.service_hours.describe()),
    "platform.name": ("name of the platform", lambda s: s.pack.name),
    "platform.order_number": ("what an order number looks like", lambda s: s.pack.order_number),
    "platform.jd": ("the store is on JD", lambda s: s.platform == "jd"),
    "platform.tmall": ("the store is on Tmall or Taobao", lambda s: s.platform == "tmall"),
    "platform.pdd": ("the store is on Pinduoduo", lambda s: s.platform == "pdd"),
    "platform.douyin": ("the store is on Douyin", lambda s: s.platform == "douyin"),
    "platform.own": ("the store is a shop of its own", lambda s: s.platform == "own"),
    "platform.cancel_is_refund": (
        "an unsent order is cancelled by asking for a refund",
        lambda s: s.pack.paths.order_cancel == s.pack.paths.refund,
    ),
    "group.presale": ("display name of the group", lambda s: s.groups.presale),
    "group.standard": ("display name of the group", lambda s: s.groups.standard),
    "group.hard_case": ("display name of the group", lambda s: s.groups.hard_case),
    "group.logistics_trace": ("display name of the group", lambda s: s.groups.logistics_trace),
    "group.back_office": ("display name of the group", lambda s: s.groups.back_office),
    "group.complaint": ("display name of the group", lambda s: s.groups.complaint),
    "goods.kind": ("what the store sells", lambda s: _plain(s.goods.kind)),
    "goods.authenticity": ("how the store shows where goods come from", lambda s: _plain(s.goods.authenticity)),
    "goods.usage_help": ("where help on use is found", lambda s: _plain(s.goods.usage_help)),
    "goods.presale_help": ("where facts about goods are found", lambda s: _plain(s.goods.presale_help)),
    "returns.no_reason_days": ("days for a return without a reason", lambda s: str(s.returns.no_reason_days)),
    "returns.kinder_than_law": ("the store gives more days than the law", lambda s: s.returns.no_reason_days > 7),
    "returns.condition": ("in which state goods come back", lambda s: _plain(s.returns.condition)),
    "returns.opened_policy": ("what holds once the parcel is open", lambda s: _plain(s.returns.opened_policy)),
    "returns.exclusions": (
        "categories without the no-reason return, each with its ground",
        lambda s: "、".join(_exclusion(exclusion) for exclusion in s.returns.exclusions),
    ),
    "returns.has_exclusions": ("there are such categories", lambda s: bool(s.returns.exclusions)),
    "returns.has_perishable": (
        "the store sells fresh goods that cannot be sent back",
        lambda s: any(exclusion.basis == "perishable" for exclusion in s.returns.exclusions),
    ),
    "returns.no_reason_payer": ("who pays to send back: 您 or 我们", lambda s: _payer(s.returns.no_reason_freight)),
    "returns.no_reason_free": ("the store pays to send back", lambda s: s.returns.no_reason_freight == "store"),
    "returns.exchange_days": ("days for an exchange", lambda s: str(s.returns.exchange_days)),
    "returns.exchange_offered": ("the store exchanges without a fault", lambda s: s.returns.exchange_days > 0),
    "returns.exchange_payer": ("who pays an exchange's freight", lambda s: _payer(s.returns.exchange_freight)),
    "returns.quality_days": ("days for a return of faulty goods", lambda s: str(s.returns.quality_days)),
    "returns.quality_exchange_days": (
        "days for an exchange of faulty goods",
        lambda s: str(s.returns.quality_exchange_days),
    ),
    "returns.damage_report_hours": (
        "hours within which damage is best reported",
        lambda s: str(s.returns.damage_report_hours),
    ),
    "returns.pickup": ("how the courier picks a return up", lambda s: _plain(s.returns.pickup)),
    "returns.pickup_offered": ("returns are picked up", lambda s: bool(s.returns.pickup)),
    "returns.address": ("where returns go", lambda s: _plain(s.returns.address)),
    "returns.has_address": ("the return address may be told at once", lambda s: bool(s.returns.address)),
    "returns.ship_back_days": ("days to send goods back once agreed", lambda s: str(s.returns.ship_back_days)),
    "returns.inspection_hours": ("hours to inspect returned goods", lambda s: str(s.returns.inspection_hours)),
    "refunds.review_hours": ("hours to look at an application", lambda s: str(s.refunds.review_hours)),
    "refunds.after_receipt_hours": (
        "hours from receiving the return to paying back",
        lambda s: str(s.refunds.after_receipt_hours),
    ),
    "refunds.arrivals": ("how long money takes per payment channel", _arrivals),
    "refunds.channels": ("names of the payment channels", lambda s: "、".join(c.name for c in s.pack.channels)),
    "refunds.stages": ("the stages of a refund in order", lambda s: " → ".join(s.pack.refund_stages)),
    "refunds.coupon_text": ("what happens to coupons", lambda s: _plain(s.refunds.coupon_text)),
    "refunds.has_coupon_text": ("the store says so", lambda s: bool(s.refunds.coupon_text)),
    "price_protection.offered": ("the store pays back a price drop", lambda s: s.price_protection.offered),
    "price_protection.days": ("for how many days", lambda s: str(s.price_protection.days)),
    "price_protection.counted_from": (
        "counted from 下单 or 签收",
        lambda s: _START[s.price_protection.counted_from],
    ),
    "price_protection.path": (
        "where to apply; the platform's path unless the store names one",
        lambda s: _plain(s.price_protection.path or s.pack.paths.price_protection),
    ),
    "price_protection.channel": ("how the difference comes back", lambda s: _plain(s.price_protection.channel)),
    "price_protection.has_channel": ("the store says how", lambda s: bool(s.price_protection.channel)),
    "price_protection.exclusions": ("what is kept out", lambda s: "、".join(s.price_protection.exclusions)),
    "price_protection.has_exclusions": ("something is kept out", lambda s: bool(s.price_protection.exclusions)),
    "shipping.promise_hours": ("hours from payment to dispatch", lambda s: str(s.shipping.promise_hours)),
    "shipping.cut_off": ("orders paid before this time leave the same day", lambda s: s.shipping.cut_off),
    "shipping.has_cut_off": ("there is such a time", lambda s: bool(s.shipping.cut_off)),
    "shipping.carriers": ("the carriers", lambda s: "、".join(s.shipping.carriers)),
    "shipping.delivery_text": ("how long parcels travel", lambda s: _plain(s.shipping.delivery_text)),
    "shipping.ships_from": ("where parcels leave", lambda s: _plain(s.shipping.ships_from)),
    "shipping.freight_text": ("what carriage costs", _money),
    "shipping.excluded_regions": ("where the store does not deliver", lambda s: "、".join(s.shipping.excluded_regions)),
    "shipping.has_excluded_regions": ("there are such places", lambda s: bool(s.shipping.excluded_regions)),
    "shipping.can_choose_carrier": ("a buyer may choose the carrier", lambda s: s.shipping.can_choose_carrier),
    "shipping.doorstep": ("delivery to the door, lockers, agents", lambda s: _plain(s.shipping.doorstep)),
    "shipping.has_doorstep": ("the store says how", lambda s: bool(s.shipping.doorstep)),
    "shipping.trace_reply_hours": (
        "hours within which the store answers after asking the carrier",
        lambda s: str(s.shipping.trace_reply_hours),
    ),
    "shipping.presale_text": ("when pre-sold goods leave", lambda s: _plain(s.shipping.presale_text)),
    "shipping.has_presale": ("the store sells ahead", lambda s: bool(s.shipping.presale_text)),
    "invoices.kinds": ("kinds of invoice", lambda s: "、".join(s.invoices.kinds)),
    "invoices.when": ("when an invoice is issued", lambda s: _plain(s.invoices.when)),
    "invoices.change_days": ("days to have an invoice changed", lambda s: str(s.invoices.change_days)),
    "invoices.path": (
        "where to ask for it; the platform's path unless the store names one",
        lambda s: _plain(s.invoices.path or s.pack.paths.invoice),
    ),
    "freight_insurance.offered": ("the store pays for freight insurance", lambda s: s.freight_insurance.offered),
    "freight_insurance.text": ("how it works here", lambda s: _plain(s.freight_insurance.text)),
    "freight_insurance.has_text": ("the store says how", lambda s: bool(s.freight_insurance.text)),
    "warranty.offered": ("the store stands for a warranty", lambda s: s.warranty.offered),
    "warranty.days": ("days of warranty", lambda s: str(s.warranty.days)),
    "warranty.text": ("how it works", lambda s: _plain(s.warranty.text)),
    "warranty.has_text": ("the store says how", lambda s: bool(s.warranty.text)),
    "warranty.path": (
        "where to ask for a repair; the platform's path unless the store names one",
        lambda s: _plain(s.warranty.path or s.pack.paths.repair),
    ),
    "gifts.text": ("how gifts are sent", lambda s: _plain(s.gifts.text)),
    "gifts.has_text": ("the store says how", lambda s: bool(s.gifts.text)),
    "gifts.return_text": ("what happens to gifts on a return", lambda s: _plain(s.gifts.return_text)),
    "gifts.has_return_text": ("the store says so", lambda s: bool(s.gifts.return_text)),
    "coupons.text": ("how the store's coupons work", lambda s: _plain(s.coupons.text)),
    "coupons.has_text": ("the store says so", lambda s: bool(s.coupons.text)),
}


def store_values(store: Store) -> Mapping[str, Value]:
    """Every key of :data:`TABLE` for ``store``, and ``path.*`` and ``term.*`` of its platform."""
    values: dict[str, Value] = {key: make(store) for key, (_, make) in TABLE.items()}
    for name in Paths.__dataclass_fields__:
        values[f"path.{name}"] = getattr(store.pack.paths, name)
    for name in Terms.__dataclass_fields__:
        values[f"term.{name}"] = getattr(store.pack.terms, name)
    return MappingProxyType(values)
