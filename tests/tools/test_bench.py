"""The pure parts of `make bench`: percentiles, ratios and aims, the table, the stock project, the load's messages."""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tools import (
    bench,
    bench_data,
    bench_messages,
    bench_parse,
    bench_reading,
    bench_report,
    bench_serving,
    bench_stock,
    bench_training,
    model,
)
from tools.bench_messages import kind_of_desk, kind_of_rest, mixture
from tools.bench_report import Aim, Row, Section, of_ours, of_stock

CONFIG = "language: en\nassistant_id: placeholder_default\npipeline:\n  - name: WhitespaceTokenizer\n  - name: DIET\n    epochs: 100\n"
EXAMPLES = {"refund_how": ["怎么退款", "我要退钱"], "logistics_status": ["查下快递"], "handoff": ["转人工"], "greet": ["在吗"]}


# --- figures -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "share", "wanted"),
    [
        ([7], 0.5, 7),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (range(1, 101), 0.95, 95),
        (range(1, 101), 1.0, 100),
        (range(1, 101), 0.0, 1),
        ([1, 1, 1, 100], 0.95, 100),
    ],
)
def test_percentile(values: Sequence[float], share: float, wanted: float) -> None:
    assert bench_report.percentile(list(values), share) == wanted


def test_percentile_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="no values"):
        bench_report.percentile([], 0.5)


@pytest.mark.parametrize(
    ("ours", "stock", "aim", "ratio", "verdict"),
    [
        ([10, 30, 20], [160], of_stock("≤", 1 / 8, "1/8"), 0.125, "met"),
        ([21], [160], of_stock("≤", 1 / 8, "1/8"), 0.13125, "not met"),
        ([600], [90, 100, 110], of_stock("≥", 6, "6"), 6.0, "met"),
        ([599], [100], of_stock("≥", 6, "6"), 5.99, "not met"),
        ([1.6], [9], of_ours(1.6), 1.6 / 9, "met"),
        ([1.61], [], of_ours(1.6), None, "not met"),
        # What was not measured is not judged.
        ([10], [], of_stock("≤", 1 / 8, "1/8"), None, ""),
        ([], [10], of_ours(1.6), None, ""),
        ([10], [0], of_stock("≤", 1 / 8, "1/8"), None, ""),
        ([10], [20], None, 0.5, ""),
    ],
)
def test_ratio_and_verdict(
    ours: list[float], stock: list[float], aim: Aim | None, ratio: float | None, verdict: str
) -> None:
    row = Row("a row", "s", ours, stock, aim)
    assert row.ratio == (None if ratio is None else pytest.approx(ratio))
    assert row.verdict == verdict


@pytest.mark.parametrize(
    ("values", "text"),
    [([], "–"), ([3.14159], "3.14 ms"), ([12.34, 11, 15], "12.3 ms (11.0–15.0)"), ([1234.5], "1234 ms")],
)
def test_figure(values: list[float], text: str) -> None:
    assert bench_report.figure(values, "ms") == text


def test_table_has_every_row_and_its_verdict() -> None:
    sections = [
        Section("Training", [Row("training", "s", [10], [100], of_stock("≤", 1 / 8, "1/8"))]),
        Section("Serving", [Row("a much longer name", "ms", [2.5]), Row("slow", "ms", [9], [10], of_stock("≤", 0.25, "1/4"))]),
    ]
    lines = bench_report.table(sections).splitlines()
    assert [line.split("  ")[0] for line in lines[2:]] == ["training", "a much longer name", "slow"]
    assert lines[2].endswith("≤ 1/8 × stock  met")
    assert lines[4].endswith("≤ 1/4 × stock  not met")
    # Columns stand under one another.
    assert len({line.index(cell) for line, cell in zip(lines[2:], ("10.0 s", "2.50 ms", "9.00 ms"))}) == 1


