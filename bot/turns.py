"""One turn: a buyer's message in, one answer object out, at most once.

The answer is what ``docs/protocol.md`` describes: messages, the reading, and perhaps a handoff. Everything that can go
wrong on the way (no action server, a text that cannot be worded, nothing to say at all) ends in a truthful line and a
handoff, never in silence.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Mapping, Optional, Sequence

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from aftersales.reading.model import Reading
from bot import handoff
from bot.actions_endpoint import FAILED_CONVERSATIONS
from bot.choices import parse_payload
from bot.nlg import BLOCKED, StoreResponses, choices_of
from bot.trackers import EpisodeTrackerStore
from bot.wants import PERSON, Want, pieces_of, wants_of

log = structlog.get_logger(__name__)

CHANNEL = "desk"
#: An episode that has been still for this long has ended; seconds.
IDLE = 2 * 60 * 60
#: Slots that outlive an episode, and so travel with the turn.
CARRIED_SLOTS = ("order_number", "topic")
#: Notes about the conversation that only the turn brings.
CARRIED_NOTES = (handoff.DECLINED, handoff.HANDED_OFF)
#: An apology does not go before these: they greet, ask or only keep the talk going.
UNSOOTHED = re.compile(r"utter_(?:greet|goodbye|thank|affirm|deny|chitchat|spam_ad|bot_challenge|provide_info|urge_reply|order_.*|ask_.*|offsite_.*|case_.*)")
#: An answer that says so itself is not given another apology in front.
_SORRY = re.compile(r"抱歉|对不起|不好意思|致歉")
FORM = "case_form"
#: Responses that only ask, which order or what is meant.
_ASKING = ("utter_order_which", "utter_order_ask", "utter_ask_")


class TurnRunning(Exception):
    """Another turn of the conversation is being answered."""


@dataclass(frozen=True)
class Turn:
    """What the desk asks. ``now`` is aware; ``carry`` is what the last turn's answer said to bring along."""

    turn: str
    conversation: str
    store: str
    buyer: Mapping[str, Any]
    text: str
    choice: Optional[str]
    now: datetime
    agents_on_duty: bool
    carry: Optional[Mapping[str, Any]]

    def metadata(self) -> dict[str, Any]:
        """What actions and wording may rely on."""
        return {
            "store": self.store,
            "buyer": dict(self.buyer),
            "now": self.now.isoformat(),
            "agents_on_duty": self.agents_on_duty,
        }


class Collector(OutputChannel):
    """Keeps what the bot says, with the metadata that Rasa's own collector drops."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keep one message."""
        self.messages.append(message)


