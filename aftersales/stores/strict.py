"""A small strict reader: YAML to frozen dataclasses, with errors that name the file, the field and the fix.

Unknown fields, repeated keys, wrong types and empty texts are refused. Nothing is guessed: ``"7"`` is no number and
``yes`` is no text.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import re
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

from aftersales.errors import ConfigurationError

T = TypeVar("T")
#: Reads one field of a class the reader does not build by itself: ``(where, field, raw) -> value``.
FieldReader = Callable[[str, str, object], Any]

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


#: The parser in C reads the rule files ten times as fast; the one in Python stands in where PyYAML was built without it.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[misc,valid-type]
    """PyYAML keeps the last of two equal keys in silence; a merchant must hear about it."""


def _mapping_without_repeats(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if isinstance(key, (dict, list)):
            raise yaml.constructor.ConstructorError(None, None, "a key must be plain text", key_node.start_mark)
        if key in result:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_repeats)


def shown(path: Path, depth: int = 3) -> str:
    """The end of a path, as errors and reports show it: ``stores/x/store.yml``."""
    return "/".join(path.parts[-depth:])


def read_yaml(path: Path, where: str) -> dict[str, object]:
    """The mapping in the file ``path``. Raises :class:`ConfigurationError` when it is missing, broken or no mapping."""
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except OSError as error:
        raise ConfigurationError(where, "(file)", f"cannot be read ({error.strerror})", "Create it") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(where, "(file)", "is not UTF-8 text", "Save it as UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark is not None else "(file)"
        problem = getattr(error, "problem", None) or "is no YAML"
        raise ConfigurationError(where, place, str(problem), "Mend the line; see docs/store-file.md") from error
    except RecursionError as error:
        raise ConfigurationError(where, "(file)", "is nested too deeply", "Write it flatter") from error
    return as_mapping(raw, where, "(file)")


def read_list(path: Path, where: str, field: str, *, least: int = 0) -> list[object]:
    """The entries, ``least`` or more, of a file that holds one list and nothing else, under ``field``.

    Raises :class:`ConfigurationError`.
    """
    data = read_yaml(path, where)
    entries = data.get(field)
    if set(data) != {field} or not isinstance(entries, list) or len(entries) < least:
        problem = "must be the only field, and a list"
        raise ConfigurationError(where, field, problem, f"Write `{field}:` and entries")
    return entries


def as_mapping(raw: object, where: str, name: str) -> dict[str, object]:
    """``raw`` as a mapping with text keys, or a :class:`ConfigurationError`."""
    if not isinstance(raw, dict):
        raise ConfigurationError(where, name, f"{_named(raw)} is no mapping", "Write `key: value` lines")
    for key in raw:
        if not isinstance(key, str):
            raise ConfigurationError(where, name, f"the key {key!r} is no text", "Put the key in quotes")
    return raw


def build(
    cls: type[T],
    raw: object,
    where: str,
    prefix: str = "",
    *,
    given: Mapping[str, object] | None = None,
    readers: Mapping[type, FieldReader] | None = None,
) -> T:
    """A ``cls`` (dataclass) out of the mapping ``raw``.

    ``given`` holds fields that do not come from the file; ``readers`` reads fields of special types.
    Raises :class:`ConfigurationError` naming the dotted field.
    """
    given = given or {}
    data = as_mapping(raw, where, prefix or "(file)")
    fields = {field.name: field for field in dataclasses.fields(cls) if field.name not in given}  # type: ignore[arg-type]
    for key in data:
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            fix = f"Did you mean {near[0]!r}?" if near else f"Known fields: {', '.join(fields)}"
            raise ConfigurationError(where, _join(prefix, key), "is not a known field", fix)
    hints = typing.get_type_hints(cls)
    values: dict[str, object] = dict(given)
    for name, field in fields.items():
        dotted = _join(prefix, name)
        if name in data:
            values[name] = read_field(hints[name], data[name], where, dotted, readers or {})
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ConfigurationError(where, dotted, "is missing", "Add it; see docs/store-file.md")
    return cls(**values)


def read_field(hint: Any, raw: object, where: str, name: str, readers: Mapping[type, FieldReader]) -> object:
    """``raw`` as a value of the type ``hint``, or a :class:`ConfigurationError`."""
    if hint in readers:
        return readers[hint](where, name, raw)
    origin = typing.get_origin(hint)
    if origin is Literal:
        choices = typing.get_args(hint)
        if raw not in choices:
            raise ConfigurationError(where, name, f"{raw!r} is not allowed", f"Use one of: {', '.join(choices)}")
        return raw
    if origin is tuple:
        if not isinstance(raw, list):
            raise ConfigurationError(where, name, f"{_named(raw)} is no list", "Write one `- entry` a line")
        kind = typing.get_args(hint)[0]
        return tuple(read_field(kind, item, where, f"{name}[{index}]", readers) for index, item in enumerate(raw))
    if origin in (typing.Union, types.UnionType):
        if raw is None:
            return None
        inner = next(kind for kind in typing.get_args(hint) if kind is not type(None))
        return read_field(inner, raw, where, name, readers)
    if dataclasses.is_dataclass(hint):
        return build(typing.cast("type[object]", hint), raw, where, name, readers=readers)
    if hint is str:
        return text(where, name, raw)
    if hint is bool:
        if not isinstance(raw, bool):
            raise ConfigurationError(where, name, f"{_named(raw)} is neither true nor false", "Use true or false")
        return raw
    if hint is int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not 0 <= raw <= 1_000_000:
            raise ConfigurationError(where, name, f"{_named(raw)} is no whole number from 0 up", "Use a number like 7")
        return raw
    if hint is datetime.date:
        return day(where, name, raw)
    raise TypeError(f"the strict reader knows no {hint!r} (field {name})")


def text(where: str, name: str, raw: object) -> str:
    """One line of text, trimmed; refuses the empty text and characters that do not show."""
    if not isinstance(raw, str):
        raise ConfigurationError(where, name, f"{_named(raw)} is no text", "Put it in quotes")
    trimmed = raw.strip()
    if not trimmed:
        raise ConfigurationError(where, name, "is empty", "Write the text or remove the line")
    if _CONTROL.search(trimmed):
        raise ConfigurationError(where, name, "holds a line break or a hidden character", "Write it as one plain line")
    return trimmed


def day(where: str, name: str, raw: object) -> datetime.date:
    """A calendar date: ``2026-11-22``, bare or in quotes."""
    if isinstance(raw, datetime.date) and not isinstance(raw, datetime.datetime):
        return raw
    try:
        return datetime.date.fromisoformat(raw) if isinstance(raw, str) else _no_date(raw)
    except ValueError as error:
        raise ConfigurationError(where, name, f"{_named(raw)} is no date", "Write it as 2026-11-22") from error


def _no_date(raw: object) -> datetime.date:
    raise ValueError(raw)


def _join(prefix: str, name: str) -> str:
    return f"{prefix}.{name}" if prefix else name


def _named(raw: object) -> str:
    if raw is None:
        return "an empty value"
    shown_value = repr(raw)
    return shown_value if len(shown_value) <= 40 else f"a {type(raw).__name__}"
