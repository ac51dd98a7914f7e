"""The abuse protocol in a conversation: one kind reminder while it waits, and what a person may decide about a block.

Everything is read from the transcript, so there is nothing to keep in step with it. What is done when is decided in
:mod:`aftersales.abuse`. A person's decision is a row in the audit and nothing else: the desk asks no platform for anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select
from sqlalchemy.sql.elements import BindParameter

from aftersales.abuse import DAYS_A_MONTH, AbuseDecision, BlockRequest, Said, decide_abuse, is_abusive
from desk import text
from desk.agents import visible
from desk.context import Context
from desk.errors import BadRequest, Conflict, NotFound
from desk.marks_mask import mask_phones
from desk.model import Agent, AgentName, Message, Sender
from desk.schema import agents, audit, messages, tickets
from desk.unit import Held, Unit

#: The line that reminds, in ``lines.yml``. Said once in a conversation, by the desk or, word for word, by an agent.
REMINDER = "civil_reminder"
#: So many of the buyer's messages are looked at, the newest.
LOOKED_AT = 60
#: So much of a message is judged. Whoever writes more tells what happened, and that is a complaint to be heard.
JUDGED = 100
SHORTEST_NOTE, LONGEST_NOTE = 2, 200
#: After these a person has dealt with the matter: what comes later is judged afresh.
_SETTLED = ("closed", "returned")


class BlockDecision(StrEnum):
    """What a person did with a prepared request: filed it at the platform themselves, or let it be."""

    FILED = "filed"
    DISMISSED = "dismissed"


_ACTIONS = {f"block_request_{one.value}": one for one in BlockDecision}


@dataclass(frozen=True)
class Decided:
    """A decision that is in the audit. ``days``: the period that was asked for; ``None`` when none was."""

    decision: BlockDecision
    agent: AgentName
    at: datetime
    days: int | None
    note: str


@dataclass(frozen=True)
class AbuseState:
    """Where a ticket's conversation stands. ``after_reminder`` counts all abuse, also such as tells what is wrong.

    ``draft``: the reminder for an agent to send; only when one is due.
    """

    decision: AbuseDecision
    abusive: int
    after_reminder: int
    reminded_at: datetime | None
    draft: str | None
    decided: Decided | None


@dataclass(frozen=True)
class _Episode:
    """What is judged together: after a person last settled the matter, up to the end of the ticket."""

    since: datetime | None
    said: tuple[Said, ...]
    reminded_at: datetime | None


def _moment(name: str, column: Any) -> BindParameter[Any]:
    return bindparam(name, type_=column.type)


_SINCE = select(func.max(tickets.c.ended_at)).where(
    tickets.c.conversation == bindparam("id"),
    tickets.c.state.in_(_SETTLED),
    tickets.c.ended_at <= _moment("opened_at", tickets.c.opened_at),
)
_SAID = (
    select(messages.c.seq, messages.c.at, messages.c.text)
    .where(
        messages.c.conversation == bindparam("id"),
        messages.c.sender == Sender.BUYER.value,
        messages.c.at > _moment("since", messages.c.at),
        messages.c.at <= _moment("until", messages.c.at),
    )
    .order_by(messages.c.seq.desc())
    .limit(LOOKED_AT)
)
_REMINDED = (
    select(messages.c.at)
    .where(
        messages.c.conversation == bindparam("id"),
        messages.c.sender.in_((Sender.SYSTEM.value, Sender.AGENT.value)),
        messages.c.text == bindparam("line"),
    )
    .order_by(messages.c.seq)
    .limit(1)
)
_DECIDED = (
    select(audit, agents.c.id.label("agent"), agents.c.name)
    .join(agents, literal("agent:").concat(agents.c.id) == audit.c.actor)
    .where(audit.c.conversation == bindparam("id"), audit.c.action.in_(tuple(_ACTIONS)))
    .order_by(audit.c.position.desc())
    .limit(LOOKED_AT)
)
_TICKET = select(tickets.c.conversation, tickets.c.store, tickets.c.opened_at, tickets.c.ended_at)
#: Before any message, and after.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def remind_once(context: Context, unit: Unit, held: Held, message: Message) -> None:
    """Say the kind reminder when ``message``, not written yet, goes on with abuse and nobody has reminded before.

    For a conversation in the queue: no person is there to say it, and no bot reads what is said.
    """
    if not _abuses(message.text):
        return
    line = context.lines.buyer(REMINDER)
    if _reminded_at(unit.connection, held.id, line) is not None:
        return
    episode = _episode(unit.connection, held.id, line, opened_at=unit.now, until=_LAST)
    latest = Said(message.seq, message.at, message.text, abusive=True)
    platform = context.store(held.store).platform
    if decide_abuse((*episode.said, latest), None, context.rules, platform, unit.now).step == "remind":
        context.system_line(unit, held, REMINDER)


async def abuse_state(context: Context, agent: Agent, ticket: str) -> AbuseState:
    """See :meth:`desk.service.Desk.abuse`."""
    return await context.database.read(lambda connection: _look(context, connection, agent, ticket))


async def decide_request(
    context: Context, agent: Agent, ticket: str, decision: BlockDecision, days: int | None, note: str
) -> AbuseState:
    """See :meth:`desk.service.Desk.decide_block_request`."""
    kept = _note(context, decision, note)
    seen = await context.database.read(lambda connection: _see(connection, agent, ticket))

    def write(unit: Unit) -> None:
        if unit.hold(seen.conversation) is None:
            raise NotFound
        row = _see(unit.connection, agent, ticket)
        episode = _of_ticket(context, unit.connection, row)
        request = _request(context, episode, row.store, unit.now)
        if request is None:
            raise Conflict("现在没有可以申请屏蔽的情况，请刷新后再看。")
        before = _decided(unit.connection, row.conversation, episode)
        if before is not None and (before.decision is BlockDecision.FILED or before.decision is decision):
            raise Conflict(f"客服 {before.agent.name} 已经记录过处理结果。")
        asked = _days(request, decision, days)
        unit.audit(
            row.conversation,
            f"agent:{agent.id}",
            f"block_request_{decision.value}",
            ticket=ticket,
            rules=list(request.rules),
            messages=len(request.evidence),
            evidence=[one.sequence for one in request.evidence],
            reminded_at=request.reminded_at.isoformat(),
            days=asked,
            longest_days=days_of(request),
            note=kept,
            since=_key(episode),
        )

    await context.change(write)
    return await abuse_state(context, agent, ticket)


def days_of(request: BlockRequest) -> int:
    """Return the longest period of ``request`` in days."""
    return request.longest_months * DAYS_A_MONTH


def _look(context: Context, connection: Connection, agent: Agent, ticket: str) -> AbuseState:
    row, now = _see(connection, agent, ticket), context.clock()
    episode = _of_ticket(context, connection, row)
    platform = context.store(row.store).platform
    decision = decide_abuse(episode.said, episode.reminded_at, context.rules, platform, now)
    abusive = [one for one in episode.said if one.abusive]
    reminded_at = episode.reminded_at
    return AbuseState(
        decision=decision,
        abusive=len(abusive),
        after_reminder=sum(1 for one in abusive if reminded_at is not None and one.at > reminded_at),
        reminded_at=reminded_at,
        draft=context.lines.buyer(REMINDER) if decision.step == "remind" else None,
        decided=_decided(connection, row.conversation, episode),
    )


def _see(connection: Connection, agent: Agent, ticket: str) -> Any:
    row = connection.execute(_TICKET.where(tickets.c.id == ticket, visible(agent))).one_or_none()
    if row is None:
        raise NotFound
    return row


def _of_ticket(context: Context, connection: Connection, ticket: Any) -> _Episode:
    line, until = context.lines.buyer(REMINDER), ticket.ended_at or _LAST
    return _episode(connection, ticket.conversation, line, opened_at=ticket.opened_at, until=until)


def _episode(connection: Connection, conversation: str, line: str, *, opened_at: datetime, until: datetime) -> _Episode:
    since = connection.execute(_SINCE, {"id": conversation, "opened_at": opened_at}).scalar_one()
    values = {"id": conversation, "since": since or _FIRST, "until": until}
    rows = connection.execute(_SAID, values).all()
    said = tuple(Said(row.seq, row.at, row.text, _abuses(row.text)) for row in reversed(rows))
    return _Episode(since, said, _reminded_at(connection, conversation, line))


def _reminded_at(connection: Connection, conversation: str, line: str) -> datetime | None:
    found: datetime | None = connection.execute(_REMINDED, {"id": conversation, "line": line}).scalar_one_or_none()
    return found


def _decided(connection: Connection, conversation: str, episode: _Episode) -> Decided | None:
    """Return the latest decision on what was said in ``episode``."""
    for row in connection.execute(_DECIDED, {"id": conversation}):
        detail: Mapping[str, Any] = row.detail
        if detail["since"] == _key(episode):
            by = AgentName(row.agent, row.name)
            return Decided(_ACTIONS[row.action], by, row.at, detail["days"], detail["note"])
    return None


def _request(context: Context, episode: _Episode, store: str, now: datetime) -> BlockRequest | None:
    """Return the request as it stood at the last abuse: a friendly word meanwhile does not undo what a person has done."""
    last = max((place for place, one in enumerate(episode.said) if one.abusive), default=-1)
    said, platform = episode.said[: last + 1], context.store(store).platform
    return decide_abuse(said, episode.reminded_at, context.rules, platform, now).request


def _days(request: BlockRequest, decision: BlockDecision, days: int | None) -> int | None:
    if decision is BlockDecision.DISMISSED:
        return None
    if days is None or not 0 < days <= days_of(request):
        raise BadRequest(f"屏蔽时长请填 1 到 {days_of(request)} 天。", field="days")
    return days


def _note(context: Context, decision: BlockDecision, note: str) -> str:
    """Return the note as it is kept, secrets and telephones hidden. Raises BadRequest."""
    bare = note.strip()
    # Not more than those: the number under which the platform keeps the request is what a note is for.
    kept = " ".join(mask_phones(context.mask(text.clean(bare, len(bare))).text).split()) if bare else ""
    shortest = SHORTEST_NOTE if decision is BlockDecision.FILED else 0
    if not shortest <= len(kept) <= LONGEST_NOTE:
        limits = f"{SHORTEST_NOTE} 到 {LONGEST_NOTE} 字" if shortest else f"最多 {LONGEST_NOTE} 字"
        raise BadRequest(f"备注请写{limits}。", field="note")
    return kept


def _key(episode: _Episode) -> str | None:
    return None if episode.since is None else episode.since.isoformat()


def _abuses(said: str) -> bool:
    return _judge(said[:JUDGED])


@lru_cache(maxsize=4096)
def _judge(said: str) -> bool:
    # The same messages are judged again with every new one.
    return is_abusive(said)
