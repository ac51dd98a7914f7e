"""What a conversation looked like so far: the buyer's turns, and how often something was missed or asked again.

What that adds up to is scored in aftersales/history_score.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aftersales.reading.ellipsis import asked_thing
from aftersales.reading.model import Reading

# Nothing is asked here that could be missed or repeated.
SMALL_TALK: frozenset[str] = frozenset(
    "greet goodbye thank affirm deny bot_challenge chitchat spam_ad provide_info urge_reply".split()
)
#: Below the line, or no question of a buyer.
MISS_INTENTS: frozenset[str] = frozenset({"nlu_fallback", "other"})


@dataclass(frozen=True)
class PastTurn:
    """One turn of the buyer.

    answered: the bot gave an answer the buyer could use. reply: what the bot did after it: "answer", "ask" (which
    order, a form), "ask_back" (not understood) or "talk". order: the number the answer was about, "" when unknown.
    names_order: the message itself names an order. collecting: the bot was asking for a case, so this is an answer.
    """

    intent: str
    emotion: str
    risk: tuple[str, ...]
    answered: bool
    text: str = ""
    reply: str = "answer"
    order: str = ""
    names_order: bool = False
    collecting: bool = False
    missed: bool = False


@dataclass(frozen=True)
class History:
    """What the conversation looked like. Both counters INCLUDE the turn that is being decided.

    recent: earlier turns, oldest first. misses_in_a_row: readings below the confidence line in a row.
    same_intent_in_a_row: times the same question was asked in a row. handoff_declined_recently: the buyer was offered
    a person and chose to go on with the bot. returned_with: the topic with which the conversation went to a person and
    came back, "" when it did not. collecting: the bot is asking for a case.
    """

    recent: tuple[PastTurn, ...] = ()
    misses_in_a_row: int = 0
    same_intent_in_a_row: int = 1
    handoff_declined_recently: bool = False
    returned_with: str = ""
    collecting: bool = False


def turn_of(reading: Reading, **told: object) -> PastTurn:
    """A turn out of its reading; ``told`` are further fields of `PastTurn`."""
    names = any(entity.name in ("order_number", "waybill_number", "order_choice") for entity in reading.entities)
    return PastTurn(
        reading.intent,
        reading.emotion,
        reading.risk,
        False,
        reading.text,
        names_order=names,
        **told,  # type: ignore[arg-type]
    )


def misses_in_a_row(turns: Sequence[PastTurn]) -> int:
    """How many messages in a row, the last included, were not understood; small talk and 要多久 are no misses."""
    count = 0
    for back, turn in enumerate(reversed(turns)):
        if turn.intent in SMALL_TALK and not turn.missed:
            continue
        # An earlier message that got an answer after all (那件定制的呢 names an order) was understood.
        understood = not turn.missed or (back > 0 and turn.answered)
        if understood or asked_thing(turn.text) is not None:
            break
        count += 1
    return count


def same_question_in_a_row(turns: Sequence[PastTurn]) -> int:
    """How often the last question was asked in a row; an order named in between, or another one answered, makes it new."""
    return max(1, len(same_question(turns)))


def same_question(turns: Sequence[PastTurn]) -> list[PastTurn]:
    """The turns that asked the last question in a row, the oldest first."""
    if not turns:
        return []
    latest = turns[-1]
    if latest.missed or latest.intent in SMALL_TALK or latest.names_order:
        return []
    run: list[PastTurn] = []
    order = ""
    for turn in reversed(turns):
        if turn is not latest and turn.collecting:
            continue
        if turn.intent in SMALL_TALK and not turn.missed and not turn.names_order and turn.intent != latest.intent:
            continue
        if turn.missed or turn.intent != latest.intent or (turn.order and order and turn.order != order):
            break
        order = turn.order or order
        run.insert(0, turn)
        if turn.names_order:
            break
    seen: set[str] = set()
    counted = []
    for number, turn in enumerate(run):
        thing = asked_thing(turn.text)
        # 那怎么办 after 要多久 asks something else of the same answer.
        if thing is None or thing in seen or number == 0:
            counted.append(turn)
        if thing is not None:
            seen.add(thing)
    return counted
