"""The quick check of an action's answer accepts and refuses what Rasa's own check does."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot import hardening

SLOT = {"event": "slot", "timestamp": None, "name": "topic", "value": "refund_how"}
RASAS_OWN = RemoteAction._validate_action_result

ANSWERS: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"response": "utter_greet"}]},
    {"events": [SLOT, {**SLOT, "value": ["1", "2"]}, {"event": "active_loop", "name": None}]},
    {"events": [{"event": "action", "name": "action_listen", "confidence": 1.0}]},
    {"events": [{"event": "user", "text": "在吗", "parse_data": {"intent": {"name": "greet", "confidence": 0.9}}}]},
    {"events": [{"event": "bot", "text": "在的", "metadata": {"a": 1}}]},
    {"responses": [{}], "more": "than needed"},
    # Refused:
    None,
    [],
    "ok",
    {"events": None},
    {"events": {}},
    {"responses": {}},
    {"responses": ["在的"]},
    {"events": ["slot"]},
    {"events": [{}]},
    {"events": [{"event": 7}]},
    {"events": [{"event": "no such event"}]},
    {"events": [{"event": "slot"}]},
    {"events": [{**SLOT, "name": None}]},
    {"events": [{**SLOT, "timestamp": "now"}]},
    {"events": [{**SLOT, "metadata": "none"}]},
    {"events": [SLOT, {"event": "action", "name": 7}]},
    {"events": [{"event": "entities", "entities": [{"entity": "day"}]}]},
    {"events": [{"event": "user", "parse_data": {"intent": {"name": 3}}}]},
]


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_same_verdict_as_rasas_own_check(answer: Any) -> None:
    action = RemoteAction("action_test", None)

    def accepts(check: Any) -> bool:
        try:
            return bool(check(action, answer))
        except ValidationError as problem:
            assert problem.message
            return False

    assert accepts(hardening._validate_action_result) == accepts(RASAS_OWN)


def test_what_our_actions_answer_never_needs_the_slow_check() -> None:
    assert hardening._follows_the_format({"events": [SLOT, SLOT], "responses": [{"response": "utter_greet", "buttons": []}]})


def test_every_kind_of_event_is_known_by_its_name() -> None:
    _, kinds = hardening._event_validators()
    assert {"slot", "action", "user", "bot", "active_loop", "entities", "pause"} <= set(kinds)
    kinds_in_schema = RemoteAction.action_response_format_spec()["properties"]["events"]["items"]["oneOf"]
    assert len(kinds) == len(kinds_in_schema)
