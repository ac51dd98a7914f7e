"""Who may call from where: origins, bearer tokens, sessions, loopback."""

from __future__ import annotations

from urllib.parse import urlsplit

from sanic import Request

from desk.errors import NotFound, OriginRefused, TokenExpired, TokenInvalid, TokenMissing, TooMany
from desk.model import Agent, BuyerIdentity
from desk.web.context import Web, web_of
from desk.web.tokens import AgentClaims, BuyerClaims

SESSION_COOKIE = "desk_session"
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")


def is_own_origin(request: Request) -> bool:
    """Whether the page that calls was served by this desk under the same host name."""
    netloc = urlsplit(_origin(request) or "").netloc.lower()
    return bool(netloc) and netloc == request.host.lower()


def check_own_origin(request: Request) -> None:
    """For calls that change something with a cookie. Raises :class:`OriginRefused` for a foreign or unnamed page."""
    named = _origin(request) is not None
    if not (is_own_origin(request) if named else request.headers.get("sec-fetch-site") == "same-origin"):
        raise OriginRefused


def check_store_origin(request: Request, web: Web, store: str) -> None:
    """Raise :class:`OriginRefused` when a browser page calls that is neither ours nor one of the store's.

    A caller without ``Origin`` is no browser page of a foreign site; the token alone decides.
    """
    origin = _origin(request)
    if not origin or is_own_origin(request):
        return
    face = web.stores().get(store)
    if origin not in web.settings.desk_origins and (face is None or origin not in face.allowed_origins):
        raise OriginRefused


def may_share(request: Request, web: Web) -> str | None:
    """The calling origin when any store allows it, for the CORS headers; which store, the call itself checks."""
    origin = _origin(request)
    if not origin or is_own_origin(request):
        return None
    if origin in web.settings.desk_origins or any(origin in face.allowed_origins for face in web.stores().values()):
        return origin
    return None


def _origin(request: Request) -> str | None:
    stated = request.headers.get("origin")
    return stated if isinstance(stated, str) and stated else None


def identity_of(claims: BuyerClaims) -> BuyerIdentity:
    """The buyer that a verified token names."""
    return BuyerIdentity(store=claims.store, buyer=claims.buyer, name=claims.name, guest=claims.guest)


def buyer_key(identity: BuyerIdentity) -> str:
    """The buyer's key in the limits."""
    return f"{identity.store}/{identity.buyer}"


def bearer(request: Request) -> str:
    """The token of the ``Authorization`` header. Raises :class:`TokenMissing`."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise TokenMissing
    return token.strip()


def buyer_of(request: Request) -> BuyerIdentity:
    """The buyer who makes a REST call, from token and origin. Raises what is wrong with them."""
    web = web_of(request)
    claims = web.keys.verify_buyer(bearer(request), now=web.clock())
    if claims.store not in web.stores():
        raise TokenInvalid
    check_store_origin(request, web, claims.store)
    return identity_of(claims)


def session_of(request: Request) -> AgentClaims:
    """The session cookie, verified. Raises :class:`TokenMissing`, :class:`TokenExpired` or what is wrong with it."""
    web = web_of(request)
    claims = web.keys.verify_agent(str(request.cookies.get(SESSION_COOKIE) or ""), now=web.clock())
    if claims.session in web.ended_sessions:
        raise TokenExpired
    return claims


async def agent_of(request: Request) -> Agent:
    """The agent who makes a call, as the database knows them now. Raises when the session or the agent is gone."""
    web = web_of(request)
    claims = session_of(request)
    if not web.limits.agent_calls.allow(claims.agent, web.monotonic()):
        raise TooMany
    try:
        return await web.desk.agent(claims.agent)
    except NotFound:
        raise TokenInvalid from None


def is_local(request: Request) -> bool:
    """Whether the caller sits on this machine and speaks for nobody else; a proxy on this machine does not count."""
    return request.ip in ("127.0.0.1", "::1") and not any(name in request.headers for name in _FORWARDED)
