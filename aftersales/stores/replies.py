"""``stores/<id>/replies.yml``: a store's own wordings of answers, and the quick replies of its agents.

    overrides:                    # a response's name → variations, as in data/responses
      utter_goodbye:
        - text: 好的，慢走。{store.name}随时在。
    canned:                       # what agents send at a click
      - id: wash
        title: 怎么洗
        text: 冷水手洗，阴干就好。
        group: presale            # whose list it is on; all when left out

Here is the form; whether the words may be said is asked in :mod:`aftersales.answers.replies`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.model import Store

if TYPE_CHECKING:
    from aftersales.answers.render import Variation

FILE = "replies.yml"
#: A title is read on a button.
LONGEST_TITLE = 12

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SECTIONS = ("overrides", "canned")


class Lines(str):
    """A text of one or more lines."""


@dataclass(frozen=True)
class Canned:
    """A quick reply. ``text`` may hold the store's ``{values}``; ``rules``: ids of rules behind numbers it writes out."""

    id: str
    title: str
    text: Lines
    group: Literal["all", "presale", "standard", "hard_case", "logistics_trace", "back_office", "complaint"] = "all"
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoreReplies:
    """What the file says. ``file``: its name for errors; empty for a store without one."""

    file: str = ""
    overrides: Mapping[str, tuple[Variation, ...]] = field(default_factory=lambda: MappingProxyType({}))
    canned: tuple[Canned, ...] = ()


@dataclass(frozen=True)
class QuickReply:
    """A canned reply as an agent sees and sends it."""

    id: str
    title: str
    text: str
    group: str


def load_replies(store_file: Path) -> StoreReplies:
    """The replies beside ``store_file``; without a file, none. Raises :class:`ConfigurationError`."""
    path = store_file.parent / FILE
    if not path.exists():
        return StoreReplies()
    where = strict.shown(path)
    data = strict.read_yaml(path, where)
    for section in data:
        if section not in _SECTIONS:
            raise ConfigurationError(where, section, "is not a known field", f"Use {' and '.join(_SECTIONS)}")
    overrides = strict.as_mapping(data.get("overrides", {}), where, "overrides")
    entries = data.get("canned", [])
    if not isinstance(entries, list):
        raise ConfigurationError(where, "canned", "is no list", "Write one `- id:` an entry")
    return StoreReplies(where, _overrides(where, overrides), _canned(where, entries))


def canned(store: Store, replies: StoreReplies) -> tuple[QuickReply, ...]:
    """The quick replies of ``store`` with its terms filled in, as the file orders them."""
    from aftersales.answers.render import render

    values = store.values()
    return tuple(
        QuickReply(one.id, one.title, render(one.text, values, name=f"canned {one.id}"), one.group)
        for one in replies.canned
    )


def _overrides(where: str, raw: Mapping[str, object]) -> Mapping[str, tuple[Variation, ...]]:
    # The answers read stores; only here is it the other way round.
    from aftersales.answers.responses import parse_variations

    return MappingProxyType({name: parse_variations(where, name, variations) for name, variations in raw.items()})


def _canned(where: str, entries: list[object]) -> tuple[Canned, ...]:
    found: dict[str, Canned] = {}
    for index, raw in enumerate(entries):
        one = strict.build(Canned, raw, where, f"canned[{index}]", readers={Lines: _lines})
        if not _ID.fullmatch(one.id):
            raise ConfigurationError(where, f"canned[{index}].id", f"{one.id!r} is no id", "Use a-z, 0-9 and - as in wash")
        if one.id in found:
            raise ConfigurationError(where, f"canned[{index}].id", f"{one.id} is used twice", "Give each its own")
        if len(one.title) > LONGEST_TITLE:
            problem = f"has {len(one.title)} characters"
            raise ConfigurationError(where, f"canned {one.id}.title", problem, f"Use at most {LONGEST_TITLE}")
        found[one.id] = one
    return tuple(found.values())


def _lines(where: str, name: str, raw: object) -> Lines:
    if not isinstance(raw, str) or not raw.strip():
        raise ConfigurationError(where, name, "has no words", "Write the reply")
    rows = raw.strip().splitlines()
    return Lines("\n".join(strict.text(where, name, row) for row in rows))
