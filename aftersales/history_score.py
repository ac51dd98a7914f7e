"""What a conversation adds up to: a pure score of its turns, each sign with a weight and the buyer's words.

No single sign is dramatic; together they say that the bot is not getting anywhere, before the buyer has to shout. How
the weights were chosen is described in docs/conversation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aftersales.history import MISS_INTENTS, SMALL_TALK, History, PastTurn, same_question, turn_of
from aftersales.reading.ellipsis import FAMILIES, asked_thing, names_matter
from aftersales.reading.model import Evidence, Reading
from aftersales.reading.stance import impatient, is_content, legs_round, loudness, passed_around, refuses

#: Calm small talk of these kinds shows that nothing is amiss.
_PEACE = frozenset({"greet", "goodbye", "thank", "affirm", "chitchat", "spam_ad", "bot_challenge"})
#: Refund, return and exchange are one matter to a buyer, and so is everything about the parcel's way.
_MERGED = {"return": "refund", "exchange": "refund", "deliver": "ship"}
#: Asked shortly after an answer, these want more of the same answer.
_OF_THE_SAME_ANSWER = ("how_long", "when", "way", "what_now", "why", "may")
#: Said with displeasure, these press on with whatever is running.
_PRESSES = frozenset({"urge_reply", "complaint", "deny", *MISS_INTENTS})

#: From this sum on a person takes over.
LINE = 2.0
WEIGHTS: dict[str, float] = {
    # The same question again: so the third time is over the line.
    "asked_again": 1.0,
    # The same matter in other words while displeased, or a short follow-up on it.
    "pressed_on": 0.5,
    # Three refusals are over the line; 0.01 above a third keeps the sum of three from rounding below it.
    "refused": 0.67,
    # Each displeased turn after another, and a little more where it began calmly. Less than `asked_again`, so that the
    # second time of a displeased question is still answered.
    "annoyed": 0.75,
    "rising": 0.25,
    "third_displeased": 0.5,
    "louder": 0.5,
    # 踢皮球 says it all; 商家让我找平台 is half of it.
    "passed_around": 2.0,
    "sent_on": 1.0,
    "returned": 1.0,
    # An earlier message on the way was not understood.
    "missed": 0.5,
}


@dataclass(frozen=True)
class Sign:
    """One thing that speaks for a person: its name (a key of `WEIGHTS`), what it weighs, and why, in Chinese."""

    name: str
    weight: float
    text: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """The signs of a conversation and their sum."""

    signs: tuple[Sign, ...] = field(default=())

    @property
    def total(self) -> float:
        """The sum of the weights."""
        return round(sum(sign.weight for sign in self.signs), 2)

    @property
    def over_the_line(self) -> bool:
        """Whether a person should take over."""
        return self.total >= LINE

    def text(self) -> str:
        """The signs in one line for the agent."""
        told = "；".join(sign.text for sign in self.signs)
        return f"{told}（累计 {self.total:g} 分，满 {LINE:g} 分转人工）" if self.signs else ""

    def evidence(self) -> tuple[Evidence, ...]:
        """The buyer's words behind the signs, of this and of earlier messages; each is a whole message or part of one."""
        return tuple(
            Evidence("history", "repeated_failure", quote, 0, len(quote), f"history:{sign.name}")
            for sign in self.signs
            for quote in dict.fromkeys(sign.quotes)
        )


def score(reading: Reading, history: History) -> Score:
    """What the conversation adds up to with the message that is being decided.

    Nothing adds up when that message brings no sign of its own: who says thanks after two refusals stays.
    """
    latest = turn_of(reading, missed=reading.intent in MISS_INTENTS)
    around = _passed_around(latest, history)
    if history.collecting:
        # In a form the buyer answers our questions; only what is said outright counts.
        return Score(tuple(sign for sign in around if sign.name == "passed_around"))
    if _is_peace(latest):
        return Score()
    matter = _matter(history.recent, latest)
    own = [*_asked_again(matter, history), *_refused(matter), *_annoyed(matter), *around]
    if not own or not _adds(latest, own, matter):
        return Score()
    return Score((*own, *_missed(matter[:-1])))


# --- signs --------------------------------------------------------------------------------------------------


def _matter(recent: Sequence[PastTurn], latest: PastTurn) -> list[PastTurn]:
    """The turns that belong to what the latest one is about, the oldest first, answers to a form left out."""
    matter: list[PastTurn] = []
    about = ""
    for turn in reversed((*recent, latest)):
        if turn is not latest and (turn.intent == "thank" or is_content(turn.text)) and turn.emotion == "calm":
            break
        family = _MERGED.get(FAMILIES.get(turn.intent, ""), FAMILIES.get(turn.intent, ""))
        if family and not turn.missed and not turn.collecting and not _says_nothing_new(turn):
            if about and family != about:
                break
            about = family
        if not turn.collecting:
            matter.insert(0, turn)
    return matter


def _says_nothing_new(turn: PastTurn) -> bool:
    """Whether the turn only turns down or presses on, whatever question it was taken for (都两周了还没到)."""
    return bool(refuses(turn.text)) or (bool(turn.text) and _displeased(turn) and not names_matter(turn.text))


def _is_peace(turn: PastTurn) -> bool:
    if _displeased(turn) or refuses(turn.text):
        return False
    return turn.intent in _PEACE or is_content(turn.text)


