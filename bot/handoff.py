"""From Rasa's tracker to the pure escalation decision and back: reading, history, the slot and the wire form."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Mapping, Optional, Sequence

from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.decisions.cases import CASES
from aftersales.escalation import (
    SMALL_TALK,
    Escalation,
    History,
    PastTurn,
    StoreRouting,
    case_escalation,
    decide,
)
from aftersales.reading.ellipsis import is_elliptical
from aftersales.reading.model import Entity, Reading

#: Key of the reading in a message's parse data.
READING = "reading"
#: Slot that holds the escalation of this turn, as a dictionary.
SLOT = "handoff"
#: Slot with what the desk reports about the conversation, and the note in it that the buyer left the queue for the bot.
CARRY_SLOT = "carry"
DECLINED = "declined_handoff"
#: Groups are named by the desk, per store; the bot speaks of their keys.
ROUTING = StoreRouting()
#: Responses that say that the bot did not understand; whatever else an action says is an answer.
ASKING_BACK = ("utter_ask_back", "utter_ask_back_nothing", "utter_other")
MISS_INTENTS = frozenset({"nlu_fallback", "other"})
_CASE_FIELDS = {"case_kind": "问题类型", "order_number": "订单号", "case_detail": "问题描述", "case_photo": "图片"}


def with_need(reading: Reading, needs_human: bool) -> Reading:
    """The reading with the decision on the message alone."""
    return replace(reading, needs_human=needs_human)


def reading_of_message(message: Optional[UserUttered]) -> Reading:
    """The reading of a message; for a tapped choice or a test, which carry none, a calm one of its intent."""
    if message is None:
        return _calm("", "other", 0.0, ())
    parsed = message.parse_data or {}
    given = parsed.get(READING)
    if given:
        return Reading.from_dict(given)
    entities = tuple(
        Entity(entity["entity"], str(entity.get("value")), entity.get("start") or 0, entity.get("end") or 0)
        for entity in message.entities or ()
    )
    return _calm(message.text or "", message.intent.get("name") or "other", message.intent.get("confidence") or 1.0, entities)


def reading_of(tracker: DialogueStateTracker) -> Reading:
    """The reading of the buyer's latest message."""
    return reading_of_message(tracker.latest_message)


def _calm(text: str, intent: str, confidence: float, entities: tuple[Entity, ...]) -> Reading:
    risk = ("human_request",) if intent == "human_request" else ()
    return Reading(text, intent, confidence, ((intent, confidence),), "calm", 1.0, risk, (), False, entities)


def history_of(tracker: DialogueStateTracker) -> History:
    """What the episode looked like up to and with the latest message."""
    turns: list[tuple[str, Reading, bool]] = []
    for event in tracker.applied_events():
        if isinstance(event, UserUttered):
            turns.append((event.intent.get("name") or "", reading_of_message(event), False))
        elif isinstance(event, BotUttered) and turns and event.text:
            intent, reading, _ = turns[-1]
            turns[-1] = (intent, reading, event.metadata.get("utter_action") not in ASKING_BACK)
    return History(
        recent=tuple(PastTurn(reading.intent, reading.emotion, reading.risk, answered) for _, reading, answered in turns[:-1]),
        misses_in_a_row=_misses(turns),
        same_intent_in_a_row=_same(turns),
        handoff_declined_recently=declined(tracker),
    )


def declined(tracker: DialogueStateTracker) -> bool:
    """Whether the buyer has just left the queue to go on with the bot."""
    return bool((tracker.get_slot(CARRY_SLOT) or {}).get(DECLINED))


def waived(tracker: DialogueStateTracker, reading: Mapping[str, Any]) -> bool:
    """Whether a message that would call a person by itself stays with the bot, because the buyer has chosen so."""
    history = History(handoff_declined_recently=True)
    return declined(tracker) and decide(Reading.from_dict(reading), history, ROUTING) is None


def _misses(turns: Sequence[tuple[str, Reading, bool]]) -> int:
    """How many messages in a row, the latest included, were not understood; 要多久 goes with the topic and is none."""
    count = 0
    for back, (intent, reading, answered) in enumerate(reversed(turns)):
        if intent in SMALL_TALK:
            continue
        # An earlier message that got an answer after all (那件定制的呢 names an order) was understood.
        understood = intent not in MISS_INTENTS or (back > 0 and answered)
        if understood or is_elliptical(reading.text):
            break
        count += 1
    return count


