"""Advice that circulates among customer services and must not be followed (``rules/rejected.yml``).

Each piece says why, what to do instead, and which kinds of check refuse a text that follows it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aftersales.errors import ConfigurationError
from aftersales.rules import ADVICE_ID, RULE_ID
from aftersales.stores import strict

#: So many texts show what each piece of advice sounds like in a shop.
EXAMPLES = 3


@dataclass(frozen=True)
class Advice:
    """One piece of rejected advice.

    ``rules``: the rules it breaks; ``kinds``: the checks (``rules/door/kinds.yml``) that refuse it; ``example``: texts
    that follow the advice, each of which the checks must refuse.
    """

    id: str
    advice: str
    why: str
    instead: str
    rules: tuple[str, ...]
    kinds: tuple[str, ...]
    example: tuple[str, ...]


def load_rejected(path: Path, known_kinds: Collection[str] = ()) -> Mapping[str, Advice]:
    """Every piece of advice in the file ``path`` by id; ``known_kinds``: the checks there are, empty for any.

    Raises :class:`ConfigurationError`.
    """
    where = strict.shown(path, 2)
    found: dict[str, Advice] = {}
    for index, raw in enumerate(strict.read_list(path, where, "advice", least=1)):
        advice = strict.build(Advice, raw, where, f"advice[{index}]")
        if not ADVICE_ID.fullmatch(advice.id):
            problem = f"{advice.id!r} is no id of rejected advice"
            raise ConfigurationError(where, f"advice[{index}].id", problem, "Write it as NOAUTO-01")
        if advice.id in found:
            raise ConfigurationError(where, f"advice[{index}].id", f"{advice.id} stands twice", "Keep one")
        _check(where, advice, known_kinds)
        found[advice.id] = advice
    return MappingProxyType(found)


def _check(where: str, advice: Advice, known_kinds: Collection[str]) -> None:
    if not advice.rules:
        raise ConfigurationError(where, f"{advice.id}.rules", "is empty", "Name the rules that the advice breaks")
    for rule in advice.rules:
        if not RULE_ID.fullmatch(rule):
            raise ConfigurationError(where, f"{advice.id}.rules", f"{rule!r} is no rule id", "Write it as RET-01")
    if not advice.kinds:
        raise ConfigurationError(where, f"{advice.id}.kinds", "is empty", "Name the checks that refuse such a text")
    for kind in advice.kinds:
        if known_kinds and kind not in known_kinds:
            problem, fix = f"{kind!r} is no kind of check", f"Use one of: {', '.join(known_kinds)}"
            raise ConfigurationError(where, f"{advice.id}.kinds", problem, fix)
    if len(set(advice.example)) < EXAMPLES:
        problem = f"holds {len(set(advice.example))} different texts, not {EXAMPLES} or more"
        raise ConfigurationError(where, f"{advice.id}.example", problem, "Write texts as a shop would word them")
