"""The abuse protocol: soothe, remind once, prepare a request only after more abuse than the rule says; never file it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aftersales.abuse import Said, decide_abuse, is_abusive
from aftersales.errors import ConfigurationError
from aftersales.rules import load_catalogue
from aftersales.stores.hours import CHINA

RULES = load_catalogue(Path(__file__).resolve().parents[2] / "rules" / "catalogue")
START = datetime(2026, 11, 22, 10, 0, tzinfo=CHINA)
INSULT = "你们客服都是傻逼"


def said(count: int, text: str = INSULT, abusive: bool = True, after: int = 0) -> list[Said]:
    """``count`` messages, a minute apart, beginning ``after`` minutes past the start."""
    return [
        Said(after + place + 1, START + timedelta(minutes=after + place), text, abusive) for place in range(count)
    ]


REMINDED = START + timedelta(minutes=1, seconds=30)


@pytest.mark.parametrize(
    ("messages", "reminded", "step"),
    [
        (said(1, "什么时候发货", abusive=False), None, "nothing"),
        (said(1), None, "soothe"),
        (said(2), None, "remind"),
        ([*said(1), *said(1, "退款到哪了", abusive=False, after=1)], None, "nothing"),
        ([*said(1), *said(1, "退款到哪了", abusive=False, after=1), *said(1, after=2)], None, "remind"),
        (said(3), REMINDED, "stay_kind"),
        (said(7), REMINDED, "stay_kind"),
        (said(8), REMINDED, "prepare_request"),
    ],
    ids=["calm", "first", "second", "calm again", "second after a pause", "one more", "five more", "six more"],
)
def test_the_steps_follow_one_another(messages: list[Said], reminded: datetime | None, step: str) -> None:
    decision = decide_abuse(messages, reminded, RULES, "jd", START + timedelta(hours=1))
    assert decision.step == step
    assert decision.reasons
    assert all(rule in RULES for rule in decision.rules)


def test_the_request_holds_what_a_person_needs_to_decide() -> None:
    now = START + timedelta(hours=1)
    request = decide_abuse(said(8), REMINDED, RULES, "jd", now).request
    assert request is not None
    assert [one.sequence for one in request.evidence] == [3, 4, 5, 6, 7, 8]
    assert request.reminded_at == REMINDED
    assert (request.longest_months, request.lift_within_hours) == (3, 2)
    assert request.longest_until == now + timedelta(days=90)
    assert "6条" in request.reason
    assert set(request.rules) == {"BLK-01", "BLK-02", "BLK-03", "BLK-05", "BLK-06"}


def test_abuse_that_also_says_what_is_wrong_is_a_complaint_and_does_not_count() -> None:
    messages = [*said(7), *said(6, "傻逼客服，我的退款到底什么时候到", after=7)]
    assert decide_abuse(messages, REMINDED, RULES, "jd", START + timedelta(hours=1)).step == "stay_kind"


@pytest.mark.parametrize("platform", ["tmall", "pdd", "douyin", "own"])
def test_where_no_rule_allows_a_block_none_is_prepared(platform: str) -> None:
    assert decide_abuse(said(20), REMINDED, RULES, platform, START + timedelta(hours=1)).step == "stay_kind"


def test_the_numbers_come_from_the_catalogue() -> None:
    stricter = dict(RULES) | {"BLK-01": replace(RULES["BLK-01"], params={"min_messages_exclusive": 10})}
    assert decide_abuse(said(8), REMINDED, stricter, "jd", START + timedelta(hours=1)).step == "stay_kind"
    broken = dict(RULES) | {"BLK-03": replace(RULES["BLK-03"], params={})}
    with pytest.raises(ConfigurationError, match=r"BLK-03\.params\.max_months"):
        decide_abuse(said(8), REMINDED, broken, "jd", START + timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "abusive"),
    [
        (INSULT, True),
        ("你妈死了", True),
        ("滚你妈的", True),
        ("我靠，快递怎么还没到", False),
        ("他妈的这也太慢了吧", False),
        ("这破快递真垃圾", False),
        ("什么时候发货", False),
        ("我要投诉你们", False),
    ],
)
def test_abuse_is_told_from_an_oath_and_from_scolding_a_thing(text: str, abusive: bool) -> None:
    assert is_abusive(text) is abusive