def test_report_files_say_the_same(tmp_path: Path) -> None:
    section = Section("Serving", [Row("p95", "ms", [4, 2, 3], [10], of_stock("≤", 0.25, "1/4"))], ["one note"], {"rounds": 1})
    bench_report.write(tmp_path, [section], {"measured": "today"})
    text = (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "| p95 | 3.00 ms (2.00–4.00) | 10.0 ms | 0.30 | ≤ 1/4 × stock | not met |" in text
    assert "- one note" in text and "- measured: today" in text
    stored = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["sections"][0]
    assert stored["rows"][0]["ours"] == [4, 2, 3] and stored["rows"][0]["verdict"] == "not met"
    assert stored["data"] == {"rounds": 1}


@pytest.mark.parametrize(
    ("message", "wanted"),
    # Message n takes n ms: a window of five around the 10th is 8..12; one that would begin too early begins with the first.
    [(10, 10), (100, 100), (1, 3)],
)
def test_latency_around_a_message(message: int, wanted: float) -> None:
    assert bench_serving.around(list(range(1, 106)), message, 5) == wanted


def test_rows_compare_the_same_thing_on_both_sides() -> None:
    def measured(times_slower: float) -> dict[str, Any]:
        routine = {"plain": [2 * times_slower] * 20, "acted": [3 * times_slower] * 20, "bad": 0}
        rates = [
            {"senders": senders, "mixed": mixed, "per_second": 100 / times_slower, "bad": 0}
            for mixed in (False, True)
            for senders in bench_serving.FULL.senders
        ]
        growing = [times_slower * (1 + number / 100) for number in range(512)]
        return {
            "cold_start": 4 * times_slower, "idle": 500 * times_slower, "loaded": 600 * times_slower,
            "load": {"routine": routine, "throughput": rates, "conversation": {"times": growing, "bad": 0}},
        }  # fmt: skip

    rows = bench_serving.rows_of(bench_serving.FULL, [measured(1)] * 3, [measured(10)] * 3, questions=12)
    ratios = {row.name: row.ratio for row in rows}
    assert ratios.pop("turn with an action / without, p50") == pytest.approx(1)
    assert ratios.pop("message 500 / message 10") == pytest.approx(1)
    faster = {name: ratio for name, ratio in ratios.items() if "a second" in name}
    assert len(faster) == 6 and all(ratio == pytest.approx(10) for ratio in faster.values())
    assert all(ratio == pytest.approx(0.1) for name, ratio in ratios.items() if name not in faster)
    verdicts = {row.name: row.verdict for row in rows}
    assert verdicts["turn with an action / without, p50"] == "met"
    assert verdicts["message 500 / message 10"] == "not met"


# --- the stock project -------------------------------------------------------------------------------------------------


def test_examples_are_read_from_all_files_and_strange_lines_are_refused() -> None:
    first = 'version: "3.1"\n\nnlu:\n- intent: greet\n  examples: |\n    - 在吗\n    - 你好\n# a comment\n- intent: thank\n  examples: |\n    - 谢谢\n'
    second = "nlu:\n- intent: greet\n  examples: |\n    - 亲\n"
    assert bench_data.read_examples([first, second]) == {"greet": ["在吗", "你好", "亲"], "thank": ["谢谢"]}
    with pytest.raises(ValueError, match="lookup"):
        bench_data.read_examples(["nlu:\n- lookup: goods\n"])


def test_all_of_this_projects_lines_are_read() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(Path("data/nlu").glob("*.yml"))]
    data = bench_data.read_data()
    counted = sum(line.startswith("    - ") for text in texts for line in text.splitlines())
    assert sum(map(len, data.examples.values())) == counted
    rows = [line for path in Path("data/messages").glob("*.tsv") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert sum(map(len, data.messages.values())) == len(rows)
    assert set(bench_stock.ACTED) | bench_stock.NOT_LEARNT <= set(data.texts())


def row(text: str, intent: str = "greet") -> dict[str, str]:
    """A labelled message."""
    return {"text": text, "intent": intent, "emotion": "calm", "risk": ""}


def test_a_share_has_so_many_different_lines_of_each_intent_from_both_sources() -> None:
    data = bench_data.Data(
        {"greet": [f"在吗{number}" for number in range(30)], "thank": ["谢谢"], "handoff": ["转人工"]},
        {"greet": [row(f"你好{number}") for number in range(30)], "deny": [row("不是", "deny"), row("不是", "deny")]},
    )
    share = data.share(10)
    assert {intent: len(texts) for intent, texts in share.texts().items()} == {"greet": 10, "thank": 1, "handoff": 1, "deny": 1}
    assert (len(share.examples["greet"]), len(share.messages["greet"])) == (5, 5)
    # The same lines every time, whatever their order; a larger share has those of a smaller one.
    turned = bench_data.Data({**data.examples, "greet": data.examples["greet"][::-1]}, data.messages)
    assert turned.share(10) == share
    assert set(share.texts()["greet"]) < set(data.share(20).texts()["greet"])
    assert data.share(None) is data


def test_a_line_that_is_in_both_sources_counts_once() -> None:
    share = bench_data.Data({"greet": ["在吗", "亲"]}, {"greet": [row("在吗"), row("亲"), row("老板")]}).share(3)
    assert sorted(share.texts()["greet"]) == sorted(["在吗", "亲", "老板"])
    assert sum(len(part["greet"]) for part in (share.examples, share.messages)) == 3


def test_our_project_of_a_share_has_the_share_and_everything_else_as_it_is(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "share"
    for name in ("config.yml", "domain.yml", "data/rules/a.yml", "data/responses/a.yml", "data/signals/a.tsv", "rules/x.yml",
                 "data/nlu/old.yml", "data/messages/old.tsv", "build/zh/model"):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    data = bench_data.Data({"greet": ["在吗", "你好"], "thank": []}, {"thank": [row("谢啦", "thank")]})
    bench_data.generate_ours(folder, data, root)
    found = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert found == ["config.yml", "data/messages/share.tsv", "data/nlu/share.yml", "data/responses/a.yml", "data/rules/a.yml",
                     "data/signals/a.tsv", "domain.yml", "rules/x.yml"]  # fmt: skip
    assert (folder / "build" / "zh" / "model").read_text() == "build/zh/model"
    assert bench_data.read_data(folder) == bench_data.Data({"greet": ["在吗", "你好"]}, {"thank": [row("谢啦", "thank")]})
    # A second time over the first leaves nothing of it.
    bench_data.generate_ours(folder, bench_data.Data({"greet": ["亲"]}, {}), root)
    assert bench_data.read_data(folder) == bench_data.Data({"greet": ["亲"]}, {})


@pytest.mark.parametrize(("text", "lines"), [("40", 40), ("10", 10), ("all", None)])
def test_how_many_examples(text: str, lines: int | None) -> None:
    assert bench._lines(text) == lines


@pytest.mark.parametrize("text", ["", "9", "-5", "some", "1.5"])
def test_a_strange_number_of_examples_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="neither"):
        bench._lines(text)


def test_stock_project_has_a_rule_for_each_intent_and_no_handoff() -> None:
    files = bench_stock.project_files(EXAMPLES, {"refund_how": "怎么申请退款"}, CONFIG)
    assert "JiebaTokenizer" in files["config.yml"] and "language: zh" in files["config.yml"]
    assert "epochs: 100" in files["config.yml"]
    assert "    - 我要退钱" in files["data/nlu.yml"]
    assert "handoff" not in files["data/nlu.yml"] + files["domain.yml"] + files["data/rules.yml"]
    assert files["data/rules.yml"].count("- rule: ") == 3
    assert "- intent: logistics_status\n  - action: action_order" in files["data/rules.yml"]
    assert "utter_logistics_status" not in files["domain.yml"]
    assert f"- text: {bench_stock.PLAIN_BEGINS}“怎么申请退款”" in files["domain.yml"]
    assert f'f"{bench_stock.ACTED_BEGINS}{{' in files["actions/actions.py"]


def test_a_smoke_run_has_fewer_epochs() -> None:
    assert "epochs: 5\n" in bench_stock.project_files(EXAMPLES, {}, CONFIG, epochs=5)["config.yml"]


def test_the_small_project_is_about_what_is_asked() -> None:
    examples = bench_data.read_data().share(70).texts()
    part = bench_stock.SMALL.of(examples)
    assert set(part) == bench_stock.SMALL.intents and set(bench_messages.PLAIN_INTENTS) <= set(part)
    assert all(0 < len(part[name]) <= 60 and part[name] == examples[name][: len(part[name])] for name in part)


def test_another_default_configuration_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="WhitespaceTokenizer"):
        bench_stock.project_files(EXAMPLES, {}, CONFIG.replace("WhitespaceTokenizer", "OtherTokenizer"))


