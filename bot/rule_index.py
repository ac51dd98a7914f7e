"""Finds the rules that apply to a conversation without trying each of them.

``RulePolicy`` tries every rule it has learnt against the latest state, three times a turn and more. Most rules name the
last action and the intent that they want, so an index by these two leaves a handful, which Rasa's own check then tries
as before. The index is set on the loaded policy: a subclass in ``config.yml`` would change the policy's name, by which
Rasa tells rules from other policies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Dict, List, Optional, Set, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.constants import PREVIOUS_ACTION, SHOULD_NOT_BE_SET, USER
from rasa.shared.core.domain import State
from rasa.shared.nlu.constants import ACTION_NAME, INTENT

Lookup = Dict[str, str]


def index_rules(runner: DaskGraphRunner) -> int:
    """Give each loaded ``RulePolicy`` of the graph an index; returns how many there are. For prediction only."""
    policies = [
        node._component for node in runner._instantiated_nodes.values() if isinstance(node._component, RulePolicy)
    ]
    for policy in policies:
        policy._get_possible_keys = RuleIndex(policy).possible_keys
    return len(policies)


class RuleIndex:
    """Stands in for ``RulePolicy._get_possible_keys`` of a loaded policy, whose rules no longer change."""

    def __init__(self, policy: RulePolicy) -> None:
        self._all: Callable[[Lookup, List[State]], Set[str]] = policy._get_possible_keys
        self._applies: Callable[[str, int, State], bool] = policy._is_rule_applicable
        self._states: Callable[[str], List[State]] = policy._rule_key_to_state
        #: By the identity of a lookup table; the table is kept so that its identity is not given away.
        self._tables: Dict[int, Tuple[Lookup, Dict[Tuple[Optional[str], Optional[str]], List[str]]]] = {}

    def possible_keys(self, lookup: Lookup, states: List[State]) -> Set[str]:
        """The keys of the rules in ``lookup`` that apply to ``states`` (oldest first), as Rasa finds them."""
        latest = states[-1] if states else {}
        if not latest.get(PREVIOUS_ACTION):
            # Before the first action Rasa compares nothing but the beginning itself.
            return self._all(lookup, states)
        action, intent = _named(latest, PREVIOUS_ACTION, ACTION_NAME), _named(latest, USER, INTENT)
        index = self._index(lookup)
        found: Set[str] = set()
        for wanted in {(action, intent), (action, None), (None, intent), (None, None)}:
            found.update(key for key in index.get(wanted, ()) if self._applies_to_all(key, states))
        return found

    def _applies_to_all(self, key: str, states: List[State]) -> bool:
        """Whether a rule applies to each state back to its own beginning; what lies further back cannot matter."""
        length = len(self._states(key))
        return all(self._applies(key, back, state) for back, state in zip(range(length), reversed(states)))

    def _index(self, lookup: Lookup) -> Dict[Tuple[Optional[str], Optional[str]], List[str]]:
        known = self._tables.get(id(lookup))
        if known is None:
            index: Dict[Tuple[Optional[str], Optional[str]], List[str]] = defaultdict(list)
            for key in lookup:
                last = (self._states(key) or [{}])[-1]
                index[_wanted(last, PREVIOUS_ACTION, ACTION_NAME), _wanted(last, USER, INTENT)].append(key)
            known = self._tables[id(lookup)] = (lookup, index)
        return known[1]


def _named(state: State, part: str, name: str) -> Optional[str]:
    value: Any = (state.get(part) or {}).get(name)
    return value if isinstance(value, str) else None


def _wanted(state: State, part: str, name: str) -> Optional[str]:
    """The value that a conversation must have for a rule's state; None when the rule leaves it open or forbids one."""
    value = _named(state, part, name)
    return value if value and value != SHOULD_NOT_BE_SET else None
