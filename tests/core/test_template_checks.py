"""What the checks of answers find, each with a twin that passes; and that rules and terms are really looked up."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from order_builder import NOW
from store_builder import ROOT, build_store

from aftersales.answers import Responses, Variation, load_responses, render, select
from aftersales.answers.__main__ import main
from aftersales.answers.check import check
from aftersales.answers.checks import Material, load_material
from aftersales.decisions.questions import QUESTIONS
from aftersales.orders.demo import load_demo_orders
from aftersales.stores import Store, load_stores

STORES = load_stores(ROOT / "stores")
RESPONSES = load_responses(ROOT / "data" / "responses")
FILE = "data/responses/x.yml"


@pytest.fixture(scope="module")
def material() -> Material:
    return load_material(ROOT / "rules")


Found = Callable[..., list[str]]


@pytest.fixture()
def found(material: Material) -> Found:
    """The problems of one response in the demo stores, as they are printed."""

    def found(*variations: Variation, name: str = "utter_x", stores: dict[str, Store] | None = None) -> list[str]:
        named = tuple(replace(one, name=name, file=FILE) for one in variations)
        return [str(one) for one in check({name: named}, STORES if stores is None else stores, material)]

    return found


def told(text: str, *rules: str, when: tuple[str, ...] = (), again: bool = False) -> Variation:
    return Variation(text, rules=rules, when=when, again=again)


# --- each check: what fails, and its twin that passes ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "problem", "right"),
    [
        # values and conditions
        (told("赠品：{gifts.txt}"), "gifts.txt", told("店名：{store.name}")),
        (told("{freight_insurance.text}"), "is empty here", told("{freight_insurance.text}", when=("freight_insurance.has_text",))),
        (told("可退", when=("returns.offered",)), "the condition is not known", told("可退")),
        (told("可退", when=("platform.jd",)), "no variation fits. Add one without `when`", told("可退")),
        (told("可退", again=True), "no variation fits", told("可退")),
        # numbers
        (told("7天内可以退"), "the number 7天 is neither", told("{returns.no_reason_days}天内可以退")),
        (told("24小时内没谈妥"), "the number 24小时 is neither", told("24小时内没谈妥", "INT-06", when=("platform.jd",))),
        (told("24天内没谈妥", "INT-06", when=("platform.jd",)), "the number 24天 is neither", told("24小时内没谈妥", "INT-06", when=("platform.jd",))),
        (told("30天价保", "PPR-01", when=("platform.jd",)), "the number 30天 is neither", told("{price_protection.days}天价保")),
        (told("十五天内可以退"), "'十五天' is a number in words", told("七天无理由")),
        (told("半小时内回复您"), "'半小时' is a number in words", told("由人工核实后回复您")),
        (told("到账约百分之九十"), "'百分之九十' is a number in words", told("到账以支付渠道为准")),
        (told("便宜5%"), "the number 5% is neither", told("价格以商品页为准")),
        (told("全国12315受理"), "the number 12315 is neither", told("全国12315受理", "REG-01")),
        (told("打114"), "the number 114 is neither", told("紧急拨打120")),
        (told("3. 然后5件一起寄"), "the number 5 is neither", told("1. 申请\n2. 寄回")),
        # times
        (told("次日起算"), "'次日' is a time", told("次日起算", "RET-02")),
        (told("当天就能看到"), "'当天' is a time", told("{shipping.cut_off}前付款的当天就能看到", when=("shipping.has_cut_off",))),
        (told("签收后天气好就晒晒，后天见"), "'后天' is a time", told("签收后{returns.no_reason_days}天内可退")),
        # paths
        (told("走“我的淘宝 → 退款”"), "the path", told("走“{path.refund}”")),
        (told("点“申请售后”就行"), "the menu '申请售后' is written out", told("点“转人工”就行")),
        (told("订单详情的“运费险”里看"), "the menu '运费险' is written out", told("在订单详情里看")),
        (told("去个人中心看看"), "names the menu '个人中心', which 京东 does not have", told("去订单里看看")),
        # rules
        (told("可以退", "RET-99"), "cites RET-99, which is not in rules/catalogue", told("可以退", "RET-01")),
        (told("可以申请介入", "INT-06"), "cites INT-06, a rule of jd, on tmall", told("可以申请介入", "INT-18")),
        # promises
        (told("退货不管什么原因，来回运费我们出"), "goes beyond what own-food promises (freight)", told("质量问题，来回运费我们出")),
        (told("不喜欢随时可以退"), "goes beyond what jd-digital promises (return_days)", told("签收后{returns.no_reason_days}天内可以退")),
        (told("保证给您解决"), "goes beyond what jd-digital promises (guarantee)", told("由人工核实后答复您")),
        # the door, as the bot: what a person is only warned of counts too
        (told("请稍等"), ", waiting)", told("现在去查物流，查到就在这里告诉您")),
        (told("加我微信说"), "offsite_contact", told("就在这里说")),
        (told("特价的衣服一经售出概不退换"), "return_refused", told("特价的衣服也支持无理由退")),
        # a person?
        (told("我是人工客服小李"), "makes the bot a person", told("我是智能客服")),
        (told("我不是机器人"), "makes the bot a person", told("我不是真人，是智能客服")),
        # money
        (told("给您退{returns.no_reason_days}元"), "decides about money (CMP-03, HUM-08)", told("退款{refund.amount}已经退出")),
        (told("同意给您退款"), "'同意给您退款' decides about money", told("能不能退由人工核实后和您确认")),
        (told("双倍赔给您"), "decides about money", told("怎么赔由人工核实后和您确认")),
        # shape
        (told("一\n二\n三\n四\n五\n六"), "has more than 5 lines", told("一\n二\n三\n四\n五")),
    ],
)  # fmt: skip
def test_a_wrong_wording_is_found_and_its_twin_passes(
    found: Found, wrong: Variation, problem: str, right: Variation
) -> None:
    problems = found(wrong)
    assert any(problem in one for one in problems), problems
    assert all(one.startswith(f"{FILE}: utter_x") for one in problems)
    assert found(right, *([told("可以")] if right.when else [])) == []


@pytest.mark.parametrize(
    ("name", "wrong", "problem", "right"),
    [
        ("utter_logistics_late", "还没发出，转人工去催", "has no word of apology", "还没发出，抱歉，转人工去催"),
        ("utter_damaged_parcel", "东西坏了，真抱歉", "names no next step", "东西坏了，抱歉，拍照发来"),
        ("utter_refund_rejected", "没有通过，抱歉", "names no next step", "没有通过，抱歉，由人工重新看"),
        ("utter_handoff_angry", "智能客服给您转人工", "has no word of apology", "抱歉，智能客服给您转人工"),
        ("utter_handoff_new_line", "抱歉，给您转人工", "does not say that an AI speaks", "抱歉，智能客服给您转人工"),
        ("utter_greet", "您好，在的", "does not say that an AI speaks", "您好，智能客服在的"),
    ],
)
def test_a_scenario_has_its_duties(found: Found, name: str, wrong: str, problem: str, right: str) -> None:
    assert any(problem in one for one in found(told(wrong), name=name))
    assert found(told(right), name=name) == []


def test_the_second_time_a_way_out_is_owed_and_no_second_apology(found: Found) -> None:
    first = told("还没发出，抱歉，转人工去催")
    assert found(first, told("转人工去仓库催", again=True), name="utter_logistics_late") == []
    (problem, *_) = found(first, told("还没发出", again=True), name="utter_logistics_late")
    assert "names no next step" in problem


def test_each_duty_is_somebodys(material: Material) -> None:
    for demand in material.duties.demands:
        for pattern in demand.responses:
            assert any(replace(demand, responses=(pattern,)).meets(name) for name in RESPONSES), pattern


def test_a_problem_names_file_response_store_words_and_the_way_to_mend_it(found: Found) -> None:
    (problem,) = found(told("亲，请稍等"), stores={"tmall-fashion": STORES["tmall-fashion"]})
    # Which words the door quotes, and which rule of the kind, is the door's matter.
    assert re.fullmatch(rf"{FILE}: utter_x \[tmall-fashion\]: says '\S*稍等' \(WAI-\d\d, waiting\): .+\. Better: .+\.", problem)


def test_what_an_order_fills_in_is_no_empty_value(found: Found) -> None:
    assert found(told("订单{order.number}：{order.state}", when=("!order.late",))) == []


def test_words_of_a_store_file_are_found_where_a_buyer_would_read_them(tmp_path: Path, material: Material) -> None:
    store = build_store(tmp_path, {"coupons.text": "加微信领券"})
    problems = [str(one) for one in check(RESPONSES, {"x": store}, material)]
    assert [one for one in problems if not one.startswith("data/responses/price.yml: utter_promotion_rule [x]: ")] == []
    assert "offsite_contact" in "".join(problems)


# --- rules and terms are looked up ------------------------------------------------------------------------------------


def copied_rules(folder: Path, file: str, before: str, after: str) -> Path:
    """The rules with one passage of one catalogue file changed."""
    rules = folder / "rules"
    shutil.copytree(ROOT / "rules", rules)
    path = rules / "catalogue" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")
    return rules


@pytest.mark.parametrize(
    ("file", "before", "after", "response", "number"),
    [
        ("intervention.yml", "消费者提起纠纷后24小时内", "消费者提起纠纷后48小时内", "utter_dispute_escalation", "24小时"),
        ("regulators.yml", "全国12315受理消费投诉举报", "全国96315受理消费投诉举报", "utter_handoff_regulator_media", "12315"),
    ],
)
def test_one_number_changed_in_a_rule_fails_the_template_that_cites_it(
    tmp_path: Path, material: Material, file: str, before: str, after: str, response: str, number: str
) -> None:
    cited: Responses = {response: RESPONSES[response]}
    assert check(cited, STORES, material) == []
    # Only the catalogue differs; the door and the duties are the same.
    changed = load_material_with(material, copied_rules(tmp_path, file, before, after))
    assert {problem.text for problem in check(cited, STORES, changed)} == {
        f"the number {number} is neither a placeholder nor in a cited verified rule"
    }


def load_material_with(material: Material, rules: Path) -> Material:
    from aftersales.rules import load_catalogue

    return replace(material, rules=load_catalogue(rules / "catalogue"))


def test_a_rule_that_is_no_longer_verified_covers_nothing(material: Material) -> None:
    rules = {**material.rules, "INT-06": replace(material.rules["INT-06"], status="reported")}
    problems = check({"utter_x": RESPONSES["utter_dispute_escalation"]}, STORES, replace(material, rules=rules))
    assert any("the number 24小时" in problem.text for problem in problems)


@pytest.mark.parametrize(
    ("field", "value"),
    [("returns.no_reason_days", 21), ("shipping.promise_hours", 96), ("refunds.review_hours", 12), ("returns.quality_days", 40)],
)
def test_a_number_changed_in_a_store_fails_nothing_because_it_is_a_placeholder(
    tmp_path: Path, material: Material, field: str, value: int
) -> None:
    assert check(RESPONSES, {"x": build_store(tmp_path, {field: value})}, material) == []


# --- what buyers really get to read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("store_id", STORES)
def test_no_decision_about_a_demo_order_is_stopped_by_the_door(material: Material, store_id: str) -> None:
    store = STORES[store_id]
    orders = [order for order in load_demo_orders(ROOT / "stores", NOW) if order.store == store_id]
    assert orders
    said = set()
    for question in QUESTIONS.values():
        for order in orders:
            decision = question(store, order, NOW)
            values = {**store.values(), **decision.values}
            for again in (False, True):
                said.add((decision.template, render(select(RESPONSES[decision.template], values, again).text, values)))
    for template, text in sorted(said):
        stopped = [one for one in material.door.check(text, store, "bot").violations if one.level == "block"]
        assert stopped == [], (template, text)


# --- the command ------------------------------------------------------------------------------------------------------


def run(*arguments: str, responses: Path) -> int:
    places = ["--stores", str(ROOT / "stores"), "--rules", str(ROOT / "rules"), "--responses", str(responses)]
    return main(["--check", *places, *arguments])


@pytest.mark.parametrize(
    ("text", "code"), [("可以退。", 0), ("请稍等", 1), ("{没有", 2)], ids=["nothing wrong", "a problem", "a bad file"]
)
def test_the_commands_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int) -> None:
    # The stores' own replies word answers that must exist.
    (tmp_path / "shared.yml").write_text(
        "responses:\n" + "".join(f"  {name}:\n    - text: 好的。\n" for name in ("utter_goodbye", "utter_usage_help")),
        encoding="utf-8",
    )
    (tmp_path / "x.yml").write_text(f'responses:\n  utter_x:\n    - text: "{text}"\n', encoding="utf-8")
    assert run("--store", "tmall-fashion", responses=tmp_path) == code
    printed = capsys.readouterr()
    assert bool(printed.err) == bool(code)
    assert "── " not in printed.out
    if code == 1:
        assert re.search(r"x\.yml: utter_x \[tmall-fashion\]: says '\S*稍等'", printed.err)
