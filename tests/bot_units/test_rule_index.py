"""The index finds the rules that Rasa's own search through all of them finds."""

from __future__ import annotations

import itertools
import json
from typing import Any, Dict, List

import pytest
from rasa.core.policies.rule_policy import RulePolicy
from rasa.shared.core.constants import SHOULD_NOT_BE_SET
from rasa.shared.core.domain import State

from bot.rule_index import RuleIndex

LISTEN = {"prev_action": {"action_name": "action_listen"}}


def listened(intent: str, **more: Any) -> State:
    """The state after a buyer's message."""
    return {**LISTEN, "user": {"intent": intent}, **more}


def did(action: str, intent: str, **more: Any) -> State:
    """The state after an action that answered a message."""
    return {"prev_action": {"action_name": action}, "user": {"intent": intent}, **more}


IN_FORM = {"active_loop": {"name": "case_form"}}
NO_FORM = {"active_loop": {"name": SHOULD_NOT_BE_SET}}
RULES: List[List[State]] = [
    [listened("greet")],
    [listened("greet"), did("utter_greet", "greet")],
    [listened("refund_how")],
    [listened("refund_how", **NO_FORM)],
    [listened("refund_how", **IN_FORM)],
    [listened("refund_how", slots={"vip": [1.0]})],
    # A rule for any message, one that forbids an intent, one for whatever follows an action, one for anything at all.
    [LISTEN],
    [{**LISTEN, "user": {"intent": SHOULD_NOT_BE_SET}}],
    [{"prev_action": {"action_name": "case_form"}, **NO_FORM}],
    [{"prev_action": {"action_name": SHOULD_NOT_BE_SET}, **IN_FORM}],
    [listened("greet"), did("utter_greet", "greet"), listened("thank")],
    # conversation_start: the first state has no action before it.
    [{}, listened("greet")],
    [{"user": {"intent": "greet"}}],
    [{**LISTEN, "user": {"text": "在吗"}}],
    [],
]
LATEST: List[State] = [
    {},
    {"user": {"intent": "greet"}},
    LISTEN,
    listened("greet"),
    listened("thank"),
    listened("refund_how"),
    listened("refund_how", **IN_FORM),
    listened("refund_how", slots={"vip": (1.0,)}),
    listened("never_learnt"),
    {**LISTEN, "user": {"text": "在吗"}},
    did("utter_greet", "greet"),
    did("case_form", "greet"),
    did("case_form", "greet", **IN_FORM),
    {"prev_action": {"action_text": "在的"}, **IN_FORM},
]
HISTORIES = [[], *([latest] for latest in LATEST), *map(list, itertools.product(LATEST, repeat=2)),
             *map(list, itertools.product(LATEST[::3], repeat=4))]  # fmt: skip


@pytest.fixture()
def policy() -> RulePolicy:
    made = RulePolicy.__new__(RulePolicy)
    made.lookup = {"rules": {json.dumps(rule): f"action_{number}" for number, rule in enumerate(RULES)}}
    return made


def test_same_rules_as_rasa_finds(policy: RulePolicy) -> None:
    rules: Dict[str, str] = policy.lookup["rules"]
    index = RuleIndex(policy)
    found = 0
    for states in HISTORIES:
        wanted = policy._get_possible_keys(rules, states)
        assert index.possible_keys(rules, states) == wanted, states
        found += len(wanted)
    # The histories are worth comparing only if rules apply to them.
    assert found > len(HISTORIES)


def test_tables_do_not_share_an_index(policy: RulePolicy) -> None:
    index = RuleIndex(policy)
    one, other = json.dumps([listened("greet")]), json.dumps([LISTEN])
    assert index.possible_keys({one: "a"}, [listened("greet")]) == {one}
    assert index.possible_keys({other: "b"}, [listened("greet")]) == {other}
    assert index.possible_keys({}, [listened("greet")]) == set()


def test_few_rules_are_tried(policy: RulePolicy, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = {json.dumps([listened(f"intent_{number}")]): "action" for number in range(200)}
    tried: List[str] = []
    monkeypatch.setattr(
        policy, "_is_rule_applicable", lambda key, back, state: tried.append(key) or True, raising=True
    )
    found = RuleIndex(policy).possible_keys(rules, [listened("intent_7")])
    assert found == {json.dumps([listened("intent_7")])} == set(tried)
