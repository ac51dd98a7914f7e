"""The evaluation counts right: each figure on a case small enough to be counted by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation.about_talk import Reached, Stock, Told, read_stock, stock, wants
from bot.evaluation.plots import plot_f1
from bot.evaluation.readings import FARTHEST, Line, _Heard, grade_of
from bot.evaluation.scores import (
    Score,
    average_precision,
    both_right,
    by_label,
    calibration,
    calibration_error,
    curve,
    exactly,
    in_any_order,
    in_order,
    macro_f1,
    matrix,
    score,
    share,
)
from bot.evaluation.sets import Item, Several, families, read_items, read_several
from bot.evaluation.tables import Table, as_json, as_markdown, as_text

YES, NO = True, False


@pytest.mark.parametrize(
    ("wanted", "found", "precision", "recall", "f1"),
    [
        ([YES, YES, NO, NO], [YES, NO, YES, NO], 0.5, 0.5, 0.5),
        ([YES, YES, NO], [YES, YES, NO], 1.0, 1.0, 1.0),
        ([YES, NO, NO, NO], [YES, YES, YES, YES], 0.25, 1.0, 0.4),
        ([YES, NO], [NO, NO], None, 0.0, 0.0),
        ([NO, NO], [NO, YES], 0.0, None, 0.0),
        ([NO], [NO], None, None, None),
        ([], [], None, None, None),
    ],
)
def test_precision_recall_and_f1(
    wanted: list[bool], found: list[bool], precision: float | None, recall: float | None, f1: float | None
) -> None:
    one = score(wanted, found)
    assert (one.precision, one.recall, one.f1) == (precision, recall, pytest.approx(f1))


def test_answers_of_different_length_are_no_answers_to_the_same_question() -> None:
    with pytest.raises(ValueError, match="zip"):
        score([YES], [YES, NO])


def test_labels_are_scored_each_by_itself_and_a_stray_reading_lowers_only_precision() -> None:
    scores = by_label(["greet", "greet", "thank", "deny"], ["greet", "thank", "thank", "affirm"])
    assert scores == {"greet": Score(2, 1, 1), "thank": Score(1, 2, 1), "deny": Score(1, 0, 0)}
    assert macro_f1(scores) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


def test_nothing_has_no_share() -> None:
    assert share([]) is None and macro_f1({}) is None and calibration_error([]) is None
    assert share(iter([YES, NO, NO, NO])) == 0.25


def test_confidence_is_compared_with_the_share_right_step_by_step() -> None:
    bins = calibration([0.95, 0.91, 1.0, 0.42, 0.48, 0.0], [YES, YES, NO, YES, NO, NO])
    assert [(one.count, round(one.confidence, 3), round(one.right, 3)) for one in bins] == [(1, 0.0, 0.0), (2, 0.45, 0.5), (3, 0.953, 0.667)]
    assert calibration_error(bins) == pytest.approx((2 * 0.05 + 3 * (2.86 / 3 - 2 / 3)) / 6)


def test_confidence_that_means_what_it_says_has_no_error() -> None:
    assert calibration_error(calibration([0.75] * 4, [YES, YES, YES, NO])) == pytest.approx(0.0)


def test_the_matrix_has_labels_down_and_readings_across() -> None:
    assert matrix(["a", "a", "b", "b"], ["a", "b", "b", "elsewhere"], ["a", "b"]) == [[1, 1], [0, 1]]


def test_the_curve_goes_from_the_strictest_line_to_the_mildest() -> None:
    points = curve([2.0, 1.5, 1.5, 0.5], [YES, YES, NO, NO])
    assert [(p.line, round(p.precision, 3), p.recall) for p in points] == [(2.0, 1.0, 0.5), (1.5, 0.667, 1.0), (0.5, 0.5, 1.0)]
    assert average_precision(points) == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


def test_without_anything_wanted_there_is_no_curve() -> None:
    assert curve([1.0, 0.5], [NO, NO]) == []


def test_a_pair_is_right_when_both_its_sides_are() -> None:
    assert both_right([("1", YES), ("2", YES), ("1", NO), ("2", YES), ("3", NO)]) == (3, 1)


A, B, C = "refund_status", "invoice_request", "return_how"


@pytest.mark.parametrize(
    ("wanted", "found", "ordered", "same", "any_order"),
    [
        ([{A}, {B}], [A, B], YES, YES, YES),
        ([{A}, {B}], [A, C, B], YES, NO, YES),
        ([{A}, {B}], [B, A], NO, NO, YES),
        ([{A}, {B}], [A], NO, NO, NO),
        ([{A, C}, {B}], [C, B], YES, YES, YES),
        ([{A, B}, {A}], [A, B], NO, NO, YES),
        ([{A}, {A, B}], [A], NO, NO, NO),
        ([{A}], [B], NO, NO, NO),
    ],
)
def test_wants_in_order(wanted: list[set[str]], found: list[str], ordered: bool, same: bool, any_order: bool) -> None:
    assert (in_order(wanted, found), exactly(wanted, found), in_any_order(wanted, found)) == (ordered, same, any_order)


def test_a_want_that_only_a_person_can_meet_is_met_by_handing_over() -> None:
    told = [
        Told(Several("退款多久到账，还有我要投诉", (frozenset({A}), frozenset({"complaint"}))), (A, "handoff"), YES),
        Told(Several("退款多久到账，发票怎么开", (frozenset({A}), frozenset({B}))), (A, "handoff"), YES),
        Told(Several("退款多久到账啊，急", (frozenset({A}),)), (A,), NO),
    ]
    rows = {row["messages with"]: (row["messages"], row["right"]) for row in wants(told).values()}
    assert rows["several: all found, in order"] == (2, 1)
    assert rows["one: left whole, intent right"] == (1, 1)


# --- how near a message came to calling a person ------------------------------------------------------------


def grade(text: str, needs_human: bool, **scores: float) -> float:
    return grade_of({"text": text, "needs_human": needs_human}, _Heard({"intent": "other", "model_scores": scores or None}))


def test_a_surer_model_gives_a_higher_grade_and_one_is_the_bots_own_line() -> None:
    text = "东西放了一个星期才有人来看一眼"
    grades = [grade(text, sure > 0.74, calm=1 - sure, angry=sure) for sure in (0.1, 0.5, 0.72, 0.75, 0.95)]
    assert grades == sorted(grades) and grades[2] < 1 <= grades[3]


def test_what_knows_no_line_has_the_highest_grade() -> None:
    assert grade("今天天气真好呀", YES) == FARTHEST
    assert grade("今天天气真好呀", NO) < 0.1


# --- reading files ------------------------------------------------------------------------------------------


def test_a_set_is_read_with_what_it_labels(tmp_path: Path) -> None:
    path = tmp_path / "heldout_x.tsv"
    path.write_text("text\temotion\trisk\tneeds_human\n\"喂\tcalm\t\tno\n骗子\tangry\tfraud_accusation,human_request\tyes\n", encoding="utf-8")
    assert list(read_items(path)) == [
        Item("heldout_x.tsv:2", '"喂', "", "", "calm", frozenset(), NO),
        Item("heldout_x.tsv:3", "骗子", "", "", "angry", frozenset({"fraud_accusation", "human_request"}), YES),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("text\temotion\n喂\tcalm\n", "no column needs_human"),
        ("text\temotion\tneeds_human\n喂\tcalm\tmaybe\n", ":2: needs_human is 'maybe'"),
    ],
)
def test_a_set_that_cannot_be_scored_is_refused(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "set.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=told):
        list(read_items(path))


def test_wants_are_read_in_order_with_their_alternatives(tmp_path: Path) -> None:
    path = tmp_path / "wants.tsv"
    assert read_several(path) == []
    path.write_text("text\tintents\n退款和发票怎么弄\trefund_how|refund_status, invoice_request\n", encoding="utf-8")
    assert read_several(path) == [
        Several("退款和发票怎么弄", (frozenset({"refund_how", "refund_status"}), frozenset({"invoice_request"})))
    ]


def test_the_family_of_an_intent_is_the_file_that_teaches_it(tmp_path: Path) -> None:
    (tmp_path / "invoice.yml").write_text("nlu:\n- intent: invoice_request\n  examples: |\n    - 开票\n", encoding="utf-8")
    (tmp_path / "reviewed.yml").write_text("nlu:\n- intent: invoice_request\n", encoding="utf-8")
    assert families(tmp_path) == {"invoice_request": "invoice"}


STOCK = Stock("150 lines an intent", Reached({"greet": 0.5}, 0.7, 0.8))


def test_stock_stands_beside_the_bot_or_it_is_told_how_to_get_it() -> None:
    ours = {"greet": Score(4, 4, 3), "thank": Score(2, 2, 0)}
    assert "make bench" in stock(ours, 0.75, 0.8, None, 6).note
    beside = stock(ours, 0.75, 0.8, STOCK, 6)
    assert [list(row) for row in beside.rows] == [["strict", 0.75, 0.7], ["lenient", 0.8, 0.8], ["macro F1", 0.375, 0.5]]
    assert "1 better than stock, 0 worse" in beside.note


def test_stock_is_read_when_the_benchmark_left_it(tmp_path: Path) -> None:
    path = tmp_path / "stock-f1.json"
    assert read_stock(path) is None
    told = {"lines_per_intent": 150, "f1": {"greet": 0.5}, "strict": 0.7, "lenient": 0.8}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_stock(path) == STOCK
    path.write_text(json.dumps({**told, "lines_per_intent": None, "ours": told}), encoding="utf-8")
    assert read_stock(path) == Stock("all data", STOCK.reached, STOCK.reached)
    path.write_text('{"f1": []}', encoding="utf-8")
    with pytest.raises(ValueError, match="make bench"):
        read_stock(path)


# --- showing ------------------------------------------------------------------------------------------------

TABLE = Table("few", "A few", "Two lines.", ("line", "right", "share"), [["退款", 3, 0.75], ["a|b", 10, None]], ["below"], "few.png")


def test_columns_stand_in_line_though_chinese_is_twice_as_wide() -> None:
    assert as_text(TABLE).splitlines() == [
        "A few",
        "  Two lines.",
        "    line  right  share",
        "    退款      3  0.750",
        "    a|b      10      –",
        "    below",
    ]


def test_a_page_has_the_table_and_its_picture() -> None:
    assert as_markdown(TABLE).splitlines()[4:] == [
        "| line | right | share |",
        "| --- | --: | --: |",
        "| 退款 | 3 | 0.750 |",
        "| a\\|b | 10 | – |",
        "",
        "- below",
        "",
        "![A few](few.png)",
    ]


def test_numbers_are_kept_as_numbers() -> None:
    assert as_json([TABLE])["few"]["rows"][0] == {"line": "退款", "right": 3, "share": 0.75}


@pytest.mark.parametrize("beside", [None, STOCK, Stock("all data", STOCK.reached, STOCK.reached)])
def test_intents_are_drawn_with_and_without_stock(tmp_path: Path, beside: Stock | None) -> None:
    out = tmp_path / "f1.png"
    plot_f1({"greet": Score(4, 4, 3), "thank": Score(2, 3, 1)}, beside, out)
    assert out.read_bytes().startswith(b"\x89PNG")


def test_an_accepted_second_intent_is_lenient_only() -> None:
    item = Item("x:2", "在吗", "greet", "urge_reply", "calm", None, NO)
    line = Line(item, "urge_reply", 0.9, NO, "calm", frozenset(), NO, None)
    assert line.lenient and not line.strict
