"""The way to the action server: one kept-alive session, a short deadline, and an honest failure.

Rasa's own endpoint opens a connection for each call, waits up to 300 seconds, and when the call fails goes on as if the
action had run, in silence. Here a failed call is remembered, so that the turn ends in a truthful line and a handoff.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Optional

import aiohttp
import structlog
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

log = structlog.get_logger(__name__)

#: Seconds for one call; all actions only read, so one further try is safe.
DEADLINE = 3.0
TRIES = 2

#: Conversations whose current turn had an action that could not run; the channel asks and clears.
FAILED_CONVERSATIONS: set[str] = set()


class ActionsEndpoint(EndpointConfig):
    """An :class:`EndpointConfig` for the action server with the behaviour above."""

    def __init__(self, url: str) -> None:
        # None of our actions reads the domain, and it is by far the largest part of a call.
        super().__init__(url=url, enable_selective_domain=True)
        self._kept: Optional[aiohttp.ClientSession] = None

    async def request(  # type: ignore[override]
        self,
        method: str = "post",
        subpath: Optional[str] = None,
        content_type: Optional[str] = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Call the action server. A rejection (400) is raised as Rasa expects; any other failure is remembered."""
        body = kwargs["json"]
        for attempt in range(TRIES):
            try:
                return await self._call(body)
            except ClientResponseError:
                raise
            except (aiohttp.ClientError, asyncio.TimeoutError, json.JSONDecodeError) as problem:
                log.warning(
                    "actions.call_failed", action=body.get("next_action"), attempt=attempt + 1, problem=type(problem).__name__
                )
        FAILED_CONVERSATIONS.add(body["sender_id"])
        return {"events": [], "responses": []}

    async def _call(self, body: Any) -> Any:
        if self._kept is None or self._kept.closed:
            self._kept = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE))
        async with self._kept.post(self.url, json=body) as response:
            if response.status == 400:
                raise ClientResponseError(response.status, response.reason, await response.text())
            response.raise_for_status()
            return await response.json()

    async def healthy(self) -> bool:
        """Whether the action server answers its health check."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
                session.get(self.url.rsplit("/", 1)[0] + "/health") as response,
            ):
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    async def close(self) -> None:
        """Close the kept session."""
        if self._kept is not None:
            await self._kept.close()
