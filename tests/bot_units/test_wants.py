"""Several wants in one message are told apart; hesitation, greeting and telling are none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aftersales.reading.model import Evidence, Reading
from bot.wants import MOST_READ, PERSON, Want, pieces_of, wants_of

READ = {
    "退款多久到账": ("refund_status", 0.98),
    "发票怎么开": ("invoice_request", 0.97),
    "发票怎么弄": ("invoice_request", 0.97),
    "退款怎么弄": ("refund_how", 0.96),
    "快递到哪了": ("logistics_status", 0.95),
    "查一下物流进度": ("logistics_status", 0.95),
    "查一下退款进度": ("refund_status", 0.95),
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
    "怎么退货": ("return_how", 0.98),
    "那运费呢": ("delivery_method", 0.62),
    "包邮吗": ("delivery_method", 0.97),
    "有运费险吗": ("freight_insurance", 0.97),
    "怎么换货": ("exchange_request", 0.97),
    "怎么开票": ("invoice_request", 0.97),
    "我说错了": ("wrong_item", 0.81),
    "不是要取消": ("order_cancel", 0.70),
    "是要改地址": ("order_modify", 0.99),
    "能改地址吗": ("order_modify", 0.99),
    "要是明天到不了": ("delivery_time", 0.90),
    "能改后天吗": ("delivery_reschedule", 0.97),
    "我想退掉大衣": ("return_how", 0.99),
    "布料太厚了": ("not_as_described", 0.97),
    "颜色拍错了": ("wrong_item", 0.90),
    "物流一直不动": ("logistics_stuck", 0.98),
    "什么时候能到": ("delivery_time", 0.98),
    "小夜灯不亮了": ("quality_problem", 0.95),
    "得先充满电吗": ("presale_product", 0.90),
    "螺丝少了两颗": ("missing_item", 0.95),
    "安装图发我一份": ("usage_help", 0.95),
}
#: Pieces that need a person by themselves.
CALLS = {"我要投诉你们": "complaint", "给我转人工": "human_request", "警报器老叫": "complaint", "赔的钱在哪看": "compensation_request"}


def reading(text: str, *, person: bool = False, kind: str = "", emotion: str = "calm") -> Reading:
    intent, confidence = (CALLS[text], 0.95) if text in CALLS else READ.get(text, ("other", 0.2))
    evidence = (Evidence(kind, kind, text, 0, len(text), "lexicon:risk"),) if kind else ()
    return Reading(text, intent, confidence, ((intent, confidence),), emotion, 1.0, (), evidence, person or text in CALLS, ())


def divided(text: str, *, person: bool = False, topic: str | None = None) -> list[Want]:
    return wants_of(text, {piece: reading(piece) for piece in pieces_of(text)}, reading(text, person=person), topic)


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        # marks and link words
        ("退款多久到账？还有发票怎么开", ["refund_status", "invoice_request"]),
        ("退款多久到账?快递到哪了？", ["refund_status", "logistics_status"]),
        ("快递到哪了，另外发票怎么开", ["logistics_status", "invoice_request"]),
        ("快递到哪了然后发票怎么开", ["logistics_status", "invoice_request"]),
        ("快递到哪了顺便问下发票怎么开", ["logistics_status", "invoice_request"]),
        ("1.快递到哪了 2.发票怎么开", ["logistics_status", "invoice_request"]),
        ("①发票怎么开②快递到哪了", ["invoice_request", "logistics_status"]),
        # none of these
        ("包邮吗有运费险吗", ["delivery_method", "freight_insurance"]),
        ("怎么换货怎么开票", ["exchange_request", "invoice_request"]),
        # two nouns, one question
        ("退款和发票怎么弄", ["refund_how", "invoice_request"]),
        ("退款还有发票都怎么弄", ["refund_how", "invoice_request"]),
        ("查一下物流进度以及退款进度", ["logistics_status", "refund_status"]),
        # the subject of the piece before
        ("怎么退货，那运费呢", ["return_how", "return_freight"]),
        # faults become a case, after the questions
        ("充电器坏了，充不进去电，我要退款，还有发票怎么开", ["refund_how", "invoice_request", "quality_problem"]),
        ("螺丝少了两颗，安装图发我一份", ["usage_help", "missing_item"]),
    ],
)
def test_wants(text: str, wants: list[str]) -> None:
    assert [want.intent for want in divided(text)] == wants


@pytest.mark.parametrize(
    "text",
    [
        "退款多久到账",
        "你好在吗，退款多久到账",
        "昨天买的，快递到哪了",
        "快递到哪了，能不能快点，谢谢你啊",
        "退款多久到账，退款多久到账？",
        "发票怎么开，那个怎么说",
        "充电器坏了，充不进去电",
        "东西不想要了，仅退款怎么弄",
        "我是用工行卡付的，退到哪里",
        # corrected, under a condition, told as the reason
        "我说错了，不是要取消，是要改地址",
        "要是明天到不了，能改后天吗",
        "我想退掉大衣，布料太厚了",
        "颜色拍错了，能改地址吗",
        "物流一直不动，什么时候能到",
        "小夜灯不亮了，得先充满电吗",
        # compared, not asked about one by one
        "退款和发票有什么区别",
    ],
)
def test_one_want_is_left_whole(text: str) -> None:
    assert divided(text) == []


def test_a_fault_is_described_by_the_whole_message() -> None:
    text = "充电器坏了，发票怎么开"
    assert [want.text for want in divided(text)] == ["发票怎么开", text]


def test_what_is_told_goes_along_with_the_question_after_it() -> None:
    wants = divided("订单330918290037，快递到哪了，另外发票怎么开，谢谢你啊")
    assert [want.text for want in wants] == ["订单330918290037，快递到哪了", "发票怎么开，谢谢你啊"]


def test_a_half_question_first_takes_the_running_topic() -> None:
    assert [want.intent for want in divided("那运费呢，还有发票怎么开", topic="return_how")] == ["return_freight", "invoice_request"]


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("退款多久到账？还有我要投诉你们", ["refund_status", PERSON]),
        ("我要投诉你们，退款多久到账", ["refund_status", PERSON]),
        ("快递到哪了？给我转人工，另外发票怎么开", ["logistics_status", "invoice_request", PERSON]),
        # The person takes the fault: no form before the handoff.
        ("充电器坏了，我要投诉你们", []),
        ("充电器坏了，我要投诉你们，发票怎么开", ["invoice_request", PERSON]),
        ("我要投诉你们", []),
    ],
)
def test_a_person_comes_after_the_answers(text: str, wants: list[str]) -> None:
    found = divided(text, person=True)
    assert [want.intent for want in found] == wants
    assert not found or found[-1].text == text


def test_a_person_for_a_part_only_when_it_is_another_matter() -> None:
    # The sentence as a whole is innocent, so its part is.
    assert divided("警报器老叫，快递到哪了，发票怎么开") == [
        Want("快递到哪了", "logistics_status"), Want("发票怎么开", "invoice_request"),
    ]  # fmt: skip
    assert divided("快递到哪了，还有我要投诉你们") == [Want("快递到哪了", "logistics_status"), Want("我要投诉你们", PERSON)]
    assert divided("快递到哪了，还有赔的钱在哪看") == []


def test_anger_in_the_questions_themselves_is_not_answered_piece_by_piece() -> None:
    assert divided("快递到哪了，发票怎么开", person=True) == []


def test_an_angry_question_is_the_persons() -> None:
    text = "快递到哪了，我要投诉你们"
    readings = {piece: reading(piece, emotion="dissatisfied") for piece in pieces_of(text)}
    assert wants_of(text, readings, reading(text, person=True)) == []


@pytest.mark.parametrize("kind", ["privacy", "safety"])
def test_danger_does_not_wait_for_another_answer(kind: str) -> None:
    text = "退款多久到账？还有我要投诉你们"
    readings = {piece: reading(piece) for piece in pieces_of(text)}
    assert wants_of(text, readings, reading(text, person=True, kind=kind)) == []


@pytest.mark.parametrize("text", ["还有货吗", "退款", "另外一件什么时候到", "嗯，好", "！！！", "再送一次吧"])
def test_one_piece_is_no_division(text: str) -> None:
    assert len(pieces_of(text)) < 2


def test_a_story_is_not_read_without_end() -> None:
    text = "，".join(f"第{number}句话说了点什么呢" for number in range(200))
    assert len(pieces_of(text)) == MOST_READ
    assert divided(text) == []


def test_the_measured_set_says_what_it_measures() -> None:
    path = Path(__file__).resolve().parents[1] / "reading" / "wants.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    several = [row for row in rows if "," in row["intents"]]
    assert len(several) >= 180 and len(rows) - len(several) >= 140
    assert len({row["text"] for row in rows}) == len(rows)