def test_fingerprint_follows_what_is_trained_on_and_nothing_else(tmp_path: Path) -> None:
    def write(files: dict[str, str], name: str) -> str:
        for path, text in files.items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(text, encoding="utf-8")
        return bench_stock.fingerprint(tmp_path / name, "rasa==3.6.21")

    files = bench_stock.project_files(EXAMPLES, {}, CONFIG)
    original = write(files, "a")
    assert write(files, "b") == original
    assert write({**files, "endpoints.yml": "other: 1\n", "train.log": "x"}, "c") == original
    for number, changed in enumerate(("config.yml", "domain.yml", "data/nlu.yml", "data/rules.yml", "data/stories.yml")):
        assert write({**files, changed: files[changed] + "# more\n"}, f"d{number}") != original
    assert bench_stock.fingerprint(tmp_path / "a", "rasa==3.6.20") != original


# --- training ----------------------------------------------------------------------------------------------------------


def test_our_training_is_what_make_model_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(model, "_call", called.append)
    monkeypatch.setattr(model, "_train", called.append)
    monkeypatch.setattr(model, "STAMP", tmp_path / "stamp")
    model.ensure_model()
    assert bench_training.our_commands("models") == called


def test_a_stock_model_is_known_by_its_record_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_training, "ROOT", tmp_path)
    trained = bench_training.Trained("stock", "abc", 1.0, 2.0, "2025-01-01T00:00:00+00:00", True)
    folder = tmp_path / "stock"
    assert bench_training._known(folder) is None
    folder.mkdir()
    (folder / "trained.json").write_text(json.dumps(asdict(trained)), encoding="utf-8")
    assert bench_training._known(folder) is None, "a record without its model is worth nothing"
    trained.model.parent.mkdir()
    trained.model.write_bytes(b"model")
    assert bench_training._known(folder) == trained
    (folder / "trained.json").write_text('{"seconds": 1}', encoding="utf-8")
    assert bench_training._known(folder) is None


