"""Several wants in one message are told apart; hesitation, greeting and telling are none."""

from __future__ import annotations

import pytest

from bot.wants import pieces_of, wants_of

READ = {
    "退款多久到账": ("refund_status", 0.98),
    "发票怎么开": ("invoice_request", 0.97),
    "快递到哪了": ("logistics_status", 0.95),
    "充电器坏了": ("quality_problem", 0.93),
    "充不进去电": ("quality_problem", 0.90),
    "我要退款": ("refund_how", 0.91),
    "你好在吗": ("greet", 0.99),
    "谢谢你啊": ("thank", 0.99),
    "昨天买的": ("provide_info", 0.95),
    "能不能快点": ("urge_reply", 0.96),
    "那个怎么说": ("usage_help", 0.41),
    "东西不想要了": ("order_cancel", 0.94),
    "仅退款怎么弄": ("refund_how", 0.97),
    "我是用工行卡付的": ("payment_issue", 0.92),
    "退到哪里": ("refund_destination", 0.97),
}


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("退款多久到账？还有发票怎么开", ["refund_status", "invoice_request"]),
        ("退款多久到账?快递到哪了？", ["refund_status", "logistics_status"]),
        ("快递到哪了，另外发票怎么开", ["logistics_status", "invoice_request"]),
        ("充电器坏了，充不进去电，我要退款，还有发票怎么开", ["refund_how", "invoice_request", "quality_problem"]),
        ("退款多久到账", []),
        ("你好在吗，退款多久到账", []),
        ("昨天买的，快递到哪了", []),
        ("快递到哪了，能不能快点，谢谢你啊", []),
        ("退款多久到账，退款多久到账？", []),
        ("发票怎么开，那个怎么说", []),
        ("充电器坏了，充不进去电", []),
        ("东西不想要了，仅退款怎么弄", []),
        ("我是用工行卡付的，退到哪里", []),
    ],
)
def test_wants(text: str, wants: list[str]) -> None:
    readings = {piece: READ[piece] for piece in pieces_of(text)}
    assert [want.intent for want in wants_of(text, readings)] == wants


def test_a_fault_is_described_by_the_whole_message() -> None:
    text = "充电器坏了，发票怎么开"
    wants = wants_of(text, {piece: READ[piece] for piece in pieces_of(text)})
    assert [want.text for want in wants] == ["发票怎么开", text]


@pytest.mark.parametrize("text", ["还有货吗", "退款", "另外一件什么时候到", "嗯，好", "！！！"])
def test_one_piece_is_no_division(text: str) -> None:
    assert len(pieces_of(text)) < 2
