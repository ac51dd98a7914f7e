"""The agents' routes for marks: what was read wrongly, and which handoff was needless or missing."""

from __future__ import annotations

from typing import Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json

from desk.errors import BadRequest, TooMany
from desk.marks import LONGEST_NOTE, MarkRequest
from desk.model import Agent, MarkKind
from desk.web import wire
from desk.web.access import agent_of, check_own_origin
from desk.web.context import Web, web_of
from desk.web.fields import LONGEST_TEXT, Choice, Field, Text, read_fields, read_json

blueprint = Blueprint("console_marks")

LONGEST_ID: Final = 64
#: Longer than a note may be, so that one somewhat too long is told its limit and not just refused.
MARK: Final[dict[str, Field]] = {
    "kind": Choice(tuple(MarkKind)),
    "ticket": Text(LONGEST_ID, optional=True),
    "intent": Text(LONGEST_ID, optional=True),
    "note": Text(max(LONGEST_TEXT, LONGEST_NOTE), optional=True),
}


@blueprint.get("/api/console/intents")
async def intents(request: Request) -> HTTPResponse:
    """What a message may have meant, for the agent to choose from."""
    await agent_of(request)
    choices = [{"intent": one.intent, "title": one.title, "group": one.group} for one in web_of(request).desk.intents]
    return json({"intents": choices}, dumps=wire.dump)


@blueprint.put("/api/console/conversations/<id:str>/messages/<seq:str>/mark")
async def mark(request: Request, id: str, seq: str) -> HTTPResponse:
    """Mark a buyer's message, or change one's mark."""
    web, person = await _may_mark(request)
    fields = read_fields(read_json(request.body), MARK)
    wanted = MarkRequest(MarkKind(fields["kind"]), fields["ticket"], fields["intent"], fields["note"])
    made = await web.unbroken(web.desk.set_mark(person, id, _seq(seq), wanted))
    return json({"marks": wire.marks(made)}, dumps=wire.dump)


@blueprint.delete("/api/console/conversations/<id:str>/messages/<seq:str>/mark")
async def unmark(request: Request, id: str, seq: str) -> HTTPResponse:
    """Take one's mark back."""
    web, person = await _may_mark(request)
    left = await web.unbroken(web.desk.clear_mark(person, id, _seq(seq)))
    return json({"marks": wire.marks(left)}, dumps=wire.dump)


async def _may_mark(request: Request) -> tuple[Web, Agent]:
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)
    if not web.limits.marks.allow(person.id, web.monotonic()):
        raise TooMany("标记得有点快，请过几秒再试。")
    return web, person


def _seq(stated: str) -> int:
    # Sanic's own int would answer a strange number with 404, and take one that no database holds.
    if not stated.isascii() or not stated.isdigit() or not 0 < len(stated) <= 9:
        raise BadRequest(field="seq")
    return int(stated)
