"""Who is calling: buyer tokens (signed by the shop), guest tokens and agent sessions (signed by the desk).

All are JWTs with one fixed algorithm. Which key must have signed a token is decided by us, never by its header, and the
clock is an argument, so that a test can stand at any second of a token's life.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt

ALGORITHM: Final = "HS256"
BUYER_AUDIENCE: Final = "storefront"
AGENT_AUDIENCE: Final = "console"
#: A stolen buyer token must die soon; a longer life is refused, not shortened.
LONGEST_BUYER_LIFE: Final = timedelta(minutes=60)
AGENT_LIFE: Final = timedelta(hours=12)
#: How far a shop's clock may run ahead of ours before its fresh tokens are refused.
CLOCK_SKEW: Final = timedelta(seconds=30)
GUEST_PREFIX: Final = "guest_"
LONGEST_TOKEN: Final = 4096
LONGEST_NAME: Final = 64

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@-]{0,63}")
_REQUIRED: Final = ("aud", "iat", "exp")


class TokenError(Exception):
    """A token cannot be accepted; ``code`` is ``token_missing``, ``token_invalid`` or ``token_expired``.

    ``why`` is for the log of the desk; the caller learns the code alone, so that a forger learns nothing.
    """

    def __init__(self, code: str, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code, self.why = code, why


@dataclass(frozen=True)
class BuyerClaims:
    """What a verified buyer token says."""

    store: str
    buyer: str
    #: How the shop calls the buyer; empty for a guest.
    name: str
    guest: bool
    expires_at: datetime


@dataclass(frozen=True)
class AgentClaims:
    """What a verified agent session says."""

    agent: str
    #: Names this one log-in, so that a log-out ends it.
    session: str
    expires_at: datetime


class TokenKeys:
    """Every key that may sign a token.

    ``store_secrets``: the secret each shop's backend signs with, by store id. ``session_secret``: the desk's own, from
    which one key a purpose is derived, so that a guest token can never pass as a session.
    """

    def __init__(self, store_secrets: Mapping[str, str], session_secret: str) -> None:
        self._stores = dict(store_secrets)
        self._guest = _derive(session_secret, "guest-token")
        self._agent = _derive(session_secret, "agent-session")

    def issue_buyer(
        self, *, store: str, buyer: str, name: str, now: datetime, life: timedelta = LONGEST_BUYER_LIFE
    ) -> tuple[str, datetime]:
        """Sign a token for a buyer of ``store`` as the shop would (demo and tests); answers it with its end.

        Raises :class:`KeyError` when the store has no secret.
        """
        key = self._stores[store].encode()
        return _sign(
            {"aud": BUYER_AUDIENCE, "store": store, "buyer": buyer, "name": name, "guest": False}, key, now, life
        )

    def issue_guest(
        self, *, store: str, now: datetime, buyer: str | None = None, life: timedelta = LONGEST_BUYER_LIFE
    ) -> tuple[str, datetime]:
        """Sign a token for the guest ``buyer``, or a new one with a random id; answers it with its end."""
        buyer = buyer or GUEST_PREFIX + secrets.token_hex(16)
        return _sign(
            {"aud": BUYER_AUDIENCE, "store": store, "buyer": buyer, "name": "", "guest": True}, self._guest, now, life
        )

    def verify_buyer(self, token: str, *, now: datetime, grace: timedelta = timedelta(0)) -> BuyerClaims:
        """Read a buyer's or guest's token. ``grace``: accept it this long after its end (to renew a guest's).

        Raises :class:`TokenError` for a missing, forged, over-long or run-out token.
        """
        stated = _peek(token)
        store, guest = stated.get("store"), stated.get("guest")
        if not isinstance(store, str) or not isinstance(guest, bool):
            raise TokenError("token_invalid", "store or guest is missing")
        # A guest token is only ever made by the desk: a shop's secret does not open that door, nor the other way round.
        key = self._guest if guest else self._stores.get(store, "").encode()
        if not key:
            raise TokenError("token_invalid", "no secret for this store")
        claims = _verify(token, key, BUYER_AUDIENCE)
        begins, ends = _life(claims, now, grace)
        if ends - begins > LONGEST_BUYER_LIFE:
            raise TokenError("token_invalid", "lives longer than an hour")
        buyer, name = claims.get("buyer"), claims.get("name")
        if not isinstance(buyer, str) or not _ID.fullmatch(buyer) or guest != buyer.startswith(GUEST_PREFIX):
            raise TokenError("token_invalid", "buyer is no id")
        if name is None:
            name = ""
        if not isinstance(name, str) or len(name) > LONGEST_NAME:
            raise TokenError("token_invalid", "name is no short text")
        return BuyerClaims(store=store, buyer=buyer, name=name.strip(), guest=guest, expires_at=ends)

    def issue_agent(self, agent: str, *, now: datetime) -> tuple[str, datetime]:
        """Sign a session for the agent with this id; answers it with its end, 12 hours on."""
        claims = {"aud": AGENT_AUDIENCE, "sub": agent, "jti": secrets.token_hex(16)}
        return _sign(claims, self._agent, now, AGENT_LIFE)

    def verify_agent(self, token: str, *, now: datetime) -> AgentClaims:
        """Read an agent's session. Raises :class:`TokenError` when it is missing, forged or over."""
        claims = _verify(token, self._agent, AGENT_AUDIENCE)
        _, ends = _life(claims, now)
        agent, session = claims.get("sub"), claims.get("jti")
        if not isinstance(agent, str) or not agent or not isinstance(session, str) or not session:
            raise TokenError("token_invalid", "sub or jti is missing")
        return AgentClaims(agent=agent, session=session, expires_at=ends)


def _derive(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"aftersales:{purpose}:v1".encode(), hashlib.sha256).digest()


def _sign(claims: Mapping[str, Any], key: bytes, now: datetime, life: timedelta) -> tuple[str, datetime]:
    begins = int(now.timestamp())
    ends = begins + int(life.total_seconds())
    token = jwt.encode({**claims, "iat": begins, "exp": ends}, key, algorithm=ALGORITHM)
    return token, datetime.fromtimestamp(ends, UTC)


def _peek(token: str) -> dict[str, Any]:
    """Read claims that nobody has vouched for, only to learn which key must have signed them."""
    if not token:
        raise TokenError("token_missing", "no token")
    if len(token) > LONGEST_TOKEN:
        raise TokenError("token_invalid", "too long to be one of ours")
    try:
        claims = jwt.decode(token, options={"verify_signature": False}, algorithms=[ALGORITHM])
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenError("token_invalid", type(error).__name__) from None
    return dict(claims)


def _verify(token: str, key: bytes, audience: str) -> dict[str, Any]:
    if not token:
        raise TokenError("token_missing", "no token")
    if len(token) > LONGEST_TOKEN:
        raise TokenError("token_invalid", "too long to be one of ours")
    try:
        # PyJWT would ask the wall clock; :func:`_life` asks ours instead.
        options = {"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(token, key, algorithms=[ALGORITHM], audience=audience, options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError) as error:
        raise TokenError("token_invalid", type(error).__name__) from None
    return dict(claims)


def _life(claims: Mapping[str, Any], now: datetime, grace: timedelta = timedelta(0)) -> tuple[datetime, datetime]:
    begins, ends = _moment(claims, "iat"), _moment(claims, "exp")
    starts = max(begins, _moment(claims, "nbf")) if "nbf" in claims else begins
    if ends <= begins:
        raise TokenError("token_invalid", "ends before it begins")
    if starts > now + CLOCK_SKEW:
        raise TokenError("token_invalid", "begins in the future")
    if ends + grace <= now:
        raise TokenError("token_expired", "has run out")
    return begins, ends


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TokenError("token_invalid", f"{name} is no number")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise TokenError("token_invalid", f"{name} is no moment") from None
