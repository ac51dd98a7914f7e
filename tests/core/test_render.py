"""From variations and values to words: conditions choose, values are inserted and never interpreted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from aftersales.answers import MissingValue, NoVariation, Variation, load_responses, parse_variations, render, select
from aftersales.errors import ConfigurationError

VALUES = {
    "returns.no_reason_days": "15",
    "store.name": "小店",
    "gifts.text": "",
    "insured": True,
    "exchange": False,
}


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{returns.no_reason_days}天内可退", "15天内可退"),
        ("{store.name}和{store.name}", "小店和小店"),
        ("没有占位符", "没有占位符"),
    ],
)
def test_placeholders_are_filled(text: str, rendered: str) -> None:
    assert render(text, VALUES) == rendered


@pytest.mark.parametrize("merchant", ["{store.name}", "{0}", "%s", "\\1 \\g<0>", "/human_request", "${HOME}", "{{x}}"])
def test_merchant_text_is_inserted_as_it_is(merchant: str) -> None:
    assert (
        render("本店：{shipping.doorstep}。", {"shipping.doorstep": merchant, "store.name": "小店"})
        == f"本店：{merchant}。"
    )


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("赠品：{gifts.text}", "gifts.text", "is empty here"),
        ("{returns.days}天", "returns.days", "no such value"),
        ("{insured}", "insured", "is a condition"),
    ],
)
def test_a_missing_value_is_named_with_its_template(text: str, key: str, problem: str) -> None:
    with pytest.raises(MissingValue) as missing:
        render(text, VALUES, name="utter_gift")
    assert (missing.value.template, missing.value.key) == ("utter_gift", key)
    assert str(missing.value).startswith(f"utter_gift: {key}: {problem}")


def test_without_a_name_the_error_shows_how_the_template_begins() -> None:
    with pytest.raises(MissingValue, match="赠品在哪里"):
        render("赠品在哪里：{gifts.text}", VALUES)


PLAIN = Variation("平常")
INSURED = Variation("有运费险", when=("insured",))
BOTH = Variation("有运费险也能换", when=("insured", "exchange"))
NO_EXCHANGE = Variation("有运费险不能换", when=("insured", "!exchange"))
AGAIN = Variation("再说一遍", again=True)
AGAIN_INSURED = Variation("再说一遍运费险", when=("insured",), again=True)


@pytest.mark.parametrize(
    ("variations", "again", "chosen"),
    [
        ([PLAIN, INSURED], False, INSURED),
        ([PLAIN, INSURED, BOTH], False, INSURED),
        ([PLAIN, INSURED, NO_EXCHANGE], False, NO_EXCHANGE),
        ([BOTH, PLAIN], False, PLAIN),
        ([PLAIN, Variation("后来的")], False, PLAIN),
        ([PLAIN, AGAIN], False, PLAIN),
        ([PLAIN, AGAIN], True, AGAIN),
        ([INSURED, AGAIN, AGAIN_INSURED], True, AGAIN_INSURED),
        ([PLAIN, INSURED], True, INSURED),
    ],
)
def test_the_most_specific_fitting_wording_is_chosen(
    variations: Sequence[Variation], again: bool, chosen: Variation
) -> None:
    assert select(variations, VALUES, again) is chosen


@pytest.mark.parametrize("variations", [[], [BOTH], [AGAIN]])
def test_no_fitting_wording_is_an_error(variations: Sequence[Variation]) -> None:
    with pytest.raises(NoVariation):
        select(variations, VALUES, False)


@pytest.mark.parametrize(("condition", "problem"), [("offered", "is not known"), ("store.name", "is a text")])
def test_a_condition_must_be_a_known_boolean(condition: str, problem: str) -> None:
    with pytest.raises(MissingValue, match=problem):
        select([Variation("x", when=(condition,), name="utter_x")], VALUES, False)


def test_a_variation_is_read_as_rasa_hands_it_over() -> None:
    raw = [
        {
            "text": "退{returns.no_reason_days}天\n",
            "metadata": {"rules": ["RET-01"], "when": ["!insured"], "again": True},
            "buttons": [{"title": "转人工", "payload": '/human_request{"from": "button"}'}],
        }
    ]
    (variation,) = parse_variations("data/responses/x.yml", "utter_x", raw)
    assert (variation.text, variation.rules, variation.when, variation.again) == (
        "退{returns.no_reason_days}天",
        ("RET-01",),
        ("!insured",),
        True,
    )
    assert variation.buttons[0].payload == '/human_request{"from": "button"}'
    assert (variation.name, variation.file) == ("utter_x", "data/responses/x.yml")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"text": ""}, "utter_x[0]: has no text"),
        ({"text": "{Returns}"}, "a brace that is no placeholder"),
        ({"text": "{returns.days"}, "a brace that is no placeholder"),
        ({"text": "x", "metadata": {"rule": ["RET-01"]}}, "utter_x[0].metadata.rule: is not known"),
        ({"text": "x", "metadata": {"rules": "RET-01"}}, "is no list of texts"),
        ({"text": "x", "metadata": {"again": "yes"}}, "is neither true nor false"),
        ({"text": "x", "metadata": {"when": ["not insured"]}}, "'not insured' is no condition"),
        ({"text": "x", "buttons": [{"title": "转人工"}]}, "needs a title and a payload"),
        ({"text": "x", "buttons": [{"title": "转人工", "payload": "转人工"}]}, "'转人工' is no payload"),
        ({"text": "x", "buttons": [{"title": "转人工", "payload": "/a{b}"}]}, "'/a{b}' is no payload"),
    ],
)
def test_a_bad_variation_is_refused_with_its_place(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        parse_variations("data/responses/x.yml", "utter_x", [entry])
    assert message in str(refused.value)


def test_a_response_stands_in_one_file_only(tmp_path: Path) -> None:
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text('version: "3.1"\nresponses:\n  utter_x:\n    - text: 好\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match="utter_x: is also in another file"):
        load_responses(tmp_path)
