"""Messages that mean something only in the light of the question before them.

Two steps, both pure: *what* is asked for (`asked_thing`: the time, the freight, 可以吗 …), by expressions that match the
whole message, so that a complete question is never taken for half of one; and what that is *within the running topic*
(`MEANINGS`), as a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from aftersales.reading.model import Reading

# --- topics -------------------------------------------------------------------------------------------------

_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "refund": ("refund_how", "refund_status", "refund_destination", "refund_problem", "refund_cancel"),
    "return": ("return_policy", "return_how", "return_freight", "freight_insurance", "return_status", "reject_parcel"),
    "exchange": ("exchange_request",),
    "ship": ("shipping_time", "delivery_time", "logistics_status", "logistics_stuck", "not_received"),
    "deliver": ("delivery_method", "delivery_reschedule"),
    "order": ("order_cancel", "order_modify"),
    "price": ("price_protection", "price_protection_problem"),
    "promotion": ("promotion_rule", "gift_missing"),
    "invoice": ("invoice_request", "invoice_change"),
    "fault": ("quality_problem", "damaged_parcel", "wrong_item", "missing_item", "not_as_described"),
    "repair": ("repair_warranty",),
    "usage": ("usage_help",),
    "genuine": ("fake_suspect",),
    "presale": ("presale_product",),
    "payment": ("payment_issue",),
    "account": ("account_issue",),
}
#: By intent: the matter it belongs to. Small talk, complaints and asks for a person belong to none.
FAMILIES: Mapping[str, str] = {intent: family for family, members in _MEMBERS.items() for intent in members}

#: In the table below: the running question itself, once more.
SAME = "="
#: Asked once more these would open another case for a person instead of answering.
_CASE_TOPICS = frozenset({*_MEMBERS["fault"], "gift_missing", "refund_problem"})

# --- what is asked for --------------------------------------------------------------------------------------

_LEAD = (
    r"(?:(?:那么|那|哪(?=要|得|需)|然后|还有|另外|再问下|请问|想问下?|对了|顺便|嗯+|哦+|噢|好的?|行|ok|亲|你好|到底|究竟|所以|大概|一般|"
    r"一共|总共|还|又|也|就|具体|这个?|我|您|你|要是|如果|假如|后面|之后|退回|寄回|来回|回去)[,，、。 ]*)*"
)
_TAIL = r"(?:呢|啊|呀|吧|嘛|哈|哦|了|的|呗|到|好|才行|亲|谢谢)*[?？。.!！~～…,， ]*"
#: 那运费呢, 运费谁出, 发票怎么办: what may follow a bare noun without making it a question of its own.
_HOW_ABOUT = r"(?:的?话|那边|这块|方面|怎么办|咋办|怎么说|咋说|怎么处理)?"
_WHO_PAYS = r"(?:的?话|是?谁(?:来)?(?:出|付|承担|掏|负责)|怎么算|咋算|算谁的|要我(?:出|付|自己出|自己付)|我出|怎么办|退吗|退不退|还退吗)?(?:吗|么|嘛)?"
_NOUN_TAIL = rf"{_HOW_ABOUT}{_TAIL}"


def _whole(core: str, tail: str = _TAIL) -> re.Pattern[str]:
    return re.compile(f"{_LEAD}(?:{core}){tail}", re.IGNORECASE)


_STILL = r"(?:怎么|咋|为什么|为啥|现在|到现在|都.{1,6}了)*(?:还|一直|迟迟)(?:是)?(?:没有?|不|不给|不见)(?:给我?|人)?"
_DAY = r"(?:今天|明天|后天|大后天|今晚|明早|周末|节假日|(?:这|下)?(?:周|星期|礼拜)[一二三四五六日天末]|上午|下午|晚上|中午|现在)"
_MAY = r"(?:可不可以|能不能|行不行|可以[吗么嘛不]|行[吗么嘛不]|能[吗么嘛不]|成[吗么]|没问题吧)"
#: By name, the first that matches the whole message.
_THINGS: Mapping[str, re.Pattern[str]] = {
    "how_long": _whole(r"(?:需要|得要|要|得|用|花|等)?(?:多久|多长时间|几天|几个工作日|多少天|多少时间|几个小时)(?:时间)?(?:能|可以)?"),
    "when": _whole(r"(?:要|得|等到?|是|会)?(?:什么时候|啥时候|几时|何时|几号|哪天|多会儿)(?:能|可以|会)?"),
    "way": _whole(
        r"(?:该|应该|要|得)?(?:怎么|咋|如何|怎样)(?:个)?(?:弄|操作|办理|申请|搞|整|填|提交|走)(?:啊|法)?|(?:在|去|从|到)?(?:哪里?|哪儿|哪个(?:地方|页面))(?:可以|能)?(?:弄|操作|办理?|申请|提交|填|点)"
    ),
    "what_now": _whole(
        r"(?:该|应该|要|得)?(?:怎么|咋)办|(?:在|去|从|到)?(?:哪里?|哪儿)(?:可以|能)?(?:看|查|找|看到|查到)|(?:怎么|咋)(?:看|查)"
    ),
    "why": _whole(r"为什么|为啥|咋回事|怎么回事|啥原因|什么原因|什么情况|啥情况|凭啥|凭什么"),
    "still_no_money": _whole(rf"{_STILL}(?:到账|退到?|退回来|打款|退给我)"),
    "still_not_there": _whole(rf"{_STILL}(?:收到|到)"),
    "still_not": _whole(rf"{_STILL}(?:弄好|搞定|办好|处理好?|审核好?|审批|好|结果|消息|动静|解决|通过)"),
    "may": _whole(rf"(?:这样|那样|这么弄|直接|我?自己|{_DAY})?{_MAY}"),
    "day": _whole(rf"{_DAY}(?:的话)?(?=呢|的话|[?？])"),
    "freight_insurance": _whole(r"运费险|退货险|运险", _NOUN_TAIL),
    "freight": _whole(r"(?:运费|邮费|快递费|来回运费|路费|寄费|运费这块)" + _WHO_PAYS),
    "same_invoice": _whole(r"(?:能|可以)?(?:一起)?开(?:在|到|成)?(?:同)?(?:一|两)[张份个](?:发票|上|里)*(?:可以|行|能)?(?:吗|么|嘛)?"),
    "invoice": _whole(r"(?:电子|纸质|增值税)?(?:发票|普票|专票)|开票", _NOUN_TAIL),
    "beans": _whole(r"(?:我的|用掉的|抵扣的|付的|用的)?(?:京豆|淘金币|金币|积分|礼品卡|e卡|余额)(?:退吗|退不退|还退吗|会退吗)?", _NOUN_TAIL),
    "coupon": _whole(
        r"(?:我的|用掉的|用了的|用的)?(?:优惠券|优惠|券|红包|满减|折扣|津贴|消费券|国补|补贴)(?:退吗|退不退|还退吗|会退吗|会退回来吗)?",
        _NOUN_TAIL,
    ),
    "gift": _whole(r"赠品|送的东西|小礼物|礼品|送的那个", _NOUN_TAIL),
    "returning": _whole(r"(?:不想要|直接)?(?:退货|退掉|退回|退)(?:的?话)?(?=呢|的话|$|[?？])|想退的话|退的话", _NOUN_TAIL),
    "exchanging": _whole(r"(?:直接)?(?:换货|换掉|换一个|换个新的|换)(?:的?话)?(?=呢|的话|$|[?？])|想换的话|换的话", _NOUN_TAIL),
    "refunding": _whole(r"(?:退款|退的?钱|钱|只退款|仅退款|款)(?=呢|的话|$|[?？])", _NOUN_TAIL),
    "shipping": _whole(r"发货(?=呢|的话)", _NOUN_TAIL),
    "parcel": _whole(r"(?:我的)?(?:快递|物流|包裹|货|单号|快递单号|件)(?=呢)", _NOUN_TAIL),
    "carrier": _whole(r"(?:顺丰|京东快递|中通|圆通|韵达|申通|邮政|到付|上门取件|上门|自提|驿站|寄到付)(?=呢|的话|行|可以|也行)", rf"(?:的话)?(?:{_MAY})?{_TAIL}"),
    "cancelling": _whole(r"取消(?:掉|订单)?(?=呢|的话)", _NOUN_TAIL),
    "address": _whole(r"(?:收货|退货|寄回)?地址|电话|收件人|手机号", _NOUN_TAIL),
    "packaging": _whole(
        r"(?:外)?(?:包装盒?|盒子|吊牌|标签|配件|箱子)(?:没了|丢了|扔了|坏了|剪了|拆了|不在了)?|(?:已经)?(?:拆|打开|用|穿|洗|试|撕)(?:开|封)?过?了",
        _NOUN_TAIL,
    ),
    "warranty": _whole(r"保修|质保|维修|售后", _NOUN_TAIL),
    "price": _whole(r"差价|补差价?|价保|保价", _NOUN_TAIL),
    "it": _whole(r"(?:那个|这个|那件|这件|那款|这款|另一个|另外一个|别的|其他的?|剩下的?|前面那个|后面那个)(?=呢)"),
}
#: A bare noun (退款, 电话) is a request or an answer; only so does it take up what was said before.
_TAKES_UP = re.compile(r"^(?:那|还有|然后|要是|如果|假如)|呢|的话|怎么|咋|谁|吗|么|退不退|[?？]")
_NO_NOUNS = frozenset(
    {"how_long", "when", "way", "what_now", "why", "may", "day", "same_invoice", "it",
     "still_no_money", "still_not_there", "still_not"})  # fmt: skip
# What a message can be about; without one of these, impatience (都两周了还没到) is about what was said before.
_MATTERS = re.compile(
    r"退款|退货|退钱|换货|换码|维修|保修|质保|发货|快递|物流|包裹|配送|派送|签收|驿站|取件|发票|专票|抬头|运费|邮费|差价|价保|保价|降价|优惠|券|红包|"
    r"赠品|地址|取消|付款|支付|账号|积分|会员|安装|拒收|漏发|少发|少件|发错|破损|质量|正品|假货"
)
# 寄到公司可以吗: hangs on only when nothing in it was understood.
_MAY_AT_END = re.compile(rf".{{2,12}}{_MAY}{_TAIL}")
_CONFIDENT = 0.6

# --- what it means ------------------------------------------------------------------------------------------

#: By thing, then by topic (an intent), family or "*": the intent that is meant. A topic beats its family.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    "how_long": {
        "refund": "refund_status", "reject_parcel": "refund_status", "order_cancel": "refund_status",
        "ship": "delivery_time", "delivery_method": "delivery_time", "price": "price_protection_problem", "*": SAME,
    },
    "when": {
        "refund": "refund_status", "order_cancel": "refund_status", "shipping_time": SAME, "ship": "delivery_time",
        "delivery_method": "delivery_time", "price": "price_protection_problem", "*": SAME,
    },
    "way": {
        "refund_cancel": SAME, "refund": "refund_how", "return_policy": "return_how", "return_status": "return_how",
        "return_freight": "freight_insurance", "price": "price_protection", "*": SAME,
    },
    "what_now": {"return_policy": SAME, "*": SAME},
    "why": {"price": "price_protection_problem", "*": SAME},
    "still_no_money": {
        "refund": "refund_status", "return": "refund_status", "order_cancel": "refund_status",
        "price": "price_protection_problem",
    },
    "still_not_there": {"refund": "refund_status", "order_cancel": "refund_status", "price": "price_protection_problem"},
    "still_not": {
        "return_policy": "return_status", "return_how": "return_status", "refund": "refund_status",
        "price": "price_protection_problem", "ship": "logistics_status", "*": SAME,
    },
    "may": {"*": SAME},
    "day": {"delivery_reschedule": SAME, "shipping_time": SAME, "ship": "delivery_time", "*": SAME},
    "freight_insurance": {"*": "freight_insurance"},
    "freight": {
        "refund": "return_freight", "return": "return_freight", "exchange": "return_freight", "fault": "return_freight",
        "repair": "return_freight", "order_cancel": "return_freight", "genuine": "return_freight",
        "ship": "delivery_method", "deliver": "delivery_method", "presale": "delivery_method",
        "promotion": "delivery_method", "order_modify": "delivery_method", "price": "delivery_method",
    },
    "same_invoice": {"*": "invoice_request"},
    "invoice": {"invoice_change": SAME, "*": "invoice_request"},
    "beans": {
        "refund": "refund_destination", "return": "refund_destination", "exchange": "refund_destination",
        "order_cancel": "refund_destination", "payment": "payment_issue", "*": "account_issue",
    },
    "coupon": {
        "refund": "refund_destination", "return": "refund_destination", "exchange": "refund_destination",
        "order_cancel": "refund_destination", "price": SAME, "*": "promotion_rule",
    },
    "gift": {"refund": "return_how", "return": "return_how", "ship": "gift_missing", "missing_item": "gift_missing"},
    "returning": {"return_freight": SAME, "freight_insurance": SAME, "refund": "return_how", "*": "return_policy"},
    "exchanging": {"return_freight": SAME, "freight_insurance": SAME, "*": "exchange_request"},
    "refunding": {
        "refund_destination": SAME, "shipping_time": "refund_how", "delivery_time": "refund_how",
        "exchange": "refund_how", "fault": "refund_how", "refund": "refund_status", "return": "refund_status",
        "order_cancel": "refund_status",
    },
    "shipping": {"*": "shipping_time"},
    "parcel": {"return": "return_how", "exchange": "return_how", "*": "logistics_status"},
    "carrier": {"return": "return_how", "exchange": "return_how", "*": "delivery_method"},
    "cancelling": {"refund": "refund_cancel", "return": "refund_cancel", "*": "order_cancel"},
    "address": {"return": "return_how", "exchange": "return_how", "order": "order_modify"},
    "packaging": {"return": "return_policy", "exchange": SAME, "refund": "return_policy"},
    "warranty": {"*": "repair_warranty"},
    "price": {"price_protection_problem": SAME, "*": "price_protection"},
    "it": {"*": SAME},
}  # fmt: skip

# 那要多久, 大概几天, 怎么操作: the running topic's time or way.
_HANGING = re.compile(
    r"[那然还后大概一般需得要具体又到底究竟]{0,6}"
    r"(?:多久|几天|多长时间|什么时候|啥时候|怎么弄|怎么办|怎么操作|咋弄|咋办|咋操作|在哪里?看|在哪里?弄|去哪里?弄|从哪里?看)"
    r"[呢啊呀到好了的]{0,2}[?？。.!！~～]*"
)
# 另一个订单呢, 换一单看看: the same question about another order.
_OTHER_ORDER = re.compile(
    r"(?:不是|不对|错了).{0,4}(?:这|那|订单|单)|(?:那|看|查)?(?:换|另外?|别的?|其他)(?:一|个|的|那|外)*.{0,2}(?:订单|单子?|笔)(?!号)"
)
# 第二个, 就第一个吧, 最后那个: one of the choices that were offered.
_ORDINAL = re.compile(r"(?:就|选|是|那)?(?:第[一二三四五1-5]|最[后下上前]面?|上面|下面)(?:那|这)?一?(?:个|单|笔|条|项)(?:吧|呢|的|订单|。|!)*")


def hangs_on_topic(text: str) -> bool:
    """Whether the message asks for the time or the way of whatever is being talked about (要多久, 那怎么办)."""
    return _HANGING.fullmatch(text.strip()) is not None


def wants_other_order(text: str) -> bool:
    """Whether the buyer means another order than the one being talked about; short messages only."""
    text = text.strip()
    return len(text) <= 16 and _OTHER_ORDER.search(text) is not None


def asked_thing(text: str) -> str | None:
    """What a message that is no question by itself asks for (a key of `MEANINGS`); None for a complete message."""
    said = text.strip()
    if not said or len(said) > 20:
        return None
    thing = next((thing for thing, expression in _THINGS.items() if expression.fullmatch(said)), None)
    return thing if thing in _NO_NOUNS or _TAKES_UP.search(said) else None


def names_matter(text: str) -> bool:
    """Whether the message itself says what it is about (退款, 快递, 发票 …)."""
    return _MATTERS.search(text) is not None


def is_elliptical(text: str) -> bool:
    """Whether the message can be understood only from what was said before it."""
    return (
        asked_thing(text) is not None
        or hangs_on_topic(text)
        or wants_other_order(text)
        or _ORDINAL.fullmatch(text.strip()) is not None
    )


def resolve(text: str, topic: str | None, reading: Reading | None = None) -> str | None:
    """The intent that an elliptical message means within the running topic, or None when it is complete or unclear.

    topic: the intent whose question is running. reading: how the message was read by itself; without one it counts as
    not understood.
    """
    if topic not in FAMILIES or topic is None:
        return None
    if wants_other_order(text):
        # Whatever goes on with the topic asks which other order.
        return None if _sure(reading) and len(text.strip()) > 10 else "provide_info"
    thing = asked_thing(text)
    if thing is None:
        thing = "may" if not _sure(reading) and _MAY_AT_END.fullmatch(text.strip()) else None
    if thing is None:
        return None
    row = MEANINGS[thing]
    meant = row.get(topic) or row.get(FAMILIES[topic]) or row.get("*")
    if meant == SAME:
        return None if topic in _CASE_TOPICS else topic
    return meant


def _sure(reading: Reading | None) -> bool:
    """Whether the message by itself was understood as a question of its own."""
    return reading is not None and reading.intent in FAMILIES and reading.confidence >= _CONFIDENT
