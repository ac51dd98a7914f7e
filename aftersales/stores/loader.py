"""Loads stores and platform packs, and keeps them fresh while the files are edited."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.floors import check_floors
from aftersales.stores.hours import ServiceHours
from aftersales.stores.hours_reader import read_hours
from aftersales.stores.model import Store
from aftersales.stores.packs import PlatformPack

logger = logging.getLogger(__name__)

#: Seconds between two looks at the files: a turn asks for its store many times, and each look is a dozen ``stat`` calls.
LOOK_EVERY = 1.0
PLATFORMS = ("jd", "tmall", "pdd", "douyin", "own")
Stores = Mapping[str, Store]

_STORE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?")


def load_packs(rules_dir: Path) -> Mapping[str, PlatformPack]:
    """Every platform pack in ``rules_dir/platforms``, by platform id. Raises :class:`ConfigurationError`."""
    packs: dict[str, PlatformPack] = {}
    for platform in PLATFORMS:
        path = rules_dir / "platforms" / f"{platform}.yml"
        where = strict.shown(path)
        packs[platform] = strict.build(PlatformPack, strict.read_yaml(path, where), where, given={"id": platform})
    return MappingProxyType(packs)


def load_store(path: Path, packs: Mapping[str, PlatformPack]) -> Store:
    """The store in the file ``path`` (``…/<id>/store.yml``) over its platform's pack.

    Raises :class:`ConfigurationError` for anything unknown, missing or stricter than a floor.
    """
    where = strict.shown(path)
    store_id = path.parent.name
    if not _STORE_ID.fullmatch(store_id):
        raise ConfigurationError(where, "(folder)", f"{store_id!r} is no store id", "Use a-z, 0-9 and - as in my-shop")
    data = strict.read_yaml(path, where)
    platform = data.get("platform")
    if not isinstance(platform, str) or platform not in packs:
        problem = "is missing" if platform is None else f"{platform!r} is not allowed"
        raise ConfigurationError(where, "platform", problem, f"Use one of: {', '.join(packs)}")
    given = {"id": store_id, "pack": packs[platform]}
    store = strict.build(Store, data, where, given=given, readers={ServiceHours: read_hours})
    for index, origin in enumerate(store.allowed_origins):
        if not _ORIGIN.fullmatch(origin):
            name = f"allowed_origins[{index}]"
            raise ConfigurationError(where, name, f"{origin!r} is no origin", "Write https://shop.example, no path")
    if not store.shipping.carriers:
        raise ConfigurationError(where, "shipping.carriers", "is empty", "Name at least one carrier")
    if store.shipping.cut_off and not _CLOCK.fullmatch(store.shipping.cut_off):
        problem = f"{store.shipping.cut_off!r} is no time of day"
        raise ConfigurationError(where, "shipping.cut_off", problem, 'Write it as "16:00"')
    check_floors(store, where)
    return store


def load_stores(stores_dir: Path, rules_dir: Path | None = None) -> Stores:
    """Every store under ``stores_dir``, by id. ``rules_dir`` defaults to ``rules`` beside it.

    Raises :class:`ConfigurationError` when one file is bad or there is no store at all.
    """
    packs = load_packs(_rules_dir(stores_dir, rules_dir))
    paths = _store_files(stores_dir)
    if not paths:
        raise ConfigurationError(str(stores_dir.name), "(folder)", "holds no store", "Add <id>/store.yml")
    return MappingProxyType({path.parent.name: load_store(path, packs) for path in paths})


class StoreDirectory:
    """The stores of a folder, read again whenever a file changes, so terms can be edited without a restart.

    A bad file never takes a running store down: its last good version stays, and the error is logged once.
    """

    def __init__(
        self, stores_dir: Path, rules_dir: Path | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Read everything once. Raises :class:`ConfigurationError`: a first start with a bad file is a mistake.

        ``clock`` tells seconds; the files are looked at again once :data:`LOOK_EVERY` of them have passed.
        """
        self._clock = clock
        self._looked = clock()
        self._stores_dir = stores_dir
        self._rules_dir = _rules_dir(stores_dir, rules_dir)
        self._lock = threading.Lock()
        self._seen = self._signature()
        self._packs = load_packs(self._rules_dir)
        self._stores: Stores = load_stores(stores_dir, self._rules_dir)

    def current(self) -> Stores:
        """The stores as the files said at most :data:`LOOK_EVERY` seconds ago."""
        now = self._clock()
        if now - self._looked < LOOK_EVERY:
            return self._stores
        self._looked = now
        signature = self._signature()
        if signature == self._seen:
            return self._stores
        with self._lock:
            if signature != self._seen:
                self._seen = signature
                self._stores = self._reread()
        return self._stores

    def _reread(self) -> Stores:
        try:
            self._packs = load_packs(self._rules_dir)
        except ConfigurationError as error:
            logger.error("platform packs not reloaded, the last good ones stay: %s", error)
        stores: dict[str, Store] = {}
        for path in _store_files(self._stores_dir):
            store_id = path.parent.name
            try:
                stores[store_id] = load_store(path, self._packs)
            except ConfigurationError as error:
                logger.error("store not reloaded, its last good version stays: %s", error)
                if store_id in self._stores:
                    stores[store_id] = self._stores[store_id]
        return MappingProxyType(stores) if stores else self._stores

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        files = [*_store_files(self._stores_dir), *sorted((self._rules_dir / "platforms").glob("*.yml"))]
        seen: list[tuple[str, int, int]] = []
        for path in files:
            try:
                status = path.stat()
            except OSError:
                # An editor may replace the file at this very moment; the next look finds it.
                continue
            seen.append((str(path), status.st_mtime_ns, status.st_size))
        return tuple(seen)


def _rules_dir(stores_dir: Path, rules_dir: Path | None) -> Path:
    return stores_dir.resolve().parent / "rules" if rules_dir is None else rules_dir


def _store_files(stores_dir: Path) -> list[Path]:
    return sorted(stores_dir.glob("[!._]*/store.yml"))
