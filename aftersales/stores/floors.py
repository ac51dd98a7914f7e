"""A store may be kinder than the law and its platform, never stricter: the floors, each with the rule it stands on.

Only rules read in their own text (status ``verified``) make a floor; a number from hearsay would force merchants
into promises nobody asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from aftersales.errors import ConfigurationError
from aftersales.stores.fields import field_value, store_fields
from aftersales.stores.model import Store


@dataclass(frozen=True)
class Floor:
    """A number a store may not fall short of (``least``) or go beyond (``most``). ``platform``: empty for all;
    ``goods``: only for stores whose ``goods.kind`` holds one of these words."""

    field: str
    bound: Literal["least", "most"]
    value: int
    unit: str
    rule: str
    whose: str
    platform: str = ""
    goods: str = ""


@dataclass(frozen=True)
class Clause:
    """A term that is refused whatever else the file says. ``broken`` returns the problem, or an empty text; where it
    looks at several fields the problem begins with the field and a colon."""

    field: str
    rule: str
    fix: str
    broken: Callable[[Store], str]


FLOORS: tuple[Floor, ...] = (
    Floor("returns.no_reason_days", "least", 7, "days", "RET-01", "the law's"),
    Floor("returns.quality_days", "least", 7, "days", "QLT-01", "the law's"),
    Floor("returns.quality_exchange_days", "least", 7, "days", "QLT-01", "the law's"),
    Floor("returns.quality_days", "least", 15, "days", "QLT-16", "JD's, for clothing,", "jd", "服饰|服装|女装|男装|童装|内衣"),
    Floor("returns.quality_exchange_days", "least", 15, "days", "QLT-15", "JD's, for shoes and bags,", "jd", "鞋|箱包"),
    Floor("returns.quality_days", "least", 15, "days", "QLT-19", "JD's, for household goods,", "jd", "家居|家纺|日用"),
    Floor("returns.damage_report_hours", "least", 48, "hours", "QLT-13", "JD's", "jd"),
    Floor("refunds.after_receipt_hours", "most", 168, "hours", "RET-08", "the law's"),
    Floor("refunds.review_hours", "most", 48, "hours", "QLT-12", "JD's", "jd"),
    Floor("refunds.review_hours", "most", 360, "hours", "CPR-17", "the law's"),
    Floor("shipping.trace_reply_hours", "most", 360, "hours", "CPR-17", "the law's"),
)

_UNLAWFUL_CATEGORY = re.compile(r"特价|折扣|清仓|促销|活动商品|秒杀|赠品除外")
_OPENED_REFUSED = re.compile(r"(拆封|拆包|开封|打开)[^，。；]{0,8}(不退|不支持|不能退|不可退|概不|拒绝退)")
_EXTRA_TAX = re.compile(r"加(收)?税点|另付税|补税点")
_INVOICE_REFUSED = re.compile(r"不(能|予|可以|支持|提供)?开(具)?(发)?票|不提供发票|满\d+元(才|方|起)(能|可|可以)?开")
_UNLAWFUL_CLAUSE = re.compile(r"最终解释权|签收即视为|一经售出|概不退换|离柜不认")
_NO_COMPLAINT = re.compile(
    r"(不得|不能|不可|禁止|放弃)(向平台|申请平台|要求平台)?(投诉|举报|起诉|诉讼|仲裁|维权|介入)|不(接受|支持|配合)平台介入"
)
_MONEY_ELSEWHERE = re.compile(
    r"(只|仅|统一|一律|均|都)(能|可|会)?(退|返)(还|回)?(到|成|为|至|入)?(店铺|账户|会员)?(余额|积分|购物金|代金券|优惠券|储值)"
)
_GIFT_STOPS_RETURN = re.compile(
    r"(赠品|小礼|礼品)[^。；]{0,12}(不予退货|不能退货|不可退货|不支持退货|不给退货|拒绝退货|不退货|主商品不(能|可|予|支持)?退)"
)
_RISK_TO_BUYER = re.compile(
    r"(运输|快递|物流|途中|路上)[^。；]{0,10}(损坏|破损|丢失|丢件|变质)[^。；]{0,6}(概不|不予|本店不|我们不|不)(负责|赔|受理|处理)"
    r"|风险由(买家|您|顾客|消费者)(自行)?承担"
)


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


def _refused_invoice(store: Store) -> str:
    found = _INVOICE_REFUSED.search(store.invoices.when)
    return f"{found.group()!r}: a buyer who asks for an invoice gets one, however small the amount" if found else ""


def _texts(store: Store) -> Iterator[tuple[str, str]]:
    """Every field with the merchant's own words, and the words."""
    for field in store_fields():
        value = field_value(store, field)
        if isinstance(value, str) and "." in field and field.split(".")[0] not in ("groups", "tone"):
            yield field, value
    yield "greeting", store.greeting
    yield "tagline", store.tagline
    for index, arrival in enumerate(store.refunds.arrivals):
        yield f"refunds.arrivals[{index}].text", arrival.text


