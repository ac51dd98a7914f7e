"""Building the door from the files under ``rules/`` and the trained reader."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from aftersales.door.door import Door
from aftersales.door.examples import read_examples
from aftersales.door.model import LEVELS, Kind
from aftersales.door.patterns import load_patterns
from aftersales.door.reader import Reader
from aftersales.door.slots import load_slots
from aftersales.errors import ConfigurationError
from aftersales.reading.normalise import normalise
from aftersales.rules import Rule, load_catalogue
from aftersales.stores import strict

#: Where training puts the reader, below the project's folder.
READER = Path("build/door/reader.npz")
#: The words of one meaning that it reads by.
CONCEPTS = Path("rules/door/concepts.yml")
#: So many good replies show which words are common.
ORDINARY = 400


def load_door(rules: Path, reader: Path | None = READER) -> Door:
    """The door out of the folder ``rules`` and the file ``reader`` (``None``: without the trained part).

    Raises :class:`ConfigurationError` naming the file, the field and the fix.
    """
    catalogue = load_catalogue(rules / "catalogue")
    kinds = load_kinds(rules / "door" / "kinds.yml", catalogue)
    slots = load_slots(rules / "door" / "slots")
    patterns = load_patterns(rules / "door" / "patterns", slots, kinds, _ordinary(rules / "door" / "replies", kinds))
    trained = Reader.deaf() if reader is None else Reader.load(reader, rules / "door" / "concepts.yml")
    for kind in trained.kinds:
        if kind not in kinds:
            raise ConfigurationError(str(reader), kind, "was trained but is no kind any more", "Run `make model`")
    return Door(kinds, catalogue, patterns, trained)


def load_kinds(path: Path, catalogue: Mapping[str, Rule]) -> Mapping[str, Kind]:
    """The kinds of violation in the file ``path``; each must cite rules of the catalogue."""
    where = strict.shown(path)
    data = strict.read_yaml(path, where)
    kinds: dict[str, Kind] = {}
    for name, raw in strict.as_mapping(data.get("kinds"), where, "kinds").items():
        kind = strict.build(Kind, raw, where, f"kinds.{name}", given={"name": name})
        if not kind.rules:
            raise ConfigurationError(where, f"kinds.{name}.rules", "is empty", "Name at least one rule")
        for rule in kind.rules:
            if rule not in catalogue:
                raise ConfigurationError(where, f"kinds.{name}.rules", f"{rule} is in no catalogue file", "Add it")
        if "pass" in (kind.agent, kind.bot) or not {kind.agent, kind.bot} <= set(LEVELS):
            raise ConfigurationError(where, f"kinds.{name}", "must be warn or block for both speakers", "Write warn")
        kinds[name] = kind
    return MappingProxyType(kinds)


def _ordinary(directory: Path, kinds: Mapping[str, Kind]) -> list[str]:
    """Some good replies, as the patterns see them."""
    examples = (one for path in sorted(directory.glob("good*.tsv")) for one in read_examples(path, kinds))
    return [normalise(one.text).text for one in islice(examples, ORDINARY)]
