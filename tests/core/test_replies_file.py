"""A merchant's file of canned replies: every way in which Excel, WPS and the platforms write one, and every broken one."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import Path

import pytest
from check_builder import FINE, WAIT, WECHAT, xlsx

from aftersales.door import replies_columns, replies_csv, replies_file
from aftersales.door.replies_file import read_replies
from aftersales.errors import ConfigurationError

TITLED = f"编号,分组,回复内容\n001,物流,{WAIT}\n002,售后,{FINE}\n"


def written(folder: Path, data: bytes | str, name: str = "replies.csv") -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def replies(path: Path, column: str = "") -> list[str]:
    return [row.reply for sheet in read_replies(path, column).sheets for row in sheet.rows if row.reply]


# --- CSV: encodings and delimiters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        TITLED.encode(),
        codecs.BOM_UTF8 + TITLED.encode(),
        TITLED.encode("gb18030"),
        TITLED.encode("gbk"),
        codecs.BOM_UTF16_LE + TITLED.replace(",", "\t").encode("utf-16-le"),
        TITLED.replace(",", ";").encode(),
        TITLED.replace(",", "\t").encode(),
        TITLED.replace("\n", "\r\n").encode(),
        TITLED.replace("\n", "\r").encode(),
        ("\n\n" + TITLED + ",,\n\n").encode(),
    ],
    ids=["utf-8", "utf-8 mark", "gb18030", "gbk", "utf-16 tabs", "semicolons", "tabs", "crlf", "cr", "empty lines"],
)
def test_a_csv_however_it_is_written(tmp_path: Path, data: bytes) -> None:
    sheet = read_replies(written(tmp_path, data)).sheets[0]
    assert [row.reply for row in sheet.rows] == [WAIT, FINE]
    assert sheet.context(sheet.rows[0]) == (("编号", "001"), ("分组", "物流"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # One column, titled or not; a comma in a sentence is no delimiter.
        ("话术\n亲，您好\n稍等\n", ["亲，您好", "稍等"]),
        ("您好,在的\n请稍等\n好的,已登记,会跟进\n收到了\n", ["您好,在的", "请稍等", "好的,已登记,会跟进", "收到了"]),
        ('"您好,在的"\n"请稍等"\n', ["您好,在的", "请稍等"]),
        # A comma in the last column that nobody quoted belongs to the reply.
        ("标题,内容\n问候,您好,在的\n物流,稍等\n", ["您好,在的", "稍等"]),
        # Lines and quotation marks inside of a cell.
        ('标题,内容\n问候,"第一行\n第二行说""好"""\n', ['第一行\n第二行说"好"']),
        ("标题,内容\n问候,您好\u2028在的\x85呢\n", ["您好\u2028在的\x85呢"]),
        ("内容\n坏\0字节\n", ["坏字节"]),
        # The mark that a report puts before a formula is not part of the reply; a quotation is.
        ("内容\n'=稍等\n'好的'收到\n", ["=稍等", "'好的'收到"]),
    ],
)
def test_cells_of_a_csv(tmp_path: Path, text: str, wanted: list[str]) -> None:
    assert replies(written(tmp_path, text)) == wanted


def test_plain_text_is_one_reply_a_line_whatever_commas_it_holds(tmp_path: Path) -> None:
    path = written(tmp_path, "亲,稍等\n亲,您好\n亲,在的\n", "replies.txt")
    assert replies(path) == ["亲,稍等", "亲,您好", "亲,在的"]


def test_rows_are_numbered_as_excel_counts_them(tmp_path: Path) -> None:
    path = written(tmp_path, '标题,内容\n\n问候,"您好\n在的"\n物流,稍等\n')
    assert [row.number for row in read_replies(path).sheets[0].rows] == [3, 4]


def test_a_row_with_too_many_cells_is_told_of(tmp_path: Path) -> None:
    path = written(tmp_path, "内容,标题\n您好,在的,问候\n稍等,物流\n收到,售后\n")
    assert "row 2 first" in read_replies(path).notes[0]


