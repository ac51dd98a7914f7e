"""What the benchmark says to both bots, and how it tells an answer of the kind it meant from any other.

Only messages that both bots answer as meant are used; a check before the first round finds out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

STORE = "jd-digital"
#: A demo buyer of that store; the order numbers below are theirs.
BUYER = "u1001"

#: Questions that a response answers, each another intent: a question asked twice in a row is a sign of trouble to our bot.
PLAIN = (
    "想退款，在哪里提交申请呀",
    "退的钱会回到哪个账户里",
    "运费险要怎么用",
    "你们一般用哪家快递送货",
    "店铺优惠券可以叠加用吗",
    "付钱的时候一直提示支付失败",
    "会员绑定的手机号想换一个怎么弄",
    "这个东西买回来怎么安装",
    "快递送到了我能当面拒收吗",
    "能改到周末再给我送吗",
    "退款申请我想撤掉怎么操作",
    "你是机器人还是真人呀",
)
#: What those are about; a small stock model for a smoke run learns these, those with an action and small talk.
PLAIN_INTENTS = (
    "refund_how",
    "refund_destination",
    "freight_insurance",
    "delivery_method",
    "promotion_rule",
    "payment_issue",
    "account_issue",
    "usage_help",
    "reject_parcel",
    "delivery_reschedule",
    "refund_cancel",
    "bot_challenge",
)
#: Questions that an action answers, with the order they are about.
ACTING = (
    "帮我查一下订单330918290037的物流",
    "订单330917755120的退款到哪一步了",
    "订单330918274651帮我开张发票",
    "查查330918290037这单快递走到哪里了",
)
#: With fewer messages than this of a kind the figures would say more about the messages than about the bots.
FEWEST_PLAIN, FEWEST_ACTING = 6, 2
#: One message in so many asks for an action where traffic is mixed.
ACTION_EVERY = 3


def mixture(plain: Sequence[str], acting: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Messages and the kind of answer wanted, one in :data:`ACTION_EVERY` for an action."""
    others, actions = itertools.cycle(plain), itertools.cycle(acting)
    while True:
        for _ in range(ACTION_EVERY - 1):
            yield next(others), "plain"
        yield next(actions), "acted"


def kind_of_desk(answer: Mapping[str, Any]) -> str:
    """The kind of an answer of our channel: only a turn that was really answered counts."""
    if answer["outcome"] != "answered" or not answer["messages"]:
        return "bad"
    return "acted" if any(name.startswith("action_") for name in answer["trace"]["actions"]) else "plain"


def kind_of_rest(answer: Sequence[Mapping[str, Any]], plain_begins: str, acted_begins: str) -> str:
    """The kind of an answer of the stock project, by how its one text begins."""
    texts = [str(message.get("text") or "") for message in answer]
    if len(texts) != 1:
        return "bad"
    return "plain" if texts[0].startswith(plain_begins) else "acted" if texts[0].startswith(acted_begins) else "bad"
