"""``python -m bot.evaluate_dialogues``: does the bot hand over in time, and does it know what 那运费呢 means?

Plays the made dialogues of ``tests/reading/dialogues.jsonl`` through the loaded model: each message is read, taken in its
context and decided upon by the very functions the bot uses, over a tracker as the bot keeps it. Only the answers are not
worded: a rule's action stands for what it does (an answer, a question, a case). docs/conversation.md describes the set.

With file names it plays plain text instead, one message a line and an empty line between dialogues, and prints one JSON
object a message: intent, emotion, score, signs, why.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Optional

import yaml

from aftersales.decisions.cases import CASES
from aftersales.escalation import Escalation, explain
from aftersales.history_score import score
from bot import handoff
from bot.channel import LONGEST_TEXT, neutralise
from bot.loading import Reader

SET = Path("tests/reading/dialogues.jsonl")
RULES = Path("data/rules")
REASON = "repeated_failure"
#: Answers to a case's questions after which it is complete.
CASE_QUESTIONS = 2


@dataclass(frozen=True)
class Dialogue:
    """A made dialogue. Turns count from 1.

    earliest, latest: a person must take over in none but these turns; both None: never. means: turn → the intents that
    the follow-up may be resolved to. Odd numbers are held out: nothing was tuned on them.
    """

    number: int
    kind: str
    says: tuple[str, ...]
    earliest: Optional[int]
    latest: Optional[int]
    means: Mapping[int, tuple[str, ...]]

    @property
    def held_out(self) -> bool:
        """Whether the dialogue was kept away from tuning."""
        return self.number % 2 == 1


@dataclass(frozen=True)
class Played:
    """What came of a dialogue: the turn a person took over (None: never), why, and the intent of each turn played."""

    dialogue: Dialogue
    turn: Optional[int]
    reason: str
    intents: tuple[str, ...]

    def verdict(self) -> str:
        """"in time", "in time, other reason", "too early", "too late or never", "quiet" or "false handoff"."""
        first, last = self.dialogue.earliest, self.dialogue.latest
        if first is None or last is None:
            return "quiet" if self.turn is None else "false handoff"
        if self.turn is None or self.turn > last:
            return "too late or never"
        if self.turn < first:
            return "too early"
        return "in time" if self.reason == REASON else "in time, other reason"

    def follow_ups(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """(text, intents accepted, intent found) of each labelled follow-up; "" for one that was never reached."""
        for turn, accepted in sorted(self.dialogue.means.items()):
            found = self.intents[turn - 1] if turn <= len(self.intents) else ""
            yield self.dialogue.says[turn - 1], accepted, found


def read_set(path: Path = SET) -> list[Dialogue]:
    """The dialogues of a file. Raises ValueError naming the line for one that cannot be scored."""
    dialogues = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        told = json.loads(line)
        unknown = set(told) - {"id", "kind", "says", "earliest", "latest", "means"}
        if unknown or ("earliest" in told) != ("latest" in told):
            raise ValueError(f"{path}:{number}: unknown {sorted(unknown)}, or only one of earliest and latest; give both or none")
        means = {int(turn): tuple(intents.split("|")) for turn, intents in told.get("means", {}).items()}
        if any(turn > len(told["says"]) for turn in (*means, told.get("latest", 1))):
            raise ValueError(f"{path}:{number}: a turn beyond the last; turns count from 1 to {len(told['says'])}")
        dialogues.append(
            Dialogue(told["id"], told["kind"], tuple(told["says"]), told.get("earliest"), told.get("latest"), means)
        )
    return dialogues


class Player:
    """Plays dialogues through the loaded model."""

    def __init__(self, reader: Reader, rules: Path = RULES) -> None:
        from rasa.shared.core.domain import Domain

        self._reader = reader
        self._domain = Domain.load("domain.yml")
        self._actions = dict(rule_actions(rules))
        self._read: dict[str, dict[str, Any]] = {}

    def play(self, dialogue: Dialogue) -> Played:
        """Until a person takes over or the buyer has said everything."""
        intents: list[str] = []
        for turn, (intent, _, escalation) in enumerate(self.turns(dialogue.says), 1):
            intents.append(intent)
            if escalation is not None:
                return Played(dialogue, turn, escalation.reason, tuple(intents))
        return Played(dialogue, None, "", tuple(intents))

    def turns(self, says: Sequence[str]) -> Iterator[tuple[str, dict[str, Any], Optional[Escalation]]]:
        """(intent in context, the reading with the score, the handoff if any) of each message."""
        from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
        from rasa.shared.core.trackers import DialogueStateTracker

        tracker = DialogueStateTracker.from_events("made", [], self._domain.slots, domain=self._domain)
        asked = 0
        for text in says:
            parsed = self._parse(text)
            if not tracker.active_loop_name:
                parsed = handoff.in_context(parsed, tracker)
            tracker.update(ActionExecuted("action_listen"))
            intent = str(parsed["intent"]["name"])
            tracker.update(UserUttered(text, parsed["intent"], parsed.get("entities"), parse_data=parsed))
            escalation = handoff.of_conversation(tracker)
            sum_of = score(handoff.reading_of(tracker), handoff.history_of(tracker))
            shown = {
                "text": text, "intent": intent, "emotion": parsed["reading"]["emotion"], "score": sum_of.total,
                "signs": [sign.text for sign in sum_of.signs], "why": explain(escalation) if escalation else None,
            }  # fmt: skip
            yield (parsed["reading"]["intent"] if intent == "handoff" else intent), shown, escalation
            action = self._actions.get(intent, "action_ask_back")
            opens = action == "action_case_open" and not tracker.active_loop_name
            tracker.update(ActionExecuted(action))
            if opens:
                asked = 0
                tracker.update(SlotSet("topic", intent))
                tracker.update(ActiveLoop("case_form"))
            elif tracker.active_loop_name:
                asked += intent in handoff.SMALL_TALK or intent in CASES or intent in handoff.MISS_INTENTS
                if asked >= CASE_QUESTIONS:
                    return

    def _parse(self, text: str) -> dict[str, Any]:
        # Dialogues share lines such as 谢谢.
        if text not in self._read:
            self._read[text] = dict(self._reader.read(neutralise(text[:LONGEST_TEXT])))
        return self._read[text]


def rule_actions(folder: Path) -> Iterator[tuple[str, str]]:
    """(intent, its action) of each plain rule."""
    for path in sorted(folder.glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            steps = rule["steps"]
            if len(steps) == 2 and "intent" in steps[0] and "action" in steps[1]:
                yield steps[0]["intent"], steps[1]["action"]


def table(played: Sequence[Played]) -> Iterator[str]:
    """The figures of some dialogues, as lines."""
    must = [one for one in played if one.dialogue.latest is not None]
    never = [one for one in played if one.dialogue.latest is None]
    verdicts = [one.verdict() for one in played]
    follow_ups = [found in accepted for one in played for _, accepted, found in one.follow_ups()]
    yield f"  must hand over      {len(must):4d}"
    for verdict in ("in time", "in time, other reason", "too early", "too late or never"):
        yield f"    {verdict:<22}{verdicts.count(verdict):4d}  {verdicts.count(verdict) / max(1, len(must)):.3f}"
    wrong = verdicts.count("false handoff")
    yield f"  must stay           {len(never):4d}"
    yield f"    {'false handoff':<22}{wrong:4d}  {wrong / max(1, len(never)):.3f}"
    yield f"  follow-ups          {len(follow_ups):4d}"
    yield f"    {'right intent':<22}{sum(follow_ups):4d}  {sum(follow_ups) / max(1, len(follow_ups)):.3f}"


def mistakes(played: Iterable[Played]) -> Iterator[str]:
    """Each dialogue that went wrong, in one line."""
    for one in played:
        if one.verdict() in ("too early", "too late or never", "false handoff"):
            wanted = f"{one.dialogue.earliest}–{one.dialogue.latest}" if one.dialogue.latest else "never"
            yield f"  {one.dialogue.number} {one.dialogue.kind}: {one.verdict()}: {one.reason or '–'} at {one.turn}, wanted {wanted}"
        for text, accepted, found in one.follow_ups():
            if found not in accepted:
                yield f"  {one.dialogue.number} {text}: {found or 'not reached'}, wanted {'|'.join(accepted)}"


def _texts(paths: Sequence[str]) -> Iterator[list[str]]:
    for path in paths:
        for part in Path(path).read_text(encoding="utf-8").split("\n\n"):
            yield [line for line in part.splitlines() if line.strip()]


def main(arguments: Sequence[str] = ()) -> None:
    """Print the tables of both halves, or of plain text dialogues each turn."""
    player = Player(Reader())
    paths = [argument for argument in arguments if not argument.startswith("-")]
    if paths:
        for says in _texts(paths):
            for _, shown, _ in player.turns(says):
                print(json.dumps(shown, ensure_ascii=False))
            print()
        return
    started = time.monotonic()
    played = [player.play(dialogue) for dialogue in read_set()]
    for name, held_out in (("seen", False), ("held out", True)):
        half = [one for one in played if one.dialogue.held_out is held_out]
        print(f"dialogues, {name}: {len(half)}")
        print("\n".join(table(half)))
        if "--mistakes" in arguments and (not held_out or "--all" in arguments):
            print("\n".join(mistakes(half)))
    print(f"{time.monotonic() - started:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
