"""What a change of terms alters: fields, answers before and after, and what buyers were told before."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from order_builder import at
from store_builder import PACKS, ROOT, build_store, write_store

from aftersales.answers import Responses, load_responses, parse_variations, render
from aftersales.answers.render import placeholders
from aftersales.errors import ConfigurationError
from aftersales.policy import PastAnswer, answer_changes, field_changes, judge_past
from aftersales.policy.terminal import Paint, cells, columns, wrap
from aftersales.policy.wordings import counted_from, wordings
from aftersales.policy_diff import NoTranscript, find_version, main
from aftersales.stores import Store, StoreVersions, load_store
from aftersales.stores.fields import store_fields

NOW = at("11-20 12:00")


def responses(**texts: Any) -> Responses:
    """Responses by name; a text, or a list of Rasa's mappings."""
    return {
        name: parse_variations("test", name, [{"text": text}] if isinstance(text, str) else text)
        for name, text in texts.items()
    }


def pair(folder: Path, old: Mapping[str, Any], new: Mapping[str, Any], *, day: str = "2026-11-01") -> tuple[Store, Store]:
    """Terms from May on, and those that follow on ``day``."""
    before = build_store(folder, {"policy_version": "t-1", "effective_from": "2026-05-01", **old})
    return before, build_store(folder, {"policy_version": "t-2", "effective_from": day, **new})


RETURN = "签收次日起{returns.no_reason_days}天内，不用理由就能退。"


# --- fields ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({}, {"returns.no_reason_days": 15}, [("returns.no_reason_days", 7, 15, "kinder", "promise")]),
        ({"returns.no_reason_days": 15}, {}, [("returns.no_reason_days", 15, 7, "stricter", "promise")]),
        ({}, {"refunds.review_hours": 24}, [("refunds.review_hours", 48, 24, "kinder", "case")]),
        ({}, {"shipping.freight_yuan": 8}, [("shipping.freight_yuan", 0, 8, "stricter", "bought")]),
        ({}, {"returns.address": "新仓"}, [("returns.address", "", "新仓", "neutral", "today")]),
    ],
)
def test_a_changed_field_says_what_it_was_and_is_and_whom_it_concerns(
    tmp_path: Path, old: dict[str, Any], new: dict[str, Any], expected: list[tuple[Any, ...]]
) -> None:
    found = field_changes(*pair(tmp_path, old, new))
    assert [(one.field, one.before, one.after, one.verdict, one.judged) for one in found] == expected


# --- answers ---------------------------------------------------------------------------------------------------------

OFFERED = [
    {"text": "价保{price_protection.days}天。", "metadata": {"when": ["price_protection.offered"]}},
    {"text": "本店没有价保。"},
]


@pytest.mark.parametrize(
    ("said", "old", "new", "before", "after", "weight"),
    [
        (RETURN, {}, {"returns.no_reason_days": 15}, "签收次日起7天内", "签收次日起15天内", "kinder"),
        (RETURN, {"returns.no_reason_days": 15}, {}, "15天", "7天", "stricter"),
        ("退到{returns.address}。", {"returns.address": "旧仓"}, {"returns.address": "新仓"}, "旧仓", "新仓", "neutral"),
        # Another wording is chosen.
        (OFFERED, {}, {"price_protection": {"offered": True, "days": 7}}, "没有价保", "价保7天", "kinder"),
        (OFFERED, {"price_protection": {"offered": True, "days": 7}}, {}, "价保7天", "没有价保", "stricter"),
        # One term kinder, one stricter.
        (
            "{returns.no_reason_days}天可退，{shipping.promise_hours}小时内发。",
            {},
            {"returns.no_reason_days": 15, "shipping.promise_hours": 72},
            "7天可退，48小时内发",
            "15天可退，72小时内发",
            "mixed",
        ),
        # The payer is a word of its own, not the field's.
        ("运费由{returns.no_reason_payer}承担。", {}, {"returns.no_reason_freight": "store"}, "由您", "由我们", "kinder"),
        # A date that a decision counts from a term.
        ("最晚{return.last_day}提交。", {}, {"returns.no_reason_days": 15}, "最后一天，按7天算", "按15天算", "kinder"),
        ("{order.item}最晚{order.ship_by}发。", {}, {"shipping.promise_hours": 24}, "按48小时算", "按24小时算", "kinder"),
        # A button's words count as well.
        (
            [{"text": "您看怎么办？", "buttons": [{"title": "转{group.complaint}", "payload": "/human_request"}]}],
            {},
            {"groups.complaint": "投诉专席"},
            "[转投诉]",
            "[转投诉专席]",
            "neutral",
        ),
    ],
)
def test_an_answer_that_changes_is_shown_before_and_after(
    tmp_path: Path, said: Any, old: dict[str, Any], new: dict[str, Any], before: str, after: str, weight: str
) -> None:
    (change,) = answer_changes(responses(utter_test=said), *pair(tmp_path, old, new))
    assert before in str(change.before)
    assert after in str(change.after)
    assert change.weight == weight


