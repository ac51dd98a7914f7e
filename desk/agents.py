"""The people at the console: who they are, and what they may see."""

from __future__ import annotations

import asyncio
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import ColumnElement, Row, and_, insert, or_, select, true

from desk.context import Context
from desk.errors import BadRequest, Conflict, NotFound, TokenInvalid
from desk.model import Agent, Role
from desk.schema import agents, tickets

SHORTEST_PASSWORD = 8
LONGEST_NAME = 32


class Passwords:
    """Hashes and checks passwords in a thread: it takes long on purpose, and must not hold up the chat."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Checked for unknown names, so that they take as long as known ones.
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """Return what to store for ``password``."""
        return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Return whether ``password`` is the one behind ``stored``; never for ``None``."""
        try:
            await asyncio.to_thread(self._hasher.verify, stored or self._nobody, password)
        except VerificationError:
            return False
        return stored is not None


async def create_agent(
    context: Context,
    passwords: Passwords,
    name: str,
    password: str,
    role: Role,
    groups: tuple[str, ...],
    stores: tuple[str, ...],
) -> Agent:
    """See :meth:`desk.service.Desk.create_agent`."""
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or name != name.strip():
        raise BadRequest("客服名称需为 1 到 32 个字。", field="name")
    if len(password) < SHORTEST_PASSWORD:
        raise BadRequest(f"密码至少需要 {SHORTEST_PASSWORD} 位。", field="password")
    for store in stores:
        context.store(store)
    stored = await passwords.hash(password)
    agent = Agent(context.ids("a"), name, role, groups, stores)
    try:
        row = insert(agents).values(
            id=agent.id,
            name=name,
            password_hash=stored,
            role=role.value,
            groups=list(groups),
            stores=list(stores),
            created_at=context.clock(),
        )
        await context.database.write(lambda connection: connection.execute(row).rowcount)
    except Conflict:
        raise Conflict(f"已经有名为“{name}”的客服。", field="name") from None
    return agent


async def verify_agent(context: Context, passwords: Passwords, name: str, password: str) -> Agent:
    """See :meth:`desk.service.Desk.verify_agent`."""
    row = await _find(context, agents.c.name == name)
    if not await passwords.matches(row.password_hash if row else None, password) or row is None:
        raise TokenInvalid("用户名或密码不正确。")
    return _agent(row)


async def agent_of(context: Context, id: str) -> Agent:
    """See :meth:`desk.service.Desk.agent`."""
    row = await _find(context, agents.c.id == id)
    if row is None:
        raise NotFound
    return _agent(row)


def visible(agent: Agent) -> ColumnElement[bool]:
    """Return which tickets ``agent`` may see: those of their stores and groups, and those they took themselves."""
    inside = and_(
        tickets.c.store.in_(agent.stores) if agent.stores else true(),
        tickets.c.team.in_(agent.groups) if agent.groups else true(),
    )
    return or_(inside, tickets.c.agent == agent.id)


async def _find(context: Context, where: ColumnElement[bool]) -> Row[Any] | None:
    statement = select(agents).where(where)
    return await context.database.read(lambda connection: connection.execute(statement).one_or_none())


def _agent(row: Row[Any]) -> Agent:
    return Agent(row.id, row.name, Role(row.role), tuple(row.groups), tuple(row.stores))