def _same(turns: Sequence[tuple[str, Reading, bool]]) -> int:
    """How often the latest question was asked in a row; an order named in between makes it a new question."""
    if not turns:
        return 1
    latest, reading = turns[-1][0], turns[-1][1]
    if latest in SMALL_TALK or latest in MISS_INTENTS or _names_an_order(reading):
        return 1
    count = 0
    for intent, earlier, _ in reversed(turns):
        if intent == latest:
            count += 1
            if _names_an_order(earlier):
                break
        elif intent in SMALL_TALK and not _names_an_order(earlier):
            continue
        else:
            break
    return count


def _names_an_order(reading: Reading) -> bool:
    return any(entity.name in ("order_number", "waybill_number", "order_choice") for entity in reading.entities)


def of_conversation(tracker: DialogueStateTracker) -> Optional[Escalation]:
    """Whether the latest message, with what came before, needs a person."""
    reading = reading_of(tracker)
    intent = (tracker.latest_message.intent.get("name") or "") if tracker.latest_message else ""
    history = history_of(tracker)
    if tracker.active_loop_name:
        # In a form the buyer answers our questions: what the classifier makes of an answer is no question of theirs.
        history = replace(history, same_intent_in_a_row=1, misses_in_a_row=0)
    if intent in MISS_INTENTS and reading.intent in SMALL_TALK:
        # decide() forgives small talk; a reading below the line is a miss whatever its best guess was.
        reading = replace(reading, intent="other")
    return decide(reading, history, ROUTING)


def _collected(tracker: DialogueStateTracker) -> dict[str, str]:
    """What the case form collected, under the names that the agent reads."""
    collected = {name: str(tracker.get_slot(slot)) for slot, name in _CASE_FIELDS.items() if tracker.get_slot(slot)}
    kind = CASES.get(str(tracker.get_slot("case_kind")))
    if kind is not None:
        collected[_CASE_FIELDS["case_kind"]] = kind.title
    return collected


def of_case(tracker: DialogueStateTracker) -> Escalation:
    """The handoff of a case for which everything is collected."""
    collected = _collected(tracker)
    return case_escalation(str(tracker.get_slot("case_kind") or tracker.get_slot("topic") or "other"), ROUTING, collected)


def asked_for_a_person() -> Escalation:
    """The plain handoff, for a message whose own reading is not at hand (conversation tests)."""
    return Escalation("human_request", "买家要求人工客服", "standard", "normal", (), ("HUM-01",), "human_request")


def of_failure(blocked: Sequence[str]) -> dict[str, Any]:
    """The handoff when the bot could not answer; ``blocked`` names responses that could not be worded."""
    detail = f"（无法生成的回复：{'、'.join(blocked)}）" if blocked else ""
    escalation = Escalation(
        "bot_failure", f"智能客服没能处理买家的消息{detail}", "standard", "high", (), ("HUM-03",), "bot_failure"
    )
    return asdict(escalation)


def response_for(tracker: DialogueStateTracker) -> str:
    """The soothing line that fits the reason."""
    escalation = tracker.get_slot(SLOT)
    return f"utter_handoff_{escalation['line']}" if isinstance(escalation, Mapping) else "utter_handoff_human_request"


def wire(escalation: Mapping[str, Any], tracker: DialogueStateTracker, said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ``handoff`` object of ``docs/protocol.md``, with the card that tells the agent what happened."""
    reading = reading_of(tracker)
    topic = tracker.get_slot("topic") or tracker.get_slot("case_kind")
    intent = reading.intent if reading.intent not in SMALL_TALK | MISS_INTENTS | {"human_request"} else topic
    collected = _collected(tracker)
    earlier = [event.text for event in tracker.applied_events() if getattr(event, "type_name", "") == "bot" and event.text]
    last_said = earlier[-1 - len(said)] if len(earlier) > len(said) else None
    return {
        **{key: escalation[key] for key in ("reason", "reason_text", "group", "priority")},
        "evidence": [dict(item) for item in escalation["evidence"]],
        "rules": list(escalation["rules"]),
        "card": {
            "intent": intent or reading.intent,
            "order_number": tracker.get_slot("order_number"),
            "collected": collected,
            "last_said": last_said,
        },
    }
