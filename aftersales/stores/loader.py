"""Loads stores and platform packs, and keeps them fresh while the files are edited."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType

from aftersales.errors import ConfigurationError
from aftersales.stores import strict
from aftersales.stores.floors import check_floors
from aftersales.stores.hours import ServiceHours
from aftersales.stores.hours_reader import read_hours
from aftersales.stores.model import Store
from aftersales.stores.packs import PlatformPack
from aftersales.stores.replies import FILE as REPLIES
from aftersales.stores.replies import StoreReplies, load_replies
from aftersales.stores.versions import StoreVersions

logger = logging.getLogger(__name__)

#: Seconds between two looks at the files: a turn asks for its store many times, and each look is a dozen ``stat`` calls.
LOOK_EVERY = 1.0
PLATFORMS = ("jd", "tmall", "pdd", "douyin", "own")
#: The folder beside ``store.yml`` with earlier and announced terms.
VERSIONS = "versions"
Stores = Mapping[str, Store]
#: Says of a store's own replies whether they may be said; raises :class:`ConfigurationError` when they may not.
Accept = Callable[[Store, StoreReplies], None]

_STORE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_VERSION = re.compile(r"[\w.-]+")
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


def load_store(path: Path, packs: Mapping[str, PlatformPack], store_id: str | None = None) -> Store:
    """The store in the file ``path`` (``…/<id>/store.yml``) over its platform's pack; ``store_id``: for another path.

    Raises :class:`ConfigurationError` for anything unknown, missing or stricter than a floor.
    """
    where = strict.shown(path)
    store_id = path.parent.name if store_id is None else store_id
    if not _STORE_ID.fullmatch(store_id):
        raise ConfigurationError(where, "(folder)", f"{store_id!r} is no store id", "Use a-z, 0-9 and - as in my-shop")
    return _read_store(path, where, store_id, packs)


def load_version(path: Path, packs: Mapping[str, PlatformPack], main: Store) -> Store:
    """The terms in the file ``path`` (``…/<id>/versions/<policy_version>.yml``), earlier or announced, of ``main``.

    Raises :class:`ConfigurationError`: for what :func:`load_store` refuses, and for a name or platform that does not fit.
    """
    where = strict.shown(path, 4)
    store = _read_store(path, where, main.id, packs)
    if store.policy_version != path.stem:
        problem = f"{store.policy_version!r} is not the name of its file"
        raise ConfigurationError(where, "policy_version", problem, f"Use {path.stem}, or rename the file")
    if store.platform != main.platform:
        problem = f"{store.platform} is not the store's {main.platform}"
        raise ConfigurationError(where, "platform", problem, f"Use {main.platform}; a shop elsewhere is another store")
    return store


def load_versions(store_file: Path, packs: Mapping[str, PlatformPack]) -> StoreVersions:
    """The terms in ``store_file`` and in the folder ``versions`` beside it. Raises :class:`ConfigurationError`."""
    main = load_store(store_file, packs)
    files = sorted((store_file.parent / VERSIONS).glob("[!._]*.yml"))
    others = [(strict.shown(path, 4), load_version(path, packs, main)) for path in files]
    return StoreVersions.of([*others, (strict.shown(store_file), main)])


def load_stores(stores_dir: Path, rules_dir: Path | None = None) -> Stores:
    """Every store under ``stores_dir``, by id, as its ``store.yml`` says. ``rules_dir`` defaults to ``rules`` beside it.

    The other versions are read and checked as well. Raises :class:`ConfigurationError` when one file is bad or there is
    no store at all.
    """
    packs = load_packs(_rules_dir(stores_dir, rules_dir))
    stores = {path.parent.name: load_store(path, packs) for path in _some(stores_dir)}
    load_all_versions(stores_dir, rules_dir)
    return MappingProxyType(stores)


def load_all_versions(stores_dir: Path, rules_dir: Path | None = None) -> Mapping[str, StoreVersions]:
    """The versions of every store under ``stores_dir``, by id. Raises as :func:`load_stores`."""
    packs = load_packs(_rules_dir(stores_dir, rules_dir))
    return MappingProxyType({path.parent.name: load_versions(path, packs) for path in _some(stores_dir)})


def load_all_replies(stores_dir: Path) -> Mapping[str, StoreReplies]:
    """The replies of every store under ``stores_dir``, by id. Raises :class:`ConfigurationError`."""
    return MappingProxyType({path.parent.name: load_replies(path) for path in _some(stores_dir)})


def version_file(store_file: Path, policy_version: str) -> Path:
    """Where the version of this name stands. Raises :class:`ConfigurationError` for what cannot name a file."""
    if not _VERSION.fullmatch(policy_version):
        problem = f"{policy_version!r} cannot name a file"
        fix = "Use letters, digits, - and . as in shop-2026-11"
        raise ConfigurationError(strict.shown(store_file), "policy_version", problem, fix)
    return store_file.parent / VERSIONS / f"{policy_version}.yml"


class StoreDirectory:
    """The stores of a folder, read again whenever a file changes, so terms can be edited without a restart.

    A bad file never takes a running store down: its last good version stays, and the error is logged once.
    Announced terms take over when their day begins.
    """

    def __init__(
        self,
        stores_dir: Path,
        rules_dir: Path | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        accept: Accept | None = None,
    ) -> None:
        """Read everything once. Raises :class:`ConfigurationError`: a first start with a bad file is a mistake.

        ``clock`` tells seconds; the files are looked at again once :data:`LOOK_EVERY` of them have passed. ``now`` tells
        the time of day (aware), by which the terms in force are chosen. ``accept`` judges the stores' own replies by
        all their terms; without it they are read, and nobody asks whether they may be said.
        """
        self._clock, self._now = clock, now
        self._accept = accept
        self._looked = clock()
        self._stores_dir = stores_dir
        self._rules_dir = _rules_dir(stores_dir, rules_dir)
        self._lock = threading.Lock()
        self._seen = self._signature()
        self._packs = load_packs(self._rules_dir)
        self._versions = load_all_versions(stores_dir, self._rules_dir)
        self._replies = load_all_replies(stores_dir)
        for store_id, replies in self._replies.items():
            self._judge(self._versions[store_id], replies)
        self._stores: Stores = self._in_force()

    def current(self) -> Stores:
        """The stores by the terms in force, as the files said at most :data:`LOOK_EVERY` seconds ago."""
        self._look()
        return self._stores

    def versions(self) -> Mapping[str, StoreVersions]:
        """All terms of the stores, earlier and announced ones as well, as fresh as :meth:`current`."""
        self._look()
        return self._versions

    def replies(self) -> Mapping[str, StoreReplies]:
        """The stores' own wordings and quick replies by id, as fresh as :meth:`current`."""
        self._look()
        return self._replies

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked < LOOK_EVERY:
            return
        self._looked = now
        signature = self._signature()
        with self._lock:
            if signature != self._seen:
                self._seen = signature
                self._versions, self._replies = self._reread()
            stores = self._in_force()
            # The same stores stay the same mapping: others keep what they have made of it.
            if dict(stores) != dict(self._stores):
                self._stores = stores

    def _in_force(self) -> Stores:
        now = self._now()
        return MappingProxyType({store_id: versions.current(now) for store_id, versions in self._versions.items()})

    def _judge(self, versions: StoreVersions, replies: StoreReplies) -> None:
        if self._accept is not None and replies.file:
            for store in versions.all:
                self._accept(store, replies)

    def _reread(self) -> tuple[Mapping[str, StoreVersions], Mapping[str, StoreReplies]]:
        try:
            self._packs = load_packs(self._rules_dir)
        except ConfigurationError as error:
            logger.error("platform packs not reloaded, the last good ones stay: %s", error)
        stores: dict[str, StoreVersions] = {}
        replies: dict[str, StoreReplies] = {}
        for path in _store_files(self._stores_dir):
            store_id = path.parent.name
            try:
                # Terms and replies change together: a reply is judged by the terms that it is said with.
                read, own = load_versions(path, self._packs), load_replies(path)
                self._judge(read, own)
                stores[store_id], replies[store_id] = read, own
            except ConfigurationError as error:
                logger.error("store not reloaded, its last good version stays: %s", error)
                if store_id in self._versions:
                    stores[store_id], replies[store_id] = self._versions[store_id], self._replies[store_id]
        return (MappingProxyType(stores), MappingProxyType(replies)) if stores else (self._versions, self._replies)

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        packs = (self._rules_dir / "platforms").glob("*.yml")
        versions = self._stores_dir.glob(f"[!._]*/{VERSIONS}/[!._]*.yml")
        replies = self._stores_dir.glob(f"[!._]*/{REPLIES}")
        files = [*_store_files(self._stores_dir), *sorted(versions), *sorted(replies), *sorted(packs)]
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


def _some(stores_dir: Path) -> list[Path]:
    paths = _store_files(stores_dir)
    if not paths:
        raise ConfigurationError(str(stores_dir.name), "(folder)", "holds no store", "Add <id>/store.yml")
    return paths


def _read_store(path: Path, where: str, store_id: str, packs: Mapping[str, PlatformPack]) -> Store:
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


def _store_files(stores_dir: Path) -> list[Path]:
    return sorted(stores_dir.glob("[!._]*/store.yml"))
