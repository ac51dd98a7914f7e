"""The agents' routes for what they say: replies through the compliance door, checks while typing, and promises made."""

from __future__ import annotations

from typing import Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from desk.errors import TooMany
from desk.model import PromiseState
from desk.replies import LONGEST_REASON, Confirmation
from desk.web import wire
from desk.web.access import agent_of, check_own_origin
from desk.web.context import web_of
from desk.web.fields import (
    LONGEST_TEXT,
    Choice,
    ClientId,
    Field,
    Object,
    Text,
    Words,
    read_fields,
    read_json,
    stated_client_id,
)

blueprint = Blueprint("console_replies")

LONGEST_KIND: Final = 32
MOST_KINDS: Final = 64
CONFIRM: Final[dict[str, Field]] = {"reason": Text(LONGEST_REASON), "kinds": Words(MOST_KINDS, LONGEST_KIND)}
REPLY: Final[dict[str, Field]] = {"client_id": ClientId(), "text": Text(LONGEST_TEXT), "confirm": Object(CONFIRM)}
CHECK: Final[dict[str, Field]] = {"text": Text(LONGEST_TEXT)}
SETTLE: Final[dict[str, Field]] = {"state": Choice(tuple(PromiseState))}


@blueprint.post("/api/console/conversations/<id:str>/messages")
async def reply(request: Request, id: str) -> HTTPResponse:
    """Answer the buyer: 202 the first time, 200 for a repeat; 422 or 409 when the door objects."""
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)
    body = read_json(request.body)
    fields = read_fields(body, REPLY, client_id=stated_client_id(body))
    stated = fields["confirm"]
    confirmation = None if stated is None else Confirmation(stated["reason"], tuple(stated["kinds"]))
    posted = await web.unbroken(web.desk.reply(person, id, fields["client_id"], fields["text"], confirmation))
    return json(wire.ack(fields["client_id"], posted), status=200 if posted.repeated else 202)


@blueprint.post("/api/console/conversations/<id:str>/check")
async def check(request: Request, id: str) -> HTTPResponse:
    """What the door would say of a reply that is still being typed; nothing is stored."""
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)
    fields = read_fields(read_json(request.body), CHECK)
    if not web.limits.checks.allow(person.id, web.monotonic()):
        raise TooMany
    return json(wire.review(await web.desk.check_reply(person, id, fields["text"])), dumps=wire.dump)


@blueprint.get("/api/console/conversations/<id:str>/promises")
async def promises(request: Request, id: str) -> HTTPResponse:
    """What agents promised this buyer."""
    web, person = web_of(request), await agent_of(request)
    return json(wire.promises(await web.desk.promises(person, id), web.clock()), dumps=wire.dump)


@blueprint.put("/api/console/conversations/<id:str>/promises/<promise:str>")
async def settle(request: Request, id: str, promise: str) -> HTTPResponse:
    """Say that a promise was kept or missed, or take that back."""
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)
    state = PromiseState(read_fields(read_json(request.body), SETTLE)["state"])
    made = await web.unbroken(web.desk.settle_promise(person, id, promise, state))
    return json(wire.promises(made, web.clock()), dumps=wire.dump)
