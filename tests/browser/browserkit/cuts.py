"""A network between browser and desk that a test can cut, and make lose frames."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, WebSocketRoute

Frame = dict[str, object]


class Network:
    """Stands between the pages of ``context`` and one of the desk's sockets. Make it before a page is opened."""

    def __init__(self, context: BrowserContext, path: str) -> None:
        self._live: list[WebSocketRoute] = []
        self._cut = False
        self.loses: Callable[[Frame], bool] = lambda _frame: False
        context.route_web_socket(f"**{path}", self._connect)

    def cut(self) -> None:
        """Drop every connection and let none through."""
        self._cut = True
        for route in self._live:
            route.close(code=4000)
        self._live.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._cut = False

    def _connect(self, route: WebSocketRoute) -> None:
        if self._cut:
            route.close(code=4000)
            return
        server = route.connect_to_server()
        self._live.append(route)

        def to_page(text: str | bytes) -> None:
            # Playwright calls for a frame that was on its way when the line was cut.
            if route in self._live and not self.loses(json.loads(text)):
                route.send(text)

        server.on_message(to_page)
