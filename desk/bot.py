"""The bot as the desk sees it: one call a turn, within a deadline, retried only where a repeat is harmless.

A turn's id makes a repeat harmless: the bot answers the same again and runs no action twice.
"""

from __future__ import annotations

import asyncio
from typing import Protocol, Self

import httpx

from aftersales.errors import AftersalesError
from desk.answer import Answer, InvalidAnswer, TurnRequest, parse_answer


class BotError(AftersalesError):
    """The bot gave no answer; ``problem`` is a key of ``reasons`` in ``lines.yml``."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(f"{problem}: {detail}")
        self.problem, self.detail = problem, detail


class Bot(Protocol):
    """Whoever answers turns."""

    async def answer(self, request: TurnRequest) -> Answer:
        """Return the answer to one turn. Raises BotError, at the latest when the deadline is over."""

    async def ready(self) -> str | None:
        """Return ``None`` when turns can be answered, else the reason why not."""


class HttpBot:
    """The bot behind ``url``. Use it in ``async with``, or call :meth:`close`."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        deadline: float = 8.0,
        first_pause: float = 0.05,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """``deadline``: seconds for a turn, retries included.

        ``first_pause``: seconds before a busy bot is asked again; doubles each time.
        """
        self._deadline = deadline
        self._first_pause = first_pause
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {secret}"},
            timeout=httpx.Timeout(deadline),
            limits=httpx.Limits(max_connections=128, max_keepalive_connections=64, keepalive_expiry=60),
            transport=transport,
            # The bot is on the inside: a proxy meant for the outside must not get to see buyers' messages.
            trust_env=False,
        )

    async def answer(self, request: TurnRequest) -> Answer:
        """See :meth:`Bot.answer`."""
        try:
            async with asyncio.timeout(self._deadline):
                response = await self._post(request)
        except TimeoutError as error:
            raise BotError("timeout", f"no answer in {self._deadline} s") from error
        try:
            return parse_answer(response.json(), request.turn)
        except (InvalidAnswer, ValueError) as error:
            raise BotError("invalid", str(error)) from error

    async def ready(self) -> str | None:
        """See :meth:`Bot.ready`."""
        try:
            response = await self._client.get("/webhooks/desk/ready", timeout=2.0)
            body = response.json()
        except (httpx.HTTPError, ValueError) as error:
            return f"unreachable: {type(error).__name__}"
        if response.status_code == httpx.codes.OK:
            return None
        return str(body.get("reason", "not ready")) if isinstance(body, dict) else "not ready"

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _post(self, request: TurnRequest) -> httpx.Response:
        body = request.wire()
        failures = 0
        pause = self._first_pause
        while True:
            try:
                response = await self._client.post("/webhooks/desk/turn", json=body)
            except httpx.TimeoutException as error:
                raise BotError("timeout", type(error).__name__) from error
            except httpx.TransportError as error:
                problem = BotError("unreachable", type(error).__name__)
                problem.__cause__ = error
            else:
                if response.status_code == httpx.codes.OK:
                    return response
                if response.status_code == httpx.codes.CONFLICT:
                    # Another turn of the conversation is still running there, left over from a desk that died.
                    await asyncio.sleep(pause)
                    pause *= 2
                    continue
                problem = BotError("refused", f"status {response.status_code}")
                if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                    raise problem
            failures += 1
            if failures > 1:
                raise problem
