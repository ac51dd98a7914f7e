"""An agent's reply on its way to the buyer: through the compliance door, and only then into the transcript.

What the door blocks is not stored. What it warns of is stored once the agent has said why. Both are in the audit. What a
stored reply promises goes into the ledger (:mod:`desk.promises`) in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, bindparam, select

from aftersales.door import Talk, Verdict
from aftersales.orders import BuyerIdentity
from desk import text
from desk.context import Context
from desk.conversations import find_repeat
from desk.door import card_words, own_words
from desk.errors import BadRequest, Conflict, Forbidden, NotFound, ReplyBlocked, ReplyWarned
from desk.findings import Finding, Review, review, titles
from desk.marks_mask import mask_for_review
from desk.model import Agent, Message, Posted, Sender
from desk.orders import order_number
from desk.promises import keep_promises
from desk.schema import conversations, messages, tickets
from desk.unit import Unit

SHORTEST_REASON, LONGEST_REASON = 2, 200
#: As many of the agent's earlier replies as the door compares.
REMEMBERED = 3
#: As many of the buyer's messages as are looked through for numbers that may be said back to them.
HEARD = 30

_STANDING = select(
    conversations.c.store,
    conversations.c.buyer,
    conversations.c.guest,
    conversations.c.buyer_name,
    conversations.c.agent,
).where(conversations.c.id == bindparam("id"))
_SAID = (
    select(messages.c.text)
    .where(messages.c.conversation == bindparam("id"), messages.c.author == bindparam("author"))
    .order_by(messages.c.seq.desc())
    .limit(REMEMBERED)
)
_HEARD = (
    select(messages.c.text)
    .where(messages.c.conversation == bindparam("id"), messages.c.sender == Sender.BUYER.value)
    .order_by(messages.c.seq.desc())
    .limit(HEARD)
)
_CARDS = (
    select(tickets.c.card).where(tickets.c.conversation == bindparam("id")).order_by(tickets.c.opened_at.desc())
)


@dataclass(frozen=True)
class Confirmation:
    """Why an agent sends a reply that the door warned of, and which kinds of finding they have seen."""

    reason: str
    kinds: tuple[str, ...]


async def reply(
    context: Context,
    agent: Agent,
    conversation: str,
    client_id: str,
    typed: str,
    confirmation: Confirmation | None,
) -> Posted:
    """See :meth:`desk.service.Desk.reply`."""
    text.check_client_id(client_id)
    kept = text.clean(typed, context.options.longest_text)
    reason = _reason(confirmation)
    author = _author(agent)
    # Looked up first: a repeat gets its answer even when the agent has handed the conversation on meanwhile, and what
    # is stored already is not judged again.
    first = await find_repeat(context, conversation, author, client_id)
    if first is None:
        verdict = await _judge(context, agent, conversation, kept)
        confirmed = await _pass(context, agent, conversation, kept, review(context.door, verdict), confirmation)

        def post(unit: Unit) -> Message:
            held = unit.hold(conversation)
            if held is None:
                raise NotFound
            if held.agent is None or held.agent.id != agent.id:
                raise _not_yours()
            name = context.lines.agent_name(agent.name)
            message = unit.say(held, Sender.AGENT, name, kept, author=author, client_id=client_id)
            if confirmed:
                unit.audit(
                    conversation,
                    author,
                    "reply_confirmed",
                    seq=message.seq,
                    reason=reason,
                    **_told(confirmed),
                    spans=_spans(confirmed),
                )
            keep_promises(unit, message, agent, verdict.promises)
            return message

        try:
            return Posted(await context.change(post), repeated=False)
        except Conflict:
            first = await find_repeat(context, conversation, author, client_id)
            if first is None:
                raise
    if first[0].text != kept:
        raise Conflict("这条消息已经发送过，内容不一样，请重新发送。", field="client_id")
    return Posted(first[0], repeated=True)


async def check(context: Context, agent: Agent, conversation: str, typed: str) -> Review:
    """See :meth:`desk.service.Desk.check_reply`."""
    kept = text.clean(typed, context.options.longest_text)
    return review(context.door, await _judge(context, agent, conversation, kept))


async def _judge(context: Context, agent: Agent, conversation: str, kept: str) -> Verdict:
    """Ask the door. Raises NotFound, Forbidden for whoever does not hold the conversation."""
    values = {"id": conversation, "author": _author(agent)}

    def look(connection: Connection) -> tuple[BuyerIdentity, str | None, Talk]:
        standing = connection.execute(_STANDING, values).one_or_none()
        if standing is None:
            raise NotFound
        if standing.agent != agent.id:
            raise _not_yours()
        said = list(connection.execute(_SAID, values).scalars())
        cards = list(connection.execute(_CARDS, values).scalars())
        words = [word for card in cards for word in card_words(card)]
        own = own_words(standing.buyer_name, *words, *connection.execute(_HEARD, values).scalars())
        buyer = BuyerIdentity(standing.store, standing.buyer, standing.guest)
        about = next(filter(None, map(order_number, cards)), None)
        return buyer, about, Talk(said=tuple(reversed(said)), now=context.clock(), own=own)

    buyer, about, talk = await context.database.read(look)
    verdict = context.door.check(kept, buyer.store, "agent", talk)
    if about is None or all(promise.within for promise in verdict.promises):
        return verdict
    # Only then is the order worth asking for: it may say what the agent promised.
    order = await context.orders.find(buyer, about)
    return verdict if order is None else context.door.check(kept, buyer.store, "agent", replace(talk, order=order))


async def _pass(
    context: Context,
    agent: Agent,
    conversation: str,
    kept: str,
    found: Review,
    confirmation: Confirmation | None,
) -> tuple[Finding, ...]:
    """Return the warnings that the agent has confirmed. Raises ReplyBlocked, ReplyWarned."""
    if found.level == "block":
        blocked = found.of_level("block")

        def note(unit: Unit) -> None:
            unit.audit(conversation, _author(agent), "reply_blocked", **_told(blocked), text=_hidden(context, kept))

        await context.change(note)
        raise ReplyBlocked(
            f"这条回复不能发出：{titles(blocked)}。请按提示改一改。", field="text", findings=found.findings
        )
    warned = found.of_level("warn")
    if warned and (confirmation is None or not {one.kind for one in warned} <= set(confirmation.kinds)):
        raise ReplyWarned(f"这条回复需要您确认：{titles(warned)}。", field="confirm", findings=warned)
    return warned


def _reason(confirmation: Confirmation | None) -> str:
    """Return the reason as it is kept, secrets hidden: agents paste numbers too. Raises BadRequest."""
    if confirmation is None:
        return ""
    reason = mask_for_review(" ".join(confirmation.reason.split()))
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise BadRequest(f"请写 {SHORTEST_REASON} 到 {LONGEST_REASON} 字的理由。", field="confirm.reason")
    return reason


def _told(findings: Sequence[Finding]) -> dict[str, Any]:
    return {"kinds": [one.kind for one in findings], "rules": [one.rule for one in findings]}


def _spans(findings: Sequence[Finding]) -> list[str]:
    return [mask_for_review(one.span) for one in findings]


def _hidden(context: Context, kept: str) -> str:
    """Return a text for the audit, without secrets and without what names a person."""
    return mask_for_review(context.mask(kept).text)


def _author(agent: Agent) -> str:
    return f"agent:{agent.id}"


def _not_yours() -> Forbidden:
    return Forbidden("这个会话现在不由您接待，请先接入再回复。")
