"""Builds store files and rule folders for tests: a small valid store, with single terms changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from aftersales.stores import Store, load_packs, load_store

ROOT = Path(__file__).resolve().parents[2]
PACKS = load_packs(ROOT / "rules")
ABSENT = object()

SMALLEST: Mapping[str, Any] = {
    "name": "测试小店",
    "platform": "jd",
    "tagline": "什么都卖一点",
    "greeting": "欢迎光临",
    "policy_version": "t-1",
    "effective_from": "2026-11-01",
    "service_hours": {"daily": ["09:00-18:00"]},
    "returns": {"condition": "商品完好", "opened_policy": "拆开看看没关系"},
    "shipping": {"promise_hours": 48, "carriers": ["顺丰"], "delivery_text": "一般三五天到", "ships_from": "上海仓"},
    "invoices": {"kinds": ["电子普通发票"], "when": "签收后开具"},
    "goods": {"kind": "杂货", "authenticity": "有进货凭证", "usage_help": "看说明书", "presale_help": "看详情页"},
}


def store_data(changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The smallest store with ``{"returns.no_reason_days": 5}`` applied; ``ABSENT`` removes a field."""
    data: dict[str, Any] = yaml.safe_load(yaml.safe_dump(dict(SMALLEST), allow_unicode=True))
    for dotted, value in (changes or {}).items():
        *sections, name = dotted.split(".")
        place = data
        for section in sections:
            place = place.setdefault(section, {})
        if value is ABSENT:
            place.pop(name, None)
        else:
            place[name] = value
    return data


def write_store(folder: Path, changes: Mapping[str, Any] | None = None, store_id: str = "x") -> Path:
    """Write ``folder/stores/<id>/store.yml`` and return its path."""
    path = folder / "stores" / store_id / "store.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(store_data(changes), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def build_store(folder: Path, changes: Mapping[str, Any] | None = None) -> Store:
    """Write the store and load it."""
    return load_store(write_store(folder, changes), PACKS)
