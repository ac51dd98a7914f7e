"""What a conversation adds up to: misses, repetitions, what was answered."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.shared.core.events import Event, SlotSet
from unitkit.talks import did, form, reading, said, tracker

from bot.handoff import CARRY_SLOT, DECLINED, history_of, in_context, of_conversation, topic_of, waived

HOW, STATUS = "refund_how", "refund_status"


def asked(intent: str, **told: object) -> list[Event]:
    """A question that got an answer."""
    return [*said(intent, **told), *did("utter_" + intent)]  # type: ignore[arg-type]


def missed(text: str = "嘚啵嘚") -> list[Event]:
    """A message below the line, asked back."""
    return [*said("chitchat", text, named="nlu_fallback", confidence=0.2), *did("action_ask_back")]


@pytest.mark.parametrize(
    ("talk", "times"),
    [
        ([said(HOW)], 1),
        ([asked(HOW), said(HOW)], 2),
        ([asked(HOW), asked(HOW), said(HOW)], 3),
        ([asked(HOW), asked(STATUS), said(HOW)], 1),
        # Small talk in between changes nothing.
        ([asked(HOW), asked("thank"), said(HOW)], 2),
        ([asked(HOW), asked("urge_reply"), asked("greet"), said(HOW)], 2),
        # A message that was not understood ends the run.
        ([asked(HOW), missed(), said(HOW)], 1),
        # An order named makes it a new question, in the question itself or in between.
        ([asked(HOW), said(HOW, entities=[("order_number", "330918274651")])], 1),
        ([asked(HOW), asked("provide_info", entities=[("order_number", "330918274651")]), said(HOW)], 1),
        ([asked(STATUS, entities=[("waybill_number", "SF1409917904418")]), said(STATUS)], 2),
        ([asked(STATUS), asked("provide_info", entities=[("order_choice", "other")]), said(STATUS)], 1),
        # A phone number is no order.
        ([asked(HOW), asked("provide_info", entities=[("phone", "13912345678")]), said(HOW)], 2),
        # Small talk is never a repeated question.
        ([asked("greet"), asked("greet"), said("greet")], 1),
        ([missed(), missed(), said("other", named="nlu_fallback")], 1),
    ],
)
def test_how_often_a_question_was_asked_in_a_row(talk: list[list[Event]], times: int) -> None:
    assert history_of(tracker(*talk)).same_intent_in_a_row == times


@pytest.mark.parametrize(
    ("talk", "misses"),
    [
        ([said(HOW)], 0),
        ([missed()], 1),
        ([missed(), missed()], 2),
        ([missed(), asked("affirm"), missed()], 2),
        ([missed(), asked("deny")], 1),
        ([missed(), asked(HOW), missed()], 1),
        # A message below the line that got an answer after all is none.
        ([[*said("chitchat", "那件定制的呢", named="nlu_fallback"), *did("utter_return_open")], missed("那真丝衬衫呢")], 1),
        ([missed(), asked(HOW)], 0),
        ([[*said("other", "嘚啵"), *did("action_ask_back")], said("other", "啵嘚")], 2),
        # What goes on with the topic was understood.
        ([asked(STATUS), missed("要多久"), missed()], 1),
        ([asked(STATUS), missed("要多久"), missed("那怎么办")], 0),
    ],
)
def test_how_many_misses_in_a_row(talk: list[list[Event]], misses: int) -> None:
    assert history_of(tracker(*talk)).misses_in_a_row == misses


def test_earlier_turns_keep_their_emotion_and_whether_they_were_answered() -> None:
    history = history_of(tracker(asked(HOW, emotion="dissatisfied", risk=["repeated_failure"]), missed(), said(STATUS)))
    assert [(turn.intent, turn.emotion, turn.risk, turn.answered) for turn in history.recent] == [
        (HOW, "dissatisfied", ("repeated_failure",), True),
        ("chitchat", "calm", (), False),
    ]


def test_in_a_form_neither_repetition_nor_a_miss_counts() -> None:
    questions = [asked(HOW), asked(HOW), said(HOW)]
    assert of_conversation(tracker(*questions)) is not None
    assert of_conversation(tracker(form("case_form"), *questions)) is None
    assert of_conversation(tracker(missed(), missed())) is not None
    assert of_conversation(tracker(form("case_form"), missed(), missed())) is None


def test_below_the_line_a_likely_small_talk_is_a_miss_all_the_same() -> None:
    escalation = of_conversation(tracker(missed(), missed()))
    assert escalation is not None
    assert escalation.reason == "misses"


@pytest.mark.parametrize(
    ("declined", "told", "stays"),
    [
        (True, {"emotion": "angry"}, True),
        (True, {"emotion": "abusive"}, True),
        (False, {"emotion": "angry"}, False),
        # What is said anew still calls a person.
        (True, {"emotion": "angry", "risk": ["regulator_media"]}, False),
        (True, {"risk": ["human_request"]}, False),
        (True, {"risk": ["safety"]}, False),
    ],
)
def test_who_left_the_queue_is_not_sent_back_for_mood_alone(declined: bool, told: dict[str, Any], stays: bool) -> None:
    talk = tracker(said(STATUS, "到底什么时候退", **told))
    talk.update(SlotSet(CARRY_SLOT, {DECLINED: True} if declined else None))
    assert waived(talk, reading(STATUS, text="到底什么时候退", **told).to_dict()) is stays
    assert (of_conversation(talk) is None) is stays


@pytest.mark.parametrize(
    ("talk", "topic"),
    [
        ([], None),
        ([asked(HOW)], HOW),
        ([asked(HOW), asked("thank"), missed()], HOW),
        ([asked(HOW), asked("invoice_request")], "invoice_request"),
        ([[SlotSet("topic", STATUS)]], STATUS),
        # A question that no action noted is the running one all the same.
        ([[SlotSet("topic", STATUS)], asked(HOW)], HOW),
        ([asked(STATUS), said(STATUS, named="handoff")], STATUS),
    ],
)
def test_the_running_topic(talk: list[list[Event]], topic: str | None) -> None:
    assert topic_of(tracker(*talk)) == topic


@pytest.mark.parametrize(
    ("before", "text", "read", "meant"),
    [
        (HOW, "要多久", "other", STATUS),
        (HOW, "试过了没用", "other", "deny"),
        (HOW, "试过了没用", "quality_problem", "deny"),
        ("usage_help", "试过了没用", "quality_problem", "quality_problem"),
        (HOW, "能开发票吗", "invoice_request", "invoice_request"),
        (None, "要多久", "other", "other"),
        (HOW, "要多久", "handoff", "handoff"),
    ],
)
def test_what_a_message_means_in_its_context(before: str | None, text: str, read: str, meant: str) -> None:
    parsed = {"text": text, "intent": {"name": read}, "reading": reading(read, text=text).to_dict()}
    talk = tracker(asked(before)) if before else tracker()
    assert in_context(parsed, talk)["intent"]["name"] == meant


def test_earlier_orders_and_denied_choices_are_told_apart() -> None:
    talk = tracker(
        asked(STATUS), [SlotSet("order_number", "1")], missed(), said("deny", "不是这个"), did("action_continue")
    )
    history = history_of(talk)
    assert [(turn.order, turn.reply) for turn in history.recent] == [("1", "answer"), ("", "ask_back")]
