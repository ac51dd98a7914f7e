"""What the checks are given, and what they find."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal, NamedTuple

from aftersales.answers.render import Variation
from aftersales.door import Door, Speaker, Violation, load_door
from aftersales.errors import ConfigurationError
from aftersales.rules import Rule
from aftersales.stores import Store, strict

Level = Literal["error", "warning"]


class Finding(NamedTuple):
    """One thing that is wrong, the way to mend it, and whether it may stay."""

    text: str
    fix: str
    level: Level = "error"


@dataclass(frozen=True)
class Problem:
    """A finding with its place: file, response, store (empty: in all)."""

    file: str
    response: str
    store: str
    text: str
    fix: str = ""
    level: Level = "error"

    def __str__(self) -> str:
        store = f" [{self.store}]" if self.store else ""
        fix = f". {self.fix}." if self.fix else ""
        return f"{self.file}: {self.response}{store}: {self.text}{fix}"


@dataclass(frozen=True)
class Said:
    """A wording as the buyer of a store reads it.

    ``text`` shows what an order fills in as 〔key〕; ``sample`` is the whole message with an example in those places, and
    with the titles of its buttons, one a line.
    """

    variation: Variation
    store: Store
    text: str
    sample: str
    speaker: Speaker = "bot"


@dataclass(frozen=True)
class Demand:
    """What some answers owe. ``responses``: names, ``*`` for any ending."""

    responses: tuple[str, ...]
    needs: tuple[Literal["apology", "step", "ai"], ...]
    why: str

    def meets(self, name: str) -> bool:
        """Whether the response ``name`` is meant."""
        return any(fnmatchcase(name, pattern) for pattern in self.responses)


@dataclass(frozen=True)
class Duties:
    """``rules/answers.yml``: what answers owe, and the words by which that is seen.

    ``moments``: a word for a time → the keys that say in the same sentence which time is meant.
    """

    apology: tuple[str, ...]
    step: tuple[str, ...]
    ai: tuple[str, ...]
    moments: Mapping[str, tuple[str, ...]]
    demands: tuple[Demand, ...]


@dataclass(frozen=True)
class Material:
    """Everything the checks look things up in. ``verdicts`` remembers the door's: most words are said in many stores."""

    rules: Mapping[str, Rule]
    door: Door
    duties: Duties
    verdicts: dict[tuple[str, str, str], tuple[Violation, ...]] = field(default_factory=dict, compare=False, repr=False)

    def verified(self, variation: Variation, platform: str = "") -> tuple[Rule, ...]:
        """The cited rules whose own text was read, and that hold on ``platform`` (empty: anywhere)."""
        cited = (self.rules[rule] for rule in variation.rules if rule in self.rules)
        return tuple(rule for rule in cited if rule.verified and (not platform or rule.holds_on(platform)))


def load_material(rules: Path) -> Material:
    """What the checks need out of the folder ``rules``. Raises :class:`ConfigurationError`."""
    duties = load_duties(rules / "answers.yml")
    door = load_door(rules, reader=None)
    return Material(door.rules, door, duties)


def load_duties(path: Path) -> Duties:
    """The duties in the file ``path``. Raises :class:`ConfigurationError`."""
    where = strict.shown(path, 2)
    readers = {Mapping[str, tuple[str, ...]]: _moments}
    duties = strict.build(Duties, strict.read_yaml(path, where), where, readers=readers)  # type: ignore[arg-type]
    for name in ("apology", "step", "ai"):
        for index, expression in enumerate(getattr(duties, name)):
            try:
                re.compile(expression)
            except re.error as error:
                field_name = f"{name}[{index}]"
                raise ConfigurationError(where, field_name, f"is no expression: {error}", "Mend the brackets") from error
    for index, demand in enumerate(duties.demands):
        for need in demand.needs:
            if need not in ("apology", "step", "ai"):
                raise ConfigurationError(where, f"demands[{index}].needs", f"{need!r} is unknown", "Use apology, step, ai")
    return duties


def _moments(where: str, name: str, raw: object) -> Mapping[str, tuple[str, ...]]:
    found = {}
    for word, keys in strict.as_mapping(raw, where, name).items():
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise ConfigurationError(where, f"{name}.{word}", "is no list of keys", "Write [shipping.cut_off]")
        found[word] = tuple(keys)
    return found