class TurnRunner:
    """Runs turns on a loaded agent. One instance a process."""

    def __init__(self, agent: Agent, trackers: EpisodeTrackerStore, wording: StoreResponses) -> None:
        self._agent, self._trackers, self._wording = agent, trackers, wording
        self._running: set[str] = set()

    async def run(self, turn: Turn) -> dict[str, Any]:
        """Answer a turn, or repeat the answer that it got before. Raises :class:`TurnRunning`."""
        answered = self._trackers.answer_of(turn.turn)
        if answered is not None:
            return answered
        if turn.conversation in self._running:
            raise TurnRunning(turn.conversation)
        self._running.add(turn.conversation)
        self._trackers.open_turn(turn.conversation)
        started = time.perf_counter()
        try:
            answer = await self._answer(turn)
            answer["trace"]["milliseconds"] = round((time.perf_counter() - started) * 1000, 1)
            self._trackers.commit(
                turn.conversation,
                turn.turn,
                answer,
                at=turn.now.timestamp(),
                ended=answer["handoff"] is not None,
            )
            return answer
        except BaseException:
            self._trackers.abandon(turn.conversation)
            raise
        finally:
            self._running.discard(turn.conversation)

    async def warm_up(self, store: str, now: datetime) -> None:
        """Answer one question about nobody's order and forget it: the first buyer must not wait for what loads late."""
        turn = Turn("warm-up", "warm-up", store, {"id": "warm-up", "name": None, "guest": True},
                    "我的快递到哪了", None, now, True, None)  # fmt: skip
        self._trackers.open_turn(turn.conversation)
        try:
            await self._answer(turn)
        finally:
            self._trackers.abandon(turn.conversation)

    async def _answer(self, turn: Turn) -> dict[str, Any]:
        await self._begin(turn)
        FAILED_CONVERSATIONS.discard(turn.conversation)
        collector = Collector()
        for number, (text, parsed) in enumerate(await self._parts(turn)):
            await self._agent.handle_message(
                UserMessage(
                    text,
                    collector,
                    turn.conversation,
                    input_channel=CHANNEL,
                    message_id=turn.turn if number == 0 else f"{turn.turn}+{number}",
                    metadata=turn.metadata(),
                    parse_data=parsed,
                )
            )
        tracker = await self._trackers.retrieve(turn.conversation)
        if tracker is None:
            raise RuntimeError("the agent kept no tracker; is a model loaded?")
        return self._compose(turn, tracker, collector.messages)

    async def _parts(self, turn: Turn) -> list[tuple[str, Optional[dict[str, Any]]]]:
        """What Rasa is given: the tapped choice, the message, or each of its wants; with parse data where it is known."""
        if turn.choice:
            tapped = parse_payload(turn.choice, turn.text)
            return [(turn.text, {**tapped, handoff.READING: handoff.calm_reading(tapped)})]
        processor = self._agent.processor
        tracker = await self._trackers.retrieve(turn.conversation)
        if processor is None or (tracker is not None and tracker.active_loop_name):
            return [(turn.text, None)]
        whole = await processor.parse_message(UserMessage(turn.text))
        if whole["intent"]["name"] == PERSON:
            if tracker is not None and handoff.waived(tracker, whole[handoff.READING]):
                return [(turn.text, handoff.with_intent(whole, whole[handoff.READING]["intent"]))]
        else:
            meant = handoff.in_context(whole, tracker)
            if meant["intent"] != whole["intent"]:
                return [(turn.text, meant)]
        parsed = {piece: await processor.parse_message(UserMessage(piece)) for piece in pieces_of(turn.text)}
        readings = {piece: Reading.from_dict(one[handoff.READING]) for piece, one in parsed.items()}
        wants = wants_of(turn.text, readings, Reading.from_dict(whole[handoff.READING]), handoff.topic_of(tracker))
        if not wants:
            return [(turn.text, whole)]
        parsed[turn.text] = whole
        return [
            (want.text, _answered_as(want, parsed.get(want.text) or await processor.parse_message(UserMessage(want.text))))
            for want in wants
        ]

    async def _begin(self, turn: Turn) -> None:
        """Start a new episode where there is none or the last has been still for long, with what was carried."""
        written = self._trackers.last_written(turn.conversation)
        if written is not None and turn.now.timestamp() - written > IDLE:
            self._trackers.end(turn.conversation)
        tracker = await self._trackers.retrieve(turn.conversation)
        if tracker is None and turn.carry:
            tracker = await self._trackers.create_tracker(turn.conversation)
            for name in CARRIED_SLOTS:
                value = turn.carry.get(name)
                if isinstance(value, str) and value:
                    tracker.update(SlotSet(name, value))
            await self._trackers.save(tracker)
        notes = {name: turn.carry[name] for name in CARRIED_NOTES if turn.carry.get(name)} if turn.carry else {}
        if tracker is not None and notes:
            tracker.update(SlotSet(handoff.CARRY_SLOT, notes))

    def _compose(self, turn: Turn, tracker: DialogueStateTracker, said: list[dict[str, Any]]) -> dict[str, Any]:
        events = _events_of(tracker, turn.turn)
        actions = [event.action_name for event in events if isinstance(event, ActionExecuted)]
        reading = handoff.reading_of(tracker).to_dict()
        messages = [
            {
                "text": message.get("text") or "",
                "choices": choices_of(message),
                "template": (message.get("metadata") or {}).get("template") or message.get("utter_action"),
                "rules": list((message.get("metadata") or {}).get("rules") or []),
            }
            for message in _without_repeats(said)
        ]
        blocked = [message["metadata"][BLOCKED] for message in said if BLOCKED in (message.get("metadata") or {})]
        escalation = None
        outcome = "answered"
        if "utter_handoff" in actions:
            outcome = "handed_off"
            escalation = tracker.get_slot(handoff.SLOT)
        elif turn.conversation in FAILED_CONVERSATIONS or blocked or not messages:
            log.error("turn.failed", conversation=turn.conversation, turn=turn.turn, blocked=blocked, actions=actions)
            outcome = "failed"
            escalation = handoff.of_failure(blocked)
            messages = [self._line(turn, "utter_handoff_bot_failure")]
        elif asks_back(messages):
            outcome = "asked_back"
        elif tracker.active_loop_name == FORM:
            outcome = "collecting"
        unhappy = escalation is None and outcome == "answered" and reading["emotion"] == "dissatisfied"
        first = messages[0] if unhappy else {}
        if first and not UNSOOTHED.fullmatch(str(first["template"])) and not _SORRY.search(first["text"]):
            soothing = self._line(turn, "utter_soothe")
            messages[0] = {**first, "text": soothing["text"] + "\n" + first["text"]}
        return {
            "turn": turn.turn,
            "outcome": outcome,
            "messages": messages,
            "reading": {**reading, "outcome": outcome},
            "handoff": handoff.wire(escalation, tracker, messages) if escalation else None,
            "carry": _carry(tracker, handed_off=outcome == "handed_off"),
            "trace": {"actions": [name for name in actions if name != "action_listen"]},
        }

    def _line(self, turn: Turn, response: str) -> dict[str, Any]:
        message = self._wording.say(response, turn.store)
        return {"text": message["text"], "choices": choices_of(message), "template": response, "rules": []}


