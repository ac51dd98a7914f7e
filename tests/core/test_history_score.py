"""What a conversation adds up to: each sign, what it weighs, and the innocents beside it."""

from __future__ import annotations

import pytest

from aftersales.escalation import StoreRouting, decide, explain
from aftersales.history import SMALL_TALK, History, PastTurn, misses_in_a_row, same_question_in_a_row
from aftersales.history_score import LINE, WEIGHTS, Score, score
from aftersales.reading.model import Entity, Reading

#: (intent, text) or (intent, text, what is special about it): calm, answered, unless it says otherwise.
Line = tuple[str, str] | tuple[str, str, dict[str, object]]


def turn(line: Line) -> PastTurn:
    told = dict(line[2]) if len(line) > 2 else {}
    emotion = str(told.pop("emotion", "calm"))
    talk = {"reply": "talk"} if line[0] in SMALL_TALK else {}
    return PastTurn(line[0], emotion, (), bool(told.pop("answered", True)), line[1], **{**talk, **told})  # type: ignore[arg-type]


def add_up(*lines: Line, **told: object) -> tuple[Score, History, Reading]:
    """The score at the last of these lines."""
    turns = [turn(line) for line in lines]
    latest = turns[-1]
    entities = (Entity("order_number", "330918274651", 0, 12),) if latest.names_order else ()
    reading = Reading(latest.text, latest.intent, 0.9, (), latest.emotion, 0.9, (), (), False, entities)
    history = History(
        tuple(turns[:-1]), misses_in_a_row(turns), same_question_in_a_row(turns), **told  # type: ignore[arg-type]
    )
    return score(reading, history), history, reading


UPSET: dict[str, object] = {"emotion": "dissatisfied"}
ASK_BACK: dict[str, object] = {"reply": "ask_back", "answered": False, "missed": True}
WHEN, WHERE, HOW = ("shipping_time", "什么时候发货"), ("logistics_status", "快递到哪了"), ("refund_how", "怎么申请退款")


@pytest.mark.parametrize(
    ("lines", "sign"),
    [
        # The same question for the third time; small talk in between does not help.
        ([WHEN, ("shipping_time", "哪天能发"), ("shipping_time", "几号发出来")], "同一问题已问 3 次"),
        ([WHEN, ("affirm", "好的"), WHEN, ("greet", "在吗"), WHEN], "同一问题已问 3 次"),
        # Also by half questions.
        ([("refund_status", "退款到账了吗"), ("refund_status", "要多久"), ("refund_status", "到底要多久啊", UPSET)], "同一问题已问 2 次"),
        # Three refusals of what was proposed.
        ([HOW, ("deny", "点了没反应"), ("deny", "还是不行"), ("deny", "不行")], "3 次拒绝建议"),
        ([HOW, ("deny", "不是这个"), ("provide_info", "我试过了"), ("quality_problem", "没用")], "3 次拒绝建议"),
        # Rising annoyance about one matter.
        ([WHERE, ("logistics_stuck", "怎么还没到", UPSET), ("urge_reply", "都五天了", UPSET)], "情绪连续加重"),
        ([("shipping_time", "怎么还没发", UPSET), ("shipping_time", "到底发不发！！！", UPSET)], "越打越多"),
        # Passed around.
        ([HOW, ("complaint", "商家让我找平台"), ("complaint", "平台又让我找商家")], "平台又让我找商家"),
        ([("refund_status", "你们推来推去的，退款谁管")], "推来推去"),
        # Everything a little.
        ([HOW, ("deny", "没有这个按钮"), ("refund_how", "退款怎么申请，说了没用", UPSET)], "2 次拒绝建议"),
    ],
)
def test_it_adds_up_to_a_person(lines: list[Line], sign: str) -> None:
    found, history, reading = add_up(*lines)
    assert found.total >= LINE, found.text()
    assert sign in found.text()
    escalation = decide(reading, history, StoreRouting())
    assert escalation is not None
    assert escalation.reason == "repeated_failure"
    assert sign in explain(escalation)
    assert f"累计 {found.total:g} 分" in escalation.reason_text
    assert {item.kind for item in escalation.evidence} == {"history"}


