"""What every answer carries: the security headers, and the CORS headers where a shop's own page may call."""

from __future__ import annotations

from typing import Final

from sanic import Request
from sanic.response import BaseHTTPResponse, HTTPResponse, empty

from desk.errors import OriginRefused
from desk.web.access import may_share
from desk.web.context import App, web_of

SECURITY: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
#: What a shop's own page may use: the buyers' REST calls, and the widget's modules.
SHARED: Final = ("/api/storefront/", "/static/storefront/", "/static/shared/")


def install(app: App) -> None:
    """Put the headers on every answer of ``app`` and answer preflights."""
    app.register_middleware(_preflight, "request")
    app.register_middleware(_finish, attach_to="response")


async def _preflight(request: Request) -> HTTPResponse | None:
    """Answer ``OPTIONS`` for the shared routes; elsewhere it is a method like any other."""
    if request.method != "OPTIONS" or not request.path.startswith(SHARED):
        return None
    if may_share(request, web_of(request)) is None:
        raise OriginRefused
    return empty(
        204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "authorization, content-type",
            "Access-Control-Max-Age": "600",
        },
    )


async def _finish(request: Request, response: BaseHTTPResponse) -> HTTPResponse | None:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith(SHARED):
        response.headers["Vary"] = "Origin"
        if (origin := may_share(request, web_of(request))) is not None:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return None