def _displeased(turn: PastTurn) -> bool:
    return turn.emotion != "calm" or (turn.intent not in _PEACE and impatient(turn.text))


def _asked_again(matter: Sequence[PastTurn], history: History) -> list[Sign]:
    signs = []
    counted = same_question(matter)
    times = max(history.same_intent_in_a_row, 1)
    if times >= 2:
        quotes = tuple(turn.text for turn in counted if turn.text)
        signs.append(Sign("asked_again", WEIGHTS["asked_again"] * (times - 1), f"同一问题已问 {times} 次", quotes))
    pressing = [
        turn
        for number, turn in enumerate(matter)
        if number > 0 and not any(turn is one for one in counted[1:]) and _presses_on(turn, matter[:number])
    ]
    if pressing:
        # Calm short follow-ups alone never reach the line.
        upset = sum(_displeased(turn) for turn in pressing)
        weight = WEIGHTS["pressed_on"] * (upset + min(2, len(pressing) - upset))
        text = f"同一件事换着说法又追问 {len(pressing)} 次"
        signs.append(Sign("pressed_on", weight, text, tuple(turn.text for turn in pressing if turn.text)))
    return signs


def _presses_on(turn: PastTurn, before: Sequence[PastTurn]) -> bool:
    """Whether a turn goes on about what the turns before it asked, without being a new question."""
    if turn.names_order or refuses(turn.text):
        return False
    if _displeased(turn):
        return turn.intent in FAMILIES or turn.intent in _PRESSES
    asked = any(one.intent == turn.intent for one in before) and turn.intent in FAMILIES
    return asked and asked_thing(turn.text) in (None, *_OF_THE_SAME_ANSWER)


def _refused(matter: Sequence[PastTurn]) -> list[Sign]:
    quotes = []
    said = ""
    for turn in matter:
        how = refuses(turn.text)
        # 不是 to "which of these did you mean" is a denied choice, and no refusal.
        if (how == "strong" and said not in ("", "ask_back")) or (how == "no" and said == "answer"):
            quotes.append(turn.text)
        said = turn.reply if turn.reply != "talk" else said
    if not quotes:
        return []
    return [Sign("refused", round(WEIGHTS["refused"] * len(quotes), 2), f"{len(quotes)} 次拒绝建议", tuple(quotes))]


def _annoyed(matter: Sequence[PastTurn]) -> list[Sign]:
    signs = []
    upset: list[PastTurn] = []
    for turn in reversed(matter):
        if _displeased(turn):
            upset.insert(0, turn)
        elif turn.intent not in SMALL_TALK or not upset:
            break
    quotes = tuple(turn.text for turn in upset if turn.text)
    if len(upset) >= 2:
        calm_before = any(turn.intent in FAMILIES and not _displeased(turn) for turn in matter)
        weight = WEIGHTS["annoyed"] * (len(upset) - 1) + (WEIGHTS["rising"] if calm_before else 0.0)
        signs.append(Sign("annoyed", weight, f"情绪连续加重（连着 {len(upset)} 句不满）", quotes))
    elif upset and len(matter) >= 3:
        signs.append(Sign("third_displeased", WEIGHTS["third_displeased"], "越问越不满", quotes))
    latest, before = matter[-1], matter[:-1]
    if before and loudness(latest.text) > max(loudness(turn.text) for turn in before):
        signs.append(Sign("louder", WEIGHTS["louder"], "感叹号、问号越打越多", (latest.text,)))
    return signs


def _passed_around(latest: PastTurn, history: History) -> list[Sign]:
    said = passed_around(latest.text)
    signs = []
    if said:
        signs.append(Sign("passed_around", WEIGHTS["passed_around"], f"被转来转去（“{said}”）", (said,)))
    elif legs_round(latest.text):
        legs = dict.fromkeys(leg for turn in (*history.recent, latest) for leg in legs_round(turn.text))
        name = "passed_around" if len(legs) >= 2 else "sent_on"
        told = "、".join(f"“{leg}”" for leg in list(legs)[:3])
        signs.append(Sign(name, WEIGHTS[name], f"被转来转去（{told}）", tuple(legs)))
    back = FAMILIES.get(history.returned_with)
    if back and not history.recent and FAMILIES.get(latest.intent) == back:
        signs.append(Sign("returned", WEIGHTS["returned"], "转过人工，回来还是同一件事", (latest.text,)))
    return signs


def _missed(earlier: Sequence[PastTurn]) -> list[Sign]:
    missed = [turn for turn in earlier if turn.missed and not turn.answered and turn.reply == "ask_back"]
    if not missed:
        return []
    weight = WEIGHTS["missed"] * min(2, len(missed))
    return [Sign("missed", weight, f"有 {len(missed)} 句没听懂", tuple(turn.text for turn in missed if turn.text))]


def _adds(latest: PastTurn, signs: Sequence[Sign], matter: Sequence[PastTurn]) -> bool:
    """Whether the latest turn itself has a part in one of the signs."""
    if any(sign.name in ("asked_again", "louder", "passed_around", "sent_on", "returned") for sign in signs):
        return True
    return _displeased(latest) or bool(refuses(latest.text)) or _presses_on(latest, matter[:-1])
