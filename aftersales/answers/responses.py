"""Reads ``data/responses/*.yml`` (the Rasa domain's ``responses:``) without Rasa."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from aftersales.answers.render import PLACEHOLDER, Button, Variation
from aftersales.errors import ConfigurationError
from aftersales.stores import strict

Responses = Mapping[str, tuple[Variation, ...]]

_NAME = re.compile(r"utter_[a-z][a-z0-9_]*")
_PAYLOAD = re.compile(r"/([a-z][a-z0-9_]*)(\{.*\})?")
_CONDITION = re.compile(r"!?[a-z_][a-z0-9_.]*")
_METADATA = ("rules", "when", "again")


def load_responses(path: Path) -> Responses:
    """Every response in the file, or in the ``*.yml`` files of the folder, ``path``, by name.

    Raises :class:`ConfigurationError` for a bad file or a name that is used twice.
    """
    responses: dict[str, tuple[Variation, ...]] = {}
    for file in [path] if path.is_file() else sorted(path.glob("*.yml")):
        for name, variations in _read_file(file).items():
            if name in responses:
                raise ConfigurationError(strict.shown(file), name, "is also in another file", "Keep one of them")
            responses[name] = variations
    return MappingProxyType(responses)


def parse_variations(where: str, name: str, raw: object) -> tuple[Variation, ...]:
    """The variations of one response as Rasa hands them over: a list of mappings.

    Raises :class:`ConfigurationError`.
    """
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not raw:
        raise ConfigurationError(where, name, "has no variations", "Write at least one `- text:`")
    return tuple(_variation(where, name, index, entry) for index, entry in enumerate(raw))


def _read_file(path: Path) -> Mapping[str, tuple[Variation, ...]]:
    where = strict.shown(path)
    data = strict.read_yaml(path, where)
    responses = strict.as_mapping(data.get("responses"), where, "responses")
    for name in responses:
        if not _NAME.fullmatch(name):
            raise ConfigurationError(where, name, "is no response name", "Begin it with utter_")
    return {name: parse_variations(where, name, raw) for name, raw in responses.items()}


def _variation(where: str, name: str, index: int, raw: object) -> Variation:
    place = f"{name}[{index}]"
    entry = strict.as_mapping(raw, where, place)
    text = entry.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ConfigurationError(where, place, "has no text", "Write `text:`")
    stray = PLACEHOLDER.sub("", text)
    if "{" in stray or "}" in stray:
        raise ConfigurationError(where, place, "holds a brace that is no placeholder", "Write {section.key}")
    metadata = strict.as_mapping(entry.get("metadata", {}), where, f"{place}.metadata")
    for key in metadata:
        if key not in _METADATA:
            raise ConfigurationError(where, f"{place}.metadata.{key}", "is not known", f"Use: {', '.join(_METADATA)}")
    again = metadata.get("again", False)
    if not isinstance(again, bool):
        raise ConfigurationError(where, f"{place}.metadata.again", "is neither true nor false", "Use true or false")
    when = _texts(where, f"{place}.metadata.when", metadata.get("when", []))
    for condition in when:
        if not _CONDITION.fullmatch(condition):
            raise ConfigurationError(where, f"{place}.metadata.when", f"{condition!r} is no condition", "Write !key")
    buttons = entry.get("buttons", [])
    if not isinstance(buttons, Sequence):
        raise ConfigurationError(where, f"{place}.buttons", "is no list", "Write `- title:` and `payload:`")
    return Variation(
        text=text.strip(),
        rules=_texts(where, f"{place}.metadata.rules", metadata.get("rules", [])),
        when=when,
        again=again,
        buttons=tuple(_button(where, f"{place}.buttons[{number}]", button) for number, button in enumerate(buttons)),
        name=name,
        file=where,
    )


def _button(where: str, name: str, raw: object) -> Button:
    entry = strict.as_mapping(raw, where, name)
    title, payload = entry.get("title"), entry.get("payload")
    if not isinstance(title, str) or not isinstance(payload, str):
        raise ConfigurationError(where, name, "needs a title and a payload", "Write both")
    match = _PAYLOAD.fullmatch(payload)
    try:
        entities = json.loads(match[2] or "{}") if match else None
    except json.JSONDecodeError:
        entities = None
    if not isinstance(entities, dict):
        raise ConfigurationError(
            where, name, f"{payload!r} is no payload", 'Write /intent or /intent{"entity": "value"}'
        )
    return Button(title, payload)


def _texts(where: str, name: str, raw: object) -> tuple[str, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(item, str) for item in raw):
        raise ConfigurationError(where, name, "is no list of texts", "Write [A, B]")
    return tuple(raw)
