"""What both systems of the benchmark learn from: the intent examples and labelled messages of this project, or a share.

A share is so many lines of each intent, drawn by turns from both and by the lines' hashes, so it is the same every time.
"""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.environments import ROOT

Row = Mapping[str, str]
#: Columns of ``data/messages/*.tsv``; ``bot.nlu.messages`` says what they mean and checks them.
COLUMNS = ("text", "intent", "emotion", "risk")
#: What our training reads besides the data that is shared out.
KEPT = ("config.yml", "domain.yml", "data/rules", "data/responses", "data/signals", "rules")
_INTENT = re.compile(r"^- intent: (\w+)$")


@dataclass(frozen=True)
class Data:
    """The lines of each intent: Rasa examples (texts), and labelled messages (rows with :data:`COLUMNS`)."""

    examples: Mapping[str, Sequence[str]]
    messages: Mapping[str, Sequence[Row]]

    def texts(self) -> dict[str, list[str]]:
        """All texts of each intent, none twice: what a system learns intents from."""
        return {
            intent: list(dict.fromkeys([*self.examples.get(intent, ()), *(row["text"] for row in self.messages.get(intent, ()))]))
            for intent in {**self.examples, **self.messages}
        }

    def share(self, lines: int | None) -> Data:
        """``lines`` different lines of each intent, or all there are when it is None."""
        if lines is None:
            return self
        examples, messages = dict[str, list[str]](), dict[str, list[Row]]()
        for intent in {**self.examples, **self.messages}:
            drawn: dict[str, Row | None] = {}
            for text, row in _by_turns(self.examples.get(intent, ()), self.messages.get(intent, ())):
                if len(drawn) < lines:
                    drawn.setdefault(text, row)
            examples[intent] = [text for text, row in drawn.items() if row is None]
            messages[intent] = [row for row in drawn.values() if row is not None]
        return Data(examples, messages)


def _by_turns(examples: Sequence[str], rows: Sequence[Row]) -> list[tuple[str, Row | None]]:
    """One of these, one of those, each in the order of their hashes; what is left of the longer follows."""
    numbered = [
        *enumerate((text, None) for text in sorted(set(examples), key=_place)),
        *enumerate((row["text"], row) for row in sorted(rows, key=lambda row: _place(row["text"]))),
    ]
    return [line for _, line in sorted(numbered, key=lambda pair: pair[0])]


def _place(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def read_data(root: Path = ROOT) -> Data:
    """All that this project trains intents on. Raises ValueError for a line that it cannot place."""
    messages: dict[str, list[Row]] = {}
    for path in sorted((root / "data" / "messages").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if tuple(lines.fieldnames or ()) != COLUMNS:
                raise ValueError(f"the benchmark cannot read the columns of {path.name}; teach tools/bench_data.py")
            for row in lines:
                messages.setdefault(row["intent"], []).append(row)
    files = sorted((root / "data" / "nlu").glob("*.yml"))
    return Data(read_examples(path.read_text(encoding="utf-8") for path in files), messages)


def read_examples(texts: Iterable[str]) -> dict[str, list[str]]:
    """The example lines of each intent in Rasa NLU files, in order. Raises ValueError for a line that it cannot place."""
    examples: dict[str, list[str]] = {}
    for text in texts:
        current: list[str] | None = None
        for line in text.splitlines():
            if (match := _INTENT.match(line)) is not None:
                current = examples.setdefault(match[1], [])
            elif line.startswith("    - ") and current is not None:
                current.append(line[6:])
            elif line.strip() and not line.startswith(("#", "version:", "nlu:", "  examples:")):
                raise ValueError(f"the benchmark cannot read this line of data/nlu: {line!r}; teach tools/bench_data.py")
    return examples


def nlu_file(examples: Mapping[str, Sequence[str]]) -> str:
    """A Rasa NLU file of these examples."""
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in examples.items():
        if texts:
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


def messages_file(messages: Mapping[str, Sequence[Row]]) -> str:
    """A file of labelled messages."""
    rows = [[row[column] for column in COLUMNS] for part in messages.values() for row in part]
    return "\n".join("\t".join(cells) for cells in [COLUMNS, *rows]) + "\n"


def generate_ours(folder: Path, data: Data, root: Path = ROOT) -> None:
    """Write our own project with ``data`` in place of its own into ``folder``, over an older one."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in KEPT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (root / name).is_dir() else shutil.copy)(root / name, folder / name)
    # The Chinese pipeline is large and the same for any share.
    (folder / "build").symlink_to(root / "build")
    write_data(folder, data)


def write_data(root: Path, data: Data) -> None:
    """Write what :func:`read_data` reads."""
    for name, text in (("nlu/share.yml", nlu_file(data.examples)), ("messages/share.tsv", messages_file(data.messages))):
        (root / "data" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "data" / name).write_text(text, encoding="utf-8")
