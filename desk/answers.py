"""How a turn ends: the bot's answer, or the truth that there is none, written in one transaction.

Both are refused when the turn is not this desk's any more: the owner changed meanwhile (every change of owner ends
the turns of its epoch), or the lease was lost. A refused answer is never shown; that it came is recorded.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select, update

from desk.answer import Answer
from desk.bot_door import call_for, judge, note
from desk.buyers import Running
from desk.context import Context
from desk.handoff import call_person, open_ticket, plain_handoff
from desk.model import Sender
from desk.schema import messages, turns
from desk.unit import Held, Unit

BOT = "bot"

_SET_READING = update(messages).where(messages.c.id == bindparam("message"))
_SEQ = select(messages.c.seq).where(messages.c.id == bindparam("message"))
_END_TURN = (
    update(turns)
    .where(
        turns.c.message == bindparam("turn"),
        turns.c.state == "running",
        turns.c.lease_owner == bindparam("desk"),
        turns.c.attempts == bindparam("attempt"),
        turns.c.epoch == bindparam("held_epoch"),
    )
    .values(lease_owner=None, lease_until=None)
)


async def commit_answer(context: Context, running: Running, answer: Answer) -> bool:
    """Write ``answer``: messages, reading, carry, ticket and owner. Return whether it was still wanted.

    A message that the compliance door stops is not said: the buyer reads the safe line and gets a person, who sees it.
    """
    request = running.request
    judged = judge(context, request, answer.messages, context.clock())
    stopped = [one for one in judged if one.stopped]

    def write(unit: Unit) -> bool:
        held = _end(context, unit, running, "done", answer.outcome)
        if held is None:
            return False
        if answer.reading is not None:
            unit.connection.execute(_SET_READING, {"message": request.turn, "reading": dict(answer.reading)})
        held.carry = answer.carry
        for one in judged:
            note(context, unit, held, request.turn, one)
            if not one.stopped:
                unit.say(held, Sender.BOT, context.lines.bot_name, one.message.text, choices=one.message.choices)
            elif one is stopped[0]:
                unit.say(held, Sender.BOT, context.lines.bot_name, context.lines.buyer("blocked"))
        handoff = call_for(context, unit, held, answer.handoff, stopped) if stopped else answer.handoff
        if handoff is not None:
            seq = unit.connection.execute(_SEQ, {"message": request.turn}).scalar_one()
            call_person(context, unit, held, handoff, actor=BOT, seq=seq)
        return True

    return await context.change(write)


async def commit_failure(context: Context, running: Running, problem: str) -> bool:
    """Tell the buyer that the bot could not answer and call a person. Return whether the turn was still wanted.

    ``problem`` is a key of ``reasons`` in ``lines.yml``.
    """

    def write(unit: Unit) -> bool:
        held = _end(context, unit, running, "failed", problem)
        if held is None:
            return False
        reason = context.lines.reason("bot_failure", problem=context.lines.reason(problem))
        handoff = plain_handoff(context, unit, held, "bot_failure", reason)
        unit.audit(held.id, "system", "bot_failure", turn=running.request.turn, problem=problem)
        call_person(context, unit, held, handoff, actor="system", queued="bot_failed", off_hours="bot_failed_off_hours")
        return True

    return await context.change(write)


def _end(context: Context, unit: Unit, running: Running, state: str, outcome: str) -> Held | None:
    """Hold the conversation and end the turn; ``None`` when it is not this desk's to end."""
    request = running.request
    held = unit.hold(request.conversation)
    if held is None:
        return None
    result = unit.connection.execute(
        _END_TURN,
        {
            "turn": request.turn,
            "desk": context.writer,
            "attempt": running.attempt,
            "held_epoch": held.epoch,
            "state": state,
            "ended_at": unit.now,
        },
    )
    if result.rowcount == 1:
        return held
    detail: dict[str, Any] = {"turn": request.turn, "outcome": outcome, "epoch": running.epoch, "epoch_now": held.epoch}
    unit.audit(held.id, BOT, "answer_dropped", **detail)
    ticket = open_ticket(unit, held.id)
    if ticket is not None:
        unit.event(ticket.id, held.id, "answer_dropped", BOT, **detail)
    return None
