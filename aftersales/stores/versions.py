"""The terms of one store through time: which were in force at a moment, which come next.

``stores/<id>/store.yml`` holds the terms that the merchant edits; ``stores/<id>/versions/`` the ones before, and those
that are announced. What is in force is told by ``effective_from`` alone, never by the file a version stands in: an
announced version takes over by itself when its day begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from aftersales.errors import ConfigurationError
from aftersales.stores.hours import CHINA
from aftersales.stores.model import Store

_NEW_NAME = "Give the newer one a policy_version and an effective_from of its own"


def begins(store: Store) -> datetime:
    """The moment from which the terms of ``store`` hold: midnight in China on the day ``effective_from``."""
    return datetime.combine(store.effective_from, time(), CHINA)


@dataclass(frozen=True)
class StoreVersions:
    """Every version of one store's terms, the oldest first; at least one. Made by :meth:`of`."""

    all: tuple[Store, ...]

    @classmethod
    def of(cls, found: Sequence[tuple[str, Store]]) -> StoreVersions:
        """The versions in ``found``: pairs of the file, for errors, and the store in it.

        A copy that is equal in everything counts once, so that saving today's terms disturbs nobody.
        Raises :class:`ConfigurationError` for two different versions of the same name or the same day.
        """
        kept: dict[date, tuple[str, Store]] = {}
        names: dict[str, tuple[str, Store]] = {}
        for where, store in found:
            for field, other in (
                ("policy_version", names.get(store.policy_version)),
                ("effective_from", kept.get(store.effective_from)),
            ):
                if other is not None and other[1] != store:
                    value = getattr(store, field)
                    raise ConfigurationError(where, field, f"{value} is also that of {other[0]}", _NEW_NAME)
            kept.setdefault(store.effective_from, (where, store))
            names.setdefault(store.policy_version, (where, store))
        if not kept:
            raise ValueError("a store has at least one version")
        return cls(tuple(store for _, (_, store) in sorted(kept.items())))

    def at(self, moment: datetime) -> Store:
        """The terms in force at ``moment`` (aware); before the first version, the first (see :meth:`covers`).

        Raises :class:`ValueError` for a naive time.
        """
        return self.all[max(0, self._begun(moment) - 1)]

    def current(self, now: datetime) -> Store:
        """The terms in force ``now`` (aware)."""
        return self.at(now)

    def covers(self, moment: datetime) -> bool:
        """Whether a version was in force at ``moment``; otherwise :meth:`at` falls back to the first."""
        return self._begun(moment) > 0

    def announced(self, now: datetime) -> tuple[Store, ...]:
        """The versions whose day is still to come, the next one first."""
        return self.all[self._begun(now) :]

    def named(self, name: str) -> Store | None:
        """The version whose ``policy_version`` is ``name``, or ``None``."""
        return next((store for store in self.all if store.policy_version == name), None)

    def _begun(self, moment: datetime) -> int:
        """How many versions have begun at ``moment``."""
        if moment.tzinfo is None:
            raise ValueError("terms need an aware time: pass a datetime with tzinfo")
        return bisect_right([begins(store) for store in self.all], moment)
