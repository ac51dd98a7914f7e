"""Reads typed fields out of JSON objects, strictly: every complaint names the field's path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Enum)
_NEEDED = object()


class DocumentError(ValueError):
    """A document that is not an order; the message names the field."""


class Reader:
    """Takes typed fields out of one JSON object; every complaint names the path.

    ``parse_moment`` turns a text into an aware time: ISO 8601 on the wire, relative to now in demo files.
    """

    def __init__(self, value: object, path: str, parse_moment: Callable[[str], datetime]) -> None:
        if not isinstance(value, Mapping):
            raise DocumentError(f"{path or 'document'}: is not an object")
        self._value: Mapping[object, object] = value
        self._path = path
        self._parse_moment = parse_moment
        self._taken: set[object] = set()

    def _take(self, name: str, default: object) -> object:
        self._taken.add(name)
        value = self._value.get(name)
        if value is None:
            if default is _NEEDED:
                raise DocumentError(f"{self.at(name)}: is missing")
            return default
        return value

    def at(self, name: str) -> str:
        """The path of a field."""
        return f"{self._path}.{name}" if self._path else name

    def text(self, name: str) -> str:
        """A text that is not empty."""
        value = self._take(name, _NEEDED)
        if not isinstance(value, str) or not value.strip():
            raise DocumentError(f"{self.at(name)}: is not a text")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text or nothing."""
        return None if self._take(name, None) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """True or false; false when missing."""
        value = self._take(name, False)
        if not isinstance(value, bool):
            raise DocumentError(f"{self.at(name)}: is neither true nor false")
        return value

    def count(self, name: str) -> int:
        """A whole number from 1."""
        value = self._take(name, 1)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DocumentError(f"{self.at(name)}: is not a whole number from 1")
        return value

    def yuan(self, name: str) -> Decimal:
        """An amount written as text, so that no fen gets lost in a float."""
        value = self._take(name, _NEEDED)
        try:
            amount = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0:
            raise DocumentError(f'{self.at(name)}: is not an amount such as "199.00"')
        return amount

    def maybe_yuan(self, name: str) -> Decimal | None:
        """An amount or nothing."""
        return None if self._take(name, None) is None else self.yuan(name)

    def moment(self, name: str) -> datetime:
        """A time."""
        value = self._take(name, _NEEDED)
        if not isinstance(value, str):
            raise DocumentError(f"{self.at(name)}: is not a time")
        try:
            return self._parse_moment(value)
        except ValueError as error:
            raise DocumentError(f"{self.at(name)}: {error}") from error

    def maybe_moment(self, name: str) -> datetime | None:
        """A time or nothing."""
        return None if self._take(name, None) is None else self.moment(name)

    def choice(self, name: str, kind: type[E]) -> E:
        """One of the words of an enumeration."""
        value = self._take(name, _NEEDED)
        try:
            return kind(value)
        except ValueError as error:
            known = ", ".join(str(member.value) for member in kind)
            raise DocumentError(f"{self.at(name)}: {value!r} is none of {known}") from error

    def each(self, name: str, read: Callable[[Reader], T]) -> tuple[T, ...]:
        """A list of objects; empty when missing."""
        value = self._take(name, ())
        if not isinstance(value, (list, tuple)):
            raise DocumentError(f"{self.at(name)}: is not a list")
        found = []
        for index, part in enumerate(value):
            reader = Reader(part, f"{self.at(name)}[{index}]", self._parse_moment)
            found.append(read(reader))
            reader.done()
        return tuple(found)

    def maybe(self, name: str, read: Callable[[Reader], T]) -> T | None:
        """An object or nothing."""
        value = self._take(name, None)
        if value is None:
            return None
        reader = Reader(value, self.at(name), self._parse_moment)
        found = read(reader)
        reader.done()
        return found

    def words(self, name: str) -> frozenset[str]:
        """A list of words; empty when missing."""
        value = self._take(name, ())
        if not isinstance(value, (list, tuple)) or not all(isinstance(word, str) for word in value):
            raise DocumentError(f"{self.at(name)}: is not a list of words")
        return frozenset(value)

    def done(self) -> None:
        """Refuse fields nobody asked for: a misspelt field must not pass for a missing one."""
        unknown = sorted(str(name) for name in self._value if name not in self._taken)
        if unknown:
            raise DocumentError(f"{self.at(unknown[0])}: is not a known field")
