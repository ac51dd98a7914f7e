"""Buyer tokens, guests and sessions: who is believed, and for how long."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from desk.web.tokens import AGENT_LIFE, CLOCK_SKEW, TokenError, TokenKeys

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECRET, OTHER, SESSION = "j" * 40, "t" * 40, "s" * 40
KEYS = TokenKeys({"jd": SECRET, "tmall": OTHER}, SESSION)
AT = int(NOW.timestamp())


def claims(**changes: Any) -> dict[str, Any]:
    """What a shop states about a buyer; ``None`` leaves a claim out."""
    stated = {
        "aud": "storefront",
        "store": "jd",
        "buyer": "u1001",
        "name": "林女士",
        "guest": False,
        "iat": AT,
        "exp": AT + 3600,
    } | changes
    return {name: value for name, value in stated.items() if value is not None}


def signed(key: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def by_hand(header: dict[str, Any], key: str | None, **changes: Any) -> str:
    """A token that no library would make."""
    parts = [json.dumps(part).encode() for part in (header, claims(**changes))]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mac = hmac.new(key.encode(), body, hashlib.sha256).digest() if key else b""
    return (body + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def test_a_good_token_names_the_buyer() -> None:
    found = KEYS.verify_buyer(signed(), now=NOW)
    assert (found.store, found.buyer, found.name, found.guest) == ("jd", "u1001", "林女士", False)
    assert found.expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("token", "code"),
    [
        pytest.param("", "token_missing", id="没有"),
        pytest.param("abc", "token_invalid", id="不是JWT"),
        pytest.param("a" * 5000, "token_invalid", id="太长"),
        pytest.param(signed(iat=AT - 600, exp=AT), "token_expired", id="刚好过期"),
        pytest.param(signed(iat=AT - 7200, exp=AT - 3600), "token_expired", id="早已过期"),
        pytest.param(signed(exp=AT + 3601), "token_invalid", id="有效期超过一小时"),
        pytest.param(signed(iat=AT - 3000, exp=AT + 1000), "token_invalid", id="总有效期超过一小时"),
        pytest.param(signed(iat=AT + 31), "token_invalid", id="将来签发"),
        pytest.param(signed(nbf=AT + 60), "token_invalid", id="还没生效"),
        pytest.param(signed(iat=AT + 20, exp=AT + 10), "token_invalid", id="先过期后签发"),
        pytest.param(signed(aud="console"), "token_invalid", id="给客服台的"),
        pytest.param(signed(aud=None), "token_invalid", id="没有aud"),
        pytest.param(signed(exp=None), "token_invalid", id="没有exp"),
        pytest.param(signed(iat=None), "token_invalid", id="没有iat"),
        pytest.param(by_hand({"alg": "HS256"}, SECRET, exp="明天"), "token_invalid", id="exp不是数字"),
        pytest.param(by_hand({"alg": "HS256"}, SECRET, exp=10**30), "token_invalid", id="exp大得没边"),
        pytest.param(signed(store=None), "token_invalid", id="没有店铺"),
        pytest.param(signed(store="pdd"), "token_invalid", id="没有密钥的店铺"),
        pytest.param(signed(store="tmall"), "token_invalid", id="别家店铺的密钥"),
        pytest.param(signed(buyer=None), "token_invalid", id="没有买家"),
        pytest.param(signed(buyer=7), "token_invalid", id="买家是数字"),
        pytest.param(signed(buyer="u/../x"), "token_invalid", id="买家不是编号"),
        pytest.param(signed(buyer="guest_1"), "token_invalid", id="冒充访客编号"),
        pytest.param(signed(name="长" * 65), "token_invalid", id="名字太长"),
        pytest.param(signed(guest=None), "token_invalid", id="没有guest"),
        pytest.param(signed(guest="no"), "token_invalid", id="guest不是真假"),
        pytest.param(signed(guest=True, buyer="guest_1"), "token_invalid", id="店铺冒签访客"),
        pytest.param(signed(key="x" * 40), "token_invalid", id="密钥不对"),
        pytest.param(signed(key="j" * 64, algorithm="HS512"), "token_invalid", id="别的算法"),
        pytest.param(by_hand({"alg": "none"}, None), "token_invalid", id="没有签名"),
        pytest.param(by_hand({"alg": "None", "typ": "JWT"}, SECRET), "token_invalid", id="None大写"),
        pytest.param(by_hand({"alg": "HS256", "crit": ["b64"], "b64": False}, SECRET), "token_invalid", id="未知扩展"),
        pytest.param(signed()[:-2], "token_invalid", id="签名被截断"),
        pytest.param(signed().split(".")[0] + ".e30." + signed().split(".")[2], "token_invalid", id="内容被换掉"),
    ],
)
def test_a_bad_token_is_refused(token: str, code: str) -> None:
    with pytest.raises(TokenError) as refused:
        KEYS.verify_buyer(token, now=NOW)
    assert refused.value.code == code


def test_a_shops_clock_may_run_a_little_ahead() -> None:
    ahead = int(CLOCK_SKEW.total_seconds())
    assert KEYS.verify_buyer(signed(iat=AT + ahead), now=NOW).buyer == "u1001"


def test_a_guest_is_signed_by_the_desk_alone() -> None:
    token, ends = KEYS.issue_guest(store="jd", now=NOW)
    found = KEYS.verify_buyer(token, now=NOW)
    assert found.guest and found.buyer.startswith("guest_") and found.name == "" and ends == found.expires_at
    with pytest.raises(TokenError):
        TokenKeys({"jd": SECRET}, "x" * 40).verify_buyer(token, now=NOW)


def test_two_guests_are_two_people() -> None:
    buyers = {KEYS.verify_buyer(KEYS.issue_guest(store="jd", now=NOW)[0], now=NOW).buyer for _ in range(50)}
    assert len(buyers) == 50


def test_what_the_demo_signs_is_what_a_shop_signs() -> None:
    token, _ = KEYS.issue_buyer(store="jd", buyer="u1001", name="林女士", now=NOW)
    assert (
        jwt.decode(
            token,
            SECRET,
            algorithms=["HS256"],
            audience="storefront",
            options={"verify_exp": False, "verify_iat": False},
        )
        == claims()
    )


def test_a_session_lasts_twelve_hours() -> None:
    token, ends = KEYS.issue_agent("a_1", now=NOW)
    assert ends == NOW + timedelta(hours=12) == NOW + AGENT_LIFE
    assert KEYS.verify_agent(token, now=ends - timedelta(seconds=1)).agent == "a_1"
    with pytest.raises(TokenError) as refused:
        KEYS.verify_agent(token, now=ends)
    assert refused.value.code == "token_expired"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="没有"),
        pytest.param(signed(), id="买家的"),
        pytest.param(KEYS.issue_guest(store="jd", now=NOW)[0], id="访客的"),
        pytest.param(by_hand({"alg": "none"}, None, aud="console", sub="a_1", jti="x"), id="没有签名"),
        pytest.param(signed(key=SESSION, aud="console", sub="a_1", jti="x"), id="未派生的密钥"),
    ],
)
def test_nothing_else_is_a_session(token: str) -> None:
    with pytest.raises(TokenError):
        KEYS.verify_agent(token, now=NOW)


def test_two_log_ins_are_two_sessions() -> None:
    first, second = (KEYS.verify_agent(KEYS.issue_agent("a_1", now=NOW)[0], now=NOW).session for _ in range(2))
    assert first != second