@pytest.mark.parametrize(
    ("options", "same", "wanted"),
    [
        ({}, True, "kept"),
        ({"last": True}, True, "kept"),
        ({"last": True}, False, "kept, outdated"),
        ({"quick": True}, False, "kept, outdated"),
        ({}, False, "trained"),
        ({"fresh": True}, True, "trained"),
        ({"fresh": True, "quick": True}, True, "trained"),
    ],
)
def test_when_a_stock_model_is_used_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, bool], same: bool, wanted: str
) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "stock.txt").write_text("rasa==3.6.21\n", encoding="utf-8")
    share = bench_data.Data({"greet": ["在吗"]}, {})
    generated: list[str] = []
    monkeypatch.setattr(bench_training, "ROOT", tmp_path)
    monkeypatch.setattr(bench_training, "SCRATCH", tmp_path / "bench")
    monkeypatch.setattr(bench_training, "read_data", lambda: share)
    monkeypatch.setattr(bench_stock, "generate", lambda folder, data, part=None: generated.append(folder.name))
    monkeypatch.setattr(bench_stock, "fingerprint", lambda folder, lock: "of today")
    known = bench_training.Trained("bench/stock", "of today" if same else "of before", 9.0, 9.0, "before", True, 40)
    monkeypatch.setattr(bench_training, "_known", lambda folder: known if folder.name == "stock" else None)
    monkeypatch.setattr(bench_training, "_train_stock", lambda folder, *_, **__: replace(known, measured_at="now"))
    found = bench_training.stock_model(40, **options)
    told = "trained" if found.measured_at == "now" else "kept, outdated" if found.outdated else "kept"
    assert told == wanted
    # The project of a kept model is left as it was trained.
    assert ("stock" in generated) == (wanted == "trained")


def test_the_share_is_kept_beside_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_training, "ROOT", tmp_path)
    share = bench_data.Data({"greet": ["在吗"], "thank": ["谢谢"]}, {"thank": [row("谢啦", "thank")]})
    bench_data.write_data(tmp_path / "stock" / "share", share)
    assert bench_training.Trained("stock", "abc", 1.0, 2.0, "today", True, 40).share() == share


# --- reading -----------------------------------------------------------------------------------------------------------

LINES = [
    bench_reading.Line("退款", "refund_how", ""),
    bench_reading.Line("退钱", "refund_how", "refund_status"),
    bench_reading.Line("查物流", "logistics_status", ""),
    bench_reading.Line("在吗", "greet", "other"),
]


