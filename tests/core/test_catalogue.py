"""The catalogue is whole, what enforces a rule is found and not claimed, and a rule that ages is reported."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from store_builder import ROOT

from aftersales.coverage import (
    Citation,
    Coverage,
    by_rule,
    door_kinds,
    in_advice,
    in_code,
    in_lexicons,
    problems,
    read_coverage,
)
from aftersales.errors import ConfigurationError
from aftersales.rejected import Advice, load_rejected
from aftersales.rules import Rule
from aftersales.rules_due import main as due_command
from aftersales.rules_due import never_checked, overdue, report
from aftersales.rules_page import PAGE, page
from aftersales.rules_page import main as page_command

COVERAGE = read_coverage(ROOT)
RULES = COVERAGE.rules

#: The ids are numbered from 01 without gaps: the first letters, and the last number.
LAST = {
    "ABS": 2, "ABU": 19, "AID": 7, "BLK": 6, "CAT": 6, "CCL": 13, "CFT": 5, "CMP": 5, "CPR": 19, "CPS": 22, "DEE": 13,
    "EVD": 12, "FRD": 4, "FRI": 4, "GFT": 3, "HUM": 16, "INT": 20, "INV": 8, "LAN": 20, "LOG": 12, "MET": 8, "OFF": 6,
    "ORF": 5, "PEN": 11, "PII": 11, "PPR": 15, "PRE": 6, "PRM": 11, "QLT": 27, "REG": 5, "RET": 22, "REV": 7, "RFD": 12,
    "RTE": 10, "SHP": 32, "VIP": 4, "WAI": 7,
}  # fmt: skip
IDS = {f"{letters}-{number:02}" for letters, last in LAST.items() for number in range(1, last + 1)}

#: What describes something that must not be done, and the advice that refuses it. Three have no piece of their own.
REJECTED = {
    "ABS-02": "NOAUTO-12", "CCL-05": "NOAUTO-13", "CMP-01": "NOAUTO-03", "INV-04": "NOAUTO-09", "LOG-03": "NOAUTO-11",
    "PRE-03": "", "PRM-01": "NOAUTO-14", "QLT-24": "NOAUTO-01", "QLT-25": "NOAUTO-04", "QLT-26": "", "RET-21": "",
    "REV-01": "NOAUTO-08", "RFD-11": "NOAUTO-10", "SHP-15": "NOAUTO-05", "SHP-18": "NOAUTO-06", "SHP-24": "NOAUTO-07",
    "SHP-26": "NOAUTO-06", "VIP-01": "NOAUTO-13", "VIP-04": "NOAUTO-12", "WAI-06": "NOAUTO-02",
}  # fmt: skip


def a_rule(**changes: Any) -> Rule:
    """A small rule, with single fields changed."""
    fields: dict[str, Any] = {
        "id": "RET-01",
        "topic": "returns",
        "platform": "law",
        "kind": "fact",
        "statement": "可以退",
        "status": "derived",
        "automation": "auto-ok",
        "volatility": "medium",
        **changes,
    }
    return Rule(**fields)


def coverage_of(rule: Rule, *citations: Citation, advice: Mapping[str, Advice] | None = None) -> Coverage:
    return Coverage({rule.id: rule}, advice or {}, by_rule(citations))


# --- the catalogue ---------------------------------------------------------------------------------------------------


def test_every_rule_is_there_and_none_else() -> None:
    assert len(IDS) == 415
    assert set(RULES) == IDS


def test_as_many_rules_are_trusted_as_were_read() -> None:
    assert Counter(rule.status for rule in RULES.values()) == {
        "verified": 114,
        "reported": 32,
        "weak-source": 31,
        "seed-only": 224,
        "derived": 11,
        "general-knowledge-unverified": 3,
    }


def test_how_fast_rules_change_is_known() -> None:
    assert Counter(rule.volatility for rule in RULES.values()) == {"high": 177, "medium": 86, "low": 152}


def test_what_must_not_be_done_points_to_the_advice_that_refuses_it() -> None:
    found = {rule.id: rule.rejected for rule in RULES.values() if rule.automation == "rejected"}
    assert found == REJECTED


def test_a_reason_is_one_chinese_line_of_its_own_kind() -> None:
    for rule in RULES.values():
        if rule.knowledge:
            assert len(re.findall(r"[\u4e00-\u9fff]", rule.knowledge)) >= 8, rule.id
            assert rule.knowledge != rule.statement, rule.id


# --- coverage --------------------------------------------------------------------------------------------------------


def test_each_rule_is_enforced_somewhere_or_says_why_not_and_never_both() -> None:
    assert [str(problem) for problem in problems(COVERAGE)] == []


@pytest.mark.parametrize(
    ("rule", "means", "place"),
    [
        ("RET-04", "decision", "decisions/return_eligibility.py"),
        ("PPR-14", "decision", "decisions/price_protection.py"),
        ("QLT-13", "store check", "stores/floors.py"),
        ("HUM-03", "routing", "escalation.py"),
        ("PPR-13", "template", "utter_price_protection"),
        ("WAI-01", "door", "waiting"),
        ("RFD-08", "platform pack", "jd: 微信支付"),
        ("SHP-29", "refused advice", "NOAUTO-05"),
        ("QLT-24", "refused advice", "NOAUTO-01"),
    ],
)
def test_the_places_that_enforce_a_rule_are_found(rule: str, means: str, place: str) -> None:
    assert (means, place) in {(citation.means, citation.place) for citation in COVERAGE.of(rule)}


@pytest.mark.parametrize(
    ("path", "source", "found"),
    [
        ("aftersales/decisions/a.py", 'rules = ("RET-01", "RET-04")', {("RET-01", "decision"), ("RET-04", "decision")}),
        ("aftersales/stores/floors.py", "# The law's seven days (RET-01).", {("RET-01", "store check")}),
        ("aftersales/escalation.py", '("RET-01",)', {("RET-01", "routing")}),
        ("aftersales/door/personal.py", '("RET-01",)', {("RET-01", "door")}),
        ("desk/turns.py", '"""What RET-01 asks for."""', {("RET-01", "code")}),
        ("desk/turns.py", 'text.encode("UTF-16")  # not NORET-01, not RET-011', set()),
        ("aftersales/rules.py", 'fix = "Write it as RET-01"', set()),
        ("tests/core/test_a.py", 'RULES["RET-01"]', set()),
    ],
)
def test_code_cites_a_rule_by_naming_it(path: str, source: str, found: set[tuple[str, str]]) -> None:
    assert {(citation.rule, citation.means) for citation in in_code(source, path, frozenset({"RET"}))} == found


def test_a_word_list_cites_the_rule_beside_each_phrase(tmp_path: Path) -> None:
    listed = tmp_path / "polite.yml"
    listed.write_text("phrases:\n- {phrase: 哼, rule: LAN-05}\ndeep: {more: [{rule: LAN-04}]}\n", encoding="utf-8")
    plain = tmp_path / "plain.yml"
    plain.write_text("entries: [{terms: [哼]}]\n", encoding="utf-8")
    assert list(in_lexicons({"polite.yml": listed, "plain.yml": plain})) == [
        Citation("LAN-05", "phrase", "哼"),
        Citation("LAN-04", "phrase", "polite.yml"),
    ]


def test_the_kinds_that_the_door_refuses_cite_their_rules(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yml"
    assert door_kinds(path) == {}
    path.write_text("kinds:\n  shirk: {title: 推诿, rules: [LAN-03, SHP-08]}\n", encoding="utf-8")
    assert door_kinds(path) == {"shirk": ("LAN-03", "SHP-08")}
    path.write_text("kinds:\n  shirk: {title: 推诿}\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"kinds\.shirk\.rules: is no list of rule ids"):
        door_kinds(path)


def test_refused_advice_enforces_what_it_breaks_and_what_describes_it() -> None:
    advice = Advice("NOAUTO-01", "劝", "不行", "照办", ("QLT-01",), ("waive_right",), ("甲", "乙", "丙"))
    described = a_rule(id="QLT-24", automation="rejected", rejected="NOAUTO-01")
    assert list(in_advice([advice], [described])) == [
        Citation("QLT-01", "refused advice", "NOAUTO-01"),
        Citation("QLT-24", "refused advice", "NOAUTO-01"),
    ]


CITED = Citation("RET-01", "template", "utter_return")


@pytest.mark.parametrize(
    ("rule", "citations", "message"),
    [
        (a_rule(), (), "catalogue/returns.yml: RET-01.knowledge: is missing, and nothing enforces the rule. Write why"),
        (
            a_rule(knowledge="没有地方用到它"),
            (CITED,),
            "catalogue/returns.yml: RET-01.knowledge: is there, but the rule is enforced by template utter_return."
            " Remove the line",
        ),
        (
            a_rule(),
            (CITED, Citation("RET-99", "template", "utter_lost")),
            "template utter_lost: RET-99: is cited, but no rule of the catalogue. Add it to rules/catalogue",
        ),
        (
            a_rule(automation="rejected", rejected="NOAUTO-77"),
            (CITED,),
            "catalogue/returns.yml: RET-01.rejected: NOAUTO-77 is not in rules/rejected.yml. Add it there",
        ),
    ],
)
def test_what_does_not_fit_together_is_named_with_file_field_and_fix(
    rule: Rule, citations: tuple[Citation, ...], message: str
) -> None:
    found = [str(problem) for problem in problems(coverage_of(rule, *citations))]
    assert len(found) == 1
    assert message in found[0]


@pytest.mark.parametrize(
    ("rule", "citations", "state"),
    [
        (a_rule(), (CITED,), "enforced"),
        (a_rule(knowledge="没有地方用到它"), (), "knowledge only"),
        (a_rule(automation="rejected"), (CITED,), "rejected"),
    ],
)
def test_a_rule_is_enforced_known_or_rejected(rule: Rule, citations: tuple[Citation, ...], state: str) -> None:
    assert coverage_of(rule, *citations).state(rule) == state


# --- rejected advice -------------------------------------------------------------------------------------------------


def test_all_eighteen_pieces_of_advice_are_refused_by_name() -> None:
    kinds = door_kinds(ROOT / "rules" / "door" / "kinds.yml")
    assert list(COVERAGE.advice) == [f"NOAUTO-{number:02}" for number in range(1, 19)]
    for advice in COVERAGE.advice.values():
        assert set(advice.rules) <= set(RULES), advice.id
        assert set(advice.kinds) <= set(kinds), advice.id


def test_no_example_serves_twice() -> None:
    examples = [text for advice in COVERAGE.advice.values() for text in advice.example]
    assert len(set(examples)) == len(examples) >= 54


GOOD_ADVICE = (
    "advice:\n- {id: NOAUTO-01, advice: 劝, why: 不行, instead: 照办, rules: [QLT-01], kinds: [shirk], "
    "example: [甲, 乙, 丙]}\n"
)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("NOAUTO-01", "NO-1", "advice[0].id: 'NO-1' is no id of rejected advice. Write it as NOAUTO-01"),
        ("kinds: [shirk]", "kinds: [shrik]", "NOAUTO-01.kinds: 'shrik' is no kind of check. Use one of: shirk"),
        ("kinds: [shirk]", "kinds: []", "NOAUTO-01.kinds: is empty. Name the checks"),
        ("rules: [QLT-01]", "rules: [QLT1]", "NOAUTO-01.rules: 'QLT1' is no rule id. Write it as RET-01"),
        ("rules: [QLT-01]", "rules: []", "NOAUTO-01.rules: is empty. Name the rules"),
        ("[甲, 乙, 丙]", "[甲, 乙, 乙]", "NOAUTO-01.example: holds 2 different texts, not 3 or more"),
        ("instead: 照办, ", "", "advice[0].instead: is missing"),
        ("why:", "because:", "advice[0].because: is not a known field"),
        ("advice:\n", "advices:\n", "advice: must be the only field"),
    ],
)
def test_bad_advice_is_refused_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "rejected.yml"
    path.write_text(GOOD_ADVICE, encoding="utf-8")
    assert list(load_rejected(path, ["shirk"])) == ["NOAUTO-01"]
    path.write_text(GOOD_ADVICE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_rejected(path, ["shirk"])
    assert message in str(refused.value)
    assert "rejected.yml" in str(refused.value)


def test_advice_stands_once(tmp_path: Path) -> None:
    path = tmp_path / "rejected.yml"
    path.write_text(GOOD_ADVICE + GOOD_ADVICE.removeprefix("advice:\n"), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="NOAUTO-01 stands twice. Keep one"):
        load_rejected(path)


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_is_current() -> None:
    written = (ROOT / PAGE).read_text(encoding="utf-8")
    assert written == page(COVERAGE), "docs/rules.md is stale: run `make rules-page`"


def test_the_page_lists_each_rule_once_with_its_state_and_a_reason() -> None:
    rows = [
        line.strip("| ").split(" | ") for line in page(COVERAGE).splitlines() if re.match(r"\| [A-Z]{3}-\d\d ", line)
    ]
    assert sorted(row[0] for row in rows) == sorted(IDS)
    for row in rows:
        assert row[5] in ("enforced", "knowledge only", "rejected"), row[0]
        assert row[6].strip(), row[0]


def test_the_page_counts_what_it_lists() -> None:
    states = Counter(COVERAGE.state(rule) for rule in RULES.values())
    total = f"| **all** | 415 | {states['enforced']} | {states['knowledge only']} | {states['rejected']} |"
    assert page(COVERAGE).count(total) == 2


def test_the_page_command_writes_nothing_when_asked_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    before = (ROOT / PAGE).stat().st_mtime_ns
    assert page_command(["--root", str(ROOT), "--check"]) == 0
    assert (ROOT / PAGE).stat().st_mtime_ns == before
    assert capsys.readouterr().err == ""


# --- what is due -----------------------------------------------------------------------------------------------------

CHECKED = datetime.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("volatility", "last_day"), [("high", "2026-02-01"), ("medium", "2026-04-03"), ("low", "2027-01-02")]
)
def test_a_rule_is_due_the_day_after_its_interval(volatility: str, last_day: str) -> None:
    rule = a_rule(volatility=volatility, checked=CHECKED)
    last = datetime.date.fromisoformat(last_day)
    assert overdue([rule], last) == []
    (due,) = overdue([rule], last + datetime.timedelta(days=1))
    assert (due.rule, due.days_over) == (rule, 1)


def test_the_longest_due_comes_first() -> None:
    rules = [
        a_rule(id="RET-03", volatility="high", checked=CHECKED),
        a_rule(id="RET-02", volatility="low", checked=CHECKED),
        a_rule(id="RET-01", volatility="high", checked=CHECKED - datetime.timedelta(days=5)),
    ]
    due = overdue(rules, datetime.date(2026, 3, 1))
    assert [(entry.rule.id, entry.days_over) for entry in due] == [("RET-01", 33), ("RET-03", 28)]


def test_a_rule_that_was_never_checked_is_reported_apart() -> None:
    rule = a_rule(volatility="high", knowledge="没有地方用到它")
    assert overdue([rule], datetime.date(2030, 1, 1)) == []
    assert never_checked([rule]) == [rule]
    text = report(coverage_of(rule), datetime.date(2026, 3, 1))
    assert text.splitlines()[0] == "0 of 1 rules are past their review interval on 2026-03-01; 1 never checked"
    assert "RET-01  high     knowledge only  (no source on file" in text


def test_the_report_says_how_long_and_where_to_look() -> None:
    rule = a_rule(checked=CHECKED, source=("电子商务法",))
    text = report(coverage_of(rule, CITED), datetime.date(2026, 4, 13))
    assert "10  RET-01  2026-01-01  medium   enforced        电子商务法" in text


def project(folder: Path, checked: str) -> Path:
    """The smallest project with one rule that was checked on this day."""
    for name in ("rules/catalogue", "rules/platforms", "rules/lexicons", "data/responses"):
        (folder / name).mkdir(parents=True)
    for pack in (ROOT / "rules" / "platforms").glob("*.yml"):
        (folder / "rules" / "platforms" / pack.name).write_text(
            pack.read_text(encoding="utf-8").replace("RFD-08", "RET-01"), encoding="utf-8"
        )
    (folder / "rules" / "rejected.yml").write_text(GOOD_ADVICE.replace("QLT-01", "RET-01"), encoding="utf-8")
    (folder / "rules" / "catalogue" / "returns.yml").write_text(
        "rules:\n- {id: RET-01, platform: law, kind: fact, statement: 可退, status: derived, automation: auto-ok, "
        f"volatility: high{f', checked: {checked}' if checked else ''}}}\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(
    ("checked", "today", "code", "said"),
    [
        ("2026-01-01", "2026-02-01", 0, "0 of 1 rules are past"),
        ("2026-01-01", "2026-02-02", 1, "1 of 1 rules are past"),
        ("", "2026-02-02", 1, "1 never checked"),
    ],
)
def test_the_due_command_ends_with_1_when_something_is_due(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], checked: str, today: str, code: int, said: str
) -> None:
    root = project(tmp_path, checked)
    assert due_command(["--root", str(root), "--today", today]) == code
    assert said in capsys.readouterr().out


def test_the_due_command_refuses_what_is_no_date(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        due_command(["--today", "morgen"])
    assert ended.value.code == 2
    assert "write it as 2026-12-31" in capsys.readouterr().err


def test_the_page_command_writes_the_page_and_tells_a_stale_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = project(tmp_path, "2026-01-01")
    (root / "docs").mkdir()
    arguments = ["--root", str(root)]
    assert page_command([*arguments, "--check"]) == 1
    assert "docs/rules.md: (file): is stale. Run `make rules-page`" in capsys.readouterr().err
    assert page_command(arguments) == 0
    assert page_command([*arguments, "--check"]) == 0
    broken = (root / "rules" / "catalogue" / "returns.yml").read_text(encoding="utf-8").replace("high", "weekly")
    (root / "rules" / "catalogue" / "returns.yml").write_text(broken, encoding="utf-8")
    assert page_command([*arguments, "--check"]) == 2
    assert "rules[0].volatility: 'weekly' is not allowed" in capsys.readouterr().err
