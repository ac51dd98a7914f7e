"""Order, waybill and phone numbers, amounts and days in a message, and the secrets that must not be stored.

Python's word borders do not separate Han characters from digits, so every expression carries its own borders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from aftersales.reading.model import Entity

# Full-width letters, digits and marks become half width one for one, so positions stay those of the message.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5}

_LEFT = r"(?<![0-9A-Za-z])"
_RIGHT = r"(?![0-9A-Za-z])"
_PHONE = re.compile(r"(?<![0-9A-Za-z.])(?:(?:\+|00)?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?![0-9A-Za-z])")
_WAYBILL = re.compile(
    rf"{_LEFT}((?:SF|JDV[A-Z]|JDX|JDK|JDT|YT|YTO|ZTO|ZT|STO|ST|YD|JTSD|JT|DPK|EMS|HTKY|BEST|DBL)-?\d{{9,18}}(?:-\d{{1,3}}){{0,3}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_BARE_WAYBILL = re.compile(
    r"(?:运单号?|快递单号?|快递号|物流单号?|物流号|退货单号|寄回的?单号|单号(?=.{0,4}(?:顺丰|中通|圆通|韵达|申通|极兔|邮政|京东快递)))(?:码)?"
    r"[^0-9A-Za-z,,。;;]{0,8}?(\d{10,18})(?![0-9A-Za-z])"
)
_ORDER = re.compile(
    rf"{_LEFT}((?:(?:dd|jd|tb|tm|os|po|so|no|pdd|dy|xs|sh|ord|order)[-_#]?)\d{{4,20}}(?:-\d{{2,16}})?|\d{{6}}-\d{{10,16}}|\d{{10,20}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"[¥￥]\s*(\d{1,8}(?:\.\d{1,2})?)(?![\d.])"
    r"|(?<![0-9A-Za-z.])(\d{1,8}(?:\.\d{1,2})?)\s*(?:元|圆|块钱|块(?=[钱吧吗了的呢啊多,，。!！?？\s退不都就差给运]|$)|rmb|人民币)"
    # 两块 is a number of pieces as often as a price, so Chinese numerals need 元 or 块钱.
    r"|([一二两三四五六七八九十百千零]{1,7})(?:元|块钱)",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"大后天|大前天|后天|前天|今天|今日|今晚|今早|今儿|明天|明日|明晚|明早|明儿|昨天|昨日|昨晚|(?:(?:这|本|下下?|上上?)个?)?(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|(?<!\d)(?:1[0-2]|0?[1-9])月(?:[12]\d|3[01]|0?[1-9])(?:日|号|(?!\d))"
    r"|(?:十[一二]?|[一二三四五六七八九])月(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:日|号)"
    r"|(?<![0-9A-Za-z月.])(?:[12]\d|3[01]|0?[1-9])(?:号|日)(?![楼线店仓门码色电机院站口栋库柜电池字球段理本间])"
)
_DIGITS = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}


def find_entities(text: str) -> tuple[Entity, ...]:
    """Entities in the order they stand in the message; none overlaps another.

    Values are ready for look-up: numbers without blanks or dashes inside a phone number, waybills in upper
    case, amounts as
    decimal strings in yuan; days stay the buyer's words, because which date 周五 means depends on a clock.
    """
    plain = text.translate(_HALF_WIDTH)
    found: list[Entity] = []

    def take(name: str, expression: re.Pattern[str], value: Callable[[str], str]) -> None:
        for match in expression.finditer(plain):
            group = next((g for g in range(1, expression.groups + 1) if match[g]), 0)
            start, end = match.span() if name == "amount" else match.span(group)
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Entity(name, value(match[group]), start, end))

    # Order matters: a phone number wins over an order number, a named waybill over both.
    take("waybill_number", _BARE_WAYBILL, str)
    take("waybill_number", _WAYBILL, str.upper)
    take("phone", _PHONE, lambda number: re.sub(r"\D", "", number))
    take("order_number", _ORDER, str)
    take("amount", _AMOUNT, _yuan)
    take("day", _DAY, str)
    return tuple(sorted(found, key=lambda entity: entity.start))


def _yuan(number: str) -> str:
    if number[0].isdigit():
        return number
    total = digit = 0
    for character in number:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return str(total + digit)


# --- secrets ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaskResult:
    """`text` without the secrets; `found` names each kind once: bank_card, id_number, password, code."""

    text: str
    found: tuple[str, ...]


_MASKS = {
    "bank_card": "[银行卡号已隐藏]",
    "id_number": "[身份证号已隐藏]",
    "password": "[密码已隐藏]",
    "code": "[验证码已隐藏]",
}
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])([1-8]\d{5})(\d{4})(\d{2})(\d{2})(\d{3}[\dXx])(?![0-9A-Za-z])")
_ID_CONTEXT = re.compile(r"身份证|证件号|身份号")
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){15,18}(?![0-9A-Za-z])")
_GROUPED = re.compile(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?")
_BANK_CONTEXT = re.compile(
    r"银行|卡号|储蓄卡|信用卡|借记卡|工行|建行|农行|中行|招行|交行|邮储|打款|转账|汇款|打到|退到|账号|帐号|开户"
)
_CALLED_CARD = re.compile(r"(?:银行卡|储蓄卡|信用卡|借记卡)(?:的)?(?:卡号|号码|号)?(?:是|为|:|=|就是)?\s*$|(?<!礼品)(?<!购物)卡号(?:是|为|:|=|就是)?\s*$")
_ORDER_CONTEXT = re.compile(r"订单号?|单号|运单|编号|流水号?|快递")
_SECRET_AFTER = re.compile(
    r"(密码|口令|验证码|校验码|动态码|确认码)(?!锁|箱|本|盒|柜)(?P<link>(?:给你|告诉你|发你|应该|就)?\s*(?:是|为|:|=|就是)?\s*)(?P<value>[0-9A-Za-z!@#$%^&*_.\-]{4,24})"
)
_SECRET_BEFORE = re.compile(
    r"(?<![0-9A-Za-z])(?P<value>[0-9A-Za-z!@#$%^&*_]{4,20})\s*(?:,|就)?是(?:我的?|你要的|这个)?(?:支付|登录|登陆|账号|短信)?(密码|口令|验证码|校验码|动态码)(?!吗|么|锁)"
)
_PICKUP = re.compile(r"(?:取件|取货|提货|自提|柜子|开锁|开柜)$")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def mask_secrets(text: str) -> MaskResult:
    """Hide bank cards, ID numbers, passwords and one-time codes before a message is stored.

    Order numbers are as long as cards: a card needs a valid check digit and either words of banking nearby or
    the printed groups of
    four; an ID number needs its check digit and a possible birth date. A pickup code opens a locker, not an
    account, and stays.
    """
    plain = text.translate(_HALF_WIDTH)
    spans: list[tuple[int, int, str]] = []
    for match in _ID_NUMBER.finditer(plain):
        if _is_id(match[0]) and _is_birth_date(match[2], match[3], match[4]):
            spans.append((*match.span(), "id_number"))
        elif _ID_CONTEXT.search(plain[max(0, match.start() - 12) : match.start()]):
            # A mistyped ID number is still personal data when the buyer calls it one.
            spans.append((*match.span(), "id_number"))
    for match in _LONG_NUMBER.finditer(plain):
        if _is_card(plain, match):
            spans.append((*match.span(), "bank_card"))
    for expression in (_SECRET_AFTER, _SECRET_BEFORE):
        for match in expression.finditer(plain):
            if _is_secret(plain, match):
                kind = "password" if ("密码" in match[0] or "口令" in match[0]) else "code"
                spans.append((*match.span("value"), kind))
    pieces: list[str] = []
    position = 0
    found: dict[str, None] = {}
    for start, end, kind in sorted(spans):
        if start < position:
            continue
        pieces += [text[position:start], _MASKS[kind]]
        position = end
        found[kind] = None
    return MaskResult("".join(pieces) + text[position:], tuple(found))


def _is_secret(plain: str, match: re.Match[str]) -> bool:
    value = match["value"]
    if _PICKUP.search(plain[: match.start()]):
        return False
    says_so = match.re is _SECRET_BEFORE or any(mark in match["link"] for mark in "是为:=")
    return any(c.isdigit() for c in value) or (says_so and match.re is _SECRET_AFTER)


def _is_card(plain: str, match: re.Match[str]) -> bool:
    number = re.sub(r"\D", "", match[0])
    if _CALLED_CARD.search(plain[max(0, match.start() - 8) : match.start()]):
        # A mistyped card number is still one when the buyer calls it so.
        return True
    if not _passes_luhn(number) or len(set(number)) == 1:
        return False
    before = plain[max(0, match.start() - 14) : match.start()]
    bank, order = _BANK_CONTEXT.search(before), _ORDER_CONTEXT.search(before)
    if order and not bank:
        return False
    return bool(bank or _BANK_CONTEXT.search(plain[match.end() : match.end() + 10]) or _GROUPED.fullmatch(match[0]))


def _passes_luhn(number: str) -> bool:
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_id(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def _is_birth_date(year: str, month: str, day: str) -> bool:
    try:
        return 1900 <= date(int(year), int(month), int(day)).year <= 2100
    except ValueError:
        return False
