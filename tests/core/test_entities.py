"""Numbers, amounts and days in a message, and the secrets that must not be stored."""

from __future__ import annotations

import pytest

from aftersales.reading.entities import find_entities, mask_secrets

CARD = "6222021234567890128"
ID_NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("订单号202611220012345帮我查", [("order_number", "202611220012345")]),
        ("我的单dd20261122001怎么没到", [("order_number", "dd20261122001")]),
        ("手机13812345678下的单", [("phone", "13812345678")]),
        ("138 1234 5678", [("phone", "13812345678")]),
        ("顺丰SF1234567890123到哪了", [("waybill_number", "SF1234567890123")]),
        ("jdva12345678901查下", [("waybill_number", "JDVA12345678901")]),
        ("快递单号是773012345678901", [("waybill_number", "773012345678901")]),
        ("少退了12.5元", [("amount", "12.5")]),
        ("差价￥30", [("amount", "30")]),
        ("亏了五十块钱", [("amount", "50")]),
        ("明天送行吗，周五也行", [("day", "明天"), ("day", "周五")]),
        ("改到11月12号", [("day", "11月12号")]),
        ("12号能到吗", [("day", "12号")]),
        ("放12号楼", []),
        ("买两块香皂", []),
        ("7号电池没电", []),
        ("订单１２３４５６７８９０１２", [("order_number", "123456789012")]),
        ("210101-123456789012345这个", [("order_number", "210101-123456789012345")]),
        (
            "13812345678的订单998877665544今天退30元",
            [("phone", "13812345678"), ("order_number", "998877665544"), ("day", "今天"), ("amount", "30")],
        ),
    ],
)
def test_entities_are_found_in_order(text: str, found: list[tuple[str, str]]) -> None:
    assert [(entity.name, entity.value) for entity in find_entities(text)] == found


def test_entity_positions_are_those_of_the_message() -> None:
    text = "单号ＳＦ1234567890123谢谢"
    (entity,) = find_entities(text)
    assert text[entity.start : entity.end] == "ＳＦ1234567890123"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"退到我的银行卡{CARD}", ("bank_card",)),
        ("6222 0212 3456 7890 128", ("bank_card",)),
        (f"身份证{ID_NUMBER}", ("id_number",)),
        (f"{ID_NUMBER}是我本人", ("id_number",)),
        ("支付密码是123456", ("password",)),
        ("验证码 8848", ("code",)),
        ("559021是验证码", ("code",)),
        ("密码：abcdef", ("password",)),
        (f"卡号{CARD}密码889900", ("bank_card", "password")),
    ],
)
def test_secrets_are_masked(text: str, found: tuple[str, ...]) -> None:
    result = mask_secrets(text)
    assert result.found == found
    assert not any(
        secret in result.text for secret in (CARD, ID_NUMBER, "123456", "8848", "559021", "abcdef", "889900")
    )


@pytest.mark.parametrize(
    "text",
    [
        f"订单号{CARD}",
        f"{CARD}这个单到哪了",
        "订单123456789012345678",
        "密码忘记了怎么办",
        "验证码收不到",
        "密码锁1234坏了",
        "取件码88-1-2036",
        "手机13812345678",
    ],
)
def test_order_numbers_and_plain_talk_stay(text: str) -> None:
    assert mask_secrets(text) == mask_secrets(text).__class__(text, ())
