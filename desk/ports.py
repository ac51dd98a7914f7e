"""What the desk needs from elsewhere, as small shapes; tests and other processes bring their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from aftersales.door import Speaker, Talk, Verdict
from aftersales.orders import BuyerIdentity, Order

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


class Orders(Protocol):
    """The shop's orders, as far as a reply's promises are compared with them."""

    async def find(self, buyer: BuyerIdentity, number: str, /) -> Order | None:
        """Return the buyer's order; None for any other, and when nobody can be asked. Raises nothing."""


class Door(Protocol):
    """The compliance door: judges every text that a bot or a person is about to say to a buyer."""

    def check(self, text: str, store_id: str, speaker: Speaker, talk: Talk, /) -> Verdict:
        """Return what is wrong with ``text`` in that store. Raises NotFound for an unknown store, nothing for any text."""

    def title(self, kind: str, /) -> str:
        """Return what people call a kind of violation."""
