"""Messages that mean something only in the light of the question before them."""

from __future__ import annotations

import re

# 那要多久, 大概几天, 怎么操作: the running topic's time or way.
_HANGING = re.compile(
    r"[那然还后大概一般需得要具体又]{0,6}"
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


def is_elliptical(text: str) -> bool:
    """Whether the message can be understood only from what was said before it."""
    return hangs_on_topic(text) or wants_other_order(text) or _ORDINAL.fullmatch(text.strip()) is not None