def _carry(tracker: DialogueStateTracker, *, handed_off: bool) -> dict[str, Any]:
    """What the next turn must bring along; after a handoff also with what the buyer went to a person."""
    carried = {name: tracker.get_slot(name) for name in CARRIED_SLOTS if tracker.get_slot(name)}
    topic = handoff.topic_of(tracker)
    return {**carried, handoff.HANDED_OFF: topic} if handed_off and topic else carried


def _answered_as(want: Want, parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Parse data of one want: its own words and numbers, with the intent that it has among the others."""
    if want.intent == PERSON:
        return dict(parsed)
    part = handoff.with_intent(parsed, want.intent)
    reading = part[handoff.READING]
    if reading["needs_human"]:
        # Whether a person is needed was decided on the whole message; a part of it must not decide it again.
        part[handoff.READING] = {**reading, "emotion": "calm", "risk": [], "evidence": [], "needs_human": False}
    return part


def _template(message: Mapping[str, Any]) -> str:
    """The response that a message was worded from."""
    return str((message.get("metadata") or {}).get("template") or message.get("utter_action") or "")


def _without_repeats(said: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was said, each text once: two wants may have the same answer.

    A handoff comes last and once; before it, nothing is asked that the person would have to take up.
    """
    once = list({message["text"]: message for message in said if message.get("text")}.values())
    last = [message for message in once if _template(message).startswith("utter_handoff")][-1:]
    if not last:
        return once
    return [message for message in once if not _template(message).startswith(("utter_handoff", *_ASKING))] + last


def asks_back(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the answer is only the question what the buyer meant."""
    return any(message["template"] in handoff.ASKING_BACK for message in messages)


def _events_of(tracker: DialogueStateTracker, turn: str) -> list[Event]:
    """The tracker's events from the buyer's message of this turn on."""
    events = list(tracker.events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered) and event.message_id == turn:
            return events[index:]
    return []


async def run_detached(runner: TurnRunner, turn: Turn) -> dict[str, Any]:
    """Run a turn so that a caller who hangs up does not cancel it half way: its answer is kept for the repeat."""
    return await asyncio.shield(asyncio.ensure_future(runner.run(turn)))
