"""The terms of a store through time, and which of them judge an order."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from order_builder import at, order, shipped, signed
from store_builder import PACKS, ROOT, build_store, write_store

from aftersales.answers.__main__ import main as check_answers
from aftersales.decisions.order_terms import OrderTerms, merged, terms_for
from aftersales.decisions.price_protection import decide_price_protection
from aftersales.decisions.return_eligibility import decide_return
from aftersales.errors import ConfigurationError
from aftersales.orders import AfterSale, AfterSaleKind, AfterSaleStage, Order, Refund, RefundStage
from aftersales.policy_save import main as policy_save
from aftersales.stores import Store, StoreDirectory, StoreVersions, load_all_versions, load_stores
from aftersales.stores.fields import FIELDS, field_value, store_fields, verdict
from aftersales.stores.loader import load_versions

OLD, NEW = "t-1", "t-2"
#: The older terms begin in May, the newer on the first of November.
OLD_DAY, NEW_DAY = "2026-05-01", "2026-11-01"
NOW = at("11-20 12:00")


def write_version(folder: Path, name: str, day: str, changes: Mapping[str, Any] | None = None, file: str = "") -> Path:
    """Write ``versions/<name>.yml`` of the store ``x``."""
    changed = {"policy_version": name, "effective_from": day, **(changes or {})}
    written = write_store(folder / "elsewhere", changed)
    target = folder / "stores" / "x" / "versions" / f"{file or name}.yml"
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(written, target)
    return target


def build_versions(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any]) -> StoreVersions:
    """A store whose terms changed from ``old`` to ``new`` on the first of November."""
    write_version(folder, OLD, OLD_DAY, old)
    main = write_store(folder, {"policy_version": NEW, "effective_from": NEW_DAY, **new})
    return load_versions(main, PACKS)


@pytest.fixture
def three(tmp_path: Path) -> StoreVersions:
    """Earlier, present and announced terms."""
    write_version(tmp_path, "t-3", "2027-03-15")
    return build_versions(tmp_path, {}, {})


# --- which terms are in force ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("2026-05-01T00:00:00+08:00", "t-1"),
        ("2026-10-31T23:59:59+08:00", "t-1"),
        ("2026-10-31T23:59:59.999999+08:00", "t-1"),
        ("2026-11-01T00:00:00+08:00", "t-2"),
        ("2026-11-01T00:00:01+08:00", "t-2"),
        # Midnight is midnight in China, whatever zone the order system writes.
        ("2026-10-31T15:59:59+00:00", "t-1"),
        ("2026-10-31T16:00:00+00:00", "t-2"),
        ("2026-11-01T00:00:00+09:00", "t-1"),
        ("2026-10-31T12:00:00-05:00", "t-2"),
        ("2027-03-14T23:59:59+08:00", "t-2"),
        ("2027-03-15T00:00:00+08:00", "t-3"),
        ("2030-01-01T00:00:00+08:00", "t-3"),
    ],
)
def test_a_version_begins_at_midnight_in_china(three: StoreVersions, moment: str, version: str) -> None:
    when = datetime.fromisoformat(moment)
    assert three.at(when).policy_version == version
    assert three.current(when) is three.at(when)
    assert three.covers(when)


def test_before_the_first_version_the_first_one_is_taken_and_that_is_known(three: StoreVersions) -> None:
    before = datetime.fromisoformat("2026-04-30T23:59:59+08:00")
    assert three.at(before).policy_version == "t-1"
    assert not three.covers(before)


def test_a_naive_time_is_refused(three: StoreVersions) -> None:
    with pytest.raises(ValueError, match="aware"):
        three.at(datetime(2026, 11, 1))


def test_announced_versions_are_those_to_come(three: StoreVersions) -> None:
    assert [one.policy_version for one in three.announced(NOW)] == ["t-3"]
    assert [one.policy_version for one in three.announced(NOW - timedelta(days=30))] == ["t-2", "t-3"]
    assert three.named("t-2") is three.at(NOW)
    assert three.named("t-9") is None


@pytest.mark.parametrize(
    ("name", "day", "changes", "file", "message"),
    [
        ("t-0", NEW_DAY, {}, "", "effective_from: 2026-11-01 is also that of stores/x/versions/t-0.yml. Give the newer"),
        (NEW, OLD_DAY, {}, "", "policy_version: t-2 is also that of stores/x/versions/t-2.yml. Give the newer one"),
        # Saved, edited, and not renamed: the commonest slip.
        (NEW, NEW_DAY, {"returns.no_reason_days": 30}, "", "policy_version: t-2 is also that of"),
        (OLD, OLD_DAY, {}, "other", "versions/other.yml: policy_version: 't-1' is not the name of its file. Use other"),
        (OLD, OLD_DAY, {"platform": "own"}, "", "versions/t-1.yml: platform: own is not the store's jd. Use jd"),
        # Earlier terms pass the same floors: an order may still be judged by them.
        (
            OLD,
            OLD_DAY,
            {"returns.no_reason_days": 5},
            "",
            "stores/x/versions/t-1.yml: returns.no_reason_days: 5 is less than the law's 7 days (RET-01). Use 7 or more",
        ),
        (OLD, "November", {}, "", "versions/t-1.yml: effective_from: 'November' is no date"),
    ],
)
def test_versions_that_do_not_fit_are_refused_with_file_field_and_fix(
    tmp_path: Path, name: str, day: str, changes: dict[str, Any], file: str, message: str
) -> None:
    write_version(tmp_path, name, day, changes, file)
    write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY})
    with pytest.raises(ConfigurationError) as refused:
        load_stores(tmp_path / "stores", ROOT / "rules")
    assert message in str(refused.value)


def test_saving_todays_terms_disturbs_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main = write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY})
    arguments = ["--store", "x", "--stores", str(tmp_path / "stores"), "--rules", str(ROOT / "rules")]
    assert policy_save(arguments) == 0
    copy = main.parent / "versions" / "t-2.yml"
    assert copy.read_text(encoding="utf-8") == main.read_text(encoding="utf-8")
    assert len(load_versions(main, PACKS).all) == 1
    assert policy_save(arguments) == 0, "saving twice changes nothing"
    assert "早已存好" in capsys.readouterr().out
    write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY, "returns.no_reason_days": 30})
    assert policy_save(arguments) == 2, "other terms of the same name are not overwritten"
    assert "t-2 is saved already, with other terms" in capsys.readouterr().err
    write_store(tmp_path, {"policy_version": "a/b", "effective_from": NEW_DAY})
    assert policy_save(arguments) == 2
    assert "'a/b' cannot name a file" in capsys.readouterr().err


def test_the_answers_of_earlier_and_announced_terms_are_checked_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY})
    places = ["--stores", str(tmp_path / "stores"), "--rules", str(ROOT / "rules"), "--check"]
    arguments = [*places, "--responses", str(ROOT / "data" / "responses")]
    check_answers(arguments)
    assert "国家级" not in capsys.readouterr().err
    write_version(tmp_path, "t-9", "2026-12-01", {"goods.authenticity": "国家级品质，有进货凭证"})
    assert check_answers(arguments) == 1
    found = [line for line in capsys.readouterr().err.splitlines() if "国家级" in line]
    assert found and all("[x t-9]" in line for line in found)


# --- while everything runs -------------------------------------------------------------------------------------------


def ticks() -> Iterator[float]:
    count = 0.0
    while True:
        yield (count := count + 1)


def test_announced_terms_take_over_by_themselves_when_their_day_begins(tmp_path: Path) -> None:
    write_version(tmp_path, "t-9", "2026-12-01", {"returns.no_reason_days": 30})
    write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY})
    now = datetime.fromisoformat("2026-11-30T15:59:59+00:00")
    directory = StoreDirectory(
        tmp_path / "stores", ROOT / "rules", clock=ticks().__next__, now=lambda: now
    )  # fmt: skip
    before = directory.current()
    assert before["x"].returns.no_reason_days == 7
    assert directory.current() is before, "nothing changed, so others keep what they have made of it"
    now += timedelta(seconds=1)
    assert directory.current()["x"].returns.no_reason_days == 30
    assert len(directory.versions()["x"].all) == 2


def test_a_bad_version_keeps_the_last_good_terms_and_a_mended_one_is_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_store(tmp_path, {"policy_version": NEW, "effective_from": NEW_DAY})
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=ticks().__next__, now=lambda: NOW)
    path = write_version(tmp_path, OLD, OLD_DAY, {"returns.no_reason_days": 3})
    with caplog.at_level(logging.ERROR):
        assert len(directory.versions()["x"].all) == 1
        directory.current()
    (record,) = caplog.records
    assert "its last good version stays: stores/x/versions/t-1.yml: returns.no_reason_days" in record.getMessage()
    write_version(tmp_path, OLD, OLD_DAY)
    os.utime(path, ns=(10**18, 10**18))
    assert [one.policy_version for one in directory.versions()["x"].all] == [OLD, NEW]


# --- which terms judge an order --------------------------------------------------------------------------------------


def test_every_field_of_a_store_file_says_how_it_is_judged() -> None:
    assert set(FIELDS) == set(store_fields())


#: An order placed under the old terms, asked about under the new: field, old, new, what counts.
JUDGED = [
    ("returns.no_reason_days", 15, 7, 15),
    ("returns.no_reason_days", 7, 15, 15),
    ("returns.no_reason_freight", "store", "buyer", "store"),
    ("returns.no_reason_freight", "buyer", "store", "store"),
    ("returns.exchange_days", 15, 0, 15),
    ("returns.exchange_days", 0, 15, 15),
    ("returns.exchange_freight", "store", "buyer", "store"),
    ("returns.quality_days", 30, 7, 30),
    ("returns.quality_exchange_days", 15, 30, 30),
    ("returns.damage_report_hours", 72, 48, 72),
    ("returns.condition", "吊牌在", "吊牌在、没洗过", "吊牌在"),
    ("returns.opened_policy", "拆开试穿没关系", "拆开看看没关系", "拆开试穿没关系"),
    ("shipping.promise_hours", 24, 48, 24),
    ("shipping.promise_hours", 48, 24, 24),
    ("invoices.change_days", 90, 30, 90),
    # Settled with the purchase, whatever came later.
    ("shipping.freight_yuan", 12, 0, 12),
    ("gifts.return_text", "小礼不用寄回", "小礼请一起寄回", "小礼不用寄回"),
    ("refunds.coupon_text", "店铺券退回", "店铺券不退", "店铺券退回"),
    ("policy_version", OLD, NEW, OLD),
    # How things are done goes by today.
    ("returns.address", "旧仓", "新仓", "新仓"),
    ("returns.pickup", "上门取件", "送到驿站", "送到驿站"),
    ("invoices.when", "签收后开具", "申请后开具", "申请后开具"),
    ("invoices.path", "找客服开", "订单页开", "订单页开"),
    ("shipping.trace_reply_hours", 12, 24, 24),
    ("shipping.delivery_text", "两天到", "三天到", "三天到"),
    ("greeting", "你好", "欢迎", "欢迎"),
    ("groups.complaint", "投诉组", "投诉专席", "投诉专席"),
    # A refund asked for today goes by today's hours.
    ("refunds.review_hours", 12, 48, 48),
    ("refunds.after_receipt_hours", 48, 96, 96),
]


@pytest.mark.parametrize(("field", "old", "new", "counts"), JUDGED)
def test_an_order_is_judged_by_its_own_day_and_by_today_where_that_is_kinder(
    tmp_path: Path, field: str, old: Any, new: Any, counts: Any
) -> None:
    changes = ({}, {}) if field == "policy_version" else ({field: old}, {field: new})
    versions = build_versions(tmp_path, *changes)
    terms = terms_for(signed(placed_at=at("10-31 23:59:59")), versions, NOW)
    assert field_value(terms.store, field) == counts
    explained = FIELDS[field].judged not in ("today", "case") and field != "policy_version"
    assert any(reason.startswith(f"{field}: ") for reason in terms.reasons) is explained
    fresh = terms_for(signed(placed_at=at("11-01 00:00:00")), versions, NOW)
    assert fresh == OrderTerms(versions.at(NOW)), "an order placed with the new terms knows no others"


@pytest.mark.parametrize(
    ("placed", "days", "reason"),
    [
        ("10-31 23:59:59", 30, "returns.no_reason_days: 30 of t-1, in force when the order was placed"),
        ("11-01 00:00:00", 7, ""),
    ],
)
def test_the_last_second_before_a_change_keeps_the_promise(tmp_path: Path, placed: str, days: int, reason: str) -> None:
    versions = build_versions(tmp_path, {"returns.no_reason_days": 30}, {})
    terms = terms_for(signed("11-01 10:00", placed_at=at(placed)), versions, NOW)
    assert terms.store.returns.no_reason_days == days
    assert terms.reasons == ((reason,) if reason else ())
    decision = decide_return(terms.store, signed("11-01 10:00", placed_at=at(placed)), NOW)
    assert decision.outcome == ("eligible" if days == 30 else "over")
    assert decision.values["return.last_day"] == ("12月1日" if days == 30 else "11月8日")


def test_an_order_before_the_first_known_terms_is_judged_by_the_first_and_says_so(tmp_path: Path) -> None:
    versions = build_versions(tmp_path, {"returns.no_reason_days": 30}, {})
    terms = terms_for(signed(placed_at=at("04-30 12:00")), versions, NOW)
    assert terms.store.returns.no_reason_days == 30
    assert terms.reasons[0] == "placed before the first known terms: judged by the first, t-1"
    only = StoreVersions((versions.at(NOW),))
    assert terms_for(signed(placed_at=at("04-30 12:00")), only, NOW).reasons == (
        "placed before the first known terms: judged by the first, t-2",
    )


def test_terms_announced_for_later_judge_nothing_yet(tmp_path: Path) -> None:
    write_version(tmp_path, "t-9", "2026-12-01", {"returns.no_reason_days": 30})
    versions = build_versions(tmp_path, {}, {})
    assert terms_for(signed(), versions, NOW).store.returns.no_reason_days == 7
    later = at("12-01 00:00:00")
    assert terms_for(signed(), versions, later).store.returns.no_reason_days == 30


def kept_out(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"category": category, "basis": basis} for category, basis in pairs]


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        # Kept out since: not for this order. Let in since: for this order as well.
        ([], [("鲜果", "perishable")], []),
        ([("鲜果", "perishable")], [], []),
        ([("鲜果", "perishable")], [("鲜果", "perishable")], [("鲜果", "perishable")]),
        # The milder ground of the two.
        ([("鲜果", "perishable")], [("鲜果", "confirmed")], [("鲜果", "confirmed")]),
        ([("鲜果", "confirmed")], [("鲜果", "perishable")], [("鲜果", "confirmed")]),
        # Made to order is told by how it was made, so another name of the shelf changes nothing.
        ([("刻字款", "customised")], [("定制款", "customised")], [("刻字款", "customised")]),
    ],
)
def test_only_what_both_keep_out_is_kept_out(
    tmp_path: Path, old: list[tuple[str, str]], new: list[tuple[str, str]], counts: list[tuple[str, str]]
) -> None:
    changes = [{"returns.exclusions": kept_out(*entries)} for entries in (old, new)]
    terms = terms_for(signed(placed_at=at("10-20 12:00")), build_versions(tmp_path, *changes), NOW)
    assert [(one.category, one.basis) for one in terms.store.returns.exclusions] == counts


def price(days: int, counted_from: str = "order", *labels: str) -> dict[str, Any]:
    return {"offered": True, "days": days, "counted_from": counted_from, "exclusions": list(labels)}


#: Placed on the 20th of October and signed on the 23rd.
PRICED = signed("10-23 10:00", placed_at=at("10-20 12:00"), paid_at=at("10-20 12:00"))
UNSIGNED = shipped(placed_at=at("10-20 12:00"), paid_at=at("10-20 12:00"))


@pytest.mark.parametrize(
    ("old", "new", "of", "counts", "outcome"),
    [
        (price(30), None, PRICED, (30, "order"), "over"),
        (price(40), None, PRICED, (40, "order"), "open"),
        (None, price(30), PRICED, (30, "order"), "over"),
        (price(40), price(15), PRICED, (40, "order"), "open"),
        (price(15), price(40), PRICED, (40, "order"), "open"),
        # Fewer days that begin later: what ends later for this order counts.
        (price(30), price(28, "signed"), PRICED, (28, "signed"), "open"),
        (price(30), price(27, "signed"), PRICED, (30, "order"), "over"),
        (price(30, "signed"), price(32), PRICED, (30, "signed"), "open"),
        # Not signed yet: a term that begins with signing lasts at least as if it were signed for now.
        (price(60), price(7, "signed"), UNSIGNED, (60, "order"), "open"),
        (price(7, "signed"), price(60), UNSIGNED, (60, "order"), "open"),
        (price(31), price(7, "signed"), UNSIGNED, (7, "signed"), "open"),
    ],
)
def test_of_two_price_promises_the_one_that_lasts_longer_for_the_order_counts(
    tmp_path: Path, old: dict[str, Any] | None, new: dict[str, Any] | None, of: Order, counts: Any, outcome: str
) -> None:
    changes = [{"price_protection": promise or {"offered": False}} for promise in (old, new)]
    store = terms_for(of, build_versions(tmp_path, *changes), NOW).store
    assert store.price_protection.offered
    assert (store.price_protection.days, store.price_protection.counted_from) == counts
    assert decide_price_protection(store, of, NOW, "price_protection").outcome == outcome


def test_a_price_is_kept_out_only_where_both_keep_it_out_and_is_asked_for_where_it_is_today(tmp_path: Path) -> None:
    old = {"price_protection": {**price(30, "order", "秒杀价", "券差额"), "path": "旧入口"}}
    new = {"price_protection": {**price(15, "order", "秒杀价", "清仓款"), "path": "新入口"}}
    promise = terms_for(PRICED, build_versions(tmp_path, old, new), NOW).store.price_protection
    assert (promise.days, promise.exclusions, promise.path) == (30, ("秒杀价",), "新入口")


@pytest.mark.parametrize(
    ("old", "new", "counts"),
    [
        ({"offered": True, "days": 365, "text": "整机保"}, {"offered": False}, (True, 365, "整机保")),
        ({"offered": False}, {"offered": True, "days": 90, "text": "主板保"}, (True, 90, "主板保")),
        ({"offered": True, "days": 90, "text": "主板保"}, {"offered": True, "days": 365, "text": "整机保"}, (True, 365, "整机保")),
        ({"offered": True, "days": 365, "text": "整机保"}, {"offered": True, "days": 90, "text": "主板保"}, (True, 365, "整机保")),
        ({"offered": True, "days": 90, "text": "整机保"}, {"offered": True, "days": 90, "text": "主板保"}, (True, 90, "整机保")),
    ],
)
def test_the_longer_warranty_counts_with_its_own_words(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], counts: tuple[bool, int, str]
) -> None:
    store = terms_for(PRICED, build_versions(tmp_path, {"warranty": old}, {"warranty": new}), NOW).store
    assert (store.warranty.offered, store.warranty.days, store.warranty.text) == counts


def asked(when: str) -> Order:
    return signed(
        placed_at=at("10-20 12:00"),
        refund=Refund(RefundStage.REQUESTED, "微信支付", at(when), signed().total),
        after_sale=AfterSale(AfterSaleKind.RETURN, AfterSaleStage.REQUESTED, at(when)),
    )


@pytest.mark.parametrize(
    ("when", "old", "new", "hours"),
    [
        # Asked for in time: as promised on that day.
        ("10-31 23:59:59", 12, 48, 12),
        ("11-01 00:00:00", 12, 48, 48),
        # Quicker since then: quicker for everybody.
        ("10-31 23:59:59", 48, 12, 12),
    ],
)
def test_how_long_a_refund_takes_goes_by_the_day_it_was_asked_for(
    tmp_path: Path, when: str, old: int, new: int, hours: int
) -> None:
    versions = build_versions(tmp_path, {"refunds.review_hours": old}, {"refunds.review_hours": new})
    assert terms_for(asked(when), versions, NOW).store.refunds.review_hours == hours


def test_terms_of_one_moment_are_taken_as_they_are(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    assert merged(store, store, store) == OrderTerms(store, ())


@pytest.mark.parametrize(
    ("field", "before", "after", "expected"),
    [
        ("returns.no_reason_days", 7, 15, "kinder"),
        ("returns.no_reason_days", 15, 7, "stricter"),
        ("returns.no_reason_days", 7, 7, "neutral"),
        ("shipping.promise_hours", 48, 24, "kinder"),
        ("refunds.review_hours", 24, 48, "stricter"),
        ("returns.no_reason_freight", "buyer", "store", "kinder"),
        ("price_protection.offered", True, False, "stricter"),
        ("price_protection.counted_from", "order", "signed", "kinder"),
        ("price_protection.exclusions", ("秒杀价",), (), "kinder"),
        ("price_protection.exclusions", ("秒杀价",), ("清仓款",), "neutral"),
        ("shipping.cut_off", "16:00", "9:30", "stricter"),
        ("shipping.cut_off", "", "00:30", "kinder"),
        ("returns.condition", "吊牌在", "吊牌在、没洗过", "neutral"),
    ],
)
def test_which_of_two_values_is_kinder(field: str, before: Any, after: Any, expected: str) -> None:
    assert verdict(field, before, after) == expected


# --- the demo stores -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("store", "placed", "field", "counts"),
    [
        ("tmall-fashion", "10-31 23:59:59", "shipping.promise_hours", 24),
        ("tmall-fashion", "11-01 00:00:00", "shipping.promise_hours", 48),
        ("tmall-fashion", "10-31 23:59:59", "returns.no_reason_days", 15),
        ("jd-digital", "11-16 10:00", "price_protection.days", 30),
    ],
)
def test_the_demo_shows_a_promise_kept_and_a_kinder_change(store: str, placed: str, field: str, counts: int) -> None:
    versions = load_all_versions(ROOT / "stores")[store]
    terms = terms_for(order(placed_at=at(placed)), versions, NOW)
    assert field_value(terms.store, field) == counts


def test_the_demos_announced_change_does_not_touch_orders_placed_before_it() -> None:
    versions = load_all_versions(ROOT / "stores")["jd-digital"]
    (coming,) = versions.announced(NOW)
    spring = datetime.fromisoformat("2027-03-20T12:00:00+08:00")
    before, after = (terms_for(order(placed_at=moment), versions, spring).store for moment in (NOW, spring))
    assert (before.price_protection.days, after.price_protection.days) == (30, coming.price_protection.days)
    assert before.returns.exchange_days == after.returns.exchange_days == 30, "kinder for everybody"


def test_stores_without_versions_are_as_they_were() -> None:
    food: Store = load_stores(ROOT / "stores")["own-food"]
    assert load_all_versions(ROOT / "stores")["own-food"].all == (food,)
