"""What the intent adds to the words of a message and what it explains away."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aftersales.reading.model import RISKS, Evidence
from aftersales.reading.normalise import Normalised
from aftersales.reading.signal_words import ANGRY_LINE, STRONG, Weights

# Insurance, price protection and coupons pay out by rule: asking about that is no claim against the shop.
_PAYOUT_BY_RULE = frozenset(
    {
        "freight_insurance",
        "return_freight",
        "refund_destination",
        "price_protection",
        "price_protection_problem",
        "promotion_rule",
        "presale_product",
        "repair_warranty",
    }
)
# A merchant asking how reviews work speaks of bad reviews without threatening one.
_SPEAKS_OF_REVIEWS = frozenset({"account_issue", "thank", "goodbye", "deny", "refund_cancel"})
# From here on the trained part sees a risk in spite of words that were taken back.
SEES_IT = 0.5
# Only an intent that was read this surely speaks for a risk by itself: that somebody was called already reads a little
# like a request for a person.
SURE_INTENT = 0.7
# Here 没人接 and 怎么没人回 urge, or speak of a courier or of nobody at home, and do not blame the shop.
_NOBODY_ANSWERS = frozenset(
    {
        "urge_reply",
        "logistics_status",
        "logistics_stuck",
        "not_received",
        "delivery_method",
        "delivery_reschedule",
        "delivery_time",
        "reject_parcel",
    }
)
# 退了两次 is what such a question is about, not a grievance.
_COUNTS_TIMES = frozenset({"freight_insurance", "return_freight", "refund_cancel"})
# An application that a rule or an office turned down is no quarrel between buyer and shop.
_REFUSED_BY_RULE = frozenset(
    {
        "invoice_request",
        "invoice_change",
        "account_issue",
        "price_protection",
        "price_protection_problem",
        "other",
        "refund_cancel",
    }
)
_DEFINITION = re.compile(
    r"(?:纠纷单?|平台介入|介入|维权|仲裁|举报|12315).{0,3}(?:是什么|是啥|什么意思|啥意思|指什么|有什么用|有啥用|怎么回事)|(?:什么|啥)(?:是|叫).{0,4}(?:纠纷|介入|维权|仲裁)"
)
_SOLVED = re.compile(
    r"(?:收到|解决|处理好|到账|退了|和解|谈好|没事).{0,8}(?:撤|取消|关闭|关掉)|(?:撤|取消|关闭|关掉).{0,6}(?:解决|处理好|收到|没事)了"
)
_STATUS = re.compile(
    r"(?:已经|之前|刚才|昨天|前天|上次|早就|现在)?.{0,6}(?:申请|提交|提|开|创建|发起|有)(?:了|过|着|一个).{0,6}(?:纠纷|介入|维权|仲裁)|"
    r"(?:纠纷|介入|维权|仲裁).{0,6}(?:结果|进度|多久|几天|单号|程序|流程|撤|取消|关闭|完结)|客人|客户|顾客"
)
_NO_PERSON = re.compile(
    r"(?:不用|不需要|不要|不必|无需|别|不想|先不|取消|不)(?:再|给我|帮我|急着)?(?:转|找|叫|要|接)?(?:到|给|接)?(?:人工|真人)(?!智能)"
)
# 人工 as in artificial, and what work costs.
_MAN_MADE = re.compile(
    r"人工(?:费|草|智能|泪|皮|牛黄|湖|成本|呼吸|授精|养|合成|耳|色素|钻|宝石|水草|甜|降雨|晶|关节|翡翠|皮革|大理石|菌|心脏|智慧)|电话不用(?:再)?(?:回|打)"
)
_ASKS = re.compile(r"[?吗么嘛吧]$")
_REFUSED = re.compile(r"被?拒绝|被拒|驳回|不通过|没通过|(?:给我|被(?:你们|商家|卖家|他们)?)(?:取消|关闭|关)了(?!吧|把)")
_AUTHENTIC_QUESTION = re.compile(
    r"(?<!不)(?<!是不)是(?:不是)?(?:正品|原装|真货|真的|行货|国行|正版)|是不是(?:正品|原装|真货|真的)|保真|真假|"
    r"真(?:的|货|嘞)?(?:还是|或者|和|是)?假|正品(?:吗|么|嘛|不|吧|$|\?|保障|保证|授权)|(?:假一[赔罚])|还是(?:水货|翻新|组装)|"
    r"(?:有|会有|卖)假(?:的|货)?(?:吗|么|不|\?)|(?:水货|贴牌|组装)的?吗|假货(?:包|可以|能|怎么|咋)|"
    r"(?:买到|收到|遇到)(?:的是)?(?:假的|假货|翻新机?)[^,。]{0,3}(?:怎么|可以|能|咋|赔|退)"
)
_FAKE = re.compile(r"假|翻新|二手|别人用过|高仿|山寨|仿(?:的|冒|品)|贴牌|拆过|用过|冒牌|水货|盗版|调包|掉包")
_HYPOTHETICAL = re.compile(
    r"如果|假如|假若|若是|万一|要是|会不会|怎么(?:辨别|鉴别|分辨|区分|验)|怎样(?:辨别|鉴别)|如何(?:辨别|鉴别)|保证|担心|怕|能鉴定"
)


def inform(message: Normalised, intent: str, weights: Weights, scores: Mapping[str, float], *, sure: bool = True) -> None:
    """Let the intent add and take away risk.

    scores: the trained part's probabilities by label; empty without one. sure: whether the intent may speak for a risk;
    what it takes away it takes away in any case, for that only calms.
    """
    text = message.text
    if not text:
        return
    whole = (message.starts[0], message.ends[-1])

    def add(label: str, strength: float) -> None:
        if not sure:
            return
        kind = "risk" if label in RISKS else label
        quote = message.original[whole[0] : whole[1]]
        weights.add(label, strength, Evidence(kind, label, quote, whole[0], whole[1], "intent"))

    def drop(label: str) -> None:
        # What the intent explains away, the trained part may not bring back on the strength of the same word.
        weights.strengths.pop(label, None)
        weights.denied.add(label)

    def innocent(*labels: str) -> bool:
        # The very words were taken back or meant something else, and the trained part sees nothing beside them.
        return any(label in weights.denied for label in labels) and not any(
            scores.get(label, 0.0) > SEES_IT for label in labels
        )

    strengths = weights.strengths
    if intent == "human_request" and not _NO_PERSON.search(text) and not _MAN_MADE.search(text):
        add("human_request", 0.9)
    elif intent == "bot_challenge":
        # 你是人工吗 asks who is speaking; only a plain demand makes it a request.
        if strengths.get("human_request", 0.0) < 0.8 or _ASKS.search(text):
            drop("human_request")
        drop("service_attitude")
    elif intent in _NOBODY_ANSWERS and strengths.get("service_attitude", 0.0) < 0.7:
        drop("service_attitude")
    elif intent == "spam_ad":
        for label in ("regulator_media", "fraud_accusation", "complaint_threat"):
            drop(label)
    elif intent == "compensation_request" and "compensation_claim" not in weights.denied:
        add("compensation_claim", 0.9)
    elif intent == "dispute_escalation":
        if _DEFINITION.search(text) or _SOLVED.search(text):
            drop("complaint_threat")
            drop("regulator_media")
        elif _STATUS.search(text):
            add("dispute", 0.8)
        elif not strengths.get("regulator_media") and not innocent("complaint_threat", "regulator_media"):
            add("complaint_threat", 0.8)
    elif intent == "fake_suspect":
        # 是正品吗 and 如果是假的怎么办 ask; 感觉是假的 and 是不是用过的 accuse.
        if _AUTHENTIC_QUESTION.search(text) or _HYPOTHETICAL.search(text):
            if strengths.get("angry", 0.0) < ANGRY_LINE:
                drop("fraud_accusation")
                drop("compensation_claim")
        elif _FAKE.search(text) and not innocent("fraud_accusation"):
            add("fraud_accusation", 0.8)
    elif intent == "refund_problem" and _REFUSED.search(text):
        add("dispute", 0.7)
    if intent in _PAYOUT_BY_RULE and strengths.get("compensation_claim", 0.0) < STRONG:
        drop("compensation_claim")
    if intent in _COUNTS_TIMES:
        drop("repeated_failure")
    if intent in _REFUSED_BY_RULE:
        weights.evidence = [item for item in weights.evidence if item.kind != "dispute"]
    if intent in _SPEAKS_OF_REVIEWS and strengths.get("complaint_threat", 0.0) < 0.9:
        drop("complaint_threat")
