"""A store file is closed, typed, never stricter than the law, and can be edited while everything runs."""

from __future__ import annotations

import dataclasses
import itertools
import logging
import os
import shutil
import typing
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from store_builder import ABSENT, PACKS, ROOT, build_store, write_store

from aftersales.errors import ConfigurationError
from aftersales.stores import StoreDirectory, load_store, load_stores
from aftersales.stores.hours import WEEKDAYS, ServiceHours
from aftersales.stores.loader import LOOK_EVERY
from aftersales.stores.model import Store
from aftersales.stores.values import TABLE


def test_the_smallest_store_loads_with_the_documented_defaults(tmp_path: Path) -> None:
    store = build_store(tmp_path)
    assert (store.id, store.platform, store.pack.name) == ("x", "jd", "京东")
    assert store.effective_from == date(2026, 11, 1)
    assert (store.tone.salutation, store.returns.no_reason_days, store.refunds.review_hours) == ("您", 7, 48)
    assert not store.price_protection.offered
    assert store.groups.name("complaint") == "投诉"
    assert set(store.groups.names()) == {
        "presale",
        "standard",
        "hard_case",
        "logistics_trace",
        "back_office",
        "complaint",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        # Stricter than the law or the platform.
        (
            {"returns.no_reason_days": 5},
            "stores/x/store.yml: returns.no_reason_days: 5 is less than the law's 7 days (RET-01). Use 7 or more",
        ),
        ({"returns.quality_days": 3}, "returns.quality_days: 3 is less than the law's 7 days (QLT-01)"),
        ({"returns.quality_exchange_days": 6}, "returns.quality_exchange_days: 6 is less than the law's 7"),
        ({"returns.damage_report_hours": 24}, "24 is less than JD's 48 hours (QLT-13)"),
        ({"refunds.after_receipt_hours": 169}, "169 is more than the law's 168 hours (RET-08). Use 168 or less"),
        ({"refunds.review_hours": 72}, "refunds.review_hours: 72 is more than JD's 48 hours (QLT-12)"),
        ({"platform": "tmall", "refunds.review_hours": 400}, "400 is more than the law's 360 hours (CPR-17)"),
        ({"returns.quality_freight": "buyer"}, "returns.quality_freight"),
        ({"returns.exclusions": [{"category": "特价商品", "basis": "confirmed"}]}, "(RET-05)"),
        ({"returns.exclusions": [{"category": "内衣", "basis": "hygiene"}]}, "'hygiene' is not allowed"),
        ({"returns.opened_policy": "拆封后不支持退货"}, "(RET-06)"),
        ({"returns.condition": "签收即视为认可"}, "void clause (LAN-19)"),
        ({"coupons.text": "最终解释权归本店"}, "void clause (LAN-19)"),
        ({"invoices.kinds": []}, "must get one (INV-01)"),
        ({"invoices.when": "开票另加税点"}, "(INV-08)"),
        ({"price_protection.offered": True}, "price_protection.days: price protection is offered for 0 days (PPR-13)"),
        ({"returns.inspection_hours": 72}, "72 hours to inspect outlast the 48 hours to pay back (RET-08)"),
        # Not what the field takes.
        ({"retrns": {}}, "retrns: is not a known field. Did you mean 'returns'?"),
        ({"returns.no_reason_day": 7}, "returns.no_reason_day: is not a known field. Did you mean 'no_reason_days'?"),
        ({"returns.no_reason_days": "7"}, "returns.no_reason_days: '7' is no whole number"),
        ({"returns.no_reason_days": True}, "True is no whole number"),
        ({"returns.no_reason_days": -1}, "-1 is no whole number from 0 up"),
        ({"price_protection.offered": "yes"}, "price_protection.offered: 'yes' is neither true nor false"),
        ({"price_protection.counted_from": "payment"}, "Use one of: order, signed"),
        ({"platform": "amazon"}, "platform: 'amazon' is not allowed. Use one of: jd, tmall, pdd, douyin, own"),
        ({"platform": ABSENT}, "platform: is missing"),
        ({"name": ABSENT}, "name: is missing. Add it"),
        ({"name": "  "}, "name: is empty"),
        ({"name": 12}, "name: 12 is no text"),
        ({"name": "小\u202e店"}, "name: holds a line break or a hidden character"),
        ({"greeting": "你好\n欢迎"}, "greeting: holds a line break or a hidden character"),
        ({"effective_from": "November"}, "effective_from: 'November' is no date. Write it as 2026-11-22"),
        ({"shipping.carriers": "顺丰"}, "shipping.carriers: '顺丰' is no list"),
        ({"shipping.carriers": []}, "shipping.carriers: is empty"),
        ({"shipping.carriers": [3]}, "shipping.carriers[0]: 3 is no text"),
        ({"shipping.cut_off": 960}, "shipping.cut_off: 960 is no text. Put it in quotes"),
        ({"shipping.cut_off": "下午四点"}, "is no time of day"),
        ({"tone": "亲"}, "tone: '亲' is no mapping"),
        ({"allowed_origins": ["https://shop.example/path"]}, "allowed_origins[0]"),
        ({"allowed_origins": ["http://shop.example"]}, "allowed_origins[0]"),
        ({"pack": {}}, "pack: is not a known field"),
        ({"id": "y"}, "id: is not a known field"),
    ],
)
def test_a_bad_store_file_is_refused_with_place_field_and_fix(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build_store(tmp_path, changes)
    assert str(refused.value).startswith("stores/x/store.yml: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"returns.no_reason_days": 30, "returns.no_reason_freight": "store"},
        {"platform": "own", "refunds.review_hours": 72},
        {"platform": "tmall", "returns.damage_report_hours": 24},
        {
            "returns.exclusions": [{"category": "临期零食", "basis": "confirmed"}],
            "returns.opened_policy": "拆封后不支持退",
        },
        {"allowed_origins": ["https://shop.example", "http://localhost:8000"]},
    ],
)
def test_kinder_or_lawful_terms_are_accepted(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert build_store(tmp_path, changes).name == "测试小店"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: 甲\nname: 乙\n", "line 2: the key 'name' stands twice"),
        ("name: [甲\n", "stores/x/store.yml: line"),
        ("- 甲\n", "(file): ['甲'] is no mapping"),
        ("", "(file): an empty value is no mapping"),
        ("!!python/object/apply:os.system ['true']\n", "stores/x/store.yml: line 1"),
        ("1: 甲\n", "the key 1 is no text"),
    ],
)
def test_broken_yaml_is_refused_with_its_line(tmp_path: Path, content: str, message: str) -> None:
    path = write_store(tmp_path)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_store(path, PACKS)
    assert message in str(refused.value)


