"""Every answer, in every store, as the buyer reads it: complete, allowed, in the store's own terms."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from store_builder import ROOT, build_store

from aftersales.answers import Responses, load_responses, render, select
from aftersales.answers.__main__ import main
from aftersales.answers.check import check
from aftersales.answers.checks import Material, load_material
from aftersales.stores import Store, load_stores

STORES = load_stores(ROOT / "stores")
ALL = load_responses(ROOT / "data" / "responses")
#: Answers about an order are written and tested with the decisions that fill them.
GENERAL: Responses = {
    name: variations
    for path in sorted((ROOT / "data" / "responses").glob("*.yml"))
    if not path.stem.startswith("orders")
    for name, variations in load_responses(path).items()
}


def words(text: str) -> list[str]:
    """The words of a table that is easier to read without quotes."""
    return text.split()


INTENTS = words("""
greet goodbye thank affirm deny bot_challenge urge_reply chitchat spam_ad provide_info
refund_how refund_status refund_destination refund_problem refund_cancel order_cancel
return_policy return_how return_freight freight_insurance return_status exchange_request repair_warranty reject_parcel
shipping_time delivery_time logistics_status logistics_stuck not_received delivery_method delivery_reschedule order_modify
price_protection price_protection_problem promotion_rule gift_missing invoice_request invoice_change
quality_problem damaged_parcel wrong_item missing_item not_as_described fake_suspect usage_help
presale_product payment_issue account_issue human_request complaint compensation_request dispute_escalation other
""")
COMMONEST = words("""
refund_how refund_status refund_destination refund_cancel order_cancel return_policy return_how return_freight return_status
exchange_request repair_warranty shipping_time delivery_time logistics_status logistics_stuck not_received delivery_method
order_modify price_protection invoice_request quality_problem missing_item
""")
HANDOFF_LINES = words("""
human_request angry abusive complaint regulator_media compensation fraud safety privacy dispute repeated_failure misses case
bot_failure
""")
SINGLE_LINES = words("""
soothe ask_back ask_back_nothing offer_human civil_reminder offsite_declined secret_masked fallback_blocked
""")


def said(name: str, store: Store, *, again: bool = False) -> str:
    values = store.values()
    return render(select(GENERAL[name], values, again).text, values, name=name)


@pytest.fixture(scope="module")
def material() -> Material:
    return load_material(ROOT / "rules")


# --- all of them -----------------------------------------------------------------------------------------------------


def test_the_linter_finds_nothing(material: Material) -> None:
    assert [str(problem) for problem in check(ALL, STORES, material)] == []


@pytest.mark.parametrize("name", [*INTENTS, *(f"handoff_{line}" for line in HANDOFF_LINES), *SINGLE_LINES])
def test_there_is_an_answer_for_each_intent_and_moment(name: str) -> None:
    assert f"utter_{name}" in GENERAL


@pytest.mark.parametrize("intent", COMMONEST)
def test_the_commonest_questions_are_answered_another_way_the_second_time_and_a_person_is_offered(intent: str) -> None:
    name = f"utter_{intent}"
    for store in STORES.values():
        first, second = said(name, store), said(name, store, again=True)
        assert first != second
        assert len(second) < len(first)
        chosen = select(GENERAL[name], store.values(), True)
        assert [button.payload for button in chosen.buttons] == ["/human_request"]


@pytest.mark.parametrize("name", sorted(GENERAL))
def test_an_answer_is_a_few_short_lines(name: str) -> None:
    for store in STORES.values():
        lines = said(name, store).splitlines()
        assert len(lines) <= 5
        assert max(map(len, lines)) <= 130, lines


def test_buttons_lead_to_intents() -> None:
    for name, variations in GENERAL.items():
        for variation in variations:
            for button in variation.buttons:
                assert button.payload.removeprefix("/").split("{")[0] in INTENTS, name
                assert len(button.title) <= 8, name


# --- the store's own terms -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "jd", "tmall", "own"),
    [
        ("return_policy", "签收次日起7天内", "签收次日起15天内", "鲜果、鲜菌和冷藏糕点（鲜活易腐）"),
        ("return_how", "京东快递上门取件", "杭州市临平区", "昆明市呈贡区"),
        ("return_freight", "运费险", "换货运费由我们承担", "需不需要寄回由人工看照片确定"),
        ("freight_insurance", "有“运费险”标识", "全店送运费险", "没有赠送运费险"),
        ("exchange_request", "签收后15天内都行", "吊牌在", "暂时不直接换"),
        ("repair_warranty", "365天内保修", "没有单独的保修", "没有单独的保修"),
        ("reject_parcel", "可以拒收", "拒签退回后支持退款", "鲜货经不起来回"),
        ("shipping_time", "24小时内发出，16:00前", "48小时内发出", "72小时内发出"),
        ("delivery_method", "想指定其中一家", "楼下驿站", "暂不送：西藏、新疆、港澳台"),
        ("price_protection", "签收后30天内", "下单后15天内", "没有价保服务"),
        ("price_protection_problem", "以旧换新补贴", "直播间专享价", "没有价保服务"),
        ("invoice_request", "增值税专用发票", "3个工作日内开出", "发到您填的邮箱"),
        ("refund_status", "京东E卡", "支付宝", "微信支付"),
        ("dispute_escalation", "申请京东介入", "申请平台客服介入", "投诉与复核"),
        ("payment_issue", "收银台", "天猫", "本店商城"),
        ("fake_suspect", "机身序列号", "质检报告", "产地证明"),
        ("refund_how", "拦不下来可以拒收", "拦不下来可以拒收", "鲜货先转人工"),
        ("order_cancel", "拦不下来可以拒收", "拦不下来可以拒收", "鲜货经不起来回"),
        ("delivery_reschedule", "您同意的代收点", "您同意的代收点", "能冷藏的代收点"),
        ("not_as_described", "签收次日起7天内", "签收次日起15天内", "要不要寄回由人工看过照片再定"),
        ("usage_help", "图文步骤", "看水洗标", "不对劲就先别吃"),
        ("presale_product", "规格与包装", "尺码表", "保质期"),
    ],
)
def test_answers_follow_the_terms_of_the_store(name: str, jd: str, tmall: str, own: str) -> None:
    for store, words in zip(("jd-digital", "tmall-fashion", "own-food"), (jd, tmall, own), strict=True):
        assert words in said(f"utter_{name}", STORES[store])


def test_an_edited_term_is_said_at_once(tmp_path: Path) -> None:
    store = build_store(tmp_path, {"returns.no_reason_days": 21, "shipping.promise_hours": 36})
    assert "签收次日起21天内" in said("utter_return_policy", store)
    assert "36小时内发出" in said("utter_shipping_time", store)


@pytest.mark.parametrize("platform", ["jd", "tmall", "pdd", "douyin", "own"])
def test_the_smallest_store_of_each_platform_has_every_answer(
    tmp_path: Path, platform: str, material: Material
) -> None:
    stores = {"x": build_store(tmp_path, {"platform": platform})}
    assert [str(problem) for problem in check(ALL, stores, material)] == []


@pytest.mark.parametrize("store", STORES)
def test_words_of_another_platform_are_never_said(store: str) -> None:
    foreign = {
        "jd-digital": "淘宝|天猫|支付宝|亲",
        "tmall-fashion": "京东|白条",
        "own-food": "京东App|天猫|淘宝|平台介入",
    }
    for name in GENERAL:
        for again in (False, True):
            assert not re.search(foreign[store], said(name, STORES[store], again=again)), name


# --- what must and must not be said ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["utter_greet", "utter_bot_challenge"])
def test_the_buyer_is_told_that_an_ai_speaks_and_how_to_reach_a_person(name: str) -> None:
    for store in STORES.values():
        text = said(name, store)
        assert "AI" in text
        assert "转人工" in text
        assert store.service_hours.describe() in text


@pytest.mark.parametrize("line", HANDOFF_LINES)
def test_a_handoff_line_is_sorry_or_kind_names_a_person_and_the_queue_and_promises_nobody(line: str) -> None:
    for store in STORES.values():
        text = said(f"utter_handoff_{line}", store)
        assert line == "human_request" or "抱歉" in text
        assert "真人" in text or "人工" in text
        assert "排队情况" in text
        assert not re.search(r"已(经)?(为您)?(接入|接通|接手|受理|分配)|正在为您处理", text)


@pytest.mark.parametrize("name", ["handoff_regulator_media", "dispute_escalation", "complaint", "handoff_dispute"])
def test_nobody_is_talked_out_of_complaining(name: str) -> None:
    for store in STORES.values():
        text = said(f"utter_{name}", store)
        assert re.search("权利|不会阻拦|申请", text)
        assert not re.search("别(去)?投诉|不要投诉|没必要|先别|撤诉|撤销投诉", text)


@pytest.mark.parametrize("name", ["compensation_request", "handoff_compensation", "refund_problem", "price_protection"])
def test_money_is_confirmed_by_a_person(name: str) -> None:
    for store in STORES.values():
        assert re.search("人工|真人", said(f"utter_{name}", store))


def test_no_answer_decides_about_money() -> None:
    decided = re.compile(r"(赔|补偿|补)(您|给您)?\d+|给您退\d+|同意(给您)?退款|保证(能|给)|一定(能|会|给)(退|赔|补)")
    for name in GENERAL:
        for store in STORES.values():
            assert not decided.search(said(name, store)), name


def test_nobody_is_steered_to_confirm_receipt_or_to_change_the_reason() -> None:
    for name in GENERAL:
        for store in STORES.values():
            text = said(name, store).replace("别点确认收货", "").replace("确认收货前", "").replace("卖家确认收货", "")
            assert "确认收货" not in text, name
            assert not re.search("原因(请)?选(?!原因)(“|择“)", text), name


def test_safety_comes_before_everything_else() -> None:
    first = said("utter_handoff_safety", STORES["own-food"]).splitlines()[0]
    assert "停止使用或食用" in first
    assert "120" in first


# --- the command -----------------------------------------------------------------------------------------------------


def run(*arguments: str, responses: Path = ROOT / "data" / "responses") -> int:
    places = ["--stores", str(ROOT / "stores"), "--rules", str(ROOT / "rules"), "--responses", str(responses)]
    return main([*places, *arguments])


def test_the_command_prints_the_answers_of_one_store(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--store", "tmall-fashion") == 0
    printed = capsys.readouterr().out
    assert "══ 云裳里女装旗舰店（tmall-fashion）" in printed
    assert "── utter_return_policy\n签收次日起15天内" in printed
    assert "── utter_return_policy（再问一次）" in printed
    assert "── utter_goodbye\n好的亲，小云随时在" in printed
    assert "── 快捷回复 wash：怎么洗" in printed
    assert "鲸跃" not in printed


def test_the_command_fails_with_file_response_and_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text('version: "3.1"\nresponses:\n  utter_x:\n    - text: 请稍等\n', encoding="utf-8")
    assert run("--check", "--store", "own-food", responses=bad) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert re.search(r"bad\.yml: utter_x \[own-food\]: says '\S*稍等' \(WAI-\d\d, waiting\): .+ Better: 说出", line)


def test_the_command_names_the_stores_it_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--store", "nowhere") == 2
    assert "known: jd-digital, own-food, tmall-fashion" in capsys.readouterr().err
