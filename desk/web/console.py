"""The agents' routes: log-in, tickets, conversations, and the socket that keeps the lists fresh."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import urlsplit

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json
from sanic.server.websockets.impl import WebsocketImplProtocol

from desk.errors import BadRequest, TokenInvalid, TooMany
from desk.model import Agent, Ticket, TicketView
from desk.web import wire
from desk.web.access import SESSION_COOKIE, agent_of, check_own_origin, session_of
from desk.web.console_socket import ConsoleSocket
from desk.web.context import Web, web_of
from desk.web.fields import Text, read_fields, read_json
from desk.web.storefront import PAGE, read_number
from desk.web.tokens import AGENT_LIFE, TokenError

blueprint = Blueprint("console")

LONGEST_NAME: Final = 64
LONGEST_PASSWORD: Final = 256
LONGEST_NOTE: Final = 500
MOST_TICKETS: Final = 200
MOST_ENDED_SESSIONS: Final = 10_000


async def socket(request: Request, ws: WebsocketImplProtocol) -> None:
    """An agent's tab."""
    await ConsoleSocket(web_of(request), request, ws).run()


blueprint.add_websocket_route(socket, "/ws/console")


@blueprint.post("/api/console/login")
async def login(request: Request) -> HTTPResponse:
    """Name and password for a session cookie."""
    check_own_origin(request)
    web = web_of(request)
    fields = read_fields(read_json(request.body), {"name": Text(LONGEST_NAME), "password": Text(LONGEST_PASSWORD)})
    person = await _check_password(web, fields["name"].strip(), fields["password"], request.client_ip)
    token, _ = web.keys.issue_agent(person.id, now=web.clock())
    response = json({"agent": wire.agent(person)}, ensure_ascii=False)
    _set_cookie(response, web, request, token, int(AGENT_LIFE.total_seconds()))
    return response


@blueprint.post("/api/console/logout")
async def logout(request: Request) -> HTTPResponse:
    """End the session, here and for whoever copied the cookie."""
    check_own_origin(request)
    web = web_of(request)
    try:
        claims = session_of(request)
    except TokenError:
        pass
    else:
        now = web.clock()
        for session in [session for session, ends in web.ended_sessions.items() if ends <= now]:
            del web.ended_sessions[session]
        if len(web.ended_sessions) < MOST_ENDED_SESSIONS:
            web.ended_sessions[claims.session] = claims.expires_at
    response = json({})
    _set_cookie(response, web, request, "", 0)
    return response


@blueprint.get("/api/console/me")
async def me(request: Request) -> HTTPResponse:
    """Who is logged in."""
    return json({"agent": wire.agent(await agent_of(request))}, ensure_ascii=False)


@blueprint.get("/api/console/tickets")
async def tickets(request: Request) -> HTTPResponse:
    """One list of tickets, with the counts of all."""
    person = await agent_of(request)
    stated: Any = request.args.get("state", TicketView.OPEN.value)
    if stated not in tuple(TicketView):
        raise BadRequest(field="state")
    some, counts = await web_of(request).desk.tickets(person, TicketView(stated), _limit(request))
    return json(wire.tickets(some, counts), dumps=wire.dump)


@blueprint.get("/api/console/tickets/<id:str>")
async def ticket(request: Request, id: str) -> HTTPResponse:
    """One ticket and its history."""
    person = await agent_of(request)
    one, events = await web_of(request).desk.ticket(person, id)
    return json({"ticket": wire.ticket(one), "events": [wire.event(event) for event in events]}, dumps=wire.dump)


@blueprint.get("/api/console/conversations/<id:str>/messages")
async def messages(request: Request, id: str) -> HTTPResponse:
    """A conversation after a ``seq``."""
    web, person = web_of(request), await agent_of(request)
    after = read_number(request, "after", 0)
    await web.desk.check_sees(person, id)
    state = await web.desk.state(id)
    rows = await web.desk.marked_messages_after(id, after, PAGE)
    return json(
        {
            "messages": [wire.message_to_agent(row, person) for row in rows],
            "state": wire.state_to_agent(state),
            "last_seq": max([state.last_seq, *(row.seq for row in rows)]),
        },
        dumps=wire.dump,
    )


@blueprint.post("/api/console/tickets/<id:str>/claim")
async def claim(request: Request, id: str) -> HTTPResponse:
    """Take a waiting ticket."""
    return await _change(request, lambda web, person: web.desk.claim(person, id))


@blueprint.post("/api/console/tickets/<id:str>/release")
async def release(request: Request, id: str) -> HTTPResponse:
    """Put it back."""
    return await _change(request, lambda web, person: web.desk.release(person, id))


@blueprint.post("/api/console/tickets/<id:str>/offer_return")
async def offer_return(request: Request, id: str) -> HTTPResponse:
    """Ask the buyer whether to go on with the bot."""
    return await _change(request, lambda web, person: web.desk.offer_return(person, id))


@blueprint.post("/api/console/tickets/<id:str>/return")
async def return_to_bot(request: Request, id: str) -> HTTPResponse:
    """Hand back at once."""
    return await _change(request, lambda web, person: web.desk.return_to_bot(person, id))


@blueprint.post("/api/console/tickets/<id:str>/close")
async def close(request: Request, id: str) -> HTTPResponse:
    """End it, with a note for the colleagues."""
    body = read_json(request.body) if request.body else {}
    words = read_fields(body, {"note": Text(LONGEST_NOTE, optional=True)})["note"] or ""
    return await _change(request, lambda web, person: web.desk.close(person, id, words))


async def _change(request: Request, change: Callable[[Web, Agent], Awaitable[Ticket]]) -> HTTPResponse:
    check_own_origin(request)
    web, person = web_of(request), await agent_of(request)

    async def do() -> Ticket:
        return await change(web, person)

    return json({"ticket": wire.ticket(await web.unbroken(do()))}, dumps=wire.dump)


async def _check_password(web: Web, name: str, password: str, address: str) -> Agent:
    """The agent, unless somebody is guessing: counted by name and address, and by address alone."""
    pair, now = f"{name}\n{address}", web.monotonic()
    if web.limits.logins_address.full(address, now) or not web.limits.logins.allow(pair, now):
        raise TooMany("尝试次数太多，请几分钟后再试。")
    async with web.password_checks:
        try:
            person = await web.desk.verify_agent(name, password)
        except TokenInvalid:
            web.limits.logins_address.allow(address, now)
            raise TokenInvalid("用户名或密码不对。") from None
    web.limits.logins.forget(pair)
    return person


def _set_cookie(response: HTTPResponse, web: Web, request: Request, token: str, seconds: int) -> None:
    response.add_cookie(
        SESSION_COOKIE,
        token,
        httponly=True,
        samesite="Strict",
        secure=_needs_tls(web, request),
        path="/",
        max_age=seconds,
    )


def _needs_tls(web: Web, request: Request) -> bool:
    """Outside the demo the cookie only travels over TLS, unless the browser sits on this very machine."""
    return not web.settings.demo and urlsplit(f"//{request.host}").hostname not in ("127.0.0.1", "localhost", "::1")


def _limit(request: Request) -> int:
    limit = read_number(request, "limit", 50)
    if not 0 < limit <= MOST_TICKETS:
        raise BadRequest(field="limit")
    return limit
