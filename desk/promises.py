"""The ledger of promises: what agents committed the store to, by when, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select, update

from aftersales.door import Promise
from aftersales.door.quantities import MOMENTS
from desk.context import Context
from desk.errors import NotFound
from desk.lines import CHINA
from desk.model import Agent, AgentName, Message, PromiseCounts, PromiseMade, PromiseState
from desk.schema import agents, promises
from desk.tickets import check_sees
from desk.unit import Unit

#: What is promised to happen by a time; the others (a freight, a warranty) have none to be late for.
TIMED = frozenset({"callback", "ship", "arrive", "refund_time"})
#: So many of a conversation's promises are shown, the newest.
MOST_SHOWN = 50
_DAY = timedelta(days=1)
#: Named days, by how many midnights from now they end; the longest words first, for 大后天 holds 后天.
_DAYS = {
    **dict.fromkeys(("大后天",), 4),
    **dict.fromkeys(("后天", "后日"), 3),
    **dict.fromkeys(("明天", "明日", "明晚", "明儿", "次日", "隔天", "隔日"), 2),
    **dict.fromkeys(("今天", "今日", "今晚", "今夜", "今儿", "当天", "当日", "当晚", "下班前", "天黑前"), 1),
    **dict.fromkeys(("下午", "晚上", "中午", "傍晚"), 1),
}
_MORNING = ("明早",)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_WEEKS = ("本周", "这周", "这星期", "这个星期", "周末")
_MONTHS = ("月底", "这个月")
#: So many characters before a promise may name its day: 明天 of 明天下午.
_BEFORE = 3


def keep_promises(unit: Unit, message: Message, agent: Agent, made: Iterable[Promise]) -> None:
    """Write down what ``message`` promises."""
    for one in made:
        before = message.text[max(0, one.start - _BEFORE) : one.start]
        unit.promise(message, agent.id, one, due_at(one, unit.now, before))


def due_at(promise: Promise, now: datetime, before: str = "") -> datetime | None:
    """Return by when ``promise``, made at ``now``, is to be kept, or ``None`` when it has no time.

    A span of time (两小时内) counts from ``now``; a day (今天, 明早, 周五) ends in China, whatever the hour it is said at.
    ``before`` is what stands before the promise's words.
    """
    if promise.matter not in TIMED or promise.unit != "hours" or promise.amount is None:
        return None
    # 24小时内 may have as many hours as a day that is named, but names none.
    named = any(word in promise.span and hours == promise.amount for word, hours in MOMENTS.items())
    end = _day_end(before + promise.span, now) if named else None
    return end or now + timedelta(hours=promise.amount)


def _day_end(words: str, now: datetime) -> datetime | None:
    """Return when the day, week or month that ``words`` name is over; ``None`` when they name a moment (马上) or nothing."""
    today = now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    if any(word in words for word in _MONTHS):
        return (today.replace(day=28) + 4 * _DAY).replace(day=1)
    if any(word in words for word in _WEEKS):
        return today + (7 - today.weekday()) * _DAY
    weekday = next((day for name, day in _WEEKDAYS.items() if f"周{name}" in words), None)
    if weekday is not None:
        return today + ((weekday - today.weekday()) % 7 + 1) * _DAY
    if any(word in words for word in _MORNING):
        return today + 1.5 * _DAY
    return next((today + days * _DAY for word, days in _DAYS.items() if word in words), None)


async def list_promises(context: Context, agent: Agent, conversation: str) -> list[PromiseMade]:
    """See :meth:`desk.service.Desk.promises`."""
    await check_sees(context, agent, conversation)
    statement = (
        select(promises, agents.c.name.label("agent_name"))
        .join(agents, agents.c.id == promises.c.made_by)
        .where(promises.c.conversation == conversation)
        .order_by(promises.c.position.desc())
        .limit(MOST_SHOWN)
    )
    found = await context.database.read(lambda connection: [_made(row) for row in connection.execute(statement)])
    return found[::-1]


async def settle(context: Context, agent: Agent, conversation: str, id: str, state: PromiseState) -> None:
    """See :meth:`desk.service.Desk.settle_promise`."""
    await check_sees(context, agent, conversation)
    this = (promises.c.id == id) & (promises.c.conversation == conversation)

    def write(unit: Unit) -> None:
        over = state is not PromiseState.OPEN
        changed = unit.connection.execute(
            update(promises)
            .where(this, promises.c.state != state.value)
            .values(state=state.value, settled_by=agent.id if over else None, settled_at=unit.now if over else None)
        )
        if changed.rowcount:
            unit.audit(conversation, f"agent:{agent.id}", f"promise_{state.value}", promise=id)
        elif unit.connection.execute(select(promises.c.id).where(this)).one_or_none() is None:
            raise NotFound("没有找到这个承诺。")

    await context.change(write)


async def count_promises(context: Context) -> PromiseCounts:
    """See :meth:`desk.service.Desk.promise_counts`."""
    late = case((promises.c.due_at < context.clock(), 1))
    statement = select(func.count().label("open"), func.count(late).label("overdue")).where(promises.c.state == "open")
    row = await context.database.read(lambda connection: connection.execute(statement).one())
    return PromiseCounts(open=row.open, overdue=row.overdue)


def _made(row: Row[Any]) -> PromiseMade:
    return PromiseMade(
        id=row.id,
        seq=row.seq,
        matter=row.matter,
        span=row.span,
        amount=row.amount,
        unit=row.unit,
        within=row.within,
        agent=AgentName(row.made_by, row.agent_name),
        made_at=row.made_at,
        due_at=row.due_at,
        state=PromiseState(row.state),
    )