def test_wordings_for_a_state_of_an_order_and_for_a_second_time_are_told_apart(tmp_path: Path) -> None:
    said = [
        {"text": "还有{returns.no_reason_days}天。", "metadata": {"when": ["order.open"]}},
        {"text": "一共{returns.no_reason_days}天。"},
        {"text": "再说一次，{returns.no_reason_days}天。", "metadata": {"again": True}},
    ]
    found = answer_changes(responses(utter_test=said), *pair(tmp_path, {}, {"returns.no_reason_days": 15}))
    assert {(one.situation.again, one.situation.about, one.after) for one in found} == {
        (False, ("order.open",), "还有15天。"),
        (False, (), "一共15天。"),
        (True, (), "再说一次，15天。"),
    }


def test_every_date_that_an_answer_counts_from_a_term_is_known_as_such() -> None:
    counted = {
        (key, name): counted_from(key, name)
        for name, variations in load_responses(ROOT / "data" / "responses").items()
        for variation in variations
        for key in placeholders(variation.text)
        if key.endswith((".last_day", ".by", "_by", "_last_day"))
    }
    # Who signed is no date, and an invoice's working days stand in the merchant's own words.
    unknown = {key for (key, _), field in counted.items() if field is None} - {"parcel.signed_by", "invoice.by"}
    assert unknown == set()
    assert {field for field in counted.values() if field is not None} <= set(store_fields())


def test_what_does_not_change_is_not_shown(tmp_path: Path) -> None:
    told = responses(utter_return_policy=RETURN, utter_greet="{store.greeting}")
    assert answer_changes(told, *pair(tmp_path, {}, {"shipping.promise_hours": 24})) == ()


# --- what was said before ---------------------------------------------------------------------------------------------

DAYS = responses(
    utter_return_policy=RETURN,
    utter_return_eligible="尾号{order.short}可以退，最晚{return.last_day}提交（签收次日起{returns.no_reason_days}天）。",
    utter_return_how="走“{path.returns}”提交，{refunds.review_hours}小时内审核。",
)
ELIGIBLE = "尾号8341可以退，最晚11月20日提交（签收次日起{}天）。"


def said(text: str, *, placed: str = "", when: str = "10-20 12:00", response: str = "") -> PastAnswer:
    return PastAnswer("c_1", 3, at(when), text, at(placed) if placed else None, response)