# --- which column ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    ["内容", "回复", "话术", "回复内容", "快捷短语", "*回复内容（必填）", "回复 内容", "话术内容：", "text", "Reply", "Reply Content", "CONTENT"],
)
def test_the_column_is_found_by_its_title(tmp_path: Path, title: str) -> None:
    rows = [["编号", "备注", title], ["1", "这一列的字比回复多得多得多得多，但不是要发的话", WAIT]]
    assert replies(written(tmp_path, xlsx({"话术": rows}), "a.xlsx")) == [WAIT]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        # No titles: the longest Chinese texts, and the first row counts.
        ([["1", "问候", WECHAT], ["2", "物流", FINE]], [WECHAT, FINE]),
        ([[WAIT]], [WAIT]),
        # Unknown titles are read as well: no harm done.
        ([["文本一览", "甲"], [FINE, "乙"]], ["文本一览", FINE]),
        # A caption above the titles.
        ([["店铺话术导出"], ["分组", "内容"], ["物流", WAIT]], [WAIT]),
        # 回复内容 before 内容 before 标题; an empty column is not the one.
        ([["内容", "回复内容"], ["说明", WAIT]], [WAIT]),
        ([["回复内容", "内容"], ["", WAIT]], [WAIT]),
        # A reply that merely holds such a word is no title.
        ([["您要的内容在这里，请看"], [WAIT]], ["您要的内容在这里，请看", WAIT]),
        # Numbers, empty cells and days are no replies.
        ([["编号", "内容"], [1, WAIT], [2, None], [3.0, FINE]], [WAIT, FINE]),
    ],
)
def test_the_column_without_being_told(tmp_path: Path, rows: list[list[object]], wanted: list[str]) -> None:
    assert replies(written(tmp_path, xlsx({"话术": rows}), "a.xlsx")) == wanted


@pytest.mark.parametrize("column", ["备用话语", "C", "c", "3"])
def test_the_column_that_is_asked_for(tmp_path: Path, column: str) -> None:
    path = written(tmp_path, f"编号,内容,备用话语\n3,{FINE},{WAIT}\n")
    assert replies(path, column) == [WAIT]


@pytest.mark.parametrize("column", ["没有的", "Z", "9", "0"])
def test_a_column_that_is_not_there_lists_those_that_are(tmp_path: Path, column: str) -> None:
    with pytest.raises(ConfigurationError, match=r"replies\.csv: COLUMN: .*A \(编号\), B \(分组\), C \(回复内容\)"):
        read_replies(written(tmp_path, TITLED), column)


def test_further_columns_of_replies_are_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"编号,回复1,回复2\n1,{FINE},{WAIT}\n")
    found = read_replies(path)
    assert replies(path) == [FINE]
    assert "COLUMN=C" in found.notes[0]


