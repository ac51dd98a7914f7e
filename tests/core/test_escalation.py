"""When a conversation goes to a person, and to whom."""

from __future__ import annotations

import json

import pytest

from aftersales.escalation import (
    LINES,
    Escalation,
    History,
    PastTurn,
    StoreRouting,
    case_escalation,
    decide,
    explain,
)
from aftersales.reading.entities import find_entities
from aftersales.reading.model import Reading
from aftersales.reading.signals import needs_person, read_signals

STORE = StoreRouting({})


def reading(text: str, intent: str, confidence: float = 0.9) -> Reading:
    signals = read_signals(text, intent=intent, model_scores=None)
    return Reading(
        text=text,
        intent=intent,
        confidence=confidence,
        ranking=((intent, confidence),),
        emotion=signals.emotion,
        emotion_score=signals.emotion_score,
        risk=signals.risk,
        evidence=signals.evidence,
        needs_human=needs_person(signals),
        entities=find_entities(text),
    )


def escalate(text: str, intent: str, history: History | None = None) -> Escalation | None:
    return decide(reading(text, intent), history or History(), STORE)


@pytest.mark.parametrize(
    ("text", "intent", "reason", "group", "priority", "line"),
    [
        ("转人工", "human_request", "human_request", "standard", "normal", "human_request"),
        ("转人工，这手机买之前想问下内存", "presale_product", "human_request", "presale", "normal", "human_request"),
        ("充电的时候起火了，手被烧伤", "quality_problem", "safety", "complaint", "urgent", "safety"),
        ("我不想活了", "chitchat", "safety", "complaint", "urgent", "safety"),
        ("你们泄露了我的个人信息", "complaint", "privacy", "standard", "high", "privacy"),
        ("账号被盗了，有人下单", "account_issue", "privacy", "standard", "high", "privacy"),
        ("不处理就打12315", "complaint", "regulator_media", "complaint", "high", "regulator_media"),
        ("卖假货的骗子", "fake_suspect", "fraud", "complaint", "high", "fraud"),
        ("这个可以要点补偿吗", "compensation_request", "compensation", "complaint", "normal", "compensation"),
        ("我要投诉你们", "complaint", "complaint", "complaint", "high", "complaint"),
        ("帮我申请平台介入", "dispute_escalation", "dispute", "hard_case", "normal", "dispute"),
        ("商家拒绝退款给我", "refund_problem", "dispute", "hard_case", "high", "dispute"),
        ("什么垃圾玩意，气死我了", "quality_problem", "angry", "hard_case", "high", "angry"),
        ("气死了，包裹去哪了", "logistics_stuck", "angry", "logistics_trace", "high", "angry"),
        ("气死了，退款呢", "refund_status", "angry", "back_office", "high", "angry"),
        ("傻逼客服", "complaint", "abusive", "complaint", "high", "abusive"),
        ("客服就会敷衍我", "complaint", "service_attitude", "complaint", "high", "complaint"),
        ("这问题我都说了五遍了", "invoice_change", "repeated_failure", "standard", "high", "repeated_failure"),
    ],
)
def test_what_goes_to_a_person_and_where(
    text: str, intent: str, reason: str, group: str, priority: str, line: str
) -> None:
    found = escalate(text, intent)
    assert found is not None
    assert (found.reason, found.group, found.priority, found.line) == (reason, group, priority, line)
    assert found.line in LINES
    assert found.rules


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("请问是正品吗", "fake_suspect"),
        ("纠纷单是什么", "dispute_escalation"),
        ("你是人工吗", "bot_challenge"),
        ("收到是坏的", "quality_problem"),
        ("发错颜色了", "wrong_item"),
        ("少了一个配件", "missing_item"),
        ("显示签收了但我没收到", "not_received"),
        ("物流三天没动了", "logistics_stuck"),
        ("退款金额不对", "refund_problem"),
        ("太失望了", "complaint"),
        ("卧槽，这么快", "thank"),
        ("怎么还没发货", "shipping_time"),
        ("我不投诉了", "goodbye"),
    ],
)
def test_what_stays_with_the_bot(text: str, intent: str) -> None:
    assert escalate(text, intent) is None


