"""A small door for the tests of `make check`: the real catalogue, a handful of kinds and patterns of its own.

What the real patterns find is tested with the door; here it must not matter when one is added.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from store_builder import ROOT

from aftersales.door import Door, load_door
from aftersales.door.replies_file import read_replies
from aftersales.door.report import Report, check_replies
from aftersales.rules import Rule, load_catalogue
from aftersales.stores import CHINA, Stores, load_stores

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=CHINA)
SLOTS = "slots:\n  review: [好评]\n  benefit: [惊喜]\n"
PATTERNS = """patterns:
  - id: wait
    kind: waiting
    says: ['请?稍等']
    instead: 我现在去查，10分钟内回复您
  - id: bribe
    kind: review_bribe
    says: ['{review}.{0,10}{benefit}']
  - id: wechat
    kind: offsite_contact
    says: ['加(?:我|我们)?微信']
"""
#: The kinds that the patterns find, with words and rules that stay whatever becomes of the real ones.
KINDS = {
    "waiting": {
        "title": "空等", "agent": "warn", "bot": "warn", "rules": ["WAI-01", "WAI-07"],
        "why": "只叫买家等，没说在做什么", "instead": "说出正在做的动作和时间",
    },
    "review_bribe": {
        "title": "好评返现", "agent": "block", "bot": "block", "rules": ["REV-04"],
        "why": "用好处换好评", "instead": "补偿只和问题本身有关，不提评价",
    },
    "offsite_contact": {
        "title": "引到站外联系", "agent": "block", "bot": "block", "rules": ["OFF-03", "OFF-02"],
        "why": "离开平台就没有记录", "instead": "请买家就在这里沟通",
    },
}  # fmt: skip

WAIT = "亲，请稍等"
BRIBE = "亲，五星好评有惊喜哦"
WECHAT = "请加我微信细聊"
FINE = "您好，已经为您登记，今天18点前回复您进度"


def rules_folder(folder: Path) -> Path:
    """Under ``folder``: rules with the real catalogue and platforms, and the kinds and patterns above."""
    rules = folder / "rules"
    for name in ("catalogue", "platforms"):
        shutil.copytree(ROOT / "rules" / name, rules / name)
    for name, text in (("slots/small.yml", SLOTS), ("patterns/small.yml", PATTERNS)):
        path = rules / "door" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    kinds = yaml.safe_load((ROOT / "rules" / "door" / "kinds.yml").read_text(encoding="utf-8"))
    kinds["kinds"].update(KINDS)
    (rules / "door" / "kinds.yml").write_text(yaml.safe_dump(kinds, allow_unicode=True), encoding="utf-8")
    return rules


@lru_cache
def _parts(rules: Path) -> tuple[Door, dict[str, Rule], Stores]:
    return load_door(rules, None), dict(load_catalogue(rules / "catalogue")), load_stores(ROOT / "stores", rules)


def report_of(rules: Path, path: Path, store: str = "jd-digital", speaker: Any = "agent") -> Report:
    """The file ``path``, checked by the small door."""
    door, catalogue, stores = _parts(rules)
    return check_replies(read_replies(path), door, catalogue, stores[store], speaker, NOW)


def xlsx(sheets: dict[str, Sequence[Sequence[object]]]) -> bytes:
    """A real workbook."""
    workbook: Any = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
