"""The buyers of `make replay`: what they read and how a turn is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.replay_client import PlayedTurn, outcome_of, read_dialogues

BOT = {"sender": "bot", "text": "好的", "choices": []}
REFUSED = {"sender": "error", "text": "太快了", "choices": []}


@pytest.mark.parametrize(
    ("turn", "outcome"),
    [
        (PlayedTurn("在吗", [BOT], owner="bot"), "answered"),
        (PlayedTurn("转人工", [BOT], owner="queue"), "handed_off"),
        (PlayedTurn("在吗", [], owner="bot"), "unanswered"),
        (PlayedTurn("还在吗", [], owner="queue"), "waiting_for_a_person"),
        (PlayedTurn("在吗", [REFUSED], owner="bot"), "refused"),
    ],
)
def test_outcome(turn: PlayedTurn, outcome: str) -> None:
    assert outcome_of(turn) == outcome


def test_reads_one_dialogue_a_line_and_skips_empty_turns(tmp_path: Path) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text('{"id": 7, "turns": ["在吗", " ", "退款呢"]}\n\n{"id": "b", "turns": []}\n', encoding="utf-8")
    assert list(read_dialogues(file)) == [("7", ["在吗", "退款呢"]), ("b", [])]


@pytest.mark.parametrize("line", ["在吗", '{"id": 1}', "[]"])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "d.jsonl"
    file.write_text('{"id": "a", "turns": []}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"d\.jsonl:2: .*turns"):
        list(read_dialogues(file))
