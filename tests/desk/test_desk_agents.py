"""Agents: made once, known by their password, and told apart from strangers."""

from __future__ import annotations

import pytest
from deskkit.shop import Shop

from desk.errors import BadRequest, Conflict, NotFound, TokenInvalid
from desk.model import Role

pytestmark = pytest.mark.asyncio


async def test_an_agent_is_known_by_name_and_password(shop: Shop) -> None:
    desk = await shop.desk()
    made = await desk.create_agent(
        "小王", "correct horse", role=Role.LEAD, groups=("complaint",), stores=("jd-digital",)
    )
    assert await desk.verify_agent("小王", "correct horse") == made
    assert await desk.agent(made.id) == made
    assert (made.role, made.groups, made.stores) == (Role.LEAD, ("complaint",), ("jd-digital",))


@pytest.mark.parametrize(
    ("name", "password"), [("小王", "wrong horse"), ("小李", "correct horse"), ("小李", "nobody's password")]
)
async def test_strangers_are_refused(shop: Shop, name: str, password: str) -> None:
    desk = await shop.desk()
    await shop.agent(desk)
    with pytest.raises(TokenInvalid):
        await desk.verify_agent(name, password)
    with pytest.raises(NotFound):
        await desk.agent("a_none")


async def test_a_name_is_taken_once(shop: Shop) -> None:
    desk = await shop.desk()
    await shop.agent(desk)
    with pytest.raises(Conflict):
        await shop.agent(desk)


@pytest.mark.parametrize(
    ("name", "password", "stores", "error"),
    [
        ("", "correct horse", (), BadRequest),
        (" 小王", "correct horse", (), BadRequest),
        ("王" * 33, "correct horse", (), BadRequest),
        ("小王", "short", (), BadRequest),
        ("小王", "correct horse", ("no-such-store",), NotFound),
    ],
)
async def test_what_is_no_agent_is_refused(
    shop: Shop, name: str, password: str, stores: tuple[str, ...], error: type[Exception]
) -> None:
    desk = await shop.desk()
    with pytest.raises(error):
        await desk.create_agent(name, password, stores=stores)
