"""A pack says where a buyer clicks and what things are called, and no number that was not read in a rule."""

from __future__ import annotations

import re
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest
from store_builder import PACKS, ROOT

from aftersales.answers.checks import covered_numbers
from aftersales.errors import ConfigurationError
from aftersales.rules import load_catalogue
from aftersales.stores import load_packs

RULES = load_catalogue(ROOT / "rules" / "catalogue")


def test_there_is_a_pack_for_each_platform() -> None:
    assert {key: pack.name for key, pack in PACKS.items()} == {
        "jd": "京东",
        "tmall": "天猫",
        "pdd": "拼多多",
        "douyin": "抖音商城",
        "own": "本店商城",
    }


@pytest.mark.parametrize("platform", PACKS)
def test_paths_are_steps_and_hold_no_number(platform: str) -> None:
    for name, path in asdict(PACKS[platform].paths).items():
        assert not re.search(r"\d", path), name
        assert name == "payment" or " → " in path, name


@pytest.mark.parametrize("platform", PACKS)
def test_a_number_about_a_refund_channel_comes_from_a_verified_rule_that_holds_there(platform: str) -> None:
    for channel in PACKS[platform].channels:
        cited = [RULES[rule_id] for rule_id in channel.rules]
        assert all(rule.verified and rule.holds_on(platform) for rule in cited)
        assert set(re.findall(r"\d+", channel.text)) <= covered_numbers(cited)


@pytest.mark.parametrize(
    ("platform", "name"),
    [("jd", "京东介入"), ("tmall", "平台客服介入"), ("pdd", "平台介入"), ("douyin", "平台介入"), ("own", "投诉复核")],
)
def test_intervention_is_called_what_the_platform_calls_it(platform: str, name: str) -> None:
    assert PACKS[platform].terms.intervention == name


def test_words_of_one_platform_do_not_show_up_on_another() -> None:
    for platform, foreign in {"jd": "淘宝|支付宝|旺旺", "tmall": "京东|咚咚|微信", "own": "京东|淘宝|天猫"}.items():
        assert not re.search(foreign, str(asdict(PACKS[platform]))), platform


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: 京东", "nam: 京东", "rules/platforms/jd.yml: nam: is not a known field. Did you mean 'name'?"),
        ("  case: 售后单\n", "", "rules/platforms/jd.yml: terms.case: is missing"),
        ("refund_stages: [", "refund_stages: 五步 # [", "refund_stages: '五步' is no list"),
    ],
)
def test_a_bad_pack_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(ROOT / "rules" / "platforms", tmp_path / "rules" / "platforms")
    path = tmp_path / "rules" / "platforms" / "jd.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_packs(tmp_path / "rules")
    assert message in str(refused.value)
