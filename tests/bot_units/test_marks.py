"""Marks become training data: what may be confirmed, what is refused, what a trial shows, and what acceptance writes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.review import COLUMNS, ReviewLine, read_review, write_review
from bot.marks import Figure, accept, macro_f1, main, scores, try_marks
from bot.marks_data import Places, read_examples, read_signals_data
from bot.marks_fit import Remembered

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = {
    "refund_how": ["我要退款", "怎么退款", "退款在哪", "帮我退钱", "申请退款", "想退款了", "退款怎么弄", "给我退款", "退款呀", "要退钱"],
    "invoice_request": ["开个发票", "能开发票吗", "发票在哪", "要电子发票", "补开发票", "发票怎么开", "专票能开吗", "给我发票", "发票呢", "要发票"],
    "complaint": ["我要投诉", "投诉你们", "必须投诉", "投诉商家", "投诉客服", "给你差评", "我要给差评", "要投诉了", "投诉投诉", "差评差评"],
}
SIGNALS = {
    ("calm", ""): ["请问在吗", "你好呀", "谢谢你了", "好的收到", "麻烦看下", "帮忙查下", "明白了哦", "辛苦您了", "可以的呢", "收到谢谢"],
    ("dissatisfied", ""): ["怎么这么慢", "等了好久了", "太慢了吧", "还没好吗", "怎么还不来", "等半天了", "这也太久", "慢死个人", "等不及了", "还要多久啊"],
    ("angry", "complaint_threat"): ["气死我了投诉", "投诉到底", "我要投诉你", "再不来投诉", "等着被投诉", "投诉你们店", "投诉定了", "马上投诉", "现在就投诉", "别逼我投诉"],
    ("abusive", "service_attitude"): ["傻逼客服", "垃圾客服滚", "你个傻逼", "废物客服", "滚蛋废物", "傻逼玩意", "垃圾玩意滚", "脑残客服", "废物东西", "你是傻逼"],
}  # fmt: skip
HELD_OUT = [
    ("麻烦退款", "refund_how", "", "calm", "no"),
    ("麻烦开发票", "invoice_request", "", "calm", "no"),
    ("这发票杯子裂了", "complaint", "", "calm", "no"),
]


@dataclass
class _Character:
    text: str
    idx: int


def by_character(text: str) -> Sequence[_Character]:
    """A cut that needs no dictionary."""
    return [_Character(character, place) for place, character in enumerate(text)]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A tiny corpus, and the project's own pipeline options."""
    made = Places(tmp_path / "nlu", tmp_path / "signals", tmp_path / "held_out", ROOT / "config.yml", tmp_path / "messages")
    for folder in (made.nlu, made.signals, made.held_out, made.messages):
        folder.mkdir()
    parts = "".join(
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in EXAMPLES.items()
    )
    (made.nlu / "base.yml").write_text(f'version: "3.1"\n\nnlu:\n{parts}', encoding="utf-8")
    rows = [f"{text}\t{emotion}\t{risk}\n" for (emotion, risk), texts in SIGNALS.items() for text in texts]
    (made.signals / "base.tsv").write_text("text\temotion\trisk\n" + "".join(rows), encoding="utf-8")
    sets = "".join("\t".join(row) + "\n" for row in HELD_OUT)
    (made.held_out / "heldout_g1.tsv").write_text("text\tintent\talt\temotion\tneeds_human\n" + sets, encoding="utf-8")
    (made.held_out / "heldout_signals.tsv").write_text("text\temotion\trisk\tneeds_human\n投诉投诉你\tangry\tcomplaint_threat\tyes\n", encoding="utf-8")
    return made


def line(mark: str, text: str, **values: str) -> ReviewLine:
    """A line that was confirmed, with a misread intent."""
    given = {
        "at": "2026-11-22T10:00:00+08:00", "kind": "misread", "read_intent": "refund_how", "read_emotion": "calm", "read_risk": "",
        "agent_intent": "complaint", "note": "", "intent": "complaint", "emotion": "calm", "risk": "", "confirm": "y",
    }  # fmt: skip
    return ReviewLine(mark=mark, text=text, **{**given, **values})


@pytest.fixture
def review(tmp_path: Path) -> Path:
    return tmp_path / "marks.tsv"


def taking(review: Path, places: Places, *lines: ReviewLine) -> str:
    """Accept a file of these lines; what was said."""
    write_review(review, lines)
    out = io.StringIO()
    accept(review, places, "2026-11-22", out)
    return out.getvalue()


def all_files(places: Places) -> dict[str, str]:
    return {str(path): path.read_text(encoding="utf-8") for folder in (places.nlu, places.signals) for path in folder.iterdir()}


# -- acceptance ----------------------------------------------------------------------------------------------


