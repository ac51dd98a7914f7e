"""The desk's way into the bot: one call a turn, see ``docs/protocol.md``.

It is the only channel in ``credentials.yml``. At start it also hardens the loaded agent through Rasa's own attributes:
the action endpoint gets a deadline and an honest failure, and the bot is warmed up before it says that it is ready.
"""

from __future__ import annotations

import asyncio
import gc
import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timezone
from typing import Any, Mapping, Optional

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from aftersales.errors import ConfigurationError
from bot import composition
from bot.actions_endpoint import ActionsEndpoint
from bot.graph_runner import OrderedGraphRunner
from bot.hardening import check_action_answers_quickly
from bot.nlg import StoreResponses
from bot.rule_index import index_rules
from bot.trackers import EpisodeTrackerStore
from bot.turns import CHANNEL, Turn, TurnRunner, TurnRunning, run_detached

log = structlog.get_logger(__name__)

LONGEST_TEXT = 1000
#: Answers are kept for repeats of the same turn for this long; seconds.
ANSWERS_KEPT_FOR = 3 * 24 * 3600


class DeskChannel(InputChannel):
    """``bot.channel.DeskChannel`` in ``credentials.yml``; its options come from the environment."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._runner: Optional[TurnRunner] = None
        self._actions: Optional[ActionsEndpoint] = None
        self._problem: Optional[str] = "starting"

    @classmethod
    def name(cls) -> str:
        """The channel's name and address: ``/webhooks/desk``."""
        return CHANNEL

    @classmethod
    def from_credentials(cls, credentials: Optional[dict[str, Any]]) -> DeskChannel:
        """Make the channel. Raises :class:`ConfigurationError` when there is no secret (never an AttributeError,

        which Rasa would report as a channel it cannot find)."""
        secret = composition.settings().bot_secret
        if len(secret) < 32:
            raise ConfigurationError(
                "environment",
                "AFTERSALES_BOT_SECRET",
                "is not set, so nobody could be let in",
                "Set it to at least 32 random characters for both bot and desk; `make run` does so by itself",
            )
        return cls(secret)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes, and the listeners that prepare the agent."""
        routes = Blueprint("desk_channel")

        @routes.listener("after_server_start")
        async def prepare(app: Sanic, _loop: Any) -> None:
            app.add_task(self._prepare(app.ctx.agent))

        @routes.listener("before_server_stop")
        async def finish(_app: Sanic, _loop: Any) -> None:
            if self._actions is not None:
                await self._actions.close()

        @routes.get("/ready")
        async def ready(_request: Request) -> HTTPResponse:
            if self._problem is None and self._actions is not None and not await self._actions.healthy():
                return response.json({"ready": False, "reason": "actions"}, status=503)
            return response.json(
                {"ready": self._problem is None, "reason": self._problem}, status=503 if self._problem else 200
            )

        @routes.post("/turn")
        async def turn(request: Request) -> HTTPResponse:
            return await self._turn(request)

        return routes

    async def _prepare(self, agent: Agent) -> None:
        if not agent.is_ready() or agent.processor is None:
            self._problem = "no model is loaded; run `make model`"
            log.error("bot.not_ready", problem=self._problem)
            return
        # Rasa wraps the store in one that answers a failed read with an empty conversation; an error must reach the desk.
        trackers = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
        wording = agent.nlg
        if not isinstance(trackers, EpisodeTrackerStore) or not isinstance(wording, StoreResponses):
            # A wrong class path in endpoints.yml costs no more than a warning in Rasa, which then uses its own part.
            self._problem = "endpoints.yml: tracker_store or nlg is not ours; compare it with the repository's"
            log.error("bot.not_ready", problem=self._problem)
            return
        agent.tracker_store = agent.processor.tracker_store = trackers
        self._actions = ActionsEndpoint(composition.settings().actions_url + "/webhook")
        agent.action_endpoint = agent.processor.action_endpoint = self._actions
        agent.processor.graph_runner = OrderedGraphRunner.taking_over(agent.processor.graph_runner)
        index_rules(agent.processor.graph_runner)
        runner = TurnRunner(agent, trackers, wording)
        check_action_answers_quickly()
        await self._wait_for_actions()
        await runner.warm_up(next(iter(composition.stores().current())), datetime.now(timezone.utc))
        # What is loaded stays for good; without it in view a collection takes no noticeable time.
        gc.collect()
        gc.freeze()
        trackers.forget_answers_before(time.time() - ANSWERS_KEPT_FOR)
        self._runner, self._problem = runner, None
        log.info("bot.ready", model=agent.model_id)

    async def _wait_for_actions(self) -> None:
        """The action server starts beside us; warming up without it would only warm up the failure."""
        self._problem = "the action server does not answer"
        while self._actions is not None and not await self._actions.healthy():
            await asyncio.sleep(0.3)

    async def _turn(self, request: Request) -> HTTPResponse:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._secret}".encode()):
            return _error("token_invalid", 401, "the bearer secret is wrong")
        if self._runner is None:
            return _error("not_ready", 503, self._problem or "starting", retry=True)
        try:
            turn = read_turn(request.json)
        except (ValueError, TypeError) as problem:
            return _error("bad_request", 400, str(problem))
        try:
            return response.json(await run_detached(self._runner, turn), ensure_ascii=False)
        except TurnRunning:
            return _error("conflict", 409, "a turn of this conversation is running", retry=True)
        except ValueError as problem:
            return _error("bad_request", 400, str(problem))
        except Exception:
            log.exception("turn.crashed", conversation=turn.conversation, turn=turn.turn)
            return _error("unavailable", 500, "the turn could not be answered", retry=True)


def read_turn(body: Any) -> Turn:
    """The call's body as a :class:`Turn`. Raises ValueError naming the field."""
    if not isinstance(body, Mapping):
        raise ValueError("the body is not a JSON object")
    buyer = body.get("buyer")
    if not isinstance(buyer, Mapping) or not isinstance(buyer.get("id"), str):
        raise ValueError("buyer: needs an object with a string id")
    for field in ("turn", "conversation", "store", "text", "now"):
        if not isinstance(body.get(field), str):
            raise ValueError(f"{field}: is missing or no string")
    if body["store"] not in composition.stores().current():
        raise ValueError(f"store: {body['store']!r} is not known; add stores/{body['store']}/store.yml")
    now = datetime.fromisoformat(body["now"].replace("Z", "+00:00"))
    if now.tzinfo is None:
        raise ValueError("now: has no time zone")
    choice, carry = body.get("choice"), body.get("carry")
    if choice is not None and not isinstance(choice, str):
        raise ValueError("choice: is no string")
    if carry is not None and not isinstance(carry, Mapping):
        raise ValueError("carry: is no object")
    return Turn(
        turn=body["turn"],
        conversation=body["conversation"],
        store=body["store"],
        buyer={"id": buyer["id"], "name": buyer.get("name"), "guest": bool(buyer.get("guest"))},
        text=neutralise(body["text"][:LONGEST_TEXT]),
        choice=choice,
        now=now,
        agents_on_duty=bool(body.get("agents_on_duty", True)),
        carry=carry,
    )


def neutralise(text: str) -> str:
    """A text that Rasa cannot take for a command: a leading slash becomes a full-width one."""
    bare = text.lstrip("\u200b\u200c\u200d\ufeff \t\r\n\u3000")
    return "／" + bare[1:] if bare.startswith("/") else text


def _error(code: str, status: int, message: str, *, retry: bool = False) -> HTTPResponse:
    body = {"type": "error", "code": code, "message": message, "field": None, "retry": retry, "client_id": None}
    return response.json(body, status=status)
