"""What the desk says is data: complete, with the right placeholders, and never asking anybody to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from aftersales.errors import AftersalesError, ConfigurationError
from aftersales.reading.entities import _MASKS
from desk import errors
from desk.errors import DeskError
from desk.lines import DEFAULT, LINES, load_lines

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (None, ""),
        (NOW + timedelta(hours=3), "今天 23:00 起，"),
        (NOW + timedelta(hours=13), "明天 09:00 起，"),
        (NOW + timedelta(days=3), "11 月 25 日 20:00 起，"),
    ],
)
def test_openings_are_said_in_the_buyers_time(moment: datetime | None, said: str) -> None:
    assert load_lines().opening(moment, NOW) == said


def test_every_kind_of_secret_has_a_name() -> None:
    assert set(_MASKS) <= set(LINES["secrets"])
    assert load_lines().secrets(["bank_card", "bank_card", "new_kind"]) == "银行卡号、敏感信息"


def test_no_line_asks_to_wait() -> None:
    text = DEFAULT.read_text(encoding="utf-8")
    assert [word for word in ("稍等", "稍候", "稍后", "等一下", "耐心等待", "请等") if word in text] == []


@pytest.mark.parametrize(
    ("section", "key", "line", "problem"),
    [
        ("buyer", "queued", None, "missing"),
        ("buyer", "queued", "", "no text"),
        ("buyer", "queued", 3, "no text"),
        ("buyer", "queued", "您前面有 {people} 位", "people"),
        ("buyer", "unknown", "您好", "too many"),
    ],
)
def test_a_wrong_file_names_the_place(tmp_path: Path, section: str, key: str, line: object, problem: str) -> None:
    data = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    data[section][key] = line
    if line is None:
        del data[section][key]
    path = tmp_path / "lines.yml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_lines(path)
    assert str(path) in str(caught.value) and problem in str(caught.value)


def test_every_error_of_the_protocol_has_its_status() -> None:
    protocol = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
    kinds = [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, DeskError) and one is not DeskError
    ]
    assert len({one.code for one in kinds}) == len(kinds) == 14
    for kind in kinds:
        (line,) = [
            line for line in protocol.splitlines() if line.startswith("|") and f"`{kind.code}`" in line.split("|")[1]
        ]
        assert f"| {kind.status} |" in line
        assert ("retry: true" in line) == kind.retry
        error = kind(field="text", client_id="c1")
        assert isinstance(error, AftersalesError)
        assert error.wire() == {
            "type": "error", "code": kind.code, "message": kind.default, "field": "text", "retry": kind.retry,
            "client_id": "c1",
        }  # fmt: skip
