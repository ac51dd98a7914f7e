"""The report on a checked file: what is marked, what is said of it, and that nothing in a reply is ever run."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from check_builder import BRIBE, FINE, WAIT, WECHAT, report_of, rules_folder, xlsx

from aftersales.door.door import LONGEST
from aftersales.door.model import Level, Violation
from aftersales.door.report import Report, pieces
from aftersales.door.report_html import render_html
from aftersales.door.report_table import render_csv, render_xlsx

SCRIPT = '请稍等<script>alert("x")</script>&amp;<img src=x onerror=alert(1)>'
ROWS = [["编号", "分组", "回复内容"], ["001", "评价", BRIBE], ["002", "物流", WAIT], ["003", "<b>组</b>", FINE], ["004", "空的", ""]]
FORMULAS = ["=1+1稍等", "+86稍等", "-稍等", "@亲，稍等", "\t=稍等您好", "＝好评有惊喜"]


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules_folder(tmp_path_factory.mktemp("report"))


def report(rules: Path, folder: Path, rows: list[list[str]], **more: Any) -> Report:
    path = folder / "话术.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return report_of(rules, path, **more)


class Page(HTMLParser):
    """What a browser makes of a page: its tags with attributes, and its text by the innermost class."""

    def __init__(self, page: str):
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br", "rect"):
            self._open.append((tag, dict(attrs).get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag != "rect":
            assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((self._open[-1][0] + "." + self._open[-1][1], data))

    def of(self, place: str) -> list[str]:
        return [text for where, text in self.texts if where == place]


# --- the words in question ---------------------------------------------------------------------------------------------


def _violation(level: Level, start: int, end: int) -> Violation:
    return Violation("waiting", "WAI-01", level, "", start, end, "", "")


@pytest.mark.parametrize(
    ("text", "violations", "wanted"),
    [
        ("您好", [], [("您好", "pass", ())]),
        ("您好稍等", [("warn", 2, 4)], [("您好", "pass", ()), ("稍等", "warn", (1,))]),
        ("甲乙丙丁", [("block", 0, 2), ("warn", 1, 3)], [("甲", "block", ()), ("乙", "block", (1,)), ("丙", "warn", (2,)), ("丁", "pass", ())]),
        ("甲乙丙", [("warn", 0, 3), ("block", 1, 2)], [("甲", "warn", ()), ("乙", "block", (2,)), ("丙", "warn", (1,))]),
        ("甲乙", [("warn", 0, 2), ("block", 0, 2)], [("甲乙", "block", (1, 2))]),
        ("甲 乙 ", [("warn", 1, 4)], [("甲 ", "pass", ()), ("乙", "warn", (1,)), (" ", "pass", ())]),
        ("甲乙", [("warn", 1, 99)], [("甲", "pass", ()), ("乙", "warn", (1,))]),
        ("", [("warn", 0, 0)], []),
    ],
)  # fmt: skip
def test_pieces_of_a_reply(text: str, violations: list[tuple[Any, int, int]], wanted: list[tuple[str, str, tuple[int, ...]]]) -> None:
    found = list(pieces(text, [_violation(*one) for one in violations]))
    assert [(piece.text, piece.level, piece.ends) for piece in found] == wanted
    assert "".join(piece.text for piece in found) == text


# --- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_wrong_why_and_what_is_better(rules: Path, tmp_path: Path) -> None:
    page = Page(render_html(report(rules, tmp_path, ROWS)))
    assert page.of("h1.")[0].startswith("快捷短语检查报告 · ")
    assert page.of("p.about") == ["文件 话术.csv · 京东店铺 · 按人工客服发言检查 · 2026-11-22 09:30 · 共 3 条"]
    assert page.of("mark.block") == ["好评有惊喜"]
    assert page.of("mark.warn") == ["请稍等"]
    assert page.of("h3.")[0] == "好评返现" and "空等" in page.of("h3.")
    assert "我现在去查，10分钟内回复您" in page.of("p.better")
    assert any("等候场景禁用" in text for text in page.of("p.rule"))
    assert "第2行" in page.of("b.") and "编号：001" in page.of("span.") and "分组：评价" in page.of("span.")


def test_the_page_counts_and_draws(rules: Path, tmp_path: Path) -> None:
    made = report(rules, tmp_path, [["内容"], [BRIBE], [BRIBE], [WAIT], [FINE]])
    page = Page(render_html(made))
    assert [page.of("b.")[place] for place in range(3)] == ["2", "1", "1"]
    assert [(kind.name, level, count) for kind, level, count in made.by_kind()][-1] == ("waiting", "warn", 1)
    bars = {attributes.get("class"): attributes.get("width") for tag, attributes in page.tags if tag == "rect"}
    assert bars["fill-warn"] == "50.0%"
    assert page.of("label.") == ["全部 4", "不能发 2", "建议改 1", "可以发 1"]


def test_what_passes_is_folded_and_what_is_gravest_stands_first(rules: Path, tmp_path: Path) -> None:
    page = Page(render_html(report(rules, tmp_path, ROWS)))
    details = [attributes for tag, attributes in page.tags if tag == "details" and attributes.get("class") == "passed panel"]
    assert details == [{"class": "passed panel"}]
    assert page.of("span.text") == [FINE]
    assert [text for text in page.of("h2.") if text.strip() in ("不能发", "建议改", "可以发")] == ["不能发 ", "建议改 ", "可以发 "]


def test_a_file_in_which_all_is_well(rules: Path, tmp_path: Path) -> None:
    page = Page(render_html(report(rules, tmp_path, [["内容"], [FINE]])))
    assert page.of("mark.block") == page.of("mark.warn") == page.of("dt.") == []
    assert page.of("label.")[-1] == "可以发 1"


@pytest.mark.parametrize("row", [["组", SCRIPT], [SCRIPT, WAIT], [SCRIPT, FINE]])
def test_markup_in_a_cell_stays_text(rules: Path, tmp_path: Path, row: list[str]) -> None:
    rows = [["分组", "内容"], row]
    plain = {tag for tag, _ in Page(render_html(report(rules, tmp_path, [["分组", "内容"], ["组", WAIT], ["组", FINE]]))).tags}
    text = render_html(report(rules, tmp_path, rows))
    page = Page(text)
    assert {tag for tag, _ in page.tags} <= plain
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_markup_in_a_title_and_in_a_file_name_stays_text(rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "<img src=x>.csv"
    path.write_text(f"<script>,内容\n甲,{WAIT}\n", encoding="utf-8")
    text = render_html(report_of(rules, path))
    assert "&lt;script&gt;：甲" in text and "&lt;img src=x&gt;.csv" in text
    assert text.count("<script>") == 1 and "<img" not in text


def test_the_page_needs_nothing_else_and_runs_its_own_script_only(rules: Path, tmp_path: Path) -> None:
    text = render_html(report(rules, tmp_path, ROWS))
    assert not re.search(r"(?:src|href)\s*=\s*[\"'](?!#)|url\(|@import|https?:", text)
    script = re.search(r"<script>(.*)</script>", text, re.DOTALL)
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in text


def test_every_cited_rule_is_explained_at_the_end(rules: Path, tmp_path: Path) -> None:
    text = render_html(report(rules, tmp_path, [["内容"], [WAIT], [BRIBE], [WECHAT]], store="tmall-fashion"))
    cited = set(re.findall(r'href="#([A-Z]{3}-\d\d)"', text))
    assert cited == set(re.findall(r'<dt id="([A-Z]{3}-\d\d)"', text)) and len(cited) == 3


def test_a_reply_that_is_too_long_says_so(rules: Path, tmp_path: Path) -> None:
    long, short = WAIT + "好" * LONGEST, WAIT + "好" * (LONGEST - len(WAIT))
    texts = [render_html(report(rules, tmp_path, [["内容"], [one]])) for one in (long, short)]
    assert ["只检查了前" in text for text in texts] == [True, False]


def test_the_speaker_is_named(rules: Path, tmp_path: Path) -> None:
    assert "按机器人发言检查" in render_html(report(rules, tmp_path, ROWS, speaker="bot"))


# --- the table ---------------------------------------------------------------------------------------------------------


def table(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_merchants_rows_come_back_with_four_more_columns(rules: Path, tmp_path: Path) -> None:
    rows = table(render_csv(report(rules, tmp_path, ROWS)))
    assert rows[0] == ["编号", "分组", "回复内容", "结论", "问题", "依据", "建议"]
    assert rows[1][:5] == ["001", "评价", BRIBE, "不能发", "好评返现：“好评有惊喜”，用好处换好评"]
    assert rows[2][3:5] == ["建议改", "空等：“请稍等”，只叫买家等，没说在做什么"]
    assert rows[2][5].startswith("WAI-01 等候场景禁用") and rows[2][6] == "我现在去查，10分钟内回复您"
    assert rows[3][3:] == ["可以发", "", "", ""]
    # A row without a reply stays, without a verdict.
    assert rows[4] == ["004", "空的", "", "", "", "", ""]


def test_several_violations_are_numbered_alike_in_each_column(rules: Path, tmp_path: Path) -> None:
    row = table(render_csv(report(rules, tmp_path, [["内容"], [f"{WECHAT}，{WAIT}"]])))[1]
    assert [[line[:3] for line in cell.split("\n")] for cell in row[2:]] == [["1. ", "2. "]] * 3


def test_a_table_without_titles_gets_some(rules: Path, tmp_path: Path) -> None:
    rows = table(render_csv(report(rules, tmp_path, [["1", WAIT], ["2", FINE]])))
    assert rows[0] == ["", "", "结论", "问题", "依据", "建议"]
    assert [row[2] for row in rows[1:]] == ["建议改", "可以发"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(rules: Path, tmp_path: Path, formula: str) -> None:
    rows = table(render_csv(report(rules, tmp_path, [["编号", "回复内容"], [formula, f"{formula}{WAIT}"]])))
    assert all(not cell.strip().startswith(("=", "+", "-", "@", "＝")) for row in rows for cell in row)
    assert rows[1][0] == f"'{formula}"


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(rules: Path, tmp_path: Path, formula: str) -> None:
    data = render_xlsx(report(rules, tmp_path, [["编号", "回复内容"], [formula, f"{formula}{WAIT}"], [formula, f"{formula}{FINE}"]]))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(data)).active
    for row in sheet.iter_rows(min_row=2):
        assert {cell.data_type for cell in row if cell.value is not None} == {"s"}
        assert row[0].value == formula and row[0].quotePrefix


def test_a_workbook_comes_back_in_colour(rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "话术.xlsx"
    path.write_bytes(xlsx({"售前": [["店铺话术"], ["分组", "内容"], ["物流", f"好的，{WAIT}哦"]], "售后": [["内容"], [BRIBE], [FINE]]}))
    workbook: Any = openpyxl.load_workbook(io.BytesIO(render_xlsx(report_of(rules, path))), rich_text=True)
    assert workbook.sheetnames == ["售前", "售后"]
    before, after = workbook["售前"], workbook["售后"]
    assert [cell.value for cell in before[1]][0] == "店铺话术"
    assert [cell.value for cell in before[2]] == ["分组", "内容", "结论", "问题", "依据", "建议"]
    assert before.freeze_panes == "A3"
    assert str(before["B3"].value) == f"好的，{WAIT}哦"
    assert [block.text for block in before["B3"].value if not isinstance(block, str)] == ["请稍等"]
    colours = [cell.fill.start_color.rgb for cell in (before["C3"], after["B2"], after["B3"])]
    assert len(set(colours)) == 3


def test_what_no_workbook_can_hold_is_left_out(rules: Path, tmp_path: Path) -> None:
    made = report(rules, tmp_path, [["内容"], [f"\x01{WAIT}\x0b"], [f"{FINE}\x02" + "好" * 40_000]])
    sheet: Any = openpyxl.load_workbook(io.BytesIO(render_xlsx(made))).active
    assert sheet["A2"].value == WAIT
    assert sheet["A3"].value.startswith(FINE) and len(sheet["A3"].value) <= 32_767


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_report_that_is_mended_and_checked_again(rules: Path, tmp_path: Path, suffix: str) -> None:
    rows = [*ROWS, *[["005", "公式", f"{formula}{WAIT}"] for formula in FORMULAS if not formula.startswith("\t")]]
    first = report(rules, tmp_path, rows)
    path = tmp_path / f"again.{suffix}"
    path.write_bytes(render_csv(first) if suffix == "csv" else render_xlsx(first))
    again = report_of(rules, path)
    assert [(one.row.number, one.row.reply, one.verdict) for one in again.checked] == [
        (one.row.number, one.row.reply, one.verdict) for one in first.checked
    ]
    assert again.sheets[0].titles == ("编号", "分组", "回复内容")
