"""The one object that the web layer talks to: the desk's use cases, each one call.

Every method raises only :class:`desk.errors.DeskError`; :class:`desk.errors.Unavailable` when the database cannot be
reached. Identity and agents are taken as verified. Signals go out on :attr:`Desk.bus` after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from sqlalchemy import select

from aftersales.rules import Rule
from desk import abuse, agents, buyers, conversations, marks, promises, replies, tickets
from desk.abuse import AbuseState, BlockDecision
from desk.agents import Passwords
from desk.bot import Bot
from desk.bus import Bus
from desk.context import Context
from desk.database import Database
from desk.errors import Unavailable
from desk.feed import Feed
from desk.findings import Review
from desk.intents import IntentTitle, load_intents
from desk.lines import Lines, load_lines
from desk.marks import MarkRequest
from desk.model import (
    Agent,
    BuyerIdentity,
    ConversationState,
    Mark,
    Message,
    Posted,
    PromiseCounts,
    PromiseMade,
    PromiseState,
    Readiness,
    Role,
    Ticket,
    TicketCounts,
    TicketEvent,
    TicketView,
)
from desk.options import DeskOptions
from desk.orders import NoOrders
from desk.ports import Clock, Door, Ids, MaskSecrets, Orders, StoreDirectory
from desk.replies import Confirmation
from desk.turns import Turns


class Desk:
    """The desk's service. Nothing runs before :meth:`start`; ``bus`` is there from the beginning.

    ``database``: see :func:`desk.database.connect`; it must be migrated. ``mask``: takes secrets out of a text.
    ``door``: judges what agents and the bot are about to say. ``orders``: what their promises are compared with.
    ``rules``: the catalogue; without it no block request is ever prepared.
    ``clock`` tells aware time, ``ids`` makes opaque ids. The desk closes neither ``database`` nor ``bot``.
    """

    def __init__(
        self,
        *,
        database: Database,
        bot: Bot,
        stores: StoreDirectory,
        mask: MaskSecrets,
        door: Door,
        orders: Orders | None = None,
        clock: Clock,
        ids: Ids,
        bus: Bus | None = None,
        lines: Lines | None = None,
        options: DeskOptions | None = None,
        passwords: Passwords | None = None,
        intents: tuple[IntentTitle, ...] | None = None,
        rules: Mapping[str, Rule] | None = None,
    ) -> None:
        self.bus = bus or Bus()
        #: What an agent may say that a message should have been read as.
        self.intents = load_intents() if intents is None else intents
        self._intents = frozenset(one.intent for one in self.intents)
        self.stores = stores
        self.rules = rules or {}
        self._bot = bot
        self._passwords = passwords or Passwords()
        self._context = Context(
            database=database,
            stores=stores,
            lines=lines or load_lines(),
            mask=mask,
            door=door,
            orders=orders or NoOrders(),
            clock=clock,
            ids=ids,
            options=options or DeskOptions(),
            bus=self.bus,
            writer=ids("d"),
            rules=self.rules,
        )
        self.turns = Turns(self._context, bot)
        self.feed = Feed(self._context)

    async def start(self) -> None:
        """Start the turn workers, recover the turns nobody runs, and follow the writes of other desks."""
        await self.bus.start()
        await self.feed.start()
        await self.turns.start()

    async def stop(self) -> None:
        """Stop; turns under way are given back for another desk to run."""
        await self.turns.stop()
        await self.feed.stop()
        await self._context.settle()
        await self.bus.stop()

    async def ready(self) -> Readiness:
        """Return whether database and bot answer."""
        bot_reason, database = await asyncio.gather(self._bot.ready(), self._database_answers())
        return Readiness(database=database, bot=bot_reason is None, bot_reason=bot_reason)

    # -- buyers ---------------------------------------------------------------------------------------------------

    async def open_conversation(self, identity: BuyerIdentity) -> ConversationState:
        """Return the state of the buyer's conversation with the store; the first time, make it and greet.

        Raises NotFound for an unknown store.
        """
        return await buyers.open_conversation(self._context, identity)

    async def conversation_of(self, identity: BuyerIdentity) -> str:
        """Return the id of the buyer's conversation with the store. Raises NotFound when there is none."""
        return await buyers.conversation_of(self._context, identity)

    async def post_buyer_message(
        self, identity: BuyerIdentity, client_id: str, text: str, choice_id: str | None = None
    ) -> Posted:
        """Store a buyer's message and start the bot's turn when the bot owns the conversation.

        With ``choice_id`` the title of the choice is the text and ``text`` is ignored. Opens the conversation if need
        be. The same ``client_id`` again returns the first message.

        Raises TextEmpty, TextTooLong, BadRequest (a client id that is empty or longer than 64 characters, a choice of
        another conversation), Conflict (the client id came with another text).
        """
        posted, running = await buyers.post_message(self._context, identity, client_id, text, choice_id)
        if not posted.repeated:
            self.turns.nudge(posted.message.conversation, running)
        return posted

    async def buyer_action(self, identity: BuyerIdentity, client_id: str, name: str) -> ConversationState:
        """Do what a fixed button says and return the state after it.

        A repeat, or a button that no longer applies, changes nothing.

        ``name``: see :class:`desk.model.BuyerAction`. Raises BadRequest for another name, NotFound without a
        conversation.
        """
        return await buyers.do_action(self._context, identity, client_id, name)

    # -- both sides -----------------------------------------------------------------------------------------------

    async def messages_after(self, conversation: str, after: int, limit: int = 500) -> list[Message]:
        """Return up to ``limit`` messages with ``seq > after`` in order of ``seq``. The caller has checked who asks."""
        return await conversations.messages_after(self._context, conversation, after, limit)

    async def state(self, conversation: str) -> ConversationState:
        """Return the state of a conversation. Raises NotFound."""
        return await conversations.state(self._context, conversation)

    # -- agents ---------------------------------------------------------------------------------------------------

    async def create_agent(
        self,
        name: str,
        password: str,
        *,
        role: Role = Role.AGENT,
        groups: tuple[str, ...] = (),
        stores: tuple[str, ...] = (),
    ) -> Agent:
        """Make an agent. Raises Conflict when the name is taken, BadRequest for an empty name or a short password."""
        return await agents.create_agent(self._context, self._passwords, name, password, role, groups, stores)

    async def verify_agent(self, name: str, password: str) -> Agent:
        """Return the agent with this name and password. Raises TokenInvalid, as slowly for an unknown name."""
        return await agents.verify_agent(self._context, self._passwords, name, password)

    async def agent(self, id: str) -> Agent:
        """Return the agent with this id. Raises NotFound."""
        return await agents.agent_of(self._context, id)

    async def tickets(self, agent: Agent, view: TicketView, limit: int = 50) -> tuple[list[Ticket], TicketCounts]:
        """Return the tickets of ``view`` that ``agent`` may see, and the counts of all views.

        Waiting and open ones by priority, then age; ended ones newest first.
        """
        return await tickets.list_tickets(self._context, agent, view, limit)

    async def ticket(self, agent: Agent, id: str) -> tuple[Ticket, list[TicketEvent]]:
        """Return a ticket and its events in order. Raises NotFound, also outside the agent's stores and groups."""
        return await tickets.get_ticket(self._context, agent, id)

    async def check_sees(self, agent: Agent, conversation: str) -> None:
        """Raise NotFound unless the conversation has, or had, a ticket within the agent's stores and groups."""
        await tickets.check_sees(self._context, agent, conversation)

    async def claim(self, agent: Agent, id: str) -> Ticket:
        """Take a waiting ticket and its conversation; again by its holder changes nothing.

        Raises Conflict, naming the holder, when another agent was faster or the ticket has ended; NotFound.
        """
        return await tickets.claim(self._context, agent, id)

    async def release(self, agent: Agent, id: str) -> Ticket:
        """Put a ticket back into the waiting list. Holder or lead; else Forbidden. Raises Conflict, NotFound."""
        return await tickets.release(self._context, agent, id)

    async def offer_return(self, agent: Agent, id: str) -> Ticket:
        """Ask the buyer whether to go on with the bot. Holder only. Raises Conflict, Forbidden, NotFound."""
        return await tickets.offer_return(self._context, agent, id)

    async def return_to_bot(self, agent: Agent, id: str) -> Ticket:
        """Hand the conversation back to the bot at once. Holder or lead. Raises Conflict, Forbidden, NotFound."""
        return await tickets.return_to_bot(self._context, agent, id)

    async def close(self, agent: Agent, id: str, note: str = "") -> Ticket:
        """End the ticket and close the conversation; the buyer's next message goes to the bot.

        Holder or lead. Raises Conflict, Forbidden, NotFound.
        """
        return await tickets.close(self._context, agent, id, note)

    async def reply(
        self, agent: Agent, conversation: str, client_id: str, text: str, confirmation: Confirmation | None = None
    ) -> Posted:
        """Store an agent's message that the compliance door lets through. Only the holder; else Forbidden.

        Raises ReplyBlocked when the door stops it, ReplyWarned unless ``confirmation`` covers every kind it warns of;
        TextEmpty, TextTooLong, BadRequest, Conflict (the client id came with another text), NotFound.
        """
        return await replies.reply(self._context, agent, conversation, client_id, text, confirmation)

    async def check_reply(self, agent: Agent, conversation: str, text: str) -> Review:
        """Return what the door would say of a reply; nothing is stored. Raises Forbidden unless ``agent`` is the holder,
        TextEmpty, TextTooLong, NotFound."""
        return await replies.check(self._context, agent, conversation, text)

    async def promises(self, agent: Agent, conversation: str) -> list[PromiseMade]:
        """Return what agents promised in a conversation, the oldest first, at most the newest 50. Raises NotFound."""
        return await promises.list_promises(self._context, agent, conversation)

    async def settle_promise(self, agent: Agent, conversation: str, id: str, state: PromiseState) -> list[PromiseMade]:
        """Say that a promise was kept or missed, or take that back. Returns the conversation's promises.

        Whoever may read the conversation may say so, also after its end. Raises NotFound.
        """
        await promises.settle(self._context, agent, conversation, id, state)
        return await promises.list_promises(self._context, agent, conversation)

    async def abuse(self, agent: Agent, ticket: str) -> AbuseState:
        """Return where a ticket's conversation stands in the abuse protocol. Raises NotFound, also for who may not see it."""
        return await abuse.abuse_state(self._context, agent, ticket)

    async def decide_block_request(
        self, agent: Agent, ticket: str, decision: BlockDecision, days: int | None, note: str
    ) -> AbuseState:
        """Record in the audit what a person did with a prepared block request. Nothing is sent anywhere.

        ``days`` is the period that was asked for, ``None`` for a dismissal. Raises BadRequest (more days than allowed, a
        filing without a note), Conflict (nothing is prepared, or a colleague has recorded it), NotFound.
        """
        return await abuse.decide_request(self._context, agent, ticket, decision, days, note)

    async def promise_counts(self) -> PromiseCounts:
        """Return how many promises of all stores are open and overdue."""
        return await promises.count_promises(self._context)

    async def marked_messages_after(self, conversation: str, after: int, limit: int = 500) -> list[Message]:
        """As :meth:`messages_after`, with the agents' marks. The caller has checked who asks."""
        return await marks.marked_messages_after(self._context, conversation, after, limit)

    async def set_mark(self, agent: Agent, conversation: str, seq: int, request: MarkRequest) -> tuple[Mark, ...]:
        """Say something about the reading of a buyer's message, in place of what ``agent`` said of it before.

        Whoever may read the conversation may mark it, also after its end. The same again changes nothing. Returns all
        agents' marks of the message. Raises NotFound, BadRequest (not a buyer's message, an unknown intent, a note of
        more than 200 characters, a ticket of another conversation, a part that the kind needs is missing).
        """
        return await marks.set_mark(self._context, self._intents, agent, conversation, seq, request)

    async def clear_mark(self, agent: Agent, conversation: str, seq: int) -> tuple[Mark, ...]:
        """Take back what ``agent`` said of a message, if anything. Returns the others' marks of it. Raises NotFound."""
        return await marks.clear_mark(self._context, agent, conversation, seq)

    async def _database_answers(self) -> bool:
        try:
            await self._context.database.read(lambda connection: connection.execute(select(1)).one())
        except Unavailable:
            return False
        return True
