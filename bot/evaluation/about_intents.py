"""What the report says about intents: how often right, where weakest, what is confused, whether confidence can be believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from bot.evaluation.readings import Line
from bot.evaluation.scores import Bin, Score, by_label, calibration, calibration_error, macro_f1, share
from bot.evaluation.sets import EVERYDAY
from bot.evaluation.tables import Cell, Table

WEAKEST, CONFUSED, EXAMPLES = 15, 15, 2


def everyday(sets: Mapping[str, Sequence[Line]]) -> list[Line]:
    """The lines that the intents are measured on."""
    return [line for name in EVERYDAY for line in sets[name]]


def scores_of(lines: Sequence[Line]) -> dict[str, Score]:
    """The strict score of each labelled intent."""
    return by_label([line.item.intent for line in lines], [line.intent for line in lines])


def bins_of(lines: Sequence[Line]) -> list[Bin]:
    """Confidence against the share of strictly right ones."""
    return calibration([line.confidence for line in lines], [line.strict for line in lines])


def overall(sets: Mapping[str, Sequence[Line]]) -> Table:
    """The intents of each set in a row."""
    parts = {
        **{name: sets[name] for name in EVERYDAY},
        "both": everyday(sets),
        "contrast": sets["contrast"],
    }
    columns = ("set", "lines", "strict", "lenient", "macro F1", "asked back", "answered, strict", "answered, lenient", "ECE")
    rows: list[list[Cell]] = []
    for name, lines in parts.items():
        answered = [line for line in lines if not line.below_line]
        rows.append([
            name, len(lines), share(line.strict for line in lines), share(line.lenient for line in lines),
            macro_f1(scores_of(lines)), share(line.below_line for line in lines), share(line.strict for line in answered),
            share(line.lenient for line in answered), calibration_error(bins_of(lines)),
        ])  # fmt: skip
    note = (
        "strict: the labelled intent; lenient: that or the accepted second one (the contrast set has none). Both count the\n"
        "likeliest intent even where the bot would ask back; answered: only lines above the line. ECE: expected calibration\n"
        "error, 10 steps, strict. Lines of dialogues are read by themselves, without what was said before."
    )
    return Table("intents", "Intents", note, columns, rows)


def weakest(lines: Sequence[Line]) -> Table:
    """The intents with the lowest F1."""
    rows: list[list[Cell]] = []
    for name, one in sorted(scores_of(lines).items(), key=lambda item: (item[1].f1 or 0.0, item[0]))[:WEAKEST]:
        others = Counter(line.intent for line in lines if line.item.intent == name and not line.lenient)
        told = ", ".join(f"{other} {count}" for other, count in others.most_common(3))
        rows.append([name, one.wanted, one.f1, one.precision, one.recall, told or "–"])
    columns = ("intent", "lines", "F1", "precision", "recall", "wrongly read as")
    return Table("weakest", "Weakest intents", f"{len(lines)} lines, plain and dialogues; strict.", columns, rows)


def confused(lines: Sequence[Line]) -> Table:
    """The pairs most often confused, with lines."""
    wrong = [line for line in lines if not line.lenient]
    pairs = Counter((line.item.intent, line.intent) for line in wrong)
    after = []
    for (labelled, read), count in pairs.most_common(CONFUSED):
        after.append(f"{count:3d}  {labelled} → {read}")
        examples = [line for line in wrong if (line.item.intent, line.intent) == (labelled, read)]
        # What was read most surely shows best what the model believes.
        for line in sorted(examples, key=lambda line: -line.confidence)[:EXAMPLES]:
            after.append(f"       {line.confidence:.2f}  {line.item.text}  ({line.item.where})")
    note = f"{len(wrong)} of {len(lines)} lines, plain and dialogues, are read as neither accepted intent; labelled → read as, with confidence."
    return Table("confused", "Most confused pairs", note, after=after, plot="confusions-top.png")


def confused_pairs(lines: Sequence[Line], contrast: Sequence[Line], most: int) -> list[tuple[str, str, int, int]]:
    """(labelled, read as, ``lines``, ``contrast`` lines) of the pairs most often confused."""
    one, other = (Counter((line.item.intent, line.intent) for line in part if not line.lenient) for part in (lines, contrast))
    return [(*pair, one[pair], other[pair]) for pair, _ in (one + other).most_common(most)]


def confidence(lines: Sequence[Line]) -> Table:
    """Whether confidence means what it says."""
    bins = bins_of(lines)
    lenient = calibration([line.confidence for line in lines], [line.lenient for line in lines])
    rows: list[list[Cell]] = [
        [one.confidence, one.right, other.right, one.right - one.confidence, one.count] for one, other in zip(bins, lenient)
    ]
    columns = ("mean confidence", "right, strict", "right, lenient", "strict less confidence", "lines")
    error, other_error = calibration_error(bins), calibration_error(lenient)
    asked = share(line.below_line for line in lines)
    note = (
        f"{len(lines)} lines, plain and dialogues. Expected calibration error {error or 0:.3f} strict, {other_error or 0:.3f} lenient;\n"
        f"asked back {asked or 0:.3f} of them."
    )
    return Table("confidence", "Does confidence mean what it says?", note, columns, rows, plot="reliability.png")


def all_intents(lines: Sequence[Line]) -> Table:
    """Every intent; for the files, too long for the terminal."""
    rows: list[list[Cell]] = [
        [name, one.wanted, one.f1, one.precision, one.recall] for name, one in sorted(scores_of(lines).items())
    ]
    columns = ("intent", "lines", "F1", "precision", "recall")
    note = f"{len(lines)} lines, plain and dialogues; strict."
    return Table("every_intent", "Every intent", note, columns, rows, plot="confusion.png")