def test_a_folder_name_that_is_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="'My Shop' is no store id"):
        load_store(write_store(tmp_path, store_id="My Shop"), PACKS)


def test_a_folder_without_stores_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no store"):
        load_stores(tmp_path, ROOT / "rules")


# --- the demo stores -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "jd", "tmall", "own"),
    [
        ("returns.no_reason_days", "7", "15", "7"),
        ("returns.exchange_offered", True, True, False),
        ("returns.exchange_payer", "您", "我们", "您"),
        ("price_protection.offered", True, True, False),
        ("price_protection.days", "30", "15", "0"),
        ("price_protection.counted_from", "签收", "下单", "下单"),
        ("shipping.promise_hours", "24", "48", "72"),
        ("shipping.freight_text", "全店包邮", "全店包邮", "满99元包邮，不满收12元运费"),
        ("freight_insurance.offered", True, True, False),
        ("warranty.offered", True, False, False),
        ("tone.salutation", "您", "亲", "您"),
        ("platform.name", "京东", "天猫", "本店商城"),
    ],
)
def test_the_demo_stores_differ_where_their_terms_do(
    key: str, jd: str | bool, tmall: str | bool, own: str | bool
) -> None:
    stores = load_stores(ROOT / "stores")
    values = [stores[store].values()[key] for store in ("jd-digital", "tmall-fashion", "own-food")]
    assert values == [jd, tmall, own]


def test_values_hold_every_documented_key_and_nothing_but_texts_and_conditions(tmp_path: Path) -> None:
    values = build_store(tmp_path).values()
    assert set(TABLE) <= set(values)
    assert {key.split(".")[0] for key in set(values) - set(TABLE)} == {"path", "term"}
    assert {type(value) for value in values.values()} == {str, bool}


def test_a_store_may_name_its_own_paths_and_arrival_times(tmp_path: Path) -> None:
    arrival = {"channel": "微信支付", "text": "由微信入账"}
    values = build_store(
        tmp_path,
        {"invoices.path": "联系客服开票", "refunds.arrivals": [arrival]},
    ).values()
    assert values["invoices.path"] == "联系客服开票"
    assert str(values["refunds.arrivals"]).startswith("微信支付由微信入账；")


def test_a_full_stop_at_the_end_of_merchant_text_is_not_doubled(tmp_path: Path) -> None:
    assert build_store(tmp_path, {"returns.condition": "商品完好。"}).values()["returns.condition"] == "商品完好"


# --- editing while running -------------------------------------------------------------------------------------------


def edit(path: Path, changes: dict[str, Any], at: int) -> None:
    """Rewrite a store file with a modification time of its own, so that no clock decides the test."""
    write_store(path.parents[2], changes, path.parent.name)
    os.utime(path, ns=(at, at))