@pytest.mark.parametrize(
    "lines",
    [
        # The second time is answered another way.
        [WHEN, WHEN],
        [("shipping_time", "怎么还没发货", UPSET), ("shipping_time", "到底什么时候发", UPSET)],
        # Small talk, thanks, what is done.
        [WHEN, WHEN, ("thank", "好的谢谢")],
        [WHEN, WHEN, ("affirm", "嗯嗯")],
        [HOW, ("deny", "没用"), ("deny", "还是不行"), ("thank", "可以了，谢谢")],
        [HOW, ("deny", "没用"), ("thank", "可以了谢谢"), ("deny", "还是不行")],
        [("greet", "在吗"), ("greet", "在吗"), ("greet", "在吗")],
        # A new topic each time.
        [WHEN, ("invoice_request", "能开发票吗"), ("order_modify", "能改地址吗"), WHEN],
        [WHEN, WHEN, ("invoice_request", "能开发票吗")],
        # Half questions that ask something else each time.
        [("return_how", "怎么退货"), ("return_freight", "那运费呢"), ("refund_destination", "京豆呢"), ("exchange_request", "换的话呢")],
        [("refund_status", "退款到哪了"), ("refund_status", "要多久"), ("refund_status", "那怎么办"), ("refund_status", "为什么")],
        # A denied choice, a polite no.
        [("other", "那个那个", ASK_BACK), ("deny", "不是这个"), ("deny", "不是"), ("deny", "都不是")],
        [HOW, ("deny", "不用了"), ("deny", "不需要"), ("deny", "算了")],
        [("refund_status", "退款到哪了", {"reply": "ask"}), ("deny", "不是"), ("deny", "不对"), ("deny", "不是这个")],
        # Answers to a form.
        [HOW, ("missing_item", "没有", {"collecting": True}), ("missing_item", "没用", {"collecting": True}), ("deny", "不行")],
        # Another order, another time.
        [WHERE, ("logistics_status", "330918274651到哪了", {"names_order": True}), WHERE],
        [("logistics_status", "风衣到哪了", {"order": "1"}), ("logistics_status", "裤子到哪了", {"order": "2"}), ("logistics_status", "鞋到哪了")],
        # Sent on once; displeased, then calm.
        [HOW, ("complaint", "商家让我找平台")],
        [WHERE, ("logistics_stuck", "怎么还没到", UPSET), ("delivery_time", "明天能到吗")],
    ],
)  # fmt: skip
def test_it_stays_with_the_bot(lines: list[Line]) -> None:
    found, history, reading = add_up(*lines)
    assert found.total < LINE, found.text()
    assert decide(reading, history, StoreRouting()) is None


def test_in_a_form_only_being_passed_around_counts() -> None:
    asked = [HOW, HOW, HOW]
    assert add_up(*asked, collecting=True)[0].total == 0
    assert add_up(("refund_problem", "你们踢皮球呢"), collecting=True)[0].total == WEIGHTS["passed_around"]


def test_who_was_with_a_person_and_asks_the_same_is_counted_once() -> None:
    assert add_up(HOW, returned_with="refund_status")[0].total == WEIGHTS["returned"]
    assert add_up(WHEN, returned_with="refund_status")[0].total == 0
    assert add_up(WHEN, HOW, returned_with="refund_status")[0].total == 0


def test_what_was_not_understood_on_the_way_weighs_too() -> None:
    again: Line = ("refund_how", "到底怎么退款", UPSET)
    without, _, _ = add_up(HOW, ("greet", "在吗"), again)
    found, _, _ = add_up(HOW, ("other", "嘚啵嘚", ASK_BACK), again)
    assert "有 1 句没听懂" in found.text()
    assert "没听懂" not in without.text()


def test_the_agent_sees_the_words_of_earlier_messages() -> None:
    found, _, _ = add_up(HOW, ("deny", "点了没反应"), ("deny", "还是不行"), ("deny", "不行"))
    assert [item.text for item in found.evidence()] == ["点了没反应", "还是不行", "不行"]


def test_a_repeated_failure_without_a_subject_goes_where_the_question_belonged() -> None:
    _, history, reading = add_up(WHERE, ("logistics_stuck", "怎么还没到", UPSET), ("urge_reply", "都五天了", UPSET))
    escalation = decide(reading, history, StoreRouting())
    assert escalation is not None
    assert escalation.group == "logistics_trace"
