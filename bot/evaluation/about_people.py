"""What the report says about people: who needs one, moods, risks, false alarms, contrast pairs and disguises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aftersales.reading.model import EMOTIONS, RISKS
from bot.evaluation.readings import HOT, Line
from bot.evaluation.scores import Point, Score, average_precision, both_right, by_label, curve, score, share
from bot.evaluation.sets import EVERYDAY, HARD
from bot.evaluation.tables import Cell, Table

#: Multiples of the decision lines that the table shows.
SHOWN_LINES = (0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4)
MOST_ALARMS = 12
GROUPS = {"everyday": EVERYDAY, "hard": HARD}
ABOUT_GROUPS = "everyday: plain and dialogues; hard: signals and contrast."


def need(lines: Sequence[Line]) -> Score:
    """How well it is told who needs a person."""
    return score([line.item.needs_human for line in lines], [line.needs_human for line in lines])


def group(sets: Mapping[str, Sequence[Line]], name: str) -> list[Line]:
    """The lines of the sets of a group."""
    return [line for part in GROUPS[name] for line in sets[part]]


def needs_person(sets: Mapping[str, Sequence[Line]]) -> Table:
    """Who needs a person, set by set."""
    parts: dict[str, Sequence[Line]] = {name: sets[name] for name in (*EVERYDAY, *HARD)}
    parts.update({f"all {name}": group(sets, name) for name in GROUPS})
    rows: list[list[Cell]] = []
    for name, lines in parts.items():
        one = need(lines)
        alarms = score([not line.item.needs_human for line in lines], [line.needs_human for line in lines])
        rows.append([name, len(lines), one.wanted, one.precision, one.recall, one.f1, alarms.wanted, alarms.hits, alarms.recall])
    columns = ("set", "lines", "need one", "precision", "recall", "F1", "need none", "false alarms", "share")
    note = "What the bot decides on the message alone, without the conversation."
    return Table("needs_person", "Who needs a person?", note, columns, rows, plot="needs-person.png")


def curve_of(lines: Sequence[Line]) -> list[Point]:
    """Precision and recall of needing a person as all decision lines move together."""
    return curve([line.grade or 0.0 for line in lines], [line.item.needs_human for line in lines])


def other_lines(sets: Mapping[str, Sequence[Line]]) -> Table:
    """What other decision lines would do."""
    rows: list[list[Cell]] = []
    for factor in SHOWN_LINES:
        row: list[Cell] = [f"× {factor:.1f}" + (" (chosen)" if factor == 1 else "")]
        for name in GROUPS:
            lines = group(sets, name)
            one = score([line.item.needs_human for line in lines], [(line.grade or 0.0) >= factor for line in lines])
            row += [one.precision, one.recall, one.f1]
        rows.append(row)
    names = [f"{name} {value}" for name in GROUPS for value in ("precision", "recall", "F1")]
    area = ", ".join(f"{name} {average_precision(curve_of(group(sets, name))):.3f}" for name in GROUPS)
    note = f"All decision lines of mood and risk moved together; 1.0 is where the bot has them. {ABOUT_GROUPS}\nAverage precision: {area}."
    return Table("other_lines", "If the lines were elsewhere", note, ("lines", *names), rows, plot="needs-person.png")


def emotions(sets: Mapping[str, Sequence[Line]]) -> Table:
    """Each mood, and angry or abusive taken together."""
    rows: list[list[Cell]] = []
    for name in GROUPS:
        lines = group(sets, name)
        scores = by_label([line.item.emotion for line in lines], [line.emotion for line in lines])
        for label in EMOTIONS:
            if label in scores:
                rows.append([name, label, *_figures(scores[label])])
        hot = score([line.item.emotion in HOT for line in lines], [line.emotion in HOT for line in lines])
        upset = score([line.item.emotion != "calm" for line in lines], [line.emotion != "calm" for line in lines])
        rows += [[name, "angry or abusive", *_figures(hot)], [name, "not calm", *_figures(upset)]]
    columns = ("sets", "emotion", "lines", "precision", "recall", "F1")
    return Table("emotions", "Moods", ABOUT_GROUPS, columns, rows)


def risks(sets: Mapping[str, Sequence[Line]]) -> Table:
    """Each risk."""
    lines = [line for name in (*EVERYDAY, *HARD) for line in sets[name] if line.item.risk is not None]
    rows: list[list[Cell]] = []
    for label in RISKS:
        one = score([label in (line.item.risk or ()) for line in lines], [label in line.risk for line in lines])
        rows.append([label, *_figures(one)])
    columns = ("risk", "lines", "precision", "recall", "F1")
    return Table("risks", "Risks", f"{len(lines)} lines: dialogues, signals and contrast, which label risk.", columns, rows)


def false_alarms(sets: Mapping[str, Sequence[Line]]) -> Table:
    """Everyday lines that called a person for nothing."""
    everyday = [line for line in group(sets, "everyday") if not line.item.needs_human]
    alarms = [line for line in everyday if line.needs_human]
    rows: list[list[Cell]] = []
    for name, kinds in (("calm", ("calm",)), ("dissatisfied", ("dissatisfied",))):
        part = [line for line in everyday if line.item.emotion in kinds]
        rows.append([name, len(part), sum(line.needs_human for line in part), share(line.needs_human for line in part)])
    rows.append(["all", len(everyday), len(alarms), share(line.needs_human for line in everyday)])
    # The surest ones show what is wrong.
    shown = sorted(alarms, key=lambda line: -(line.grade or 0.0))[:MOST_ALARMS]
    after = [f"{line.item.text}  [{', '.join(sorted(line.risk)) or line.emotion}]  ({line.item.where})" for line in shown]
    note = f"Lines of plain and dialogues that need nobody. The {len(shown)} surest false alarms below the table."
    return Table("false_alarms", "False alarms on everyday lines", note, ("labelled mood", "lines", "alarms", "share"), rows, after)


def contrast(lines: Sequence[Line]) -> Table:
    """Pairs of which both sides must be right."""
    questions = {
        "needs a person": lambda line: line.needs_human == line.item.needs_human,
        "angry or abusive, or not": lambda line: (line.emotion in HOT) == (line.item.emotion in HOT),
        "mood": lambda line: line.emotion == line.item.emotion,
        "risks": lambda line: line.risk == line.item.risk,
        "intent": lambda line: line.strict,
    }
    rows: list[list[Cell]] = []
    for name, right in questions.items():
        pairs, both = both_right((line.item.pair, right(line)) for line in lines)
        sides = {heated: [right(line) for line in lines if line.item.needs_human is heated] for heated in (True, False)}
        rows.append([name, pairs, both, both / pairs if pairs else None, share(sides[True]), share(sides[False])])
    columns = ("question", "pairs", "both sides right", "share", "heated side right", "innocent side right")
    note = f"{len(lines)} lines. The same words once heated and once innocent: a reading by words alone gets one side of each pair."
    return Table("contrast", "Contrast pairs", note, columns, rows)


def disguises(sets: Mapping[str, Sequence[Line]]) -> Table:
    """Hot words in disguise, and innocents that look like them."""
    parts = {
        "seen": [line for line in sets["disguised"] if int(line.item.pair) % 2 == 1],
        "held out": [line for line in sets["disguised"] if int(line.item.pair) % 2 == 0],
        "fresh": list(sets["disguised, fresh"]),
    }
    kinds = [*dict.fromkeys(line.item.kind for lines in parts.values() for line in lines), "all"]
    rows: list[list[Cell]] = []
    for kind in kinds:
        row: list[Cell] = [kind]
        for lines in parts.values():
            chosen = [line for line in lines if kind in (line.item.kind, "all")]
            hot = [line.needs_human for line in chosen if line.item.needs_human]
            innocent = [line.needs_human for line in chosen if not line.item.needs_human]
            row += [len(chosen), share(hot), share(innocent)]
        rows.append(row)
    columns = [f"{name} {what}" for name in parts for what in ("lines", "found", "alarms")]
    note = (
        "Half of the lines are hot, half innocent. found: share of the hot ones that call a person; alarms: share of the others.\n"
        "The rules were written looking at the seen half only; fresh is by another hand, after they stood."
    )
    return Table("disguises", "Words in disguise", note, ("kind", *columns), rows)


def _figures(one: Score) -> list[Cell]:
    return [one.wanted, one.precision, one.recall, one.f1]