@pytest.mark.parametrize(
    ("found", "strict", "lenient", "f1"),
    [
        (["refund_how", "refund_how", "logistics_status", "greet"], 1.0, 1.0, {"greet": 1, "logistics_status": 1, "refund_how": 1}),
        # The accepted second intent counts as right only where right is not meant strictly.
        (["refund_how", "refund_status", "logistics_status", "other"], 0.5, 1.0,
         {"greet": 0, "logistics_status": 1, "refund_how": 0.6667}),
        (["refund_how", "refund_how", "refund_how", "refund_how"], 0.5, 0.5,
         {"greet": 0, "logistics_status": 0, "refund_how": 0.6667}),
        (["", "", "", ""], 0, 0, {"greet": 0, "logistics_status": 0, "refund_how": 0}),
    ],
)  # fmt: skip
def test_scores(found: list[str], strict: float, lenient: float, f1: dict[str, float]) -> None:
    scores = bench_reading.score(LINES, found)
    assert (scores.strict, scores.lenient, scores.f1) == (strict, lenient, f1)
    assert scores.macro == pytest.approx(sum(f1.values()) / 3)


@pytest.mark.parametrize(("lines", "found"), [(LINES, ["greet"]), ([], [])])
def test_scores_of_what_does_not_match_are_an_error(lines: list[bench_reading.Line], found: list[str]) -> None:
    with pytest.raises(ValueError, match="as many"):
        bench_reading.score(lines, found)


def test_the_held_out_lines_are_read() -> None:
    lines = bench_reading.read_lines()
    assert len(lines) > 1000 and all(line.text and line.intent for line in lines)
    assert {line.intent for line in lines} <= set(bench_data.read_data().texts())


def test_reading_is_reported_and_kept_for_each_of_the_three() -> None:
    stock, share, ours = (
        bench_reading.score(LINES, found)
        for found in (["refund_how"] * 4, ["refund_how", "refund_how", "greet", "greet"], [line.intent for line in LINES])
    )
    trained = bench_training.Trained("stock", "abc", 1.0, 2.0, "2025-01-01T00:00:00+00:00", True, lines_per_intent=40)
    rows = {row.name: (row.ours, row.stock) for row in bench_reading.report(trained, 4, stock, share, ours).rows}
    assert rows["intents right, strict, both on 40 lines an intent"] == ([0.75], [0.5])
    assert rows["intents right, strict, ours on all data"] == ([1.0], [0.5])
    assert len(rows) == 6
    kept = bench_reading.content(trained, stock, share, ours)
    assert (kept["lines_per_intent"], kept["strict"], kept["stock"]["strict"], kept["ours"]["strict"]) == (40, 0.5, 0.5, 0.75)
    assert kept["f1"] == kept["stock"]["f1"] == stock.f1 and kept["ours"]["lenient"] == 0.75


@pytest.mark.parametrize(
    ("ranking", "intent"),
    [
        ([{"name": "greet"}, {"name": "thank"}], "greet"),
        ([{"name": "nlu_fallback"}, {"name": "greet"}], "greet"),
        ([{"name": "nlu_fallback"}], ""),
        ([], ""),
        (None, ""),
    ],
)
def test_the_likeliest_intent_counts_also_below_the_line(ranking: Any, intent: str) -> None:
    assert bench_parse.likeliest({"intent": {"name": "nlu_fallback"}, "intent_ranking": ranking}) == intent


# --- load --------------------------------------------------------------------------------------------------------------


def test_one_message_in_three_is_for_an_action() -> None:
    drawn = list(itertools.islice(mixture(["a", "b"], ["x", "y"]), 9))
    assert [text for text, _ in drawn] == ["a", "b", "x", "a", "b", "y", "a", "b", "x"]
    assert [kind for _, kind in drawn] == ["plain", "plain", "acted"] * 3


@pytest.mark.parametrize(
    ("outcome", "actions", "kind"),
    [
        ("answered", ["utter_refund_how"], "plain"),
        ("answered", ["action_logistics"], "acted"),
        ("asked_back", ["action_ask_back"], "bad"),
        ("handed_off", ["utter_handoff"], "bad"),
        ("failed", [], "bad"),
    ],
)
def test_kind_of_our_answer(outcome: str, actions: list[str], kind: str) -> None:
    assert kind_of_desk({"outcome": outcome, "messages": [{"text": "好的"}], "trace": {"actions": actions}}) == kind


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["您好，您问的是“查物流”。"], "plain"),
        (["您的订单330918290037现在是shipped。"], "acted"),
        (["没有找到订单。"], "bad"),
        ([], "bad"),
        (["您好，您问的是“查物流”。"] * 2, "bad"),
    ],
)
def test_kind_of_a_stock_answer(texts: list[str], kind: str) -> None:
    answer = [{"recipient_id": "a", "text": text} for text in texts]
    assert kind_of_rest(answer, bench_stock.PLAIN_BEGINS, bench_stock.ACTED_BEGINS) == kind
