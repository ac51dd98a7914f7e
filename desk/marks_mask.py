"""Takes out of a text what names a person before the text leaves the desk for the training data.

Each thing found becomes a word in brackets that the reading knows as its class (``aftersales/reading/normalise.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aftersales.reading.entities import find_entities, mask_secrets

_ENTITIES = {"phone": "【电话】", "order_number": "【订单号】", "waybill_number": "【运单号】"}
_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u4e00-\u9fff]+", re.IGNORECASE)
_CALLED = re.compile(
    r"((?:收件人|收货人|联系人|姓名)\s*(?:是|叫|为|:|：)\s*)([\u4e00-\u9fff]{2,4}?)(?=[^\u4e00-\u9fff]|$|电话|手机|地址)"
)
#: Whatever is still a row of digits is a number of something; hotlines and amounts are shorter.
_DIGITS = re.compile(r"(?<![0-9A-Za-z.])\d[\d-]{5,}\d(?![0-9A-Za-z])")

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
# Words that stand before an address and are none of it: without them 改成西湖区… would lose what the buyer wants.
_NAME = r"(?:成(?=都)|[^\W\d_到在住是寄改成送往至址为给换的了我你他她们请把就从和跟这那不没有个哪几])"
_UNIT = (
    rf"(?:(?:{_PROVINCES})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区)?"
    rf"|{_NAME}{{1,7}}?(?:自治州|地区|盟|市|区|县|旗)"
    rf"|{_NAME}{{1,7}}?(?:街道|社区|镇|乡|村)"
    rf"|{_NAME}{{1,9}}?(?:大道|大街|胡同|路|街|巷|弄)"
    r"|[东南西北中]段"
    rf"|{_NAME}{{1,9}}?(?:小区|花园|家园|公寓|大厦|广场|新村|新城|苑|府)"
    r"|[\dA-Za-z一二三四五六七八九十]{1,5}(?:号楼|号院|号|栋|幢|座|单元|室|楼|层|户|弄|组)"
    r"|\d{1,4}-\d{1,4}(?:-\d{1,5})?|\d{3,4}(?!\d))"
)
_ADDRESS = re.compile(rf"{_UNIT}(?:[\s,，、-]?{_UNIT})+")
# Two parts that together name no place: two provinces, or 15号 with a number, say nothing; a road or a district does.
_PLACE = re.compile(r"市|区|县|镇|乡|街道|社区|路|大道|大街|街|巷|弄|胡同|小区|花园|家园|公寓|大厦|苑|村|栋|幢|单元|号楼")


def mask_phones(text: str) -> str:
    """Return ``text`` without telephone numbers; every other number stays."""
    return _without(text, {"phone": _ENTITIES["phone"]})


def _without(text: str, names: Mapping[str, str]) -> str:
    for entity in reversed(find_entities(text)):
        if entity.name in names:
            text = text[: entity.start] + names[entity.name] + text[entity.end :]
    return text


def mask_for_review(text: str) -> str:
    """Return ``text`` on one line without secrets, phones, order and waybill numbers, addresses, mail and names."""
    kept = " ".join(mask_secrets(text).text.replace("\x00", "").split())
    kept = _without(kept, _ENTITIES)
    kept = _LINK.sub("【链接】", _MAIL.sub("【邮箱】", kept))
    kept = _CALLED.sub(r"\1【姓名】", kept)
    kept = _ADDRESS.sub(lambda match: "【地址】" if _PLACE.search(match[0]) else match[0], kept)
    kept = _DIGITS.sub("【数字】", kept)
    # Square brackets mean an entity in Rasa's training files, and a straight quotation mark a cell to a spreadsheet.
    return kept.replace("[", "【").replace("]", "】").replace('"', "”")
