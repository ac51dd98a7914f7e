"""Runs the bot's turns: at once when a message is stored, one at a time in a conversation, in order, and again after
a crash of whichever desk was running them.

A turn belongs to the desk that leased it. The lease is renewed while the bot is thinking; when it runs out, any desk
takes the turn over. Asking the bot twice is harmless (see :mod:`desk.bot`), and only the lease's holder may write.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import aliased

from desk.answers import commit_answer, commit_failure
from desk.bot import Bot, BotError
from desk.buyers import Running, turn_request
from desk.context import Context
from desk.errors import Conflict, DeskError
from desk.schema import messages, turns
from desk.unit import Unit

log = logging.getLogger(__name__)

#: Conversations looked at in one recovery.
RECOVER_AT_ONCE = 200

_OLDEST_OPEN = (
    select(turns.c.message, turns.c.state, turns.c.lease_until)
    .where(turns.c.conversation == bindparam("held"), turns.c.state.in_(("pending", "running")))
    .order_by(turns.c.seq)
    .limit(1)
)


class Turns:
    """The turn workers of this desk: one task for each conversation that has turns to run."""

    def __init__(self, context: Context, bot: Bot) -> None:
        self._context = context
        self._bot = bot
        self._slots = asyncio.Semaphore(context.options.turns_at_once)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._leased: dict[str, Running] = {}
        self._again: set[str] = set()
        #: The turns under way here, with the end of their lease.
        self._leases: dict[str, datetime] = {}
        self._loop: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Recover at once, then keep leases fresh and look for stranded turns."""
        await self.recover()
        self._loop = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Stop, and give the turns under way back so that another desk can run them at once."""
        self._stopping = True
        tasks = [*self._tasks.values(), *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            give_back = (
                update(turns)
                .where(turns.c.lease_owner == self._context.writer, turns.c.state == "running")
                .values(state="pending", lease_owner=None, lease_until=None, attempts=turns.c.attempts - 1)
            )
            await self._context.database.write(lambda connection: connection.execute(give_back).rowcount)
        except DeskError:
            log.warning("turns could not be given back; their leases will run out")

    def nudge(self, conversation: str, leased: Running | None = None) -> None:
        """See to it that the turns of ``conversation`` are run; ``leased`` is one that this desk already holds."""
        if self._stopping:
            return
        if leased is not None:
            self._leased[conversation] = leased
            self._leases[leased.request.turn] = self._context.clock() + self._context.lease
        self._again.add(conversation)
        if conversation not in self._tasks:
            self._tasks[conversation] = asyncio.create_task(self._drain(conversation))

    async def settle(self) -> None:
        """Wait until no turn is under way here."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
            # Over tasks that have ended gather returns at once; whoever takes them out must get a turn.
            await asyncio.sleep(0)

    async def renew(self) -> None:
        """Renew the leases that are half spent, so that a slow bot's turn stays with this desk."""
        now, lease = self._context.clock(), self._context.lease
        stale = [turn for turn, until in self._leases.items() if until - now < lease / 2]
        if not stale:
            return
        statement = (
            update(turns)
            .where(turns.c.message.in_(stale), turns.c.state == "running", turns.c.lease_owner == self._context.writer)
            .values(lease_until=now + lease)
        )
        await self._context.database.write(lambda connection: connection.execute(statement).rowcount)
        self._leases.update((turn, now + lease) for turn in stale if turn in self._leases)

    async def recover(self) -> None:
        """Take up the turns that nobody runs: never begun, or left by a desk whose lease ran out."""
        running = aliased(turns)
        nobody = ~(
            select(running.c.message)
            .where(running.c.conversation == turns.c.conversation, running.c.state == "running")
            .exists()
        )
        statement = (
            select(turns.c.conversation)
            .distinct()
            .where(
                turns.c.state.in_(("pending", "running")),
                or_(
                    and_(turns.c.state == "pending", nobody),
                    and_(turns.c.state == "running", turns.c.lease_until < self._context.clock()),
                ),
            )
            .limit(RECOVER_AT_ONCE)
        )
        stranded = await self._context.database.read(lambda connection: list(connection.execute(statement).scalars()))
        for conversation in stranded:
            if conversation not in self._tasks:
                self.nudge(conversation)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._context.options.recovery_seconds)
            try:
                await self.renew()
                await self.recover()
            except DeskError as error:
                log.warning("turns not looked after: %s", error.code)

    async def _drain(self, conversation: str) -> None:
        try:
            while conversation in self._again:
                self._again.discard(conversation)
                while (turn := self._leased.pop(conversation, None) or await self._claim(conversation)) is not None:
                    await self._run(turn)
        except DeskError as error:
            # The turn keeps its row: recovery takes it up when the database is back and the lease has run out.
            log.warning("a turn of %s was left to recovery: %s", conversation, error.code)
        except Exception:
            log.exception("a turn of %s was left to recovery", conversation)
        finally:
            # No await between the loop's last look and here, so no nudge can fall between them.
            self._tasks.pop(conversation, None)
            self._again.discard(conversation)
            left = self._leased.pop(conversation, None)
            if left is not None:
                self._leases.pop(left.request.turn, None)

    async def _run(self, running: Running) -> None:
        turn, conversation = running.request.turn, running.request.conversation
        self._context.bus.typing(conversation, "bot", True)
        try:
            if running.attempt > self._context.options.most_attempts:
                await commit_failure(self._context, running, "gave_up")
                return
            try:
                async with self._slots:
                    answer = await self._bot.answer(running.request)
            except BotError as error:
                log.warning("turn %s got no answer: %s", turn, error)
                await commit_failure(self._context, running, error.problem)
                return
            except Exception:
                # Whatever went wrong in asking, silence is worse.
                log.exception("turn %s could not be asked", turn)
                await commit_failure(self._context, running, "refused")
                return
            if answer.outcome == "failed" and answer.handoff is None:
                await commit_failure(self._context, running, "refused")
            else:
                await commit_answer(self._context, running, answer)
        finally:
            self._leases.pop(turn, None)
            self._context.bus.typing(conversation, "bot", False)

    async def _claim(self, conversation: str) -> Running | None:
        """Lease the conversation's oldest open turn, unless another desk is running it."""
        first = await self._context.database.read(
            lambda connection: connection.execute(_OLDEST_OPEN, {"held": conversation}).one_or_none()
        )
        if first is None or (first.state == "running" and first.lease_until >= self._context.clock()):
            return None

        def lease(unit: Unit) -> Running | None:
            held = unit.hold(conversation)
            row = unit.connection.execute(
                update(turns)
                .where(
                    turns.c.message == first.message,
                    or_(
                        turns.c.state == "pending",
                        and_(turns.c.state == "running", turns.c.lease_until < unit.now),
                    ),
                )
                .values(
                    state="running",
                    lease_owner=self._context.writer,
                    lease_until=unit.now + self._context.lease,
                    attempts=turns.c.attempts + 1,
                )
                .returning(turns.c.attempts, turns.c.choice, turns.c.epoch)
            ).one_or_none()
            if held is None or row is None:
                return None
            text = unit.connection.execute(select(messages.c.text).where(messages.c.id == first.message)).scalar_one()
            request = turn_request(self._context, held, first.message, text, row.choice)
            return Running(request, row.epoch, row.attempts)

        try:
            running = await self._context.change(lease)
        except Conflict:
            # Another desk's turn of this conversation runs: the schema allows one.
            return None
        if running is not None:
            self._leases[first.message] = self._context.clock() + self._context.lease
        return running
