"""From Rasa's tracker to the pure escalation decision and back: reading, history, the slot and the wire form."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Mapping, Optional, Sequence

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.decisions.cases import CASES
from aftersales.escalation import SMALL_TALK, Escalation, History, StoreRouting, case_escalation, decide
from aftersales.history import MISS_INTENTS, PastTurn, misses_in_a_row, same_question_in_a_row, turn_of
from aftersales.reading.ellipsis import FAMILIES, names_matter, resolve
from aftersales.reading.model import Entity, Reading
from aftersales.reading.signals import read_signals
from aftersales.reading.stance import refuses

#: Key of the reading in a message's parse data.
READING = "reading"
#: Slot that holds the escalation of this turn, as a dictionary.
SLOT = "handoff"
#: Slot with what the turn carries about the conversation, and the notes in it: that the buyer left the queue for the
#: bot, and the topic with which the conversation went to a person.
CARRY_SLOT = "carry"
DECLINED = "declined_handoff"
HANDED_OFF = "handed_off_with"
#: Groups are named by the desk, per store; the bot speaks of their keys.
ROUTING = StoreRouting()
#: Responses that say that the bot did not understand; whatever else an action says is an answer.
ASKING_BACK = ("utter_ask_back", "utter_ask_back_nothing", "utter_other")
#: Responses and actions that ask for an order or collect a case: what comes next is an answer, and no refusal.
_ASKING = ("utter_order_which", "utter_order_ask", "utter_ask_", "utter_case_ask", "action_case_open", "action_ask_case")
#: These keep the talk going and answer nothing.
_TALKING = frozenset({*(f"utter_{intent}" for intent in SMALL_TALK), "action_small_talk", "action_continue", "utter_offer_human"})
#: Up to here a message that turns something down says nothing else.
SHORT = 16
_CASE_FIELDS = {"case_kind": "问题类型", "order_number": "订单号", "case_detail": "问题描述", "case_photo": "图片"}


def with_need(reading: Reading, needs_human: bool) -> Reading:
    """The reading with the decision on the message alone."""
    return replace(reading, needs_human=needs_human)


def reading_of_message(message: Optional[UserUttered]) -> Reading:
    """The reading of a message; where it carries none (a conversation test), intent and word lists alone say it."""
    if message is None:
        return _read_by_words("", "other", 0.0, ())
    parsed = message.parse_data or {}
    given = parsed.get(READING)
    if given:
        return Reading.from_dict(given)
    entities = tuple(
        Entity(entity["entity"], str(entity.get("value")), entity.get("start") or 0, entity.get("end") or 0)
        for entity in message.entities or ()
    )
    name, confidence = message.intent.get("name") or "other", message.intent.get("confidence") or 1.0
    return _read_by_words(message.text or "", name, confidence, entities)


def reading_of(tracker: DialogueStateTracker) -> Reading:
    """The reading of the buyer's latest message."""
    return reading_of_message(tracker.latest_message)


def _read_by_words(text: str, intent: str, confidence: float, entities: tuple[Entity, ...]) -> Reading:
    signals = read_signals(text, intent=intent, model_scores=None)
    risk = signals.risk or (("human_request",) if intent == "human_request" else ())
    ranking = ((intent, confidence),)
    emotion, score = signals.emotion, signals.emotion_score
    return Reading(text, intent, confidence, ranking, emotion, score, risk, signals.evidence, False, entities)


