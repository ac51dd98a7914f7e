"""What buyers do: open the conversation, say something, press a fixed button."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, bindparam, insert, select, update

from desk import schema, text
from desk.abuse import remind_once
from desk.answer import TurnRequest
from desk.context import Context
from desk.conversations import find_repeat, state
from desk.errors import BadRequest, Conflict, NotFound
from desk.handoff import call_person, open_ticket, plain_handoff
from desk.lines import CHINA
from desk.model import BuyerAction, BuyerIdentity, ConversationState, Message, Owner, Posted, Sender
from desk.unit import Held, Unit

LONGEST_BUYER = 128
BUYER = "buyer"

_OPEN_TURN = (
    select(schema.turns.c.message)
    .where(schema.turns.c.conversation == bindparam("conversation"), schema.turns.c.state.in_(("pending", "running")))
    .limit(1)
)


@dataclass(frozen=True)
class Running:
    """A turn that this desk has leased and must run now."""

    request: TurnRequest
    epoch: int
    attempt: int


async def open_conversation(context: Context, identity: BuyerIdentity) -> ConversationState:
    """See :meth:`desk.service.Desk.open_conversation`."""
    store = context.store(identity.store)
    if not 0 < len(identity.buyer) <= LONGEST_BUYER:
        raise BadRequest(field="buyer")
    name = identity.name[:LONGEST_BUYER]
    found = await _find(context, identity)

    def create(unit: Unit) -> None:
        unit.connection.execute(
            insert(schema.conversations).values(
                id=unit.ids("c"),
                store=identity.store,
                buyer=identity.buyer,
                guest=identity.guest,
                buyer_name=name,
                owner=Owner.BOT.value,
                epoch=1,
                return_offered=False,
                last_seq=0,
                created_at=unit.now,
            )
        )
        unit.say(_hold(unit, identity), Sender.BOT, context.lines.bot_name, store.greeting)

    def rename(unit: Unit) -> None:
        _hold(unit, identity).buyer_name = name

    if found is None:
        try:
            await context.change(create)
        except Conflict:
            # The buyer's other tab was faster; its conversation is this one.
            if await _find(context, identity) is None:
                raise
    elif found[1] != name:
        await context.change(rename)
    return await state(context, await conversation_of(context, identity))


async def conversation_of(context: Context, identity: BuyerIdentity) -> str:
    """See :meth:`desk.service.Desk.conversation_of`."""
    found = await _find(context, identity)
    if found is None:
        raise NotFound
    return found[0]


async def post_message(
    context: Context, identity: BuyerIdentity, client_id: str, typed: str, choice_id: str | None
) -> tuple[Posted, Running | None]:
    """Store a buyer's message; return it, with the turn to run when it is the only one of the conversation."""
    text.check_client_id(client_id)
    kept = context.mask(text.clean(typed, context.options.longest_text)) if choice_id is None else None

    def post(unit: Unit) -> tuple[Message, Running | None]:
        held = _hold(unit, identity)
        title, payload = (None, None) if choice_id is None else _choice(unit, held, choice_id)
        if held.owner is Owner.CLOSED:
            unit.own(held, Owner.BOT)
        message = unit.say(
            held,
            Sender.BUYER,
            held.buyer_name,
            kept.text if kept else str(title),
            author=_author(held),
            client_id=client_id,
            choice=choice_id,
        )
        if kept and kept.found:
            context.system_line(unit, held, "masked", what=context.lines.secrets(kept.found))
        if kept and held.owner is Owner.QUEUE:
            remind_once(context, unit, held, message)
        if held.owner is not Owner.BOT:
            return message, None
        alone = not _turn_open(unit, held.id)
        unit.turn(message, held.epoch, choice=payload, lease_until=unit.now + context.lease if alone else None)
        if not alone:
            return message, None
        return message, Running(turn_request(context, held, message.id, message.text, payload), held.epoch, 1)

    try:
        message, running = await context.change(post)
        return Posted(message, repeated=False), running
    except NotFound:
        await open_conversation(context, identity)
        return await post_message(context, identity, client_id, typed, choice_id)
    except Conflict:
        conversation = await conversation_of(context, identity)
        first = await find_repeat(context, conversation, _author(identity), client_id)
        if first is None:
            raise
        if first[1] != choice_id or (kept and first[0].text != kept.text):
            raise Conflict("这条消息已经发送过，内容不一样，请重新发送。", field="client_id") from None
        return Posted(first[0], repeated=True), None


