"""A tapped choice is read without asking the classifiers, and nothing else passes for one."""

from __future__ import annotations

import pytest

from bot.choices import parse_payload


@pytest.mark.parametrize(
    ("payload", "intent", "entities"),
    [
        ("/human_request", "human_request", {}),
        ("/refund_status", "refund_status", {}),
        ('/provide_info{"order_number": "330918274651"}', "provide_info", {"order_number": "330918274651"}),
        ('/provide_info{"order_choice": "other"}', "provide_info", {"order_choice": "other"}),
        ('/provide_info{"a": 1, "b": "二"}', "provide_info", {"a": "1", "b": "二"}),
        ("/deny{}", "deny", {}),
    ],
)
def test_a_payload_is_its_intent_and_entities(payload: str, intent: str, entities: dict[str, str]) -> None:
    parsed = parse_payload(payload, "尾号4651")
    assert parsed["text"] == "尾号4651"
    assert parsed["intent"] == {"name": intent, "confidence": 1.0}
    assert {entity["entity"]: entity["value"] for entity in parsed["entities"]} == entities


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "转人工",
        "human_request",
        "/",
        "/转人工",
        "/Human",
        " /human_request",
        "/human_request 转人工",
        "/provide_info{",
        "/provide_info{order_number: 1}",
        "/provide_info[1]",
        '/provide_info{"a": 1}{"b": 2}',
        "//human_request",
    ],
)
def test_anything_else_is_refused_by_name(payload: str) -> None:
    with pytest.raises(ValueError, match="choice") as refused:
        parse_payload(payload, "")
    assert repr(payload) in str(refused.value)
