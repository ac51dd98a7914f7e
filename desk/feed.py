"""Follows the writes of other desks on the same database, so that one desk's buyer sees what another desk's agent says.

Messages and ticket events are numbered in the order they were written. On PostgreSQL a smaller number may be committed
after a larger one, so numbers that were skipped are asked for again for a while.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, func, or_, select

from desk.bus import TICKETS, Changed
from desk.context import Context
from desk.errors import DeskError
from desk.queue import publish_queue
from desk.schema import messages, ticket_events, tickets

log = logging.getLogger(__name__)

#: How long a skipped number may still turn up: longer than any of the desk's transactions.
PATIENCE = timedelta(seconds=30)
#: Rows, and skipped numbers, looked at in one go.
AT_ONCE = 1000


class Feed:
    """Polls for rows of other desks and wakes whoever listens here."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._last: dict[Table, int] = {messages: 0, ticket_events: 0}
        self._skipped: dict[Table, dict[int, datetime]] = {messages: {}, ticket_events: {}}
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin after the newest row."""
        self._last = await self._context.database.read(
            lambda connection: {
                table: connection.execute(select(func.max(table.c.position))).scalar_one_or_none() or 0
                for table in (messages, ticket_events)
            }
        )
        self._loop = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Stop polling."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def poll(self) -> None:
        """Look once, and wake whoever listens to what other desks changed."""
        topics: set[str] = set()
        queues: set[tuple[str, str]] = set()
        for row in await self._new(messages):
            topics |= {row.conversation, TICKETS}
        foreign = await self._new(ticket_events)
        if foreign:
            statement = (
                select(tickets.c.store, tickets.c.team)
                .distinct()
                .where(tickets.c.id.in_({row.ticket for row in foreign}))
            )
            queues = await self._context.database.read(
                lambda connection: {(row.store, row.team) for row in connection.execute(statement)}
            )
            topics |= {TICKETS, *(row.conversation for row in foreign)}
        for topic in topics:
            self._context.bus.deliver(Changed(topic))
        for store, group in queues:
            await publish_queue(self._context.database, self._context.bus, store, group)

    async def _new(self, table: Table) -> list[Row[Any]]:
        """Return the rows of other desks that were not seen before."""
        now, last, skipped = self._context.clock(), self._last[table], self._skipped[table]
        for number in [number for number, since in skipped.items() if now - since > PATIENCE]:
            del skipped[number]
        wanted = table.c.position > last
        if skipped:
            wanted = or_(wanted, table.c.position.in_(list(skipped)[:AT_ONCE]))
        statement = select(table).where(wanted).order_by(table.c.position).limit(AT_ONCE)
        rows = await self._context.database.read(lambda connection: connection.execute(statement).all())
        for row in rows:
            if row.position in skipped:
                del skipped[row.position]
            else:
                skipped.update((number, now) for number in range(self._last[table] + 1, row.position))
                self._last[table] = row.position
        return [row for row in rows if row.writer != self._context.writer]

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._context.options.feed_seconds)
            try:
                await self.poll()
            except DeskError as error:
                log.warning("the writes of other desks were not read: %s", error.code)
