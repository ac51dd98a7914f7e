"""What every use case needs, made once by :class:`desk.service.Desk`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection

from aftersales.rules import Rule
from desk.bus import Bus
from desk.database import Database
from desk.errors import NotFound
from desk.lines import Lines
from desk.model import Message, Sender
from desk.options import DeskOptions
from desk.ports import Clock, Door, Ids, MaskSecrets, Orders, Store, StoreDirectory
from desk.queue import publish_queue
from desk.unit import Held, Unit

T = TypeVar("T")


@dataclass
class Context:
    """The desk's tools. ``writer`` names this desk among those on one database; it is new with every start."""

    database: Database
    stores: StoreDirectory
    lines: Lines
    mask: MaskSecrets
    door: Door
    orders: Orders
    clock: Clock
    ids: Ids
    options: DeskOptions
    bus: Bus
    writer: str
    #: The catalogue by id; without a rule, what needs it is not done.
    rules: Mapping[str, Rule]
    _background: set[asyncio.Task[None]] = field(default_factory=set)

    async def change(self, work: Callable[[Unit], T]) -> T:
        """Run ``work`` in a transaction, write what it collected, commit, then wake whoever listens.

        ``work`` may run in another thread and must not touch the bus or the tasks of this one.
        """

        def run(connection: Connection) -> tuple[Unit, T]:
            unit = Unit(connection, now=self.clock(), ids=self.ids, writer=self.writer)
            result = work(unit)
            unit.flush()
            return unit, result

        unit, result = await self.database.write(run)
        self.bus.publish(*unit.topics)
        for store, group in unit.queues:
            self.spawn(publish_queue(self.database, self.bus, store, group))
        return result

    def store(self, store_id: str) -> Store:
        """Return the store. Raises NotFound."""
        store = self.stores.get(store_id)
        if store is None:
            raise NotFound(field="store")
        return store

    def system_line(self, unit: Unit, held: Held, key: str, **values: object) -> Message:
        """Say one of the desk's own lines to the buyer."""
        return unit.say(held, Sender.SYSTEM, self.lines.system_name, self.lines.buyer(key, **values))

    @property
    def lease(self) -> timedelta:
        """How long a turn belongs to the desk that runs it, unless renewed."""
        return timedelta(seconds=self.options.lease_seconds)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` beside the caller."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def settle(self) -> None:
        """Wait for everything that :meth:`spawn` began."""
        while self._background:
            waiting = tuple(self._background)
            await asyncio.gather(*waiting, return_exceptions=True)
            # Over tasks that have just ended gather returns at once, before their callbacks could take them out.
            self._background.difference_update(waiting)
