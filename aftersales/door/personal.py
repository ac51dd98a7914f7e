"""Personal data that stands in a reply unmasked: telephone, identity card and bank card numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aftersales.door.text import Reply, Span

_DIGITS = re.compile(r"(?<![\da-z])\d[\d \-]{9,24}\d(?![\da-z])")
_PHONE = re.compile(r"1[3-9]\d{9}")
_IDENTITY = re.compile(r"(?<![\da-z])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![\da-z])")
#: What such a number may be besides: the long numbers of orders, waybills and after-sale cases are nobody's secret.
_HARMLESS = re.compile(
    r"(?:订单|单号|运单|快递|物流|售后|服务单|编号|条码|货号|序列号|工单|退款单|批次|型号|追踪|流水)[^,。!?;\n]{0,10}$"
)
#: A number that a firm or an office gives to everybody.
_OFFICIAL = re.compile(r"(?:客服|官方|热线|品牌|厂家|售后|服务|投诉|全国|总部|网点)(?:服务|客服|官方|售后|维修)?(?:电话|热线|专线)[^,。!?;\n]{0,6}$")


def find_personal(reply: Reply, own: frozenset[str]) -> Iterator[Span]:
    """The numbers that belong to a person; ``own``: what this buyer gave, and may read again."""
    text = reply.text
    for match in _IDENTITY.finditer(text):
        yield Span(*match.span())
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        before = text[max(0, match.start() - 16) : match.start()]
        if digits in own or _HARMLESS.search(before) or _IDENTITY.fullmatch(digits):
            continue
        if _PHONE.fullmatch(digits) and not _OFFICIAL.search(before) or 16 <= len(digits) <= 19 and _luhn(digits):
            yield Span(*match.span())


def _luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of a payment card (ISO/IEC 7812-1, Luhn's algorithm)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