def test_confirmed_lines_are_appended_and_the_file_is_marked(places: Places, review: Path) -> None:
    said = taking(
        review,
        places,
        line("a", "绿茶杯子碎了"),
        line("b", "人呢人呢", kind="missed", intent="", emotion="angry", risk="human_request,service_attitude"),
        line("c", "退货地址给我", emotion=""),
        line("d", "这句不要", confirm="n", intent="no_such", emotion="nonsense"),
    )
    assert "3 of 4 lines confirmed" in said and "2 new" in said
    document = yaml.safe_load((places.nlu / "reviewed.yml").read_text(encoding="utf-8"))
    assert document["nlu"] == [{"intent": "complaint", "examples": "- 绿茶杯子碎了\n- 退货地址给我\n"}]
    assert (places.signals / "reviewed.tsv").read_text(encoding="utf-8") == (
        "text\temotion\trisk\n绿茶杯子碎了\tcalm\t\n人呢人呢\tangry\tservice_attitude,human_request\n"
    )
    assert read_review(review).accepted == "2026-11-22"
    assert len(read_review(review).lines) == 4
    with pytest.raises(ConfigurationError, match="was accepted on 2026-11-22"):
        accept(review, places, "2026-11-23", io.StringIO())


def test_a_second_file_adds_to_the_first_and_loses_nothing(places: Places, review: Path) -> None:
    taking(review, places, line("a", "绿茶杯子碎了"))
    taking(review, places, line("b", "杯盖也碎了"), line("c", "专票抬头填啥", intent="invoice_request"))
    mine = [(one.intent, one.text) for one in read_examples(places.nlu) if "reviewed.yml" in one.where]
    assert mine == [("complaint", "绿茶杯子碎了"), ("complaint", "杯盖也碎了"), ("invoice_request", "专票抬头填啥")]
    signals = [one.text for one in read_signals_data(places.signals) if "reviewed.tsv" in one.where]
    assert signals == ["绿茶杯子碎了", "杯盖也碎了", "专票抬头填啥"]


def test_an_acceptance_that_was_cut_short_can_be_repeated(places: Places, review: Path) -> None:
    lines = (line("a", "绿茶杯子碎了"), line("b", "绿茶杯子碎了"), line("c", "我要退款", intent="refund_how", emotion=""))
    taking(review, places, *lines)
    once = all_files(places)
    assert "0 new" in taking(review, places, *lines), "the file was written anew, as if its last step had failed"
    assert all_files(places) == once
    assert once[str(places.nlu / "reviewed.yml")].count("绿茶杯子碎了") == 1


def test_brackets_do_not_become_entities(places: Places, review: Path) -> None:
    taking(review, places, line("a", "看[图片](坏了)"))
    assert "- 看【图片】(坏了)" in (places.nlu / "reviewed.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"confirm": ""}, r":{n}: confirm: is empty\. Write y or n"),
        ({"confirm": "ok"}, r":{n}: confirm: is 'ok'\. Write y or n"),
        ({"intent": "refund"}, r":{n}: intent: 'refund' is no intent\. Use one of complaint, invoice_request, refund_how"),
        ({"intent": "handoff"}, r":{n}: intent: 'handoff' is no intent"),
        ({"emotion": "mad"}, r":{n}: emotion: 'mad' is no emotion\. Use one of calm"),
        ({"risk": "lawsuit"}, r":{n}: risk: 'lawsuit' is no risk\. Use some of safety"),
        ({"emotion": "", "risk": "safety"}, r":{n}: emotion: is empty beside a risk"),
        ({"intent": "", "emotion": ""}, r":{n}: intent: and emotion are both empty"),
        ({"kind": "needless", "risk": "safety"}, r":{n}: risk: would hand the message over again"),
        ({"kind": "needless", "emotion": "angry"}, r":{n}: emotion: would hand the message over again"),
        ({"kind": "missed"}, r":{n}: risk: is empty and the emotion calls nobody"),
        ({"text": "麻烦退款！"}, r":{n}: text: equals the held-out line .*heldout_g1\.tsv:2, which is for measuring only"),
        ({"text": "投诉投诉你", "emotion": "angry"}, r":{n}: text: equals the held-out line .*heldout_signals\.tsv:2"),
        ({"text": "我要退款"}, r":{n}: intent: complaint contradicts .*base\.yml:6, which says refund_how"),
        ({"text": "投诉到底"}, r":{n}: emotion, risk: contradict .*base\.tsv:\d+, which says angry complaint_threat"),
        ({"text": "绿茶杯子碎了", "intent": "refund_how"}, r":{n}: intent, emotion, risk: contradict line {first}, which has the same text"),
        ({"text": "😀😀"}, r":{n}: text: has nothing that can be learnt"),
    ],
)  # fmt: skip
def test_what_may_not_be_learnt_is_refused_with_file_line_field_and_fix(
    places: Places, review: Path, given: dict[str, str], problem: str
) -> None:
    before = all_files(places)
    lines = (line("a", "绿茶杯子碎了"), line("b", **{"text": "杯盖也碎了", **given}))
    with pytest.raises(AftersalesError) as caught:
        taking(review, places, *lines)
    first, second = read_review(review).numbers
    wanted = re.escape(str(review)) + problem.format(n=second, first=first)
    assert re.search(wanted, str(caught.value)), f"{wanted}\n{caught.value}"
    assert all_files(places) == before
    assert not read_review(review).accepted


