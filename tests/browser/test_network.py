"""Cuts, reloads and lost receipts: nothing is lost, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

from browserkit.cuts import Frame, Network
from browserkit.people import Agent, Buyer
from playwright.sync_api import Page, expect

Shaky = Callable[[], tuple[Buyer, Network]]
LOST = "网络已断开，正在重连…"


def with_agent(her: Buyer, he: Agent) -> None:
    """Bring a person into the conversation, who answers only when the test says so."""
    her.presses("转人工")
    he.claims("游客")
    expect(her.state).to_have_text("客服 小王")


def test_reload_keeps_the_history(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.says("发票能开电子的吗")
    her.is_answered("bot", 1)
    before = her.texts()
    her.page.reload()
    her.open()
    expect(her.bubbles("buyer")).to_have_count(1)
    assert her.texts() == before


def test_cut_loses_and_doubles_nothing_on_either_side(
    shaky_buyer: Shaky, agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    (her, network), he = shaky_buyer(), agent()
    with_agent(her, he)
    her.says("断网前的一句")
    expect(he.log).to_contain_text("断网前的一句")
    network.cut()
    expect(her.connection).to_contain_text(LOST)
    her.says("断网时的第一句")
    her.says("断网时的第二句")
    expect(her.bubbles("buyer").last).to_contain_text("未发出")
    picture(her.page, "9-network-cut")
    he.says("客服在断网时的回复")
    network.mend()
    expect(her.bubbles("buyer").last).to_contain_text("已发送", timeout=20_000)
    expect(her.bubbles("agent").last).to_contain_text("客服在断网时的回复")
    texts = her.texts()
    for text in ("断网前的一句", "断网时的第一句", "断网时的第二句", "客服在断网时的回复"):
        assert texts.count(text) == 1
    # In the order in which the desk stored them, and the same at the other end.
    expect(he.log).to_contain_text("断网时的第二句")
    assert he.log.locator(".text").all_inner_texts() == texts


def test_lost_receipt_doubles_nothing(shaky_buyer: Shaky, agent: Callable[..., Agent]) -> None:
    (her, network), he = shaky_buyer(), agent()
    with_agent(her, he)

    def own_or_receipt(frame: Frame) -> bool:
        return frame["type"] == "ack" or (frame["type"] == "message" and frame["sender"] == "buyer")

    network.loses = own_or_receipt
    her.says("收据会丢的一句")
    expect(he.log).to_contain_text("收据会丢的一句")
    expect(her.bubbles("buyer").last).to_contain_text("发送中")
    network.loses = lambda _frame: False
    network.cut()
    network.mend()
    expect(her.bubbles("buyer").last).to_contain_text("已发送", timeout=20_000)
    assert her.texts().count("收据会丢的一句") == 1
    assert he.log.locator(".text").all_inner_texts().count("收据会丢的一句") == 1


def test_frame_lost_on_the_way_is_fetched_again(shaky_buyer: Shaky, agent: Callable[..., Agent]) -> None:
    (her, network), he = shaky_buyer(), agent()
    with_agent(her, he)
    network.loses = lambda frame: frame.get("text") == "会丢的一句"
    he.says("会丢的一句")
    network.loses = lambda _frame: False
    he.says("没有丢的一句")
    expect(her.bubbles("agent")).to_have_count(2)
    assert her.texts()[-2:] == ["会丢的一句", "没有丢的一句"]


def test_what_was_said_offline_survives_a_reload(shaky_buyer: Shaky, agent: Callable[..., Agent]) -> None:
    (her, network), he = shaky_buyer(), agent()
    with_agent(her, he)
    network.cut()
    expect(her.connection).to_contain_text(LOST)
    her.says("刷新前没发出去的一句")
    her.page.reload()
    network.mend()
    her.open()
    expect(he.log).to_contain_text("刷新前没发出去的一句", timeout=20_000)
    expect(her.bubbles("buyer").last).to_contain_text("已发送")
    assert her.texts().count("刷新前没发出去的一句") == 1


def test_browser_that_goes_offline_says_so_and_comes_back(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.page.context.set_offline(True)
    expect(her.connection).to_contain_text(LOST)
    her.page.context.set_offline(False)
    expect(her.connection).to_contain_text("网络已恢复", timeout=20_000)
    said = her.bubbles("bot").count()
    her.says("七天无理由怎么算")
    her.is_answered("bot", said)


def test_console_comes_back_after_a_cut_with_nothing_missing(
    buyer: Callable[..., Buyer], contexts: Callable[..., object], address: str
) -> None:
    from browserkit.system import AGENTS, PASSWORD

    her = buyer()
    context = contexts()
    network = Network(context, "/ws/console")  # type: ignore[arg-type]
    he = Agent(context.new_page()).log_in(address, AGENTS[0], PASSWORD)  # type: ignore[attr-defined]
    with_agent(her, he)
    network.cut()
    expect(he.page.get_by_test_id("connection")).to_have_text(LOST)
    her.says("客服断网时买家说的")
    expect(her.bubbles("buyer").last).to_contain_text("已发送")
    network.mend()
    expect(he.log).to_contain_text("客服断网时买家说的", timeout=20_000)
    expect(he.page.get_by_test_id("connection")).to_be_hidden()
    assert he.log.locator(".text").all_inner_texts() == her.texts()
