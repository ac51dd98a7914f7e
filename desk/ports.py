"""What the desk needs from elsewhere, as small shapes; tests and other processes bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

#: Tells the time, aware.
Clock = Callable[[], datetime]

#: Makes a fresh opaque id with the given prefix: ``ids("m") -> "m_…"``.
Ids = Callable[[str], str]


class ServiceHours(Protocol):
    """When people answer in a store."""

    def is_open(self, now: datetime) -> bool:
        """Return whether people answer at ``now``."""

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when people answer next, or ``None`` when no opening is known."""


class Store(Protocol):
    """The part of a store that the desk uses."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def platform(self) -> str: ...
    @property
    def greeting(self) -> str: ...
    @property
    def allowed_origins(self) -> Sequence[str]: ...
    @property
    def groups(self) -> Mapping[str, str]: ...
    @property
    def service_hours(self) -> ServiceHours: ...


class StoreDirectory(Protocol):
    """All stores by id."""

    def get(self, store_id: str, /) -> Store | None:
        """Return the store, or ``None``."""


class Masked(Protocol):
    """A text without the secrets that were in it."""

    @property
    def text(self) -> str: ...
    @property
    def found(self) -> Sequence[str]: ...


#: Takes bank cards, identity numbers and passwords out of a text.
MaskSecrets = Callable[[str], Masked]
