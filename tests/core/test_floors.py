"""Kinder, never stricter: every floor of a store file, in ``store.yml`` and in its versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from store_builder import PACKS, ROOT, build_store, write_store

from aftersales.errors import ConfigurationError
from aftersales.rules import load_catalogue
from aftersales.stores.fields import field_value, store_fields
from aftersales.stores.floors import CLAUSES, FLOORS
from aftersales.stores.loader import load_versions

RULES = load_catalogue(ROOT / "rules" / "catalogue")

#: What is changed in a small store on JD; then field, what is wrong, rule and fix, as the refusal says them.
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"returns.no_reason_days": 6}, "returns.no_reason_days: 6 is less than the law's 7 days (RET-01). Use 7 or more"),
    ({"returns.quality_days": 6}, "returns.quality_days: 6 is less than the law's 7 days (QLT-01). Use 7 or more"),
    (
        {"returns.quality_exchange_days": 6},
        "returns.quality_exchange_days: 6 is less than the law's 7 days (QLT-01). Use 7 or more",
    ),
    (
        {"goods.kind": "通勤女装", "returns.quality_days": 14},
        "returns.quality_days: 14 is less than JD's, for clothing, 15 days (QLT-16). Use 15 or more",
    ),
    (
        {"goods.kind": "真皮箱包", "returns.quality_exchange_days": 14},
        "returns.quality_exchange_days: 14 is less than JD's, for shoes and bags, 15 days (QLT-15). Use 15 or more",
    ),
    (
        {"goods.kind": "家居日用", "returns.quality_days": 7},
        "returns.quality_days: 7 is less than JD's, for household goods, 15 days (QLT-19). Use 15 or more",
    ),
    (
        {"returns.damage_report_hours": 47},
        "returns.damage_report_hours: 47 is less than JD's 48 hours (QLT-13). Use 48 or more",
    ),
    (
        {"refunds.after_receipt_hours": 169},
        "refunds.after_receipt_hours: 169 is more than the law's 168 hours (RET-08). Use 168 or less",
    ),
    ({"refunds.review_hours": 49}, "refunds.review_hours: 49 is more than JD's 48 hours (QLT-12). Use 48 or less"),
    (
        {"platform": "own", "refunds.review_hours": 361},
        "refunds.review_hours: 361 is more than the law's 360 hours (CPR-17). Use 360 or less",
    ),
    (
        {"shipping.trace_reply_hours": 361},
        "shipping.trace_reply_hours: 361 is more than the law's 360 hours (CPR-17). Use 360 or less",
    ),
    ({"returns.quality_freight": "buyer"}, "returns.quality_freight: the freight of a quality problem"),
    ({"returns.exclusions": [{"category": "清仓款", "basis": "confirmed"}]}, "returns.exclusions: '清仓款' cannot be"),
    ({"returns.opened_policy": "拆封后概不退"}, "returns.opened_policy: opening a parcel to look is no ground"),
    ({"returns.inspection_hours": 49}, "returns.inspection_hours: 49 hours to inspect outlast the 48 hours"),
    ({"price_protection.offered": True}, "price_protection.days: price protection is offered for 0 days (PPR-13)"),
    (
        {"warranty.offered": True},
        "warranty.days: a warranty is offered for 0 days (PPR-14). Give the days, or set offered to false",
    ),
    ({"invoices.kinds": []}, "invoices.kinds: a buyer who asks for an invoice must get one (INV-01)"),
    ({"invoices.when": "开票另付税"}, "invoices.when: '另付税': an invoice costs the buyer nothing extra (INV-08)"),
    (
        {"invoices.when": "满100元才能开票"},
        "invoices.when: '满100元才能开': a buyer who asks for an invoice gets one, however small the amount (INV-08). "
        "Say when it is issued; whether is not the store's to decide",
    ),
    ({"invoices.when": "虚拟商品不支持开票"}, "invoices.when: '不支持开票': a buyer who asks for an invoice gets one"),
    # Words that no text of the store may hold; the refusal names the field that holds them.
    ({"returns.condition": "签收即视为认可"}, "returns.condition: '签收即视为' is a void clause (LAN-19). Remove it"),
    ({"greeting": "最终解释权归本店"}, "greeting: '最终解释权' is a void clause (LAN-19). Remove it"),
    ({"gifts.text": "赠品一经售出不补"}, "gifts.text: '一经售出' is a void clause (LAN-19). Remove it"),
    (
        {"coupons.text": "用券的订单不得投诉"},
        "coupons.text: '不得投诉' keeps buyers from complaining (INT-18). Remove it",
    ),
    ({"returns.condition": "商品完好，不支持平台介入"}, "returns.condition: '不支持平台介入' keeps buyers from complaining"),
    (
        {"refunds.coupon_text": "退款统一退到店铺余额"},
        "refunds.coupon_text: '统一退到店铺余额' is not how a buyer is paid back (RFD-10). Money goes back the way it came",
    ),
    (
        {"refunds.arrivals": [{"channel": "微信支付", "text": "只能退为购物金"}]},
        "refunds.arrivals[0].text: '只能退为购物金' is not how a buyer is paid back (RFD-10)",
    ),
    (
        {"gifts.return_text": "赠品拆了就不支持退货"},
        "gifts.return_text: '赠品拆了就不支持退货' makes a gift stop the return of the goods (RET-11). Let the gift come",
    ),
    (
        {"shipping.delivery_text": "运输途中破损我们不负责"},
        "shipping.delivery_text: '运输途中破损我们不负责' puts the risk of transport on the buyer (SHP-08). Remove it",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_what_goes_below_is_refused_with_file_field_rule_and_the_least_allowed(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build_store(tmp_path, changes)
    assert str(refused.value).startswith(f"stores/x/store.yml: {message}")


@pytest.mark.parametrize(("changes", "message"), REFUSED)
def test_earlier_and_announced_terms_pass_the_same_floors(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    main = write_store(tmp_path, {"platform": changes.get("platform", "jd")})
    bad = write_store(tmp_path / "elsewhere", {**changes, "policy_version": "t-0", "effective_from": "2026-01-01"})
    (main.parent / "versions").mkdir()
    bad.rename(main.parent / "versions" / "t-0.yml")
    with pytest.raises(ConfigurationError) as refused:
        load_versions(main, PACKS)
    assert str(refused.value).startswith(f"stores/x/versions/t-0.yml: {message}")


@pytest.mark.parametrize(
    "changes",
    [
        # Exactly the least.
        {"returns.no_reason_days": 7, "returns.quality_days": 7, "returns.quality_exchange_days": 7},
        {"returns.damage_report_hours": 48, "refunds.review_hours": 48, "refunds.after_receipt_hours": 168},
        {"goods.kind": "通勤女装", "returns.quality_days": 15},
        {"shipping.trace_reply_hours": 360},
        # A floor of another platform, or for other goods.
        {"platform": "tmall", "goods.kind": "通勤女装", "returns.quality_days": 7},
        {"goods.kind": "手机壳", "returns.quality_days": 7},
        # Words that sound alike and are lawful.
        {"refunds.coupon_text": "没过期的店铺券退回账户"},
        {"refunds.arrivals": [{"channel": "支付宝", "text": "退回支付宝余额"}]},
        {"gifts.return_text": "退货时小礼没拆就一起寄回，拆用了也不影响衣服退货"},
        {"gifts.return_text": "赠品用掉的，按页面标明的价格从退款里扣"},
        {"shipping.delivery_text": "运输中破损我们负责补发"},
        {"invoices.when": "申请后开票，专票要先登记抬头"},
        {"greeting": "不满意可以向平台投诉"},
        {"warranty": {"offered": True, "days": 1}},
    ],
)
def test_the_least_itself_and_lawful_words_are_accepted(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert build_store(tmp_path, changes).name == "测试小店"


def test_every_floor_stands_on_a_rule_whose_own_text_was_read() -> None:
    cited = {one.rule for one in FLOORS} | {one.rule for one in CLAUSES}
    assert {rule for rule in cited if not RULES[rule].verified} == set()


def test_every_floor_and_clause_is_refused_somewhere_in_the_table() -> None:
    said = " ".join(message for _, message in REFUSED)
    missing = {f"{one.field} {one.rule}" for one in FLOORS if one.rule not in said or one.field not in said}
    assert missing == set()
    by_message = {"QLT-01", "RET-05", "RET-06", "RET-08"}
    assert {one.rule for one in CLAUSES if one.rule not in said} <= by_message


def test_floors_name_fields_of_the_store_file(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    for field in {one.field for one in (*FLOORS, *CLAUSES) if one.field}:
        assert field in set(store_fields())
        assert field_value(store, field) is not None
