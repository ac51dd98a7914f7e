"""`make check`: one reply a line in, one JSON verdict a line out; a file in, a report out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from check_builder import BRIBE, FINE, NOW, WAIT, WECHAT, rules_folder, xlsx
from store_builder import ROOT

from aftersales.door import __main__ as command
from aftersales.door import check_file
from aftersales.door.__main__ import LONGEST_LINE, main

#: Reading 400 rules takes a second; all tests read the same ones.
LOADED = [(command, "load_door"), (command, "load_stores"), (check_file, "load_catalogue")]
ONCE = {(module, name): lru_cache(getattr(module, name)) for module, name in LOADED}


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for (module, name), load in ONCE.items():
        monkeypatch.setattr(module, name, load)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rules_folder(tmp_path_factory.mktemp("check"))


def arguments(rules: Path, *more: str | Path) -> list[str]:
    return ["--stores", str(ROOT / "stores"), "--rules", str(rules), "--no-reader", *map(str, more)]


def verdicts(rules: Path, data: bytes, *more: str) -> list[dict[str, Any]]:
    out = io.BytesIO()
    assert main(arguments(rules, *more), io.BytesIO(data), out) == 0
    return [json.loads(line) for line in out.getvalue().decode().splitlines()]


# --- lines -------------------------------------------------------------------------------------------------------------


def test_the_shape_of_a_verdict(rules: Path) -> None:
    verdict = verdicts(rules, WAIT.encode())[0]
    violation = verdict["violations"][0]
    assert verdict["verdict"] == "warn"
    assert {name: violation[name] for name in ("rule", "span", "why", "instead")} == {
        "rule": "WAI-01",
        "span": "请稍等",
        "why": "只叫买家等，没说在做什么",
        "instead": "我现在去查，10分钟内回复您",
    }


def test_a_line_in_is_a_line_out_in_the_same_order(rules: Path) -> None:
    lines = [WAIT, "", FINE, BRIBE, "   ", WECHAT, ""]
    found = verdicts(rules, "\n".join(lines).encode() + b"\n")
    assert [verdict["verdict"] for verdict in found] == ["warn", "pass", "pass", "block", "pass", "block", "pass"]


@pytest.mark.parametrize(
    ("line", "verdict"),
    [
        pytest.param(b"\x80\xff" + WAIT.encode(), "warn", id="no utf-8"),
        pytest.param(b"\xef\xbb\xbf" + FINE.encode(), "pass", id="mark at the beginning"),
        pytest.param(WAIT.encode() + b"\r", "warn", id="cr"),
        pytest.param(WAIT.encode() + "哦".encode()[:-1], "warn", id="half a character"),
        pytest.param(b"\x00\x00" + WAIT.encode(), "warn", id="nul"),
        pytest.param("稍等\u2028加微信\x85聊".encode(), "block", id="other line ends"),
        pytest.param(("您好" * 50_000).encode(), "pass", id="100 000 characters"),
        pytest.param(WAIT.encode() + b" " * (2 * LONGEST_LINE), "warn", id="longer than is kept"),
        pytest.param("稍等\ud83d".encode("utf-8", "surrogatepass"), "warn", id="half an emoji"),
        pytest.param(("👩‍👧🏻" * 500 + "稍等").encode(), "warn", id="emoji"),
    ],
)
def test_odd_lines(rules: Path, line: bytes, verdict: str) -> None:
    found = verdicts(rules, line + b"\n" + BRIBE.encode() + b"\n")
    assert [one["verdict"] for one in found] == [verdict, "block"]


def test_the_speaker_counts(rules: Path) -> None:
    smile = "[微笑]".encode()
    assert [verdicts(rules, smile, "--speaker", who)[0]["verdict"] for who in ("agent", "bot")] == ["warn", "block"]


def test_the_store_counts(rules: Path) -> None:
    stores = ("jd-digital", "tmall-fashion")
    cited = [verdicts(rules, WECHAT.encode(), "--store", store)[0]["violations"][0]["rule"] for store in stores]
    assert cited[1] == "OFF-02"
    assert cited[0] != cited[1]


def test_an_unknown_store_lists_the_known_ones(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(rules, "--store", "nope")) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "no store 'nope'; known: jd-digital, own-food, tmall-fashion\n")


def test_an_unknown_speaker_lists_the_known_ones(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments(rules, "--speaker", "boss"))
    assert ended.value.code == 2
    assert "'bot', 'agent'" in capsys.readouterr().err


def test_a_missing_reader_is_told_of(rules: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [one for one in arguments(rules) if one != "--no-reader"]
    assert main([*options, "--reader", str(tmp_path / "no.npz")]) == 2
    assert "no.npz" in capsys.readouterr().err


# --- as a process ------------------------------------------------------------------------------------------------------


def process(rules: Path, *more: str | Path) -> subprocess.Popen[bytes]:
    # A plain C locale is what cron and some containers have; the lines are UTF-8 all the same.
    environment = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "aftersales.door", *arguments(rules, *more)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)


def test_each_verdict_is_there_before_the_next_line_is_sent(rules: Path) -> None:
    with process(rules) as running:
        assert running.stdin and running.stdout and running.stderr
        for line, verdict in ((WAIT, "warn"), ("", "pass"), (BRIBE, "block")):
            running.stdin.write(line.encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["verdict"] == verdict
        running.stdin.close()
        assert (running.stdout.read(), running.stderr.read(), running.wait()) == (b"", b"", 0)


def test_a_reader_that_goes_away_is_no_error(rules: Path) -> None:
    with process(rules) as running:
        assert running.stdin and running.stdout and running.stderr
        running.stdin.write(WAIT.encode() + b"\n")
        running.stdin.flush()
        running.stdout.readline()
        running.stdout.close()
        try:
            running.stdin.write((WAIT.encode() + b"\n") * 2000)
            running.stdin.close()
        except BrokenPipeError:
            # It has ended already, which is what is asked of it.
            running.stdin = None
        assert (running.stderr.read(), running.wait()) == (b"", 0)


# --- files -------------------------------------------------------------------------------------------------------------


def checked(rules: Path, *more: str | Path) -> int:
    return main(arguments(rules, *more), now=lambda: NOW)


@pytest.mark.parametrize(("replies", "code"), [([FINE], 0), ([FINE, WAIT], 1), ([BRIBE], 1)])
def test_the_exit_code_says_whether_all_pass(rules: Path, tmp_path: Path, replies: list[str], code: int) -> None:
    path = tmp_path / "话术.csv"
    path.write_text("\n".join(["内容", *replies]), encoding="utf-8")
    assert checked(rules, "--file", path) == code
    assert "快捷短语检查报告" in (tmp_path / "话术.check.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["r.html", "r.xlsx", "r.csv", "R.HTML"])
def test_nothing_on_standard_output_and_the_counts_on_the_other(
    rules: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx({"话术": [["内容"], [WAIT], [BRIBE], [FINE], [WECHAT], [FINE]]}))
    out = tmp_path / name
    assert checked(rules, "--file", path, "--out", out) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1] == f"5 replies: 2 block, 1 warn, 2 pass. The report: {out}"
    assert out.stat().st_size > 100
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["a.xlsx", name])


@pytest.mark.parametrize(
    ("file", "out", "said"),
    [
        ("no.csv", "r.html", "no.csv: FILE: there is no such file"),
        ("a.csv", "r.pdf", "r.pdf: OUT: .pdf is no kind of report. Use one of .html, .htm, .xlsx, .csv"),
        ("a.csv", "a.csv", "a.csv: OUT: is the file of replies itself"),
        ("a.csv", "no/r.html", "r.html: OUT:"),
        ("empty.csv", "r.html", "empty.csv: FILE: is empty"),
    ],
)
def test_what_cannot_be_done_is_said_with_the_fix(
    rules: Path, tmp_path: Path, file: str, out: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text(f"内容\n{FINE}\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_bytes(b"")
    assert checked(rules, "--file", tmp_path / file, "--out", tmp_path / out) == 2
    assert said in capsys.readouterr().err
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "empty.csv"]


def test_the_column_that_is_asked_for(rules: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"内容,旧内容\n{FINE},{BRIBE}\n", encoding="utf-8")
    assert [checked(rules, "--file", path, "--column", column) for column in ("内容", "旧内容", "B", "C")] == [0, 1, 1, 2]


class Screen(io.StringIO):
    """Standard error that says whether it is a terminal."""

    def __init__(self, terminal: bool):
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


def test_progress_in_a_log_is_a_line_each_tenth() -> None:
    screen = Screen(terminal=False)
    progress = check_file.Progress(screen)
    for done in range(1, 2001):
        progress(done, 2000)
    lines = screen.getvalue().splitlines()
    assert (len(lines), lines[0], lines[-1]) == (10, "200 of 2000 replies (10 %)", "2000 of 2000 replies (100 %)")


def test_progress_on_a_terminal_is_one_bar() -> None:
    screen = Screen(terminal=True)
    progress = check_file.Progress(screen)
    for done in range(1, 4):
        progress(done, 3)
    assert screen.getvalue().count("\n") == 1
    assert screen.getvalue().endswith(f"\r[{'█' * check_file.BAR}] 3 of 3\n")


# --- the target of the Makefile ----------------------------------------------------------------------------------------


def test_what_make_runs_before_the_check_says_nothing_on_standard_output() -> None:
    options = ["STORE=own-food", "SPEAKER=bot", "FILE=我的 话术.csv", "OUT=a b.html", "COLUMN=回复 内容"]
    shown = subprocess.run(["make", "--no-print-directory", "-n", "check", *options], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    *before, check = shown.splitlines()
    assert before and all(line.endswith(">&2") and "</dev/null" in line for line in before)
    assert check.endswith(
        '-m aftersales.door --speaker "bot" --store "own-food" --file "我的 话术.csv" --out "a b.html" --column "回复 内容"'
    )
