"""The waiting line of a store's group: who stands where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from desk.bus import Bus
from desk.database import Database
from desk.errors import Unavailable
from desk.schema import tickets


def ahead_of(connection: Connection, *, store: str, group: str, rank: int, opened_at: datetime, id: str) -> int:
    """Return how many buyers stand before this ticket: more pressing first, then older; left messages do not stand."""
    earlier = or_(
        tickets.c.rank < rank,
        and_(
            tickets.c.rank == rank,
            or_(tickets.c.opened_at < opened_at, and_(tickets.c.opened_at == opened_at, tickets.c.id < id)),
        ),
    )
    statement = select(func.count()).where(
        tickets.c.state == "waiting",
        tickets.c.kind == "queued",
        tickets.c.store == store,
        tickets.c.team == group,
        earlier,
    )
    return connection.execute(statement).scalar_one()


async def publish_queue(database: Database, bus: Bus, store: str, group: str) -> None:
    """Wake those who stand in the line: somebody's position moved."""
    statement = select(tickets.c.conversation).where(
        tickets.c.state == "waiting", tickets.c.kind == "queued", tickets.c.store == store, tickets.c.team == group
    )
    try:
        waiting = await database.read(lambda connection: set(connection.execute(statement).scalars()))
    except Unavailable:
        # Only a wake-up: the next change of the line, or the next reconnect, reads the position again.
        return
    for conversation in bus.listened(waiting):
        bus.publish(conversation)
