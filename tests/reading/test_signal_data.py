"""The hand-written signal lines: well-formed, apart from each other, and read no worse than when they were written."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aftersales.escalation import History, StoreRouting, decide
from aftersales.reading.model import EMOTIONS, RISKS, Reading
from aftersales.reading.normalise import normalise
from aftersales.reading.signals import needs_person, read_signals

ROOT = Path(__file__).resolve().parents[2]
TRAINING = sorted((ROOT / "data" / "signals").glob("*.tsv"))
HELD_OUT = ROOT / "tests" / "reading" / "heldout_signals.tsv"
HOT = {"angry", "abusive"}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("path", [*TRAINING, HELD_OUT], ids=lambda path: path.name)
def test_every_line_is_labelled_out_of_the_taxonomy(path: Path) -> None:
    for number, row in enumerate(rows(path), 2):
        assert row["text"].strip(), f"{path.name}:{number} has no text"
        assert row["emotion"] in EMOTIONS, f"{path.name}:{number} has emotion {row['emotion']!r}"
        labels = [label for label in row["risk"].split(",") if label]
        assert set(labels) <= set(RISKS), f"{path.name}:{number} has risk {row['risk']!r}"
        assert row.get("needs_human", "yes") in ("yes", "no"), f"{path.name}:{number} needs yes or no"


def test_no_line_is_written_twice_and_none_is_held_out() -> None:
    seen: dict[str, str] = {}
    for path in [*TRAINING, HELD_OUT]:
        for row in rows(path):
            assert row["text"] not in seen, f"{row['text']} stands in {seen[row['text']]} and in {path.name}"
            seen[row["text"]] = path.name


def test_there_is_enough_of_every_emotion() -> None:
    emotions = [row["emotion"] for path in TRAINING for row in rows(path)]
    assert len(emotions) >= 1600
    assert min(emotions.count(label) for label in EMOTIONS) >= 300


def test_words_alone_are_precise_on_lines_they_were_not_written_from() -> None:
    """Floors a little under the first measurement (precision 0.98, recall 0.69); the trained part adds recall."""
    gold, read = [], []
    for row in rows(HELD_OUT):
        gold.append(row["emotion"] in HOT)
        read.append(read_signals(row["text"], intent="other", model_scores=None).emotion in HOT)
    hits = sum(g and r for g, r in zip(gold, read, strict=True))
    assert hits / sum(read) >= 0.95
    assert hits / sum(gold) >= 0.65


def test_what_needs_a_person_by_itself_escalates_without_history_and_nothing_else_does() -> None:
    for path in [*TRAINING, HELD_OUT]:
        for row in rows(path):
            signals = read_signals(row["text"], intent="other", model_scores=None)
            reading = Reading(
                text=row["text"],
                intent="other",
                confidence=0.9,
                ranking=(("other", 0.9),),
                emotion=signals.emotion,
                emotion_score=signals.emotion_score,
                risk=signals.risk,
                evidence=signals.evidence,
                needs_human=needs_person(signals),
                entities=(),
            )
            assert (decide(reading, History(), StoreRouting({})) is not None) is reading.needs_human, row["text"]


def test_evidence_always_quotes_the_message() -> None:
    for path in [*TRAINING, HELD_OUT]:
        for row in rows(path):
            for item in read_signals(row["text"], intent="other", model_scores=None).evidence:
                assert item.text == row["text"][item.start : item.end], row["text"]
                assert normalise(item.text).text or item.source == "model"