@pytest.mark.parametrize(
    ("old", "new", "answer", "wrong", "weight", "standing"),
    [
        # No order: right until the change, and not to be said of later orders.
        (15, 7, said("签收次日起15天内，不用理由就能退。"), "签收次日起7天内，不用理由就能退。", "stricter", "general"),
        # Bought before the change, up to the last second: the promise holds, so the answer stays right.
        (15, 7, said(ELIGIBLE.format(15), placed="10-20 10:00"), None, "", ""),
        (15, 7, said(ELIGIBLE.format(15), placed="10-31 23:59:59"), None, "", ""),
        # Bought with the new terms, and told the old ones.
        (15, 7, said(ELIGIBLE.format(15), placed="11-01 00:00:00", when="11-02 12:00"), "最后一天，按7天算", "stricter", "order"),
        # A kinder change reaches old orders: what they were told is too little.
        (7, 15, said(ELIGIBLE.format(7), placed="10-20 10:00"), "签收次日起15天", "kinder", "order"),
        # A line of comfort before the answer does not hide it.
        (15, 7, said("给您添麻烦了，抱歉。\n签收次日起15天内，不用理由就能退。"), "7天", "stricter", "general"),
        # Not the words of the old terms.
        (15, 7, said("签收次日起30天内，不用理由就能退。"), "unknown", "", ""),
        (15, 7, said("您好，请问有什么可以帮您？"), "unknown", "", ""),
        (15, 7, said("签收次日起15天内，不用理由就能退。", response="utter_other"), "unknown", "", ""),
        (15, 7, said("签收次日起15天内，不用理由就能退。", response="utter_return_policy"), "7天", "stricter", "general"),
    ],
)
def test_a_past_answer_is_wrong_when_its_order_is_judged_otherwise_now(
    tmp_path: Path, old: int, new: int, answer: PastAnswer, wrong: str | None, weight: str, standing: str
) -> None:
    stores = pair(tmp_path, {"returns.no_reason_days": old}, {"returns.no_reason_days": new})
    report = judge_past([answer], *stores, DAYS)
    assert report.read == 1
    if wrong == "unknown":
        assert (report.about_changes, report.wronged) == (0, ())
    elif wrong is None:
        assert (report.about_changes, report.still_right) == (1, 1)
    else:
        (one,) = report.wronged
        assert wrong in one.after
        assert (one.weight, one.standing, one.answer) == (weight, standing, answer)


@pytest.mark.parametrize(
    ("placed", "when", "right"),
    [
        # Hours of review go by the day a refund is asked for: an answer of that time stays right.
        ("10-20 10:00", "10-25 12:00", True),
        ("10-20 10:00", "11-02 12:00", False),
    ],
)
def test_hours_of_a_refund_go_by_the_day_of_the_answer(tmp_path: Path, placed: str, when: str, right: bool) -> None:
    stores = pair(tmp_path, {"refunds.review_hours": 12}, {"refunds.review_hours": 48})
    path = stores[0].pack.paths.returns
    answer = said(f"走“{path}”提交，12小时内审核。", placed=placed, when=when)
    assert (judge_past([answer], *stores, DAYS).still_right == 1) is right


def test_every_answer_of_the_demo_that_changes_is_known_again_by_its_words() -> None:
    told = load_responses(ROOT / "data" / "responses")
    old, new = jd_versions()
    affected = {change.situation for change in answer_changes(told, old, new)}
    assert len(affected) > 20
    known = {one: wording.variation.text for one, wording in wordings(told, old).items() if one in affected}
    facts = {text: {key: f"某{number}" for number, key in enumerate(placeholders(text))} for text in known.values()}
    texts = [render(text, {**facts[text], **old.values()}) for text in known.values()]
    report = judge_past([said(text) for text in texts], old, new, told)
    assert [one.answer.text for one in report.wronged] == texts
    assert [one.response for one in report.wronged] == [one.response for one in known]


def test_a_change_without_a_later_day_takes_the_place_of_the_old_terms(tmp_path: Path) -> None:
    stores = pair(tmp_path, {"returns.no_reason_days": 15}, {}, day="2026-05-01")
    answer = said(ELIGIBLE.format(15), placed="10-20 10:00")
    assert len(judge_past([answer], *stores, DAYS).wronged) == 1


def test_an_order_older_than_the_old_terms_was_told_its_own(tmp_path: Path) -> None:
    first = build_store(
        tmp_path, {"policy_version": "t-0", "effective_from": "2026-01-01", "returns.no_reason_days": 30}
    )
    stores = pair(tmp_path, {"returns.no_reason_days": 15}, {})
    answer = said(ELIGIBLE.format(30), placed="04-20 10:00", when="05-10 12:00")
    assert judge_past([answer], *stores, DAYS, (first,)).still_right == 1
    assert judge_past([answer], *stores, DAYS).about_changes == 0


