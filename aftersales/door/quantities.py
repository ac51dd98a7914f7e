"""Numbers, amounts of money and spans of time in a reply: 两三天, 48h, 半小时, 明天下午前, 20块, 三倍, 八折.

A span of time is read as the longest it allows, in hours: 1到3天 is 72. 今天 leaves half a day, for nobody knows at what
hour a canned reply goes out; the days after it count in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HAN = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_ONE = r"(?:\d+(?:\.\d+)?|[零〇一二两俩三四五六七八九十百千]+)"
NUMBER = rf"(?:{_ONE}(?:\s*[-~～—至到或、]\s*{_ONE})?|半)"
HOURS = {
    "秒": 0.0, "分钟": 1 / 60, "分": 1 / 60, "小时": 1.0, "钟头": 1.0, "h": 1.0, "个小时": 1.0, "个钟": 1.0,
    "个钟头": 1.0, "天": 24.0, "日": 24.0, "工作日": 24.0, "个工作日": 24.0, "周": 168.0, "个星期": 168.0, "星期": 168.0,
    "个礼拜": 168.0, "礼拜": 168.0, "个月": 720.0, "月": 720.0, "年": 8760.0,
}  # fmt: skip
_UNIT = "|".join(sorted(HOURS, key=len, reverse=True))
#: 3天, 半个小时, 一个半小时, 两三天.
DURATION = rf"(?P<number>{NUMBER})\s*(?P<half>个半)?(?P<unit>个?半?(?:{_UNIT}))(?!前的|之前的|假|之|钱|不收|前头|两|成|开|别|批|享)"
#: Words for a day or a moment, with the most hours they leave.
MOMENTS = {
    "大后天": 96, "后天": 72, "后日": 72, "明天": 48, "明日": 48, "明早": 36, "明晚": 48, "明儿": 48, "次日": 48, "隔天": 48, "隔日": 48,
    "今天": 12, "今日": 12, "今晚": 12, "今夜": 12, "今儿": 12, "当天": 12, "当日": 12, "当晚": 12, "下班前": 12, "天黑前": 12,
    "马上": 1, "立刻": 1, "立马": 1, "立即": 1, "秒": 1, "现在就": 1, "这就": 1, "即刻": 1, "分分钟": 1,
    "下午": 12, "晚上": 12, "中午": 12, "傍晚": 12, "年前": 720, "节前": 720, "月底前": 720,
    "周一": 168, "周二": 168, "周三": 168, "周四": 168, "周五": 168, "周六": 168, "周日": 168, "周天": 168,
    "本周": 168, "这周": 168, "这星期": 168, "这个星期": 168, "周末": 168, "月底": 720, "这个月": 720,
}  # fmt: skip
# 年前 is the end of the year, but 三年前 is long ago.
_MOMENT = r"(?<![一二两三四五六七八九十几半\d])(?:" + "|".join(sorted(MOMENTS, key=len, reverse=True)) + ")"
TIME = rf"(?:{DURATION}|(?P<moment>{_MOMENT})(?:的?(?:上午|中午|下午|晚上|傍晚|早上))?)"

_TIME = re.compile(TIME)
_RANGE = re.compile(r"\s*[-~～—至到或、]\s*")
_YUAN = re.compile(
    r"[¥￥$]\s*(?P<sign>\d+(?:\.\d+)?)|(?P<amount>\d+(?:\.\d+)?|[一二两三四五六七八九十百千几]+)\s*(?:元|块钱|块|圆|rmb)(?!头|状)"
)
_TIMES = re.compile(r"(?P<amount>\d+(?:\.\d+)?|[一二两三四五六七八九十]+)\s*倍|假一赔(?P<fold>[一二三四五六七八九十\d]+)")
_PERCENT = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?)\s*%|百分之(?P<han>[一二三四五六七八九十百]+)|(?P<fold>[一二三四五六七八九\d](?:\.\d)?)折|一半|半价"
)


@dataclass(frozen=True)
class Quantity:
    """``value`` in ``unit`` (``hours``, ``yuan``, ``times``, ``percent``), read at ``start:end`` of the text."""

    value: float
    unit: str
    start: int
    end: int


def number(text: str) -> float:
    """The number that ``text`` spells, the larger one of a range: ``两三`` is 3, ``1-2`` is 2, ``半`` is 0.5."""
    text = text.strip()
    if text == "半":
        return 0.5
    parts = _RANGE.split(text)
    if len(parts) > 1:
        return max(number(part) for part in parts if part)
    if text[0].isdigit():
        return float(text)
    if len(text) > 1 and all(character in _HAN for character in text):
        # 两三天, 三五天: a range without a mark.
        return float(max(_HAN[character] for character in text))
    total, current = 0, 0
    for character in text:
        if character in _HAN_UNITS:
            total += (current or 1) * _HAN_UNITS[character]
            current = 0
        else:
            current = _HAN.get(character, 0)
    return float(total + current)


def times(text: str) -> Iterator[Quantity]:
    """Every span of time or deadline, in hours."""
    for match in _TIME.finditer(text):
        if match["moment"]:
            yield Quantity(float(MOMENTS[match["moment"]]), "hours", match.start(), match.end())
            continue
        unit = match["unit"]
        half = 0.5 if match["half"] else 0.0
        if unit not in HOURS:
            # 个半小时 and 半年 carry the half in the unit.
            whole = unit.replace("半", "")
            half, unit = 0.5, whole if whole in HOURS else whole.removeprefix("个")
        yield Quantity((number(match["number"]) + half) * HOURS[unit], "hours", match.start(), match.end())


def money(text: str) -> Iterator[Quantity]:
    """Every amount in yuan, as a multiple or as a share."""
    for match in _YUAN.finditer(text):
        spelt = match["sign"] or match["amount"]
        value = 5.0 if spelt == "几" else number(spelt.replace("几", "五"))
        yield Quantity(value, "yuan", match.start(), match.end())
    for match in _TIMES.finditer(text):
        yield Quantity(number(match["amount"] or match["fold"]), "times", match.start(), match.end())
    for match in _PERCENT.finditer(text):
        if match["fold"]:
            # 八折 leaves 80 of 100.
            yield Quantity(100 - number(match["fold"]) * 10, "percent", match.start(), match.end())
        elif match["amount"] or match["han"]:
            yield Quantity(number(match["amount"] or match["han"]), "percent", match.start(), match.end())
        else:
            yield Quantity(50.0, "percent", match.start(), match.end())
