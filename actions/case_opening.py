"""Opening a case: a calm matter that a person has to finish, for which the bot collects what the person will need."""

from __future__ import annotations

import re
from typing import Any

from rasa_sdk.events import ActiveLoop, SlotSet

from actions.context import CASE_FORM, Turn

#: From this length on, a named symptom (右边没声音) has said what is wrong; nobody should have to say it twice.
TELLING = 5
#: A question this long tells something, too.
TELLING_QUESTION = 10
_QUESTION = re.compile(r"[?？吗]|[呢么]$|怎么(?:办|弄|处理)")
#: Goods and a verdict, and nothing a person could look for: 耳机坏了, 商品有质量问题, 收到的东西少了. Taps say this as well.
_BARE = re.compile(
    r".{0,8}?(?:坏了?|(?:有|是|出)?(?:质量|点|些|了)*(?:有)?问题|质量(?:太|很|真|好)*(?:差|不行|不好)|不好用|不能用|用不了|"
    r"(?:收到时)?(?:破|损|碎|破损)了?|发错了?(?:商品|货|东西)?|错了|(?:颜色|尺码|款式?|型号|规格)不对|"
    r"(?:少|漏|缺)(?:了|发|件|寄|漏发)*(?:[一两二三几]?[个件样])?(?:东西|商品|配件)?|(?:没|少|缺)(?:收到|有|给|了)*(?:赠品|礼品)|"
    r"(?:赠品|礼品)(?:没|少|缺).{0,3}|(?:和|跟|与)?(?:描述|图片|页面|详情)?(?:不符|不一样)|没收到(?:货|快递|包裹|东西)?|故障)"
    r"(?:的|了|啊|吧|呀|怎么办|怎么弄|怎么处理|,|，|。|!|！|\?|？|吗|呢)*"
)
#: What the person reads in ``case_photo``.
HAS_PHOTO, NO_PHOTO = "已提供", "暂无"


def names_symptom(text: str) -> bool:
    """Whether the first message about a fault says what is wrong, so that asking for it would be asking again."""
    text = text.strip()
    least = TELLING_QUESTION if _QUESTION.search(text) else TELLING
    return len(text) >= least and _BARE.fullmatch(text) is None


def open_case(turn: Turn, kind: str, order_number: str | None, known: str | None = None) -> tuple[dict[str, Any], ...]:
    """Events that start the form for a case of this ``kind``, with what is known already.

    ``known`` is what the conversation itself has found out is wrong, when the buyer did not have to say it.

    The form is started by event, not by rule: whether an order needs a case only the action knows, and a rule would
    need a branch for every skill.
    """
    detail = known or (turn.text.strip() if turn.intent == kind and names_symptom(turn.text) else None)
    photo = HAS_PHOTO if turn.entity("photo") else None
    return (
        SlotSet("case_kind", kind),
        SlotSet("case_detail", detail),
        SlotSet("case_photo", photo),
        SlotSet("case_ready", False),
        SlotSet("order_number", order_number),
        ActiveLoop(CASE_FORM),
    )
