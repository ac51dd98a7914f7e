"""The one door: what is stopped, what is warned of, what passes, and how the verdict explains itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from aftersales.door import Speaker, Talk, load_door
from aftersales.door.cues import Index, branches, cues_of
from aftersales.door.door import Door
from aftersales.door.evaluation import figures, judge
from aftersales.door.examples import read_examples
from aftersales.door.load import load_kinds
from aftersales.door.text import read_reply
from aftersales.errors import ConfigurationError
from aftersales.reading.normalise import normalise
from aftersales.rejected import load_rejected
from aftersales.rules import load_catalogue
from aftersales.stores import load_stores

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules"
STORES = load_stores(ROOT / "stores", RULES)
JD, TMALL, FOOD = (STORES[name] for name in ("jd-digital", "tmall-fashion", "own-food"))


@pytest.fixture(scope="module")
def door() -> Door:
    """The door without its trained part: what the patterns, the terms and the history find by themselves."""
    return load_door(RULES, None)


def kinds(door: Door, text: str, speaker: Speaker = "agent") -> set[str]:
    return {one.kind for one in door.check(text, JD, speaker).violations}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("亲，稍等一下哦", "waiting"),
        ("那您申请退款吧", "cold"),
        ("您有什么理由说它有质量问题", "challenge"),
        ("赶紧把照片发过来", "command"),
        ("你还不会用手机呀", "sarcasm"),
        ("你有病吧", "insult"),
        ("再这样没素质，我们拒绝为你服务", "insult"),
        ("不好意思呢", "hollow_apology"),
        ("您自己去问当地的快递点", "shirk"),
        ("加V聊，方便", "offsite_contact"),
        ("加我薇❤信发您图", "offsite_contact"),
        ("扣扣上说吧 3278845", "offsite_contact"),
        ("您绿泡泡多少，我加您", "offsite_contact"),
        ("vx：abc12345，通过一下", "offsite_contact"),
        ("我号码1 3 8 0 0 1 3 8 0 0 0，您打过来说", "offsite_contact"),
        ("差价我微信红包转您", "offsite_payment"),
        ("开票要加6个税点", "surcharge"),
        ("信用卡付款要收1%手续费", "surcharge"),
        ("我们这个价不开发票的", "invoice_refused"),
        ("特价商品不退不换", "return_refused"),
        ("已经拆封了就不能退了", "return_refused"),
        ("包邮的发货运费要从退款里扣12元", "freight_wrong"),
        ("您先确认收货，我再给您退款", "steer_receipt"),
        ("退款原因别选质量问题，选不喜欢", "steer_reason"),
        ("我是店长，这事我说了算", "posing"),
        ("五星好评返5元红包哦", "review_bribe"),
        ("麻烦点亮第五颗星支持一下", "review_pressure"),
        ("仅此一天，明天马上涨价", "false_urgency"),
        ("我们家是全网最低价", "superlative"),
        ("别家卖的都是假货", "disparage"),
        ("您投诉也没用的", "complaint_blocked"),
        ("请把您的身份证号和银行卡密码发我", "personal_data"),
        ("再闹就把您拉黑了", "blacklist"),
        ("别退了吧，给您补点钱算了", "waive_right"),
        ("😊😊", "emoji_only"),
        ("666", "emoji_only"),
    ],
)
def test_each_kind_is_found_by_words_alone(door: Door, text: str, kind: str) -> None:
    assert kind in kinds(door, text)


@pytest.mark.parametrize(
    "text",
    [
        "请勿相信任何让您加微信的链接，谨防诈骗",
        "我们不会让您加微信或转账的，请放心",
        "您说的“你们客服有病吧”我看到了，先跟您道个歉，我来帮您处理",
        "退款会原路退回您的微信支付，一般1到3个工作日到账",
        "最晚今天18点前回复您",
        "核实后我会第一时间告诉您",
        "收到货检查没问题再点确认收货，不着急",
        "退款原因请您按实际情况选择",
        "您可以申请平台介入，入口在售后单详情里",
        "方便的话可以如实评价一下",
        "我现在去查物流，10分钟内回复您",
        "定制商品不支持无理由退货，有质量问题可以随时找我",
        "您手机号尾号4567对吗",
        "快递员会给您打电话，保持电话畅通就行",
        "请先断电，不要继续使用，人没事吧？",
        "订单330918290037我看到了，正在路上",
        "抱歉给您添麻烦了，我已经联系仓库补发，今天18点前给您单号",
        "好的亲，收到😊",
        "有人打电话让您先点确认收货才退钱的，别信，不是我们",
        "少发的要选“漏发”，您刚才选的是不想要，我给您驳回重提一下",
        "尺码不准不属于质量问题，不过您还在七天里，可以走无理由",
        "差评里的照片我们看到了，杯口确实有缺，这就给您补发一个",
        "差额我已经报给财务，今天17点前给您答复",
        "电子票在您注册的邮箱里，纸质的我们没有",
        "师傅用虚拟号打给您，来电显示171开头，麻烦接一下",
        "最近有骗子冒充客服，说可以三倍赔您，别信",
        "这个我拍不了胸脯说明天一定到，到了网点我告诉您",
    ],
)
def test_innocents_pass(door: Door, text: str) -> None:
    assert door.check(text, JD, "agent").level == "pass"


@pytest.mark.parametrize(
    ("text", "agent", "bot"),
    [
        ("亲，稍等一下哦", "warn", "warn"),
        ("今天一定到", "warn", "block"),
        ("赔您20块，别生气了", "warn", "block"),
        ("加我微信聊", "block", "block"),
        ("您好，24小时内发货", "pass", "pass"),
    ],
)
def test_beyond_its_terms_an_agent_is_warned_and_the_bot_is_stopped(
    door: Door, text: str, agent: str, bot: str
) -> None:
    assert door.check(text, JD, "agent").level == agent
    assert door.check(text, JD, "bot").level == bot


def test_what_is_within_the_terms_of_one_store_is_beyond_those_of_another(door: Door) -> None:
    assert door.check("15天无理由退货", TMALL, "bot").level == "pass"
    assert door.check("15天无理由退货", FOOD, "bot").level == "block"


def test_a_promise_within_the_terms_passes_and_is_noted_for_the_ledger(door: Door) -> None:
    verdict = door.check("我去催快递，今天18点前回复您", JD, "agent")
    assert verdict.level == "pass"
    assert [(one.matter, one.within) for one in verdict.promises] == [("callback", True)]


def test_a_verdict_names_rule_place_reason_and_a_better_wording(door: Door) -> None:
    text = "您好！这边加我薇❤信发您图"
    verdict = door.check(text, JD, "agent")
    found = verdict.violations[0]
    assert found.kind == "offsite_contact" and verdict.level == "block"
    assert found.rule in load_catalogue(RULES / "catalogue")
    assert text[found.start : found.end].strip() == found.span
    assert "薇❤信" in found.span
    assert found.why and found.instead
    shown = verdict.to_dict()
    assert shown["verdict"] == "block"
    assert {"rule", "span", "why", "instead"} <= set(shown["violations"][0])


def test_the_rule_is_one_that_holds_on_the_stores_platform(door: Door) -> None:
    catalogue = load_catalogue(RULES / "catalogue")
    for store in STORES.values():
        for text in ("加我微信聊", "您先确认收货，我再给您退款", "五星好评返5元红包哦"):
            for found in door.check(text, store, "agent").violations:
                assert catalogue[found.rule].holds_on(store.platform), (store.id, found.kind, found.rule)


def test_the_same_words_again_are_flagged_but_a_short_yes_is_not(door: Door) -> None:
    said = ("您的包裹已经在路上了，预计明天送到您那边。",)
    assert "repetition" in {v.kind for v in door.check(said[0], JD, "agent", Talk(said=said)).violations}
    again = "您的包裹已经在路上了，预计明天送到您那边！"
    assert "repetition" in {v.kind for v in door.check(again, JD, "agent", Talk(said=said)).violations}
    assert door.check("好的", JD, "agent", Talk(said=("好的",))).level == "pass"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("他的电话是13812345678，您联系他", True),
        ("收件人138****5678对吗", False),
        ("客服热线4001234567", False),
        ("快递单号773012345678901", False),
        ("身份证110101199003071234", True),
        ("卡号6222021234567890128", True),
    ],
)
def test_personal_data_in_full(door: Door, text: str, shown: bool) -> None:
    assert ("personal_data" in kinds(door, text)) is shown


def test_a_buyer_may_read_again_what_is_their_own(door: Door) -> None:
    own = Talk(own=frozenset({"13812345678"}))
    assert door.check("留的号码是13812345678，对吗", JD, "agent", own).level == "pass"


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\n", "\x00", "🙂" * 3000, "等" * 10000, "a" * 10000, "（" * 2000, "\ud800", "您好" * 3000, "别急" * 2000],
    ids=["empty", "space", "lines", "nul", "emoji", "one word", "letters", "brackets", "half a pair", "hello", "hush"],
)
def test_no_text_breaks_it(door: Door, text: str) -> None:
    assert door.check(text, JD, "agent").level in ("pass", "warn", "block")


def test_every_pattern_is_an_expression_and_its_index_loses_nothing(door: Door) -> None:
    """For every reply we have: whatever matches a text is among the candidates for it."""
    patterns = door.patterns
    patterns.check()
    compiled = [re.compile(source) for _, source in patterns.alternatives]
    replies = [
        line.split("\t")[0]
        for path in sorted((RULES / "door" / "replies").glob("*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()[1::40]
    ]
    for reply in replies:
        text = normalise(reply).text
        candidates = set(patterns.candidates(text))
        matching = {place for place, one in enumerate(compiled) if one.search(text)}
        assert matching <= candidates, (reply, [patterns.alternatives[place] for place in matching - candidates])


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("加(?:微信|vx)", "加微信"),
        ("(?:一)?二三?四", "二四"),
        ("a|b(?:c|d)", "bd"),
        ("[甲乙]丙", "乙丙"),
        ("(?<!不)加.{0,3}信", "加我信"),
        (r"\d{3}号", "123号"),
        ("好+评", "好好评"),
        ("(?=.*红包)评价", "评价红包"),
    ],
)
def test_cues_are_in_whatever_the_expression_matches(expression: str, text: str) -> None:
    assert re.search(expression, text)
    assert all(any(word in text for word in cues) for part in branches(expression) if re.search(part, text) for cues in cues_of(part))
    assert Index([("x", expression)]).candidates(text) == ["x"]


def test_a_quotation_of_the_buyer_and_a_warning_are_told_from_what_the_shop_says() -> None:
    quoted = read_reply("您说“加微信”的那位不是我们的人")
    assert quoted.is_quoted(quoted.text.index("加微信"), quoted.text.index("加微信") + 3)
    warned = read_reply("请勿点击陌生链接加微信")
    assert warned.is_warned_of(warned.text.index("加微信"), warned.text.index("加微信") + 3)
    ours = read_reply("加微信聊")
    assert not ours.is_warned_of(0, 3) and not ours.is_quoted(0, 3)


def test_kinds_must_cite_rules_of_the_catalogue(tmp_path: Path) -> None:
    path = tmp_path / "kinds.yml"
    path.write_text(
        "kinds:\n  odd: {title: 怪, agent: warn, bot: block, rules: [XXX-01], why: 因, instead: 改}\n", encoding="utf-8"
    )
    with pytest.raises(ConfigurationError, match=r"kinds\.odd\.rules.*XXX-01"):
        load_kinds(path, load_catalogue(RULES / "catalogue"))


def test_the_rejected_advice_names_kinds_that_the_door_knows(door: Door) -> None:
    advice = load_rejected(RULES / "rejected.yml", door.kinds)
    assert len(advice) == 18
    assert all(one.kinds and one.instead for one in advice.values())


def test_every_example_of_rejected_advice_is_refused_and_explained() -> None:
    """With the trained part: none of these texts was written for it, nor learnt from."""
    whole = load_door(RULES, ROOT / "build" / "door" / "reader.npz")
    for advice in load_rejected(RULES / "rejected.yml", whole.kinds).values():
        verdicts = [whole.check(text, JD, "agent") for text in advice.example]
        assert all(one.level != "pass" for one in verdicts), advice.id
        named = [one for one in verdicts if {found.kind for found in one.violations} & set(advice.kinds)]
        assert len(named) >= 2, advice.id
        assert all(found.instead for one in verdicts for found in one.violations)


def test_no_line_that_the_door_is_measured_on_was_learnt_from() -> None:
    """Nor one that differs in marks and spaces only. Replies of marks alone are a handful, and the same everywhere."""

    def bare(text: str) -> str:
        return "".join(filter(str.isalnum, text))

    def texts(folder: Path) -> set[str]:
        lines = (line for path in folder.glob("*.tsv") for line in path.read_text(encoding="utf-8").splitlines()[1:])
        return {bare(line.split("\t")[0]) for line in lines}

    learnt, held = texts(RULES / "door" / "replies"), texts(ROOT / "tests" / "door")
    assert len(learnt) > 20_000 and len(held) > 2_000
    assert not (learnt & held) - {""}


def test_a_broken_reader_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    whole = (ROOT / "build" / "door" / "reader.npz").read_bytes()
    for name, content in (("cut.npz", whole[: len(whole) // 2]), ("text.npz", b"no arrays"), ("empty.npz", b"")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ConfigurationError, match="make model"):
            load_door(RULES, tmp_path / name)


def test_the_door_keeps_its_figures_on_replies_it_was_not_made_from() -> None:
    """Floors a little below what docs/door.md reports of the hardest set; where it is tuned to is said there."""
    whole = load_door(RULES, ROOT / "build" / "door" / "reader.npz")
    for name in ("heldout_voices", "heldout_acceptance", "heldout_strangers"):
        examples = read_examples(ROOT / "tests" / "door" / f"{name}.tsv", whole.kinds)
        found = figures(list(judge(whole, STORES, examples)))
        assert found.block_precision >= 0.945, (name, found)
        assert found.block_recall >= 0.84, (name, found)
        assert found.flagged_recall >= 0.94, (name, found)
        assert found.good_flagged_share <= 0.055, (name, found)
