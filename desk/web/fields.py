"""Reading what a client sent: JSON objects with known fields of known types, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from desk.errors import BadRequest, TextEmpty, TextTooLong

#: Longest frame we read; 1000 characters of text, each as two escapes of six bytes, with room for the rest.
LARGEST_FRAME: Final = 16 * 1024
LONGEST_CLIENT_ID: Final = 64
LONGEST_TEXT: Final = 1000

_CLIENT_ID = re.compile(r"[!-~]{1,64}")


@dataclass(frozen=True)
class Text:
    """A string field. ``longest`` in characters; ``optional`` allows null and a missing field."""

    longest: int
    optional: bool = False


@dataclass(frozen=True)
class ClientId:
    """A client's own id of a message: 1 to 64 visible ASCII characters."""


@dataclass(frozen=True)
class Number:
    """A whole number from 0; ``default`` when the field is missing."""

    default: int | None = None


@dataclass(frozen=True)
class Flag:
    """true or false."""


@dataclass(frozen=True)
class Choice:
    """One word out of a list."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """A list of at most ``most`` strings of at most ``longest`` characters each."""

    most: int
    longest: int


@dataclass(frozen=True)
class Object:
    """An object with fields of its own; null and a missing field are ``None``."""

    spec: Mapping[str, Field]


Field = Text | ClientId | Number | Flag | Choice | Words | Object


def read_json(raw: str | bytes) -> dict[str, Any]:
    """The JSON object in ``raw``. Raises :class:`desk.errors.BadRequest` when it is none."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise BadRequest("请求不是有效的 JSON。") from None
    if not isinstance(value, dict):
        raise BadRequest("请求应是一个 JSON 对象。")
    return value


def read_fields(value: Mapping[str, Any], spec: Mapping[str, Field], *, client_id: str | None = None) -> dict[str, Any]:
    """The fields of ``value`` by ``spec``. ``client_id`` is quoted in the error, so a sender knows which frame failed.

    Raises :class:`desk.errors.BadRequest` (:class:`TextEmpty`, :class:`TextTooLong` for ``text``) naming the
    first bad field.
    """
    for name in value:
        if name not in spec and name != "type":
            raise BadRequest(field=name[:64] if name.isprintable() else None, client_id=client_id)
    return {name: _read(name, field, value, client_id) for name, field in spec.items()}


def stated_client_id(value: Mapping[str, Any]) -> str | None:
    """The client id of a frame that may be wrong in other ways, to answer it by."""
    stated = value.get("client_id")
    return stated if isinstance(stated, str) and _CLIENT_ID.fullmatch(stated) else None


def _read(name: str, field: Field, value: Mapping[str, Any], client_id: str | None) -> Any:
    found = value.get(name)
    bad = BadRequest(field=name, client_id=client_id)
    match field:
        case Text(longest=longest, optional=optional):
            if found is None and optional:
                return None
            if not isinstance(found, str) or not _storable(found):
                raise bad
            if name == "text" and not optional and not found.strip():
                raise TextEmpty(field=name, client_id=client_id)
            if len(found) > longest:
                raise TextTooLong(field=name, client_id=client_id) if name == "text" else bad
            return found
        case ClientId():
            if not isinstance(found, str) or not _CLIENT_ID.fullmatch(found):
                raise bad
            return found
        case Number(default=default):
            if found is None and default is not None and name not in value:
                return default
            if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found < 2**53:
                raise bad
            return found
        case Flag():
            if not isinstance(found, bool):
                raise bad
            return found
        case Choice(words=words):
            if found not in words:
                raise bad
            return found
        case Words(most=most, longest=longest):
            if not isinstance(found, list) or len(found) > most:
                raise bad
            if not all(isinstance(one, str) and len(one) <= longest and _storable(one) for one in found):
                raise bad
            return found
        case Object(spec=spec):
            if found is None:
                return None
            if not isinstance(found, dict):
                raise bad
            try:
                return read_fields(found, spec, client_id=client_id)
            except BadRequest as error:
                raise BadRequest(field=f"{name}.{error.field}", client_id=client_id) from None


def _storable(text: str) -> bool:
    """Half of a surrogate pair and NUL pass JSON but no database."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
