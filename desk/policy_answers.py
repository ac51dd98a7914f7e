"""``python -m desk.policy_answers --store STORE --from FROM --to TO``: :mod:`aftersales.policy_diff` with the transcript.

The bot's messages come from the desk's database (``AFTERSALES_DATABASE_URL``); when the order that a message names was
placed, the order system says (``AFTERSALES_ORDERS``). Nothing is written, and no buyer is named.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

from aftersales.errors import AftersalesError
from aftersales.orders import BuyerIdentity, OrdersPort, OrdersUnavailable, open_orders
from aftersales.policy import PastAnswer
from aftersales.policy_diff import NoTranscript
from aftersales.policy_diff import main as policy_diff
from aftersales.settings import load_settings
from desk.database import Database, connect
from desk.errors import Unavailable
from desk.lines import CHINA
from desk.model import Sender
from desk.schema import conversations, messages

#: How an answer names an order: by the last four digits of its number.
_TAIL = re.compile(r"尾号([0-9A-Za-z]{4})(?![0-9A-Za-z])")
#: As many orders of one buyer as are looked through for the one that an answer names.
_RECENT = 50


@dataclass(frozen=True)
class SaidByBot:
    """One message of the bot, and to whom it was said."""

    conversation: str
    seq: int
    at: datetime
    text: str
    buyer: BuyerIdentity


async def read_said(database: Database, store: str, since: datetime | None = None) -> list[SaidByBot]:
    """Return what the bot has said in ``store``, in the order it was written, from ``since`` (aware) on.

    Raises NoTranscript, in words for the merchant, when there is no table to read.
    """
    statement = (
        select(messages, conversations.c.buyer, conversations.c.guest)
        .join(conversations, conversations.c.id == messages.c.conversation)
        .where(conversations.c.store == store, messages.c.sender == Sender.BOT.value)
        .order_by(messages.c.position)
    )
    if since is not None:
        statement = statement.where(messages.c.at >= since)
    try:
        return await database.read(
            lambda connection: [
                SaidByBot(row.conversation, row.seq, row.at, row.text, BuyerIdentity(store, row.buyer, row.guest))
                for row in connection.execute(statement)
            ]
        )
    except Unavailable as error:
        problem = type(error.__cause__).__name__
        raise NoTranscript(
            f"没有查：AFTERSALES_DATABASE_URL 指的数据库读不到聊天记录（{problem}）。请核对地址，并先启动一次客服台。"
        ) from error


def with_orders(said: Iterable[SaidByBot], orders: OrdersPort, warn: Callable[[str], None]) -> list[PastAnswer]:
    """Return the answers with the time at which the order each names was placed, where that can be told.

    Two orders of a buyer that end alike, or an order that is not found, leave it open. When the order system cannot be
    asked, ``warn`` is told once and every further answer is left open.
    """
    placed: dict[BuyerIdentity, dict[str, datetime | None]] = {}
    answers: list[PastAnswer] = []
    reachable = True
    for one in said:
        tails = set(_TAIL.findall(one.text))
        if tails and reachable and not one.buyer.guest and one.buyer not in placed:
            try:
                placed[one.buyer] = _placed(orders, one.buyer)
            except OrdersUnavailable as problem:
                warn(f"订单系统问不到（{problem}），不知道下单时间的回答按没有具体订单来比。")
                reachable = False
        at = placed.get(one.buyer, {}).get(tails.pop()) if len(tails) == 1 else None
        answers.append(PastAnswer(one.conversation, one.seq, one.at, one.text, at))
    return answers


def _placed(orders: OrdersPort, buyer: BuyerIdentity) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for order in orders.recent_orders(buyer, _RECENT):
        found[order.short] = None if order.short in found else order.placed_at
    return found


async def read_past(url: str, orders: OrdersPort, store: str, since: datetime | None = None) -> list[PastAnswer]:
    """Return the past answers of ``store`` from the database at ``url``. Raises NoTranscript, ConfigurationError."""
    if _missing_file(url):
        raise NoTranscript("没有查：还没有聊天记录的数据库。启动一次客服台（make run），有了对话再来看。")
    database = connect(url, connections=2)
    try:
        said = await read_said(database, store, since)
    finally:
        await database.close()
    return with_orders(said, orders, lambda text: print(text, file=sys.stderr))


def _missing_file(url: str) -> bool:
    """Whether the address is a SQLite file that nobody has written yet; opening it would make an empty one."""
    address = make_url(url)
    return address.get_backend_name() == "sqlite" and not Path(str(address.database)).is_file()


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line: that of ``aftersales.policy_diff``, and ``--since``. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m desk.policy_answers", add_help=False, allow_abbrev=False)
    parser.add_argument("--since", type=_moment, help="answers from this day (2026-11-01) or time on, China time")
    own, others = parser.parse_known_args(arguments)
    try:
        settings = load_settings(os.environ, secrets_required=False)
        orders = open_orders(settings.orders, settings.orders_token)
    except AftersalesError as error:
        print(error, file=sys.stderr)
        return 2
    return policy_diff(
        list(others),
        read_past=lambda store: asyncio.run(read_past(settings.database_url, orders, store, own.since)),
    )


def _moment(stated: str) -> datetime:
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


if __name__ == "__main__":
    raise SystemExit(main())
