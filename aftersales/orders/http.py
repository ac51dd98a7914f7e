"""Orders from the merchant's own order system, over the small contract in ``docs/orders-openapi.yml``.

Plain ``http.client``: no redirects are followed, so the bearer token never travels to another host, and no proxy is
asked. A read is tried twice, but both tries share one deadline, because a buyer is waiting.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from aftersales.errors import ConfigurationError
from aftersales.orders.document import read_order
from aftersales.orders.fields import DocumentError
from aftersales.orders.model import BuyerIdentity, Order
from aftersales.orders.port import OrdersUnavailable

TIMEOUT_SECONDS = 2.0
ATTEMPTS = 2
#: More than any honest answer has; a runaway answer must not fill the memory.
LARGEST_ANSWER = 1_000_000


class HttpOrders:
    """Asks the order system at ``base`` (``https://orders.example.com/api``) with the bearer ``token``.

    ``timeout`` is in seconds, for a whole question.
    """

    def __init__(self, base: str, token: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(base)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ConfigurationError(
                "environment", "AFTERSALES_ORDERS", f"{base!r} is no base address", "Use https://host/path"
            )
        if not token:
            raise ConfigurationError(
                "environment", "AFTERSALES_ORDERS_TOKEN", "is not set", "Set the bearer token of the order system"
            )
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._timeout = timeout

    def recent_orders(self, buyer: BuyerIdentity, limit: int = 5) -> tuple[Order, ...]:
        """The buyer's latest orders, newest first. Raises :class:`OrdersUnavailable`."""
        if buyer.guest or limit < 1:
            return ()
        answer = self._get(f"{_buyer_path(buyer)}/orders?limit={limit}")
        if answer is None:
            return ()
        if not isinstance(answer, Mapping) or not isinstance(answer.get("orders"), list):
            raise OrdersUnavailable("order system: the answer has no list `orders`")
        orders = sorted((_own(part, buyer) for part in answer["orders"]), key=_placed, reverse=True)
        return tuple(orders[:limit])

    def find_order(self, buyer: BuyerIdentity, order_number: str) -> Order | None:
        """The buyer's order with this number. Raises :class:`OrdersUnavailable`."""
        if buyer.guest or not order_number:
            return None
        answer = self._get(f"{_buyer_path(buyer)}/orders/{quote(order_number, safe='')}")
        if answer is None:
            return None
        order = _own(answer, buyer)
        if order.number != order_number:
            raise OrdersUnavailable("order system: the answer is about another order than the question")
        return order

    def _get(self, path: str) -> object:
        """The JSON at ``path``; ``None`` for 404."""
        failure = ""
        deadline = time.monotonic() + self._timeout
        for _ in range(ATTEMPTS):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            try:
                status, body = self._ask(path, left)
            except (OSError, http.client.HTTPException) as error:
                failure = f"{type(error).__name__}: {error}"
                continue
            if status == 404:
                return None
            if status == 200:
                try:
                    return json.loads(body)
                except ValueError as error:
                    raise OrdersUnavailable("order system: the answer is not JSON") from error
            failure = f"status {status}"
            if status < 500 and status != 429:
                break
        raise OrdersUnavailable(f"order system: {failure}")

    def _ask(self, path: str, seconds: float) -> tuple[int, bytes]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=seconds)
        deadline = time.monotonic() + seconds
        try:
            connection.request("GET", self._path + path, headers=self._headers)
            answer = connection.getresponse()
            body = bytearray()
            while chunk := answer.read1(65536):
                body += chunk
                # The socket's own limit starts anew with every byte; a dripping answer needs this one.
                if time.monotonic() > deadline:
                    raise TimeoutError("the answer took too long")
                if len(body) > LARGEST_ANSWER:
                    raise http.client.HTTPException("the answer is too large")
            return answer.status, bytes(body)
        finally:
            connection.close()


def _buyer_path(buyer: BuyerIdentity) -> str:
    return f"/stores/{quote(buyer.store, safe='')}/buyers/{quote(buyer.buyer, safe='')}"


def _own(document: object, buyer: BuyerIdentity) -> Order:
    """The order in ``document``; an answer about somebody else's order is an error, never an answer."""
    try:
        order = read_order(document)
    except DocumentError as error:
        raise OrdersUnavailable(f"order system: {error}") from error
    if (order.store, order.buyer) != (buyer.store, buyer.buyer):
        raise OrdersUnavailable("order system: the answer holds another buyer's order")
    return order


def _placed(order: Order) -> float:
    return order.placed_at.timestamp()