def calm_reading(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """The reading of a tapped choice: its title is the bot's wording, so nothing is read into it."""
    intent = str(parsed["intent"]["name"])
    risk = ("human_request",) if intent == "human_request" else ()
    entities = tuple(Entity(one["entity"], str(one["value"]), 0, 0) for one in parsed["entities"])
    text = str(parsed["text"])
    return Reading(text, intent, 1.0, ((intent, 1.0),), "calm", 1.0, risk, (), False, entities).to_dict()


# --- what came before ---------------------------------------------------------------------------------------


def turns_of(tracker: DialogueStateTracker) -> list[PastTurn]:
    """The buyer's turns of the episode, the latest included, as the pure score wants them."""
    turns: list[PastTurn] = []
    loop: Optional[str] = None
    for event in tracker.applied_events():
        if isinstance(event, ActiveLoop):
            loop = event.name
        elif isinstance(event, UserUttered):
            named = event.intent.get("name") or ""
            turn = turn_of(reading_of_message(event), missed=named in MISS_INTENTS, collecting=bool(loop))
            turns.append(turn)
        elif turns:
            turns[-1] = _after(turns[-1], event)
    return turns


def _after(turn: PastTurn, event: Event) -> PastTurn:
    """The turn with what the bot did next."""
    if isinstance(event, SlotSet) and event.key == "order_number":
        return replace(turn, order=str(event.value or ""))
    if isinstance(event, ActionExecuted) and event.action_name not in (None, ACTION_LISTEN_NAME):
        kind = _kind(str(event.action_name))
        # A form that goes on after a question in between does not make its answer one of ours.
        return turn if event.action_name == "case_form" else replace(turn, reply=kind)
    if isinstance(event, BotUttered) and event.text:
        said = str((event.metadata or {}).get("utter_action"))
        return replace(turn, answered=said not in ASKING_BACK, reply=_kind(said))
    return turn


def _kind(said: str) -> str:
    """What an action or a response does: "answer", "ask", "ask_back" or "talk" (`PastTurn.reply`)."""
    if said in ASKING_BACK or said == "action_ask_back":
        return "ask_back"
    if said.startswith(_ASKING):
        return "ask"
    return "talk" if said in _TALKING else "answer"


def history_of(tracker: DialogueStateTracker) -> History:
    """What the episode looked like up to and with the latest message."""
    turns = turns_of(tracker)
    carried = tracker.get_slot(CARRY_SLOT) or {}
    return History(
        recent=tuple(turns[:-1]),
        misses_in_a_row=misses_in_a_row(turns),
        same_intent_in_a_row=same_question_in_a_row(turns),
        handoff_declined_recently=declined(tracker),
        returned_with=str(carried.get(HANDED_OFF) or ""),
        collecting=bool(tracker.active_loop_name),
    )


def topic_of(tracker: Optional[DialogueStateTracker]) -> Optional[str]:
    """The intent whose question is running: the latest one asked, or what an action or an earlier episode noted."""
    topic: Optional[str] = None
    for event in tracker.applied_events() if tracker is not None else ():
        if isinstance(event, UserUttered):
            named = event.intent.get("name") or ""
            asked = reading_of_message(event).intent if named == "handoff" else named
            topic = asked if asked in FAMILIES else topic
        elif isinstance(event, SlotSet) and event.key == "topic" and event.value:
            topic = str(event.value)
    return topic


def in_context(parsed: Mapping[str, Any], tracker: Optional[DialogueStateTracker]) -> dict[str, Any]:
    """Parse data of a message with the intent that it means within the running topic (那运费呢, 要多久, 可以吗).

    A message that needs a person, and one that says everything by itself, stay as they are.
    """
    if parsed["intent"]["name"] == "handoff":
        return dict(parsed)
    reading = Reading.from_dict(parsed[READING])
    topic = topic_of(tracker)
    meant = resolve(reading.text, topic, reading)
    if meant is None and topic is not None and _turns_down(parsed, topic, reading.text):
        meant = "deny"
    return with_intent(parsed, meant) if meant is not None else dict(parsed)


def _turns_down(parsed: Mapping[str, Any], topic: str, text: str) -> bool:
    """Whether the message only turns down the answer before it (试过了没用), whatever it was taken for.

    Asking back what is meant would be one miss more. After an answer about goods 还是打不开 may well be a fault.
    """
    intent = str(parsed["intent"]["name"])
    if intent in MISS_INTENTS:
        return bool(refuses(text))
    about_goods = FAMILIES.get(topic) in ("fault", "usage", "repair", "presale", "genuine")
    taken_for = FAMILIES.get(intent) == "fault" or intent == "provide_info"
    return taken_for and not about_goods and len(text) <= SHORT and refuses(text) == "strong" and not names_matter(text)


def with_intent(parsed: Mapping[str, Any], intent: str) -> dict[str, Any]:
    """Parse data of the whole message, answered as what it means here or as one of the wants in it."""
    chosen = {"name": intent, "confidence": 1.0}
    reading = {**parsed[READING], "intent": intent}
    return {**parsed, "intent": chosen, "intent_ranking": [chosen], READING: reading}


def declined(tracker: DialogueStateTracker) -> bool:
    """Whether the buyer has just left the queue to go on with the bot."""
    return bool((tracker.get_slot(CARRY_SLOT) or {}).get(DECLINED))


def waived(tracker: DialogueStateTracker, reading: Mapping[str, Any]) -> bool:
    """Whether a message that would call a person by itself stays with the bot, because the buyer has chosen so."""
    history = History(handoff_declined_recently=True)
    return declined(tracker) and decide(Reading.from_dict(reading), history, ROUTING) is None


def of_conversation(tracker: DialogueStateTracker) -> Optional[Escalation]:
    """Whether the latest message, with what came before, needs a person."""
    reading = reading_of(tracker)
    intent = (tracker.latest_message.intent.get("name") or "") if tracker.latest_message else ""
    history = history_of(tracker)
    if tracker.active_loop_name:
        # In a form the buyer answers our questions: what the classifier makes of an answer is no question of theirs.
        history = replace(history, same_intent_in_a_row=1, misses_in_a_row=0)
    if intent in MISS_INTENTS:
        # decide() forgives small talk and counts questions; below the line it is a miss whatever the best guess was.
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