def seconds() -> Callable[[], float]:
    """A clock that moves on by one second whenever it is asked, so that every question looks at the files."""
    return map(float, itertools.count()).__next__


def test_between_two_looks_the_files_are_left_alone(tmp_path: Path) -> None:
    path = write_store(tmp_path)
    now = 100.0
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=lambda: now)
    edit(path, {"returns.no_reason_days": 30}, 10**18)
    now = 100.0 + LOOK_EVERY * 0.9
    assert directory.current()["x"].returns.no_reason_days == 7
    now = 100.0 + LOOK_EVERY
    assert directory.current()["x"].returns.no_reason_days == 30
    edit(path, {"returns.no_reason_days": 15}, 2 * 10**18)
    assert directory.current()["x"].returns.no_reason_days == 30, "the second has just begun"
    now += LOOK_EVERY
    assert directory.current()["x"].returns.no_reason_days == 15


def test_an_edited_file_is_read_again_and_an_untouched_one_is_not(tmp_path: Path) -> None:
    path = write_store(tmp_path)
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=seconds())
    before = directory.current()
    assert directory.current() is before
    edit(path, {"returns.no_reason_days": 30}, 10**18)
    assert directory.current()["x"].returns.no_reason_days == 30


def test_a_bad_edit_keeps_the_last_good_store_is_logged_once_and_lets_others_change(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bad = write_store(tmp_path, store_id="bad")
    good = write_store(tmp_path, store_id="good")
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=seconds())
    edit(bad, {"returns.no_reason_days": 3, "name": "改坏了"}, 10**18)
    edit(good, {"name": "改好了"}, 10**18)
    with caplog.at_level(logging.ERROR):
        stores = directory.current()
        directory.current()
    assert (stores["bad"].name, stores["good"].name) == ("测试小店", "改好了")
    assert [record.getMessage() for record in caplog.records] == [
        (
            "store not reloaded, its last good version stays: stores/bad/store.yml: returns.no_reason_days: "
            "3 is less than the law's 7 days (RET-01). Use 7 or more"
        )
    ]
    edit(bad, {"name": "修好了"}, 2 * 10**18)
    assert directory.current()["bad"].name == "修好了"


def test_a_new_store_appears_and_a_removed_one_goes(tmp_path: Path) -> None:
    write_store(tmp_path, store_id="one")
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=seconds())
    write_store(tmp_path, store_id="two")
    assert set(directory.current()) == {"one", "two"}
    shutil.rmtree(tmp_path / "stores" / "one")
    assert set(directory.current()) == {"two"}


def test_losing_every_file_keeps_the_last_good_stores(tmp_path: Path) -> None:
    write_store(tmp_path)
    directory = StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=seconds())
    shutil.rmtree(tmp_path / "stores" / "x")
    assert set(directory.current()) == {"x"}


def test_the_first_start_with_a_bad_file_fails(tmp_path: Path) -> None:
    write_store(tmp_path, {"returns.no_reason_days": 1})
    with pytest.raises(ConfigurationError):
        StoreDirectory(tmp_path / "stores", ROOT / "rules", clock=seconds())


def test_a_broken_pack_keeps_the_last_good_packs(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "rules" / "platforms", tmp_path / "rules" / "platforms")
    path = write_store(tmp_path)
    directory = StoreDirectory(tmp_path / "stores", clock=seconds())
    (tmp_path / "rules" / "platforms" / "jd.yml").write_text("name: 京东\n", encoding="utf-8")
    edit(path, {"name": "改好了"}, 10**18)
    store = directory.current()["x"]
    assert (store.name, store.pack.terms.case) == ("改好了", "售后单")


# --- documentation ---------------------------------------------------------------------------------------------------


def fields_of(cls: type, prefix: str = "") -> list[str]:
    """Every dotted field that a store file may hold, lists of mappings as ``name[].field``."""
    found: list[str] = []
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if not prefix and field.name in ("id", "pack"):
            continue
        name, hint = prefix + field.name, hints[field.name]
        inner = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
        if hint is ServiceHours:
            found += [f"{name}.{key}" for key in ("time_zone", "daily", *WEEKDAYS, "closed", "special")]
        elif inner is not None and dataclasses.is_dataclass(inner):
            found += [name, *fields_of(typing.cast(type, inner), f"{name}[].")]
        elif dataclasses.is_dataclass(hint):
            found += fields_of(typing.cast(type, hint), f"{name}.")
        else:
            found.append(name)
    return found


def test_every_field_and_every_value_is_documented_and_no_other() -> None:
    text = (ROOT / "docs" / "store-file.md").read_text(encoding="utf-8")
    first_cells = {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}
    values = load_stores(ROOT / "stores")["jd-digital"].values()
    assert first_cells == set(fields_of(Store)) | set(values)
