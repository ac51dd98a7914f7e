"""The catalogue: every rule has an id, a source, a date and a status; only verified rules may be stated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from store_builder import PACKS, ROOT

from aftersales.errors import ConfigurationError
from aftersales.rules import load_catalogue
from aftersales.stores.floors import CLAUSES, FLOORS

RULES = load_catalogue(ROOT / "rules" / "catalogue")


@pytest.mark.parametrize(
    ("rule_id", "platform", "status", "numbers"),
    [
        ("RET-01", "law", "verified", {"days": 7}),
        ("RET-08", "law", "verified", {"refund_days": 7}),
        ("INT-06", "jd", "verified", {"hours": 24}),
        ("RFD-08", "all", "verified", {"wallet_minutes": 20, "card_workdays": [1, 3], "refundable_days": 365}),
        ("PPR-01", "jd", "weak-source", {"days": 30, "from": "sign_date"}),
        ("HUM-08", "std", "reported", {}),
    ],
)
def test_rules_keep_platform_status_and_numbers(
    rule_id: str, platform: str, status: str, numbers: dict[str, object]
) -> None:
    rule = RULES[rule_id]
    assert (rule.platform, rule.status, dict(rule.params)) == (platform, status, numbers)
    assert rule.verified is (status == "verified")


def test_a_verified_rule_names_its_source_and_the_date_it_was_read() -> None:
    for rule in RULES.values():
        if rule.verified:
            assert rule.source, rule.id
            assert rule.checked is not None, rule.id


@pytest.mark.parametrize(
    ("rule_id", "platforms"),
    [
        ("RET-01", {"jd", "tmall", "pdd", "douyin", "own"}),
        ("QLT-12", {"jd"}),
        ("LOG-10", {"tmall"}),
        ("INT-16", {"douyin"}),
    ],
)
def test_a_rule_holds_on_its_platform_only(rule_id: str, platforms: set[str]) -> None:
    assert {platform for platform in PACKS if RULES[rule_id].holds_on(platform)} == platforms


def test_every_floor_stands_on_a_verified_rule_of_its_platform() -> None:
    for floor in FLOORS:
        rule = RULES[floor.rule]
        assert rule.verified, floor.field
        assert rule.holds_on(floor.platform or "own"), floor.field
    for clause in CLAUSES:
        assert RULES[clause.rule].verified, clause.field


def entry(**changes: str) -> str:
    """One small rule as a line of a catalogue file, with single fields changed."""
    fields = {
        "id": "RET-01",
        "platform": "law",
        "kind": "fact",
        "statement": "甲",
        "status": "derived",
        "automation": "auto-ok",
        "volatility": "low",
        **changes,
    }
    return f"- {{{', '.join(f'{name}: {value}' for name, value in fields.items())}}}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules:\n" + entry(id="RET1"), "RET1"),
        ("rules:\n" + entry(status="sure"), "sure"),
        ("rules:\n" + entry(platform="sea"), "sea"),
        ("rules:\n" + entry(volatility="often"), "rules[0].volatility: 'often' is not allowed. Use one of: high"),
        ("rules:\n" + entry(knowledge="''"), "rules[0].knowledge: is empty"),
        ("rules:\n" + entry(status="verified"), "RET-01.source: is empty for a verified rule"),
        ("rules:\n" + entry() + entry(statement="乙"), "RET-01 is also in a.yml"),
        ("rules:\n" + entry(rejected="NOAUTO-01"), "RET-01.rejected: stands with automation auto-ok. Remove it, or"),
        (
            "rules:\n" + entry(rejected="NO-1", automation="rejected"),
            "RET-01.rejected: 'NO-1' is no id of rejected advice. Write it as NOAUTO-01",
        ),
        ("rule: []\n", "must be the only field"),
    ],
)
def test_a_bad_rule_is_refused_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.yml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_catalogue(tmp_path)
    assert message in str(refused.value)


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no rules"):
        load_catalogue(tmp_path)


def test_the_catalogue_never_speaks_of_its_own_making() -> None:
    for path in (ROOT / "rules").rglob("*.yml"):
        assert not re.search(r"原始文档|种子|seed_files", path.read_text(encoding="utf-8")), path.name