@pytest.mark.parametrize(("place", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_named_as_in_excel(place: int, name: str) -> None:
    assert replies_columns.column_name(place) == name


# --- workbooks ---------------------------------------------------------------------------------------------------------


def test_all_sheets_that_hold_replies(tmp_path: Path) -> None:
    data = xlsx({"售前": [["内容"], [WAIT]], "参数": [["a", "b"], [1, 2]], "空的": [], "售后": [["分组", "话术"], ["物流", FINE]]})
    found = read_replies(written(tmp_path, data, "a.xlsx"))
    assert [(sheet.name, [row.reply for row in sheet.rows]) for sheet in found.sheets] == [("售前", [WAIT]), ("售后", [FINE])]
    assert found.notes == ("sheet 参数 is left out: there is no column of Chinese texts",)


def test_a_hidden_sheet_is_left_out_and_told_of(tmp_path: Path) -> None:
    import openpyxl

    path = written(tmp_path, xlsx({"话术": [[WAIT]], "旧的": [[FINE]]}), "a.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["旧的"].sheet_state = "hidden"
    workbook.save(path)
    assert replies(path) == [WAIT]
    assert read_replies(path).notes == ("sheet 旧的 is hidden and left out",)


def test_cells_become_texts_as_they_are_read(tmp_path: Path) -> None:
    data = xlsx({"话术": [["编号", "单价", "内容"], [1.0, 2.5, f"{WAIT}_x000D_\n好"], [None, None, 12]]})
    sheet = read_replies(written(tmp_path, data, "a.xlsx")).sheets[0]
    assert [row.cells for row in sheet.rows] == [("1", "2.5", f"{WAIT}\n好"), ("", "", "12")]


def test_a_wrong_size_in_the_sheet_is_not_believed(tmp_path: Path) -> None:
    path = written(tmp_path, xlsx({"话术": [["标题", "内容"], ["问候", WAIT], ["物流", FINE]]}), "a.xlsx")
    _rewrite(path, "xl/worksheets/sheet1.xml", b'ref="A1:B3"', b'ref="A1"')
    assert replies(path) == [WAIT, FINE]


def test_a_report_that_comes_back_loses_the_columns_it_was_given(tmp_path: Path) -> None:
    path = written(tmp_path, f"内容,结论,问题,依据,建议\n{FINE},不能发,甲,乙,丙\n")
    sheet = read_replies(path).sheets[0]
    assert (sheet.titles, sheet.context(sheet.rows[0])) == (("内容",), ())


# --- what is refused ---------------------------------------------------------------------------------------------------


def _zip(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, data)
    return out.getvalue()


def _rewrite(path: Path, part: str, old: bytes, new: bytes) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "a.csv: FILE: is empty. Export it again"),
        ("a.csv", b"\n  \n", "is empty"),
        ("a.csv", b"1,2\n3,4\n", "there is no column of Chinese texts"),
        ("a.csv", "内容\n".encode(), "there is no column of Chinese texts"),
        ("a.csv", b"PK\x03\x04rest", "is a workbook named .csv. Rename it to .xlsx"),
        ("a.csv", ("内容\n" + WAIT * 40).encode() + b"\xff\n", "line 2: is no readable utf-8 text"),
        ("a.csv", b"\xff" * 40 + b"\n", "line 1: is no readable gb18030 text"),
        ("a.csv", ('内容,标题\n好,"' + "好" * 140_000).encode(), "quotation mark"),
        ("a.xls", OLE, ".xls is not read here. In Excel or WPS choose 另存为 → .xlsx"),
        ("a.docx", b"PK", ".docx is not read here. Use .csv or .xlsx"),
        ("a", b"x", "no ending is not read here"),
        ("a.xlsx", OLE, "is an old .xls workbook"),
        ("a.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
        ("a.xlsx", TITLED.encode(), "is no workbook although it is named .xlsx"),
        ("a.xlsx", b"PK\x03\x04broken", "is a broken workbook"),
        ("a.xlsx", xlsx({"话术": [[WAIT]]})[:-40], "is a broken workbook"),
        ("a.xlsx", _zip("word/document.xml", b"<x/>"), "is a broken workbook"),
        ("a.xlsx", _zip("xl/workbook.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), "xl/workbook.xml: declares entities"),
        ("a.xlsx", xlsx({"空的": []}), "is empty"),
        ("a.xlsx", xlsx({"数": [[1, 2]]}), "a.xlsx: sheet 数: COLUMN: there is no column of Chinese texts"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_name_and_the_fix(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read_replies(written(tmp_path, data, name))
    assert said in str(refused.value)
    assert str(refused.value).startswith(name)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no\.csv: FILE: there is no such file"):
        read_replies(tmp_path / "no.csv")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replies_file, "MOST_UNPACKED", 2_000_000)
    bomb = _zip("xl/sharedStrings.xml", bytes(2_000_001))
    assert len(bomb) < 5000
    with pytest.raises(ConfigurationError, match="unpacks to more than 2 MB"):
        read_replies(written(tmp_path, bomb, "a.xlsx"))


def test_a_broken_sheet_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, xlsx({"话术": [["内容"], [WAIT]]}), "a.xlsx")
    _rewrite(path, "xl/worksheets/sheet1.xml", b"</sheetData>", b"</sheetDat>")
    with pytest.raises(ConfigurationError, match="sheet 话术: is a broken workbook"):
        read_replies(path)


def test_more_rows_than_are_read(tmp_path: Path) -> None:
    rows = replies_file.MOST_ROWS
    assert len(read_replies(written(tmp_path, f"{FINE}\n" * rows))) == rows
    with pytest.raises(ConfigurationError, match="has more than 20000 rows. Split the file"):
        read_replies(written(tmp_path, f"{FINE}\n" * (rows + 1)))


def test_more_bytes_than_are_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"has 20\.0 MB, at most 20 MB are read"):
        read_replies(written(tmp_path, b"a" * (replies_file.MOST_BYTES + 1)))


def test_empty_rows_without_end_stop_the_sheet_and_are_told_of(tmp_path: Path) -> None:
    path = written(tmp_path, xlsx({"话术": [["内容"], [WAIT], [FINE]]}), "a.xlsx")
    _rewrite(path, "xl/worksheets/sheet1.xml", b'<row r="3"', b'<row r="1000000"')
    _rewrite(path, "xl/worksheets/sheet1.xml", b'r="A3"', b'r="A1000000"')
    assert replies(path) == [WAIT]
    assert read_replies(path).notes == ("sheet 话术 is read to row 2: 2000 empty rows follow",)


def test_the_limits_are_what_the_documentation_says() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    assert (replies_file.MOST_ROWS, replies_file.MOST_BYTES) == (20_000, 20_000_000)
    assert "20,000 rows" in text and "20 MB" in text
    assert replies_csv.LOOKED_AT > 1