def test_what_an_order_filled_in_is_kept_in_the_new_words(tmp_path: Path) -> None:
    told = responses(utter_test="尾号{order.short}的{order.item}，{returns.quality_days}天内可退；尾号{order.short}记下了。")
    stores = pair(tmp_path, {}, {"returns.quality_days": 15})
    report = judge_past([said("尾号8341的棉麻连衣裙 M码，7天内可退；尾号8341记下了。")], *stores, told)
    assert report.wronged[0].after == "尾号8341的棉麻连衣裙 M码，15天内可退；尾号8341记下了。"
    other = judge_past([said("尾号8341的棉麻连衣裙，7天内可退；尾号0000记下了。")], *stores, told)
    assert other.about_changes == 0, "the same gap is filled in once"


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Run the command on the demo stores; returns exit code, output and errors."""
    monkeypatch.setenv("COLUMNS", "100")

    def call(*arguments: str, past: Any = None, stores: Path = ROOT / "stores") -> tuple[int, str, str]:
        places = ["--stores", str(stores), "--rules", str(ROOT / "rules"), "--responses", str(ROOT / "data/responses")]
        code = main([*arguments, *places], read_past=past, now=NOW)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_the_demos_announced_change_is_shown_without_naming_it(run: Any) -> None:
    code, out, err = run("--store", "jd-digital")
    assert (code, err) == (0, "")
    assert "jd-2026-11（2026-11-01起）→ jd-2027-03（2027-03-15起）" in out
    assert "price_protection.days　更严 stricter　已下的单不受影响，放宽的一并享受" in out
    assert "returns.exchange_days　更宽 kinder" in out
    assert "utter_exchange_request" in out
    assert "utter_greet" not in out
    assert "没有查" in out
    assert "\x1b" not in out, "plain when it is piped"


@pytest.mark.parametrize("asked", [("tmall-2026-05", "tmall-2026-11"), ("2026-10-31", "2026-11-01"), ("2026-10-31", "now")])
def test_versions_are_found_by_name_and_by_day(run: Any, asked: tuple[str, str]) -> None:
    code, out, _ = run("--store", "tmall-fashion", "--from", asked[0], "--to", asked[1])
    assert code == 0
    assert "tmall-2026-05（2026-05-01起）→ tmall-2026-11（2026-11-01起）" in out
    assert "shipping.promise_hours　更严 stricter" in out


def test_a_draft_in_any_file_can_be_looked_at(run: Any, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yml"
    text = (ROOT / "stores/own-food/store.yml").read_text(encoding="utf-8")
    draft.write_text(text.replace("change_days: 30", "change_days: 60"), encoding="utf-8")
    code, out, _ = run("--store", "own-food", "--to", str(draft))
    assert code == 0
    assert "invoices.change_days　更宽 kinder" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--store", "nobody"], "arguments: STORE: 'nobody' is no store. Use one of: jd-digital, own-food, tmall-fashion"),
        (
            ["--store", "jd-digital", "--to", "jd-2030"],
            "TO: 'jd-2030' is no version, file or day. Use one of: jd-2026-11 (from 2026-11-01), jd-2027-03 (from 2027",
        ),
        (["--store", "jd-digital", "--from", "2026-13-01"], "FROM: 2026-13-01 is no day. Write it as 2026-11-01"),
        (["--store", "own-food"], "TO: is not given, and no change is announced. Name a file"),
        (["--store", "jd-digital", "--out", "diff.pdf"], "OUT: diff.pdf is neither .md nor .html"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_is_known(run: Any, arguments: list[str], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_draft_below_a_floor_is_refused_before_anything_is_compared(run: Any, tmp_path: Path) -> None:
    draft = write_store(tmp_path, {"returns.no_reason_days": 5})
    code, out, err = run("--store", "jd-digital", "--to", str(draft))
    assert (code, out) == (2, "")
    assert "returns.no_reason_days: 5 is less than the law's 7 days (RET-01). Use 7 or more" in err


@pytest.mark.parametrize(("suffix", "mark"), [("md", "| returns.exchange_days | 15 | 30 |"), ("html", "<del>15</del>")])
def test_the_report_is_written_as_a_page(run: Any, tmp_path: Path, suffix: str, mark: str) -> None:
    out = tmp_path / "reports" / f"diff.{suffix}"
    code, printed, _ = run("--store", "jd-digital", "--out", str(out), past=lambda store: [])
    assert code == 0
    assert f"已写入 {out}" in printed
    text = out.read_text(encoding="utf-8")
    assert mark in text
    assert "utter_price_protection" in text
    assert "读了机器人的 0 条回答" in text


def transcript(store: str) -> Iterable[PastAnswer]:
    """What the demo's bot said under today's terms."""
    (change,) = [
        one
        for one in answer_changes(load_responses(ROOT / "data" / "responses"), *jd_versions())
        if one.situation.response == "utter_price_protection" and not one.situation.again
    ]
    assert store == "jd-digital"
    words = str(change.before)
    return [PastAnswer(f"c_{number}", 3, NOW, words) for number in range(7)]


def jd_versions() -> tuple[Store, Store]:
    folder = ROOT / "stores" / "jd-digital"
    return load_store(folder / "store.yml", PACKS), load_store(folder / "versions/jd-2027-03.yml", PACKS, "jd-digital")


def test_past_answers_with_the_same_words_stand_together(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "diff.html"
    code, printed, _ = run("--store", "jd-digital", "--out", str(out), past=transcript)
    assert code == 0
    assert "读了机器人的 7 条回答，7 条说到这次改的条款：0 条会变错，7 条没说到具体订单，0 条仍然对。" in printed
    assert "2027-03-15 之前下的订单，当时的承诺仍算数" in printed
    assert "会话 c_0 第 3 条，2026-11-20 12:00" in printed
    assert "另有 2 条" in printed
    assert "c_6" not in printed
    assert "会话 c_6" in out.read_text(encoding="utf-8")


def test_without_a_transcript_the_report_says_why(run: Any) -> None:
    def nothing(store: str) -> Iterable[PastAnswer]:
        raise NoTranscript("没有查：还没有聊天记录的数据库。")

    code, out, _ = run("--store", "jd-digital", past=nothing)
    assert code == 0
    assert "还没有聊天记录的数据库" in out


def test_a_bad_store_file_is_an_error_and_no_report(run: Any, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "stores", tmp_path / "stores")
    shutil.copytree(ROOT / "rules" / "platforms", tmp_path / "rules" / "platforms")
    (tmp_path / "stores/jd-digital/versions/jd-2027-03.yml").write_text("name: 甲\n", encoding="utf-8")
    code, out, err = run("--store", "jd-digital", stores=tmp_path / "stores")
    assert (code, out) == (2, "")
    assert "stores/jd-digital/versions/jd-2027-03.yml: platform: is missing" in err


def test_a_version_is_found_before_a_file_or_a_day(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"policy_version": "2026-11-20"})
    versions = StoreVersions((store,))
    assert find_version("2026-11-20", versions, PACKS, NOW, "FROM") is store
    with pytest.raises(ConfigurationError, match="FROM: 'gone.yml' is no version, file or day"):
        find_version("gone.yml", versions, PACKS, NOW, "FROM")


# --- side by side ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("七天无理由", 6, ["七天无", "理由"]),
        ("7天无理由", 6, ["7天无", "理由"]),
        ("甲\n乙", 6, ["甲", "乙"]),
        ("", 6, [""]),
    ],
)
def test_a_chinese_character_takes_two_cells(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_columns_line_up_and_are_coloured_only_in_a_terminal() -> None:
    plain = columns("签收次日起7天内", "签收次日起15天内，不用理由就能退", 49, Paint(False))
    assert [cells(line.split("│")[0]) for line in plain] == [25, 25]
    assert max(cells(line) for line in plain) <= 49
    assert "\x1b" not in "".join(plain)
    assert Paint(True).weight("stricter", "更严") == "\x1b[31m更严\x1b[0m"


def test_moments_are_shown_in_china(run: Any) -> None:
    moment = datetime.fromisoformat("2026-11-20T20:30:00+00:00")
    first = next(iter(transcript("jd-digital")))
    code, out, _ = run("--store", "jd-digital", past=lambda store: [PastAnswer("c_9", 3, moment, first.text)])
    assert code == 0
    assert "会话 c_9 第 3 条，2026-11-21 04:30" in out
