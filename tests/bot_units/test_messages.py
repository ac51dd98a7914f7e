"""The labelled messages: well-formed, apart from the held-out sets, and loud about a slip."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

from aftersales.errors import ConfigurationError
from aftersales.reading.normalise import features_text
from bot.nlu.messages import FOLDER, Cutter, fingerprint, read_messages

ROOT = Path(__file__).resolve().parents[2]
HEADER = "text\tintent\temotion\trisk\n"


def test_every_intent_is_one_of_the_domain() -> None:
    known = set(yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    lines = read_messages(ROOT / FOLDER)
    assert len(lines) > 20_000
    assert {line.intent for line in lines} == known - {"handoff", "nlu_fallback"}


def test_no_message_is_held_out() -> None:
    held_out = set()
    for path in (ROOT / "tests" / "reading").glob("heldout_*.tsv"):
        with path.open(encoding="utf-8", newline="") as file:
            held_out |= {features_text(row["text"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    longer = [line.text for line in read_messages(ROOT / FOLDER) if len(line.text) >= 6]
    assert [text for text in longer if features_text(text) in held_out] == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("text\tintent\n退款\trefund_how\n", "header"),
        (HEADER + "退款\trefund_how\tcalm\n", "columns"),
        (HEADER + "退款\trefund_how\tcalm\t\t多了\n", "columns"),
        (HEADER + "退款\trefund_how\tfurious\t\n", "'furious' is no label"),
        (HEADER + "退款\trefund_how\tcalm\tsue\n", "'sue' is no label"),
        (HEADER + "\trefund_how\tcalm\t\n", "empty"),
    ],
)
def test_a_slip_is_refused_with_file_and_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "slip.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="slip.tsv") as refused:
        read_messages(tmp_path)
    assert told in str(refused.value)


def test_a_folder_that_is_not_there_has_no_messages(tmp_path: Path) -> None:
    assert read_messages(tmp_path / "nothing") == ()


def test_a_changed_line_changes_the_fingerprint(tmp_path: Path) -> None:
    file = tmp_path / "a.tsv"
    file.write_text(HEADER + "退款\trefund_how\tcalm\t\n", encoding="utf-8")
    before = fingerprint(tmp_path)
    file.write_text(HEADER + "退钱\trefund_how\tcalm\t\n", encoding="utf-8")
    assert fingerprint(tmp_path) != before


def test_a_text_is_cut_once() -> None:
    asked: list[str] = []

    class Token:
        def __init__(self, text: str) -> None:
            self.text = text

    def pipeline(text: str) -> list[Token]:
        asked.append(text)
        return [Token("申请"), Token(" "), Token("价保")]

    cut = Cutter(pipeline)
    assert cut("申请 价保X") == cut("申请 价保X") == ["申请", "价保"]
    assert asked == ["申请 价保x"]


class Piece:
    def __init__(self, text: str) -> None:
        self.text = text


def test_words_that_were_cut_elsewhere_are_taken_over() -> None:
    cut = Cutter(lambda text: [Piece("从"), Piece("新")])
    cut.remember("别处切好的", ["别处", "切好的"])
    assert cut("别处切好的") == ["别处", "切好的"]
