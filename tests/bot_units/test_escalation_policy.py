"""The one policy that outranks rules and forms: when it speaks, what it says, and that it is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import Event, SlotSet
from unitkit.talks import did, domain, form, said, slots, tracker

from bot.policies.escalation import EscalationPolicy


@pytest.fixture()
def policy(tmp_path: Any) -> EscalationPolicy:
    return EscalationPolicy.create(
        EscalationPolicy.get_default_config(),
        LocalModelStorage(tmp_path),
        Resource("escalation"),
        ExecutionContext(GraphSchema({})),
    )


def predict(policy: EscalationPolicy, *parts: list[Event]) -> PolicyPrediction:
    return policy.predict_action_probabilities(tracker(*parts), domain())


def chosen(prediction: PolicyPrediction) -> str | None:
    """The action that the policy is certain of."""
    if not any(prediction.probabilities):
        return None
    assert sorted(prediction.probabilities)[-2:] == [0.0, 1.0]
    return domain().action_names_or_texts[prediction.probabilities.index(1.0)]


def reason(prediction: PolicyPrediction) -> Any:
    """Why, as the slot that wording and channel read."""
    (event,) = prediction.optional_events
    assert isinstance(event, SlotSet)
    assert event.key == "handoff"
    return event.value["reason"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"intent": "complaint", "emotion": "angry"}, "angry"),
        ({"intent": "complaint", "emotion": "abusive"}, "abusive"),
        ({"intent": "quality_problem", "risk": ["safety"]}, "safety"),
        ({"intent": "refund_status", "risk": ["regulator_media"]}, "regulator_media"),
        ({"intent": "fake_suspect", "risk": ["fraud_accusation"]}, "fraud"),
        ({"intent": "compensation_request", "risk": ["compensation_claim"]}, "compensation"),
        ({"intent": "complaint", "risk": ["complaint_threat"]}, "complaint"),
        ({"intent": "complaint", "risk": ["service_attitude"]}, "service_attitude"),
        ({"intent": "return_status", "risk": ["repeated_failure"]}, "repeated_failure"),
        ({"intent": "human_request", "risk": ["human_request"]}, "human_request"),
        ({"intent": "refund_how", "emotion": "angry", "risk": ["safety", "human_request"]}, "safety"),
    ],
)
@pytest.mark.parametrize("where", [[], form("case_form")], ids=["anywhere", "in a form"])
def test_a_message_that_needs_a_person_gets_one(
    policy: EscalationPolicy, told: dict[str, Any], why: str, where: list[Event]
) -> None:
    prediction = predict(policy, where, said(named="handoff", **told))
    assert chosen(prediction) == "utter_handoff"
    assert reason(prediction) == why
    assert prediction.is_no_user_prediction


@pytest.mark.parametrize(
    "told",
    [
        {"intent": "refund_how"},
        {"intent": "shipping_time", "emotion": "dissatisfied"},
        {"intent": "fake_suspect"},
        {"intent": "bot_challenge"},
        {"intent": "quality_problem"},
        {"intent": "urge_reply", "emotion": "dissatisfied"},
    ],
)
def test_a_calm_message_is_left_to_the_rules(policy: EscalationPolicy, told: dict[str, Any]) -> None:
    prediction = predict(policy, said(**told))
    assert chosen(prediction) is None
    assert prediction.optional_events == []


def test_a_conversation_test_that_knows_only_the_name_gets_the_plain_handoff(policy: EscalationPolicy) -> None:
    prediction = predict(policy, said("handoff"))
    assert chosen(prediction) == "utter_handoff"
    assert reason(prediction) == "human_request"


def test_after_the_handoff_it_listens(policy: EscalationPolicy) -> None:
    assert chosen(predict(policy, said("handoff"), did("utter_handoff"))) == "action_listen"


def test_it_interrupts_nothing_that_runs(policy: EscalationPolicy) -> None:
    """Between two actions of a turn it has no opinion: the message was judged when it came."""
    assert chosen(predict(policy, said("complaint", emotion="angry"), did("action_refund_status"))) is None


@pytest.mark.parametrize(("ready", "action"), [(True, "utter_handoff"), (False, None), (None, None)])
def test_a_case_is_handed_off_when_it_is_complete(
    policy: EscalationPolicy, ready: bool | None, action: str | None
) -> None:
    case = {"case_kind": "logistics_stuck", "order_number": "330917904418", "case_ready": ready}
    assert chosen(predict(policy, said("provide_info"), slots(case), did("action_case_done"))) == action


def test_a_complete_case_names_group_and_what_was_collected(policy: EscalationPolicy) -> None:
    case = {
        "case_kind": "quality_problem",
        "order_number": "330918274651",
        "case_detail": "右边没声音",
        "case_photo": "暂无",
        "case_ready": True,
    }
    prediction = predict(policy, said("deny"), slots(case), did("action_case_done"))
    (event,) = prediction.optional_events
    assert isinstance(event, SlotSet)
    escalation = event.value
    assert (escalation["reason"], escalation["group"], escalation["priority"]) == ("case", "hard_case", "normal")
    assert escalation["line"] == "case"
    for part in ("商品质量问题", "330918274651", "右边没声音", "暂无"):
        assert part in escalation["reason_text"]
    assert "quality_problem" not in escalation["reason_text"]


def test_it_outranks_the_rules() -> None:
    from rasa.core.policies.rule_policy import RulePolicy

    assert EscalationPolicy.get_default_config()["priority"] > RulePolicy.get_default_config()["priority"]