async def do_action(context: Context, identity: BuyerIdentity, client_id: str, name: str) -> ConversationState:
    """See :meth:`desk.service.Desk.buyer_action`."""
    text.check_client_id(client_id)
    if name not in set(BuyerAction):
        raise BadRequest(field="name")

    def act(unit: Unit) -> str:
        held = _hold(unit, identity)
        if not _done_before(unit, held.id, client_id):
            unit.audit(held.id, BUYER, name, client_id=client_id)
            _act(context, unit, held, BuyerAction(name))
        return held.id

    return await state(context, await context.change(act))


def turn_request(context: Context, held: Held, turn: str, stored: str, choice: str | None) -> TurnRequest:
    """Return the call for the buyer's message ``turn`` whose stored text is ``stored``."""
    now = context.clock()
    return TurnRequest(
        turn=turn,
        conversation=held.id,
        store=held.store,
        buyer=held.buyer,
        buyer_name=held.buyer_name,
        guest=held.guest,
        text=text.for_bot(stored),
        choice=choice,
        now=now.astimezone(CHINA),
        agents_on_duty=context.store(held.store).service_hours.is_open(now),
        carry=held.carry,
    )


def _act(context: Context, unit: Unit, held: Held, action: BuyerAction) -> None:
    if action is BuyerAction.HUMAN:
        if held.owner in (Owner.BOT, Owner.CLOSED):
            reason = context.lines.reason("human_request")
            handoff = plain_handoff(context, unit, held, "human_request", reason)
            call_person(context, unit, held, handoff, actor=BUYER)
    elif action is BuyerAction.LEAVE_QUEUE:
        if held.owner is Owner.QUEUE:
            _end_ticket(unit, held, "abandoned")
            unit.own(held, Owner.BOT)
            # The bot must know: whoever has just chosen it is not sent away again for mood alone.
            held.carry = {**(held.carry or {}), "declined_handoff": True}
            context.system_line(unit, held, "left_queue")
    elif held.return_offered and held.agent is not None:
        if action is BuyerAction.ACCEPT_RETURN:
            _end_ticket(unit, held, "returned")
            unit.own(held, Owner.BOT)
            context.system_line(unit, held, "accepted")
        else:
            held.return_offered = False
            ticket = open_ticket(unit, held.id)
            if ticket is not None:
                unit.event(ticket.id, held.id, "declined", BUYER)
            context.system_line(unit, held, "declined", agent=held.agent.name)


def _end_ticket(unit: Unit, held: Held, end: str) -> None:
    ticket = open_ticket(unit, held.id)
    if ticket is None:
        raise Conflict
    tickets = schema.tickets
    unit.connection.execute(update(tickets).where(tickets.c.id == ticket.id).values(state=end, ended_at=unit.now))
    unit.event(ticket.id, held.id, end, BUYER)
    unit.queues.add((ticket.store, ticket.team))


async def _find(context: Context, identity: BuyerIdentity) -> tuple[str, str] | None:
    table = schema.conversations
    statement = select(table.c.id, table.c.buyer_name).where(_is(identity))
    row = await context.database.read(lambda connection: connection.execute(statement).one_or_none())
    return None if row is None else (row.id, row.buyer_name)


def _hold(unit: Unit, identity: BuyerIdentity) -> Held:
    held = unit.hold_buyers(identity)
    if held is None:
        raise NotFound
    return held


def _choice(unit: Unit, held: Held, choice_id: str) -> tuple[str, str]:
    choices = schema.choices
    statement = select(choices.c.title, choices.c.payload).where(
        choices.c.id == choice_id, choices.c.conversation == held.id
    )
    row = unit.connection.execute(statement).one_or_none()
    if row is None:
        raise BadRequest(field="choice")
    return row.title, row.payload


def _turn_open(unit: Unit, conversation: str) -> bool:
    return unit.connection.execute(_OPEN_TURN, {"conversation": conversation}).first() is not None


def _done_before(unit: Unit, conversation: str, client_id: str) -> bool:
    audit = schema.audit
    statement = select(audit.c.position).where(
        audit.c.conversation == conversation, audit.c.actor == BUYER, audit.c.client_id == client_id
    )
    return unit.connection.execute(statement).first() is not None


def _is(identity: BuyerIdentity) -> ColumnElement[bool]:
    table = schema.conversations
    return and_(table.c.store == identity.store, table.c.buyer == identity.buyer, table.c.guest == identity.guest)


def _author(who: BuyerIdentity | Held) -> str:
    # A buyer's client ids must not meet an agent's, whatever ids the shop gives its buyers.
    return f"buyer:{who.buyer}"