def test_the_most_serious_cause_leads_and_the_others_add_their_words() -> None:
    found = escalate("你们这群骗子，机器漏电把我电了，我要投诉到12315，转人工", "complaint")
    assert found is not None
    assert (found.reason, found.group, found.priority) == ("safety", "complaint", "urgent")
    assert {"fraud_accusation", "safety", "regulator_media", "human_request"} <= {item.label for item in found.evidence}
    assert {"HUM-03", "HUM-01"} <= set(found.rules)


# --- history ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("misses", "intent", "hands_off"),
    [(1, "other", False), (2, "other", True), (2, "thank", False), (2, "deny", False)],
)
def test_the_second_miss_in_a_row_hands_off(misses: int, intent: str, hands_off: bool) -> None:
    found = escalate("那个那个", intent, History(misses_in_a_row=misses))
    assert (found is not None and found.reason == "misses") is hands_off


@pytest.mark.parametrize(("times", "hands_off"), [(1, False), (2, False), (3, True)])
def test_the_third_time_of_a_question_hands_off(times: int, hands_off: bool) -> None:
    found = escalate("什么时候发货", "shipping_time", History(same_intent_in_a_row=times))
    assert (found is not None and found.reason == "repeated_failure") is hands_off
    if found:
        assert "3 次" in found.reason_text


def test_the_third_displeased_turn_without_an_answer_hands_off() -> None:
    upset = PastTurn("logistics_status", "dissatisfied", (), answered=False)
    assert escalate("怎么还没到", "delivery_time", History((upset,))) is None
    found = escalate("怎么还没到", "delivery_time", History((upset, upset)))
    assert found is not None and found.reason == "repeated_failure"


@pytest.mark.parametrize(
    ("text", "intent", "reason"),
    [
        ("气死了", "complaint", None),
        ("傻逼", "complaint", None),
        ("转人工", "human_request", "human_request"),
        ("我要打12315", "complaint", "regulator_media"),
        ("插座漏电，我被电到了", "quality_problem", "safety"),
    ],
)
def test_a_buyer_who_chose_the_bot_is_not_sent_away_for_mood_alone(text: str, intent: str, reason: str | None) -> None:
    found = escalate(text, intent, History(misses_in_a_row=2, handoff_declined_recently=True))
    assert (found.reason if found else None) == reason


# --- stores, cases, words for the agent ---------------------------------------------------------------------


def test_a_small_store_serves_every_group_with_standard() -> None:
    store = StoreRouting({"standard": "小店客服", "complaint": "店长"})
    assert decide(reading("充电起火了", "quality_problem"), History(), store).group == "complaint"  # type: ignore[union-attr]
    assert case_escalation("wrong_item", store, {}).group == "standard"
    assert store.name("hard_case") == "小店客服"


@pytest.mark.parametrize(
    ("groups", "told"), [({"vip": "贵宾"}, "unknown group vip"), ({"presale": "售前"}, "'standard' is missing")]
)
def test_a_wrong_routing_is_refused(groups: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        StoreRouting(groups)


@pytest.mark.parametrize(
    ("intent", "group"),
    [
        ("quality_problem", "hard_case"),
        ("missing_item", "hard_case"),
        ("not_received", "logistics_trace"),
        ("logistics_stuck", "logistics_trace"),
        ("refund_problem", "back_office"),
        ("invoice_change", "standard"),
    ],
)
def test_a_collected_case_goes_to_its_group_at_normal_priority(intent: str, group: str) -> None:
    case = case_escalation(intent, STORE, {"订单号": "202611220012345", "问题": "杯子碎了"})
    assert (case.group, case.priority, case.line) == (group, "normal", "case")
    assert "订单号：202611220012345" in case.reason_text


def test_the_agent_reads_why_in_the_buyers_own_words() -> None:
    found = escalate("你們就是騙子", "complaint")
    assert found is not None
    told = explain(found)
    assert "騙子" in told and "投诉组" in told and "HUM-12" in told


def test_a_reading_survives_json() -> None:
    turn = reading("转人工，订单202611220012345还没到，气死了", "human_request")
    assert Reading.from_dict(json.loads(json.dumps(turn.to_dict(), ensure_ascii=False))) == turn


def test_a_broken_reading_names_the_field() -> None:
    data = reading("你好", "greet").to_dict()
    with pytest.raises(ValueError, match="emotion is 'cross'"):
        Reading.from_dict({**data, "emotion": "cross"})
    del data["intent"]
    with pytest.raises(ValueError, match="'intent' is missing"):
        Reading.from_dict(data)
