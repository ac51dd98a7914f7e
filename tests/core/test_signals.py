"""Emotion and risk of one message, word lists alone and together with a trained part."""

from __future__ import annotations

import pytest

from aftersales.reading.signals import Signals, needs_person, read_signals


def read(text: str, intent: str = "other", scores: dict[str, float] | None = None) -> Signals:
    return read_signals(text, intent=intent, model_scores=scores)


@pytest.mark.parametrize(
    ("text", "emotion"),
    [
        # calm: neutral, polite, verbal tics, other targets
        ("您好，我的快递到哪里了", "calm"),
        ("卧槽，这么快就收到了", "calm"),
        ("我靠真香", "calm"),
        ("这个我不满意，想退货可以吗", "calm"),
        ("我真是个傻子，地址写错了", "calm"),
        ("不着急，慢慢来", "calm"),
        ("麻烦把垃圾袋的发票开一下", "calm"),
        # dissatisfied: generic disappointment, impatience
        ("太失望了", "dissatisfied"),
        ("怎么还没发货啊", "dissatisfied"),
        ("无语，醉了", "dissatisfied"),
        ("说好的次日达呢", "dissatisfied"),
        ("送货那个师傅就是个傻逼", "dissatisfied"),
        # angry: accusing people, calling names at things, sarcasm, piled up marks
        ("你们就是一群骗子", "angry"),
        ("什么垃圾质量，坑人呢", "angry"),
        ("狗屁客服", "angry"),
        ("气死我了！", "angry"),
        ("忽悠谁呢", "angry"),
        ("他妈的到底发不发货！！！", "angry"),
        ("你们客服还骂我傻逼", "angry"),
        ("🤬🤬", "angry"),
        # abusive: aimed at the shop or the agent
        ("傻逼客服", "abusive"),
        ("你脑子有病吧", "abusive"),
        ("nmsl", "abusive"),
        ("沙比店铺赶紧死", "abusive"),
        ("滚", "abusive"),
        ("你们全家死光", "abusive"),
        ("🖕", "abusive"),
        ("信不信我上门砍死你", "abusive"),
    ],
)
def test_emotion_of_words_alone(text: str, emotion: str) -> None:
    assert read(text).emotion == emotion


@pytest.mark.parametrize(
    ("text", "intent", "risk"),
    [
        ("再不退钱我就投诉你们", "refund_status", ("complaint_threat",)),
        ("我不是投诉，就想问问进度", "refund_status", ()),
        ("别逼我给差评", "complaint", ("complaint_threat",)),
        ("服务真差劲", "complaint", ()),
        ("我打12315了，律师也找好了", "complaint", ("regulator_media",)),
        ("退到工商银行的卡多久到", "refund_status", ()),
        ("用完脸上过敏红肿", "quality_problem", ("safety",)),
        ("敏感肌会过敏吗", "presale_product", ()),
        ("你们要赔偿我的损失", "compensation_request", ("compensation_claim",)),
        ("运费险怎么赔付", "freight_insurance", ()),
        ("请问这是正品吗", "fake_suspect", ()),
        ("这明显是翻新的旧机器", "fake_suspect", ("fraud_accusation",)),
        ("担心收到假的，怎么鉴别", "fake_suspect", ()),
        ("商家一直不回消息", "complaint", ("service_attitude",)),
        ("这个问题我都反映三次了", "complaint", ("repeated_failure",)),
        ("转人工", "human_request", ("human_request",)),
        ("不用转人工，你说就行", "human_request", ()),
        ("你是真人吗", "bot_challenge", ()),
        ("人工，我的发票开错了", "invoice_change", ("human_request",)),
        ("帮我申请平台介入", "dispute_escalation", ("complaint_threat",)),
        ("纠纷单是什么意思", "dispute_escalation", ()),
    ],
)
def test_risk_of_words_and_intent(text: str, intent: str, risk: tuple[str, ...]) -> None:
    assert read(text, intent).risk == risk


@pytest.mark.parametrize(
    ("text", "intent", "kind"),
    [
        ("我的信息被泄露了，骗子知道我买了什么", "account_issue", "privacy"),
        ("账号被盗了", "account_issue", "privacy"),
        ("商家非说是我自己弄坏的", "quality_problem", "dispute"),
        ("卖家拒绝退款", "refund_problem", "dispute"),
    ],
)
def test_privacy_and_dispute_show_as_evidence(text: str, intent: str, kind: str) -> None:
    signals = read(text, intent)
    assert kind in {item.kind for item in signals.evidence}
    assert needs_person(signals)


def test_evidence_quotes_the_words_as_typed() -> None:
    text = "你們這是詐騙，我要投\u200b訴！"
    for item in read(text).evidence:
        assert item.text == text[item.start : item.end]
        assert item.text


def test_the_trained_part_finds_what_no_word_shows() -> None:
    scores = {"calm": 0.05, "dissatisfied": 0.1, "angry": 0.8, "abusive": 0.05, "fraud_accusation": 0.9}
    signals = read("原来你们店是这么做事的", scores=scores)
    assert (signals.emotion, signals.risk) == ("angry", ("fraud_accusation",))
    assert {item.source for item in signals.evidence} == {"model"}


def test_the_trained_part_takes_a_weak_word_back_but_not_a_strong_one() -> None:
    calm = {"calm": 0.98, "dissatisfied": 0.01, "angry": 0.01, "abusive": 0.0}
    assert read("快点", scores=calm).emotion == "calm"
    assert read("傻逼客服", scores=calm).emotion == "abusive"


def test_a_word_taken_back_is_not_brought_in_again_by_the_trained_part() -> None:
    assert read("我没有要投诉你们的意思", "other", {"complaint_threat": 0.9}).risk == ()


def test_an_empty_message_is_calm() -> None:
    assert read("") == Signals("calm", 1.0, (), ())