def test_every_open_line_is_named_at_once(places: Places, review: Path) -> None:
    with pytest.raises(AftersalesError) as caught:
        taking(review, places, *(line(str(number), f"句子{number}", confirm="") for number in range(25)))
    assert str(caught.value).count("confirm: is empty") == 20 and "and 5 more" in str(caught.value)


# -- the file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("mark\tat\t", "at\tmark\t"), "column names: are not those of a review file"),
        (lambda text: "# nothing\n", "column names: are missing"),
        (lambda text: text + "\t".join(["a", *["x"] * (len(COLUMNS) - 1)]) + "\n", "mark: stands in line"),
        (lambda text: text + "\t".join(["b", *["x"] * len(COLUMNS)]) + "\n", "columns: are more than 13"),
        (lambda text: text + "b\t2026\tmissed\n", "text: is empty"),
    ],
)
def test_a_file_that_lost_its_shape_is_refused(review: Path, change: object, problem: str) -> None:
    write_review(review, [line("a", "绿茶杯子碎了")])
    assert callable(change)
    review.write_text(change(review.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=problem):
        read_review(review)


def test_what_a_spreadsheet_does_to_a_file_is_forgiven(review: Path) -> None:
    write_review(review, [line("a", "绿茶杯子碎了", confirm="")])
    text = review.read_text(encoding="utf-8").rstrip("\n")
    before = "绿茶杯子碎了"
    review.write_text("\ufeff" + text.replace(before, f'"{before}" ').replace("\n", "\r\n") + "\r\n", encoding="utf-8")
    (one,) = read_review(review).lines
    assert (one.text, one.confirm) == (before, "")


def test_the_command_tells_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["try", str(tmp_path / "none.tsv")]) == 1
    assert "none.tsv: FILE: is not there. Make one with `make marks-export`" in capsys.readouterr().err


# -- the trial -----------------------------------------------------------------------------------------------


def test_a_trial_shows_both_sides_and_touches_nothing(places: Places, review: Path) -> None:
    lines = [line(str(number), text) for number, text in enumerate(("发票杯子碎了", "发票杯子坏了", "发票杯子破了", "那发票杯子裂了"))]
    write_review(review, [*lines, line("z", "还没看", confirm="")])
    before, file = all_files(places), review.read_text(encoding="utf-8")
    out = io.StringIO()
    try_marks(review, places, Remembered(by_character), out, lambda _: None)
    said = out.getvalue()
    assert "4 lines to learn, 0 not to learn, 1 still open" in said
    assert re.search(r"intent as confirmed +0\.\d{3} +1\.000 +\+\d\.\d{3}  better", said), said
    assert "intent sets (3 held-out lines)" in said and "signal set (1 held-out lines)" in said
    assert re.search(r"intent, strict +0\.667 +1\.000 +\+0\.333  better", said), said
    for name in ("intent, lenient", "intent, macro F1", "needs a person, precision", "needs a person, recall", "needs a person, F1", "false alarms"):
        assert re.search(rf"^  {name} +\d\.\d{{3}} ", said, re.MULTILINE), name
    assert re.search(r"better .*heldout_g1\.tsv:4  这发票杯子裂了\n +invoice_request, \w+ → complaint, \w+", said), said
    assert all_files(places) == before and review.read_text(encoding="utf-8") == file


def test_a_trial_warns_of_what_cannot_be_accepted_and_needs_something_to_try(places: Places, review: Path) -> None:
    write_review(review, [line("a", "我要退款")])
    out = io.StringIO()
    try_marks(review, places, Remembered(by_character), out, lambda _: None)
    assert "not yet acceptable:" in out.getvalue() and "contradicts" in out.getvalue()
    write_review(review, [line("a", "绿茶杯子碎了", confirm="n")])
    with pytest.raises(ConfigurationError, match="has no y"):
        try_marks(review, places, by_character, out, lambda _: None)


@pytest.mark.parametrize(
    ("before", "after", "fewer", "told"),
    [(0.5, 0.6, False, "better"), (0.6, 0.5, False, "worse"), (0.1, 0.2, True, "worse"), (0.2, 0.1, True, "better"), (0.5, 0.5, False, "")],
)
def test_a_figure_says_whether_it_got_better(before: float, after: float, fewer: bool, told: str) -> None:
    words = Figure("x", before, after, fewer).line()
    assert (words.split()[-1] if told else "") == told and f"{after - before:+.3f}" in words


def test_scores_are_what_they_are_called() -> None:
    assert scores([True, True, False, False], [True, False, True, False]) == (0.5, 0.5, pytest.approx(0.5))
    assert scores([False], [False]) == (0.0, 0.0, 0.0)
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx((2 / 3 + 2 / 3) / 2)


def test_the_examples_are_read_as_yaml_reads_them() -> None:
    mine = [(one.intent, one.text) for one in read_examples(ROOT / "data" / "nlu")]
    theirs = []
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            theirs += [(block["intent"], row[2:].strip()) for row in block["examples"].splitlines() if row.startswith("- ")]
    assert mine == theirs
