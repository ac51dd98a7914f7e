"""The held-out sets: which files there are, their lines as values, and which of them stand in the training data too."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.marks_data import NOT_CLASSIFIED, read_examples, read_signals_data, same_line
from bot.nlu.messages import read_messages

FOLDER = Path("tests/reading")
#: Name of a set → its files, in the order of the report.
FILES: dict[str, str] = {
    "plain": "heldout_g*.tsv",
    "dialogues": "heldout_dialogues.tsv",
    "signals": "heldout_signals.tsv",
    "contrast": "heldout_contrast.tsv",
    "disguised": "obfuscation.tsv",
    "disguised, fresh": "obfuscation_fresh.tsv",
}
#: What each set is, for the head of the report.
ABOUT: dict[str, str] = {
    "plain": "single questions by intent",
    "dialogues": "the buyers' lines of whole dialogues, each read by itself",
    "signals": "hard ones for mood and risk: heated, and innocent but heated-looking",
    "contrast": "pairs: the same words, once heated and once innocent",
    "disguised": "hot words in disguise beside innocents that look alike; half of them seen while the rules were made",
    "disguised, fresh": "the same by another hand, after the rules stood",
    "conversations": "made conversations, played turn by turn",
    "wants": "messages with several wants, and with one that looks like several",
}
#: Everyday messages: most need nobody.
EVERYDAY = ("plain", "dialogues")
#: Made to be hard.
HARD = ("signals", "contrast")


@dataclass(frozen=True)
class Item:
    """A held-out line. ``intent`` and ``kind`` are empty and ``risk`` is None where the set does not label them."""

    where: str
    text: str
    intent: str
    alternative: str
    emotion: str
    risk: frozenset[str] | None
    needs_human: bool
    kind: str = ""
    pair: str = ""


@dataclass(frozen=True)
class Several:
    """A message and what it wants, in order, each want with the intents accepted for it; one want: it is to be left whole."""

    text: str
    wants: tuple[frozenset[str], ...]


def read_sets(folder: Path = FOLDER) -> dict[str, list[Item]]:
    """Every set by name. Raises ValueError naming file, column and fix for a set that cannot be scored."""
    return {name: [item for path in sorted(folder.glob(pattern)) for item in read_items(path)] for name, pattern in FILES.items()}


def read_items(path: Path) -> Iterator[Item]:
    """The lines of one file."""
    for number, row in _rows(path, ("text", "emotion", "needs_human")):
        if row["needs_human"] not in ("yes", "no"):
            raise ValueError(f"{path}:{number}: needs_human is {row['needs_human']!r}; write yes or no")
        risk = frozenset(label for label in row["risk"].split(",") if label) if "risk" in row else None
        yield Item(
            f"{path.name}:{number}", row["text"], row.get("intent", ""), row.get("alt", ""), row["emotion"], risk,
            row["needs_human"] == "yes", row.get("kind", ""), row.get("pair", ""),
        )  # fmt: skip


def read_several(path: Path = FOLDER / "wants.tsv") -> list[Several]:
    """The messages with several wants, and those to be left whole; none where the file is missing."""
    if not path.exists():
        return []
    told = []
    for number, row in _rows(path, ("text", "intents")):
        wants = tuple(frozenset(want.strip().split("|")) for want in row["intents"].split(",") if want.strip())
        if not wants:
            raise ValueError(f"{path}:{number}: intents is empty; write the intents in order, with commas, | between accepted ones")
        told.append(Several(row["text"], wants))
    return told


def taught(folder: Path = Path("data")) -> set[str]:
    """The training lines, as :func:`same_line` sees them: marks, spaces and numbers make no other line."""
    texts = [one.text for one in read_examples(folder / "nlu") if one.intent not in NOT_CLASSIFIED]
    texts += [one.text for one in read_signals_data(folder / "signals")]
    texts += [one.text for one in read_messages(folder / "messages")]
    return set(map(same_line, texts))


def families(folder: Path = Path("data/nlu")) -> dict[str, str]:
    """Intent → family: the file of ``data/nlu`` that teaches it."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("- intent:"):
                found.setdefault(line.split(":", 1)[1].strip(), path.stem)
    return found


def _rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [name for name in needed if name not in (lines.fieldnames or ())]
        if missing:
            raise ValueError(f"{path}: has no column {', '.join(missing)}; the first line names the columns, with tabs")
        for number, row in enumerate(lines, 2):
            yield number, {name: value or "" for name, value in row.items() if name}