def _saying(pattern: re.Pattern[str], says: str) -> Callable[[Store], str]:
    """A clause that no text of the store may hold."""

    def broken(store: Store) -> str:
        for field, text in _texts(store):
            found = pattern.search(text)
            if found:
                return f"{field}: {found.group()!r} {says}"
        return ""

    return broken


def _inspection(store: Store) -> str:
    inspection, payback = store.returns.inspection_hours, store.refunds.after_receipt_hours
    return f"{inspection} hours to inspect outlast the {payback} hours to pay back" if inspection > payback else ""


def _protected(store: Store) -> str:
    offer = store.price_protection
    return "price protection is offered for 0 days" if offer.offered and offer.days < 1 else ""


def _warranted(store: Store) -> str:
    offer = store.warranty
    return "a warranty is offered for 0 days" if offer.offered and offer.days < 1 else ""


CLAUSES: tuple[Clause, ...] = (
    Clause("returns.quality_freight", "QLT-01", "Use store", _freight),
    Clause(
        "returns.exclusions", "RET-05", "Remove it; only the kinds in docs/store-file.md may be kept out", _categories
    ),
    Clause("returns.opened_policy", "RET-06", "Say that opening to look does not stop a return", _opened),
    Clause("invoices.kinds", "INV-01", "Name at least one kind, such as 电子普通发票", _invoice),
    Clause("invoices.when", "INV-08", "Remove it", _tax),
    Clause("invoices.when", "INV-08", "Say when it is issued; whether is not the store's to decide", _refused_invoice),
    Clause("", "LAN-19", "Remove it", _saying(_UNLAWFUL_CLAUSE, "is a void clause")),
    Clause("", "INT-18", "Remove it", _saying(_NO_COMPLAINT, "keeps buyers from complaining")),
    Clause("", "RFD-10", "Money goes back the way it came", _saying(_MONEY_ELSEWHERE, "is not how a buyer is paid back")),
    Clause(
        "",
        "RET-11",
        "Let the gift come back with the goods, or take its stated price off",
        _saying(_GIFT_STOPS_RETURN, "makes a gift stop the return of the goods"),
    ),
    Clause(
        "",
        "SHP-08",
        "Remove it; until the buyer has signed, the parcel is the store's risk",
        _saying(_RISK_TO_BUYER, "puts the risk of transport on the buyer"),
    ),
    Clause("returns.inspection_hours", "RET-08", "Use at most refunds.after_receipt_hours", _inspection),
    Clause("price_protection.days", "PPR-13", "Give the days, or set offered to false", _protected),
    Clause("warranty.days", "PPR-14", "Give the days, or set offered to false", _warranted),
)


def check_floors(store: Store, where: str) -> None:
    """Raise :class:`ConfigurationError` for the first term of ``store`` that is stricter than a rule allows."""
    for floor in FLOORS:
        if floor.platform not in ("", store.platform) or not re.search(floor.goods, store.goods.kind):
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
            field, said = (clause.field, problem) if clause.field else problem.split(": ", 1)
            raise ConfigurationError(where, field, f"{said} ({clause.rule})", clause.fix)


def number(store: Store, dotted: str) -> int:
    """The number in the field ``section.name`` of ``store``."""
    section, name = dotted.split(".")
    return int(getattr(getattr(store, section), name))
