"""The buyer's routes: the socket, the same over REST, and a token for strangers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json
from sanic.server.websockets.impl import WebsocketImplProtocol

from desk.errors import BadRequest, NotFound, TooMany
from desk.model import BuyerIdentity
from desk.web.access import buyer_key, buyer_of, check_store_origin
from desk.web.context import Web, web_of
from desk.web.fields import Text, read_fields, read_json, stated_client_id
from desk.web.storefront_socket import ACTION, HELLO_SECONDS, StorefrontSocket, send_fields
from desk.web.tokens import LONGEST_TOKEN, TokenError
from desk.web.wire import ack, message_to_buyer, moment, state_to_buyer

blueprint = Blueprint("storefront")

#: Messages of one REST answer; the caller asks again from the last it got.
PAGE: Final = 500
#: A guest who comes back this long after the token's end is still the same guest.
GUEST_GRACE: Final = timedelta(hours=24)


async def socket(request: Request, ws: WebsocketImplProtocol) -> None:
    """A buyer's tab."""
    web = web_of(request)
    seconds = getattr(request.app.ctx, "hello_seconds", HELLO_SECONDS)
    await StorefrontSocket(web, request, ws, hello_seconds=seconds).run()


blueprint.add_websocket_route(socket, "/ws/storefront")


@blueprint.post("/api/storefront/guest")
async def guest(request: Request) -> HTTPResponse:
    """A token for a stranger, or a fresh one for a stranger who shows an older one."""
    web = web_of(request)
    fields = read_fields(read_json(request.body), {"store": Text(64), "token": Text(LONGEST_TOKEN, optional=True)})
    store = fields["store"]
    if store not in web.stores():
        raise NotFound
    check_store_origin(request, web, store)
    if not web.limits.guests.allow(request.client_ip, web.monotonic()):
        raise TooMany
    now = web.clock()
    token, ends = web.keys.issue_guest(store=store, now=now, buyer=_same_guest(web, store, fields["token"]))
    return json({"token": token, "expires_at": moment(ends)})


@blueprint.get("/api/storefront/messages")
async def messages(request: Request) -> HTTPResponse:
    """The conversation after a ``seq``."""
    web, identity = web_of(request), buyer_of(request)
    if not web.limits.buyer_reads.allow(buyer_key(identity), web.monotonic()):
        raise TooMany
    after = read_number(request, "after", 0)
    state = await web.desk.open_conversation(identity)
    rows = await web.desk.messages_after(state.conversation, after, PAGE)
    return json(
        {
            "conversation": state.conversation,
            "state": state_to_buyer(state),
            "messages": [message_to_buyer(row) for row in rows],
            "last_seq": max([state.last_seq, *(row.seq for row in rows)]),
        },
        ensure_ascii=False,
    )


@blueprint.post("/api/storefront/messages")
async def send(request: Request) -> HTTPResponse:
    """Store a message: 202 the first time, 200 for a repeat."""
    web, identity = web_of(request), buyer_of(request)
    _check_pace(web, identity)
    body = read_json(request.body)
    fields = read_fields(body, send_fields(body), client_id=stated_client_id(body))
    begun = web.monotonic()
    posted = await web.unbroken(
        web.desk.post_buyer_message(identity, fields["client_id"], fields["text"] or "", fields["choice"])
    )
    web.measures.store_seconds.add(web.monotonic() - begun)
    return json(ack(fields["client_id"], posted), status=200 if posted.repeated else 202)


@blueprint.post("/api/storefront/actions")
async def action(request: Request) -> HTTPResponse:
    """Press one of the fixed buttons."""
    web, identity = web_of(request), buyer_of(request)
    _check_pace(web, identity)
    body = read_json(request.body)
    fields = read_fields(body, ACTION, client_id=stated_client_id(body))
    state = await web.unbroken(web.desk.buyer_action(identity, fields["client_id"], fields["name"]))
    return json({"state": state_to_buyer(state)}, ensure_ascii=False)


def read_number(request: Request, name: str, default: int) -> int:
    """The whole number ``name`` of the query, ``default`` when it is missing. Raises :class:`BadRequest`."""
    stated: Any = request.args.get(name, str(default))
    if not isinstance(stated, str) or not stated.isascii() or not stated.isdigit() or len(stated) > 15:
        raise BadRequest(field=name)
    return int(stated)


def _check_pace(web: Web, identity: BuyerIdentity) -> None:
    if not web.limits.buyer_calls.allow(buyer_key(identity), web.monotonic()):
        raise TooMany


def _same_guest(web: Web, store: str, token: str | None) -> str | None:
    """The guest whose older token this is; ``None`` makes a new guest."""
    if not token:
        return None
    try:
        claims = web.keys.verify_buyer(token, now=web.clock(), grace=GUEST_GRACE)
    except TokenError:
        return None
    return claims.buyer if claims.guest and claims.store == store else None
