"""Whether the desk lives, whether it can serve, and what it has done so far."""

from __future__ import annotations

from typing import Final

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, json, text

from desk.errors import DeskError, NotFound
from desk.model import Agent, Readiness, Role, TicketView
from desk.web.access import is_local
from desk.web.console_socket import ConsoleSocket
from desk.web.context import Web, web_of
from desk.web.storefront_socket import StorefrontSocket

blueprint = Blueprint("health")

#: A load balancer asks often; the bot need not hear of it every time. Seconds.
REMEMBERED: Final = 2.0
#: Sees every ticket; it is no person and cannot log in.
_EVERYTHING: Final = Agent(id="metrics", name="metrics", role=Role.LEAD)


@blueprint.get("/health/live")
async def live(_request: Request) -> HTTPResponse:
    """The process answers."""
    return json({"live": True})


@blueprint.get("/health/ready")
async def ready(request: Request) -> HTTPResponse:
    """200 when buyers get answers: database and bot.

    ``?need=database`` is for a load balancer: without the bot the desk still stores every message and queues it.
    """
    web = web_of(request)
    found = await _readiness(web)
    enough = found.database and (found.bot or request.args.get("need") == "database") and not web.stopping
    body: dict[str, object] = {"ready": enough, "database": found.database, "bot": found.bot}
    if is_local(request):
        body["bot_reason"] = found.bot_reason
    return json(body, status=200 if enough else 503)


@blueprint.get("/metrics")
async def metrics(request: Request) -> HTTPResponse:
    """Prometheus text, for this machine only."""
    if not is_local(request):
        raise NotFound
    web = web_of(request)
    gauges: dict[str, float] = {
        'aftersales_sockets{side="storefront"}': sum(isinstance(one, StorefrontSocket) for one in web.sockets),
        'aftersales_sockets{side="console"}': sum(isinstance(one, ConsoleSocket) for one in web.sockets),
    }
    try:
        _, counts = await web.desk.tickets(_EVERYTHING, TicketView.WAITING, 1)
        promised = await web.desk.promise_counts()
    except DeskError:
        gauges["aftersales_database_up"] = 0
    else:
        gauges["aftersales_database_up"] = 1
        gauges['aftersales_tickets{state="waiting"}'] = counts.waiting
        gauges['aftersales_tickets{state="assigned"}'] = counts.open - counts.waiting
        gauges['aftersales_promises{state="open"}'] = promised.open
        gauges['aftersales_promises{state="overdue"}'] = promised.overdue
    return text(web.measures.text(gauges), content_type="text/plain; version=0.0.4; charset=utf-8")


async def _readiness(web: Web) -> Readiness:
    async with web.readiness_lock:
        now = web.monotonic()
        if web.readiness is None or now - web.readiness[0] >= REMEMBERED:
            web.readiness = (now, await web.desk.ready())
        return web.readiness[1]
