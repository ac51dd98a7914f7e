"""How the buyer takes an answer: refused, sent on, content, impatient, louder; and what only sounds like it."""

from __future__ import annotations

import pytest

from aftersales.reading.stance import impatient, is_content, legs_round, loudness, passed_around, refuses


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("没用", "strong"), ("还是不行", "strong"), ("我试过了", "strong"), ("试了好几遍不行", "strong"),
        ("页面上没有这个按钮", "strong"), ("答非所问", "strong"), ("没解决", "strong"), ("點了沒反應", "strong"),
        ("不行", "no"), ("不是这个", "no"), ("不对啊", "no"),
        ("先不用啦，谢谢", ""), ("不需要", ""), ("算了", ""), ("还没用过能退吗", ""), ("没用几天就坏了", ""), ("好的", ""),
        ("可以吗", ""), ("怎么退款", ""), ("什么时候发货", ""), ("", ""),
    ],
)  # fmt: skip
def test_refusals(text: str, how: str) -> None:
    assert refuses(text) == how


@pytest.mark.parametrize(
    ("text", "legs"),
    [
        ("商家让我找平台", 1), ("平台又让我找商家", 1), ("商家让我找平台，平台让我找商家", 2), ("客服说要去问快递", 1),
        ("朋友让我找你们买的", 0), ("你们叫什么快递", 0), ("快递员让我签收", 0), ("我去找快递", 0),
    ],
)  # fmt: skip
def test_legs_of_the_way_round(text: str, legs: int) -> None:
    assert len(legs_round(text)) == legs


@pytest.mark.parametrize(
    ("text", "around"),
    [
        ("你们推来推去有意思吗", True), ("踢皮球呢", True), ("这都第三个客服了", True), ("换了四个客服了", True),
        ("转了好几个人都没解决", True), ("转了四次人工", True), ("转了三百块给你们", False), ("包裹转了几个站还没到", False),
        ("你没有推脱，挺好的", False), ("这个皮球多少钱", False), ("我买的第三个杯子", False), ("推送的券在哪", False),
    ],
)  # fmt: skip
def test_passed_around(text: str, around: bool) -> None:
    assert bool(passed_around(text)) is around


@pytest.mark.parametrize(
    ("text", "content"),
    [("弄好了", True), ("收到了谢谢", True), ("解决了", True), ("还没解决", False), ("没收到", False), ("到账了吗", False)],
)
def test_content(text: str, content: bool) -> None:
    assert is_content(text) is content


@pytest.mark.parametrize(
    ("text", "shows"),
    [("怎么还没到", True), ("都五天了", True), ("到底什么时候", True), ("催了三遍了", True), ("什么时候到", False), ("怎么退款", False)],
)
def test_impatience(text: str, shows: bool) -> None:
    assert impatient(text) is shows


@pytest.mark.parametrize(("text", "marks"), [("到哪了？", 0), ("到哪了？？", 2), ("快点！！!", 3), ("好", 0)])
def test_loudness(text: str, marks: int) -> None:
    assert loudness(text) == marks
