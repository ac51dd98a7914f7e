"""The chat as a thing to use: keys, limits, focus, phones, and what every page must be."""

from __future__ import annotations

from collections.abc import Callable

from browserkit.checks import problems
from browserkit.people import Agent, Buyer
from playwright.sync_api import Page, expect


def test_enter_sends_shift_enter_breaks_and_an_input_method_does_neither(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.box.fill("第一行")
    her.box.press("Shift+Enter")
    her.box.press_sequentially("第二行")
    expect(her.box).to_have_value("第一行\n第二行")
    her.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(her.box).to_have_value("第一行\n第二行")
    her.box.press("Enter")
    expect(her.box).to_have_value("")
    expect(her.bubbles("buyer").last.locator(".text")).to_have_text("第一行\n第二行")


def test_limit_is_shown_and_kept(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    send = her.chat.get_by_role("button", name="发送", exact=True)
    her.box.fill("好" * 1000)
    expect(her.chat.get_by_test_id("counter")).to_have_text("1000/1000")
    expect(send).to_be_enabled()
    her.box.fill("好" * 1001)
    expect(her.chat.get_by_test_id("counter")).to_contain_text("1001/1000")
    expect(send).to_be_disabled()
    her.box.press("Enter")
    expect(her.bubbles("buyer")).to_have_count(0)


def test_refused_message_stays_with_the_reason_and_a_way_to_send_it_again(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    # Only invisible characters: the page cannot tell, the desk refuses.
    her.says("\u200b")
    failed = her.bubbles("buyer").last
    expect(failed).to_contain_text("发送失败")
    expect(failed).to_contain_text("还没有输入内容")
    expect(failed.get_by_role("button", name="重新发送")).to_be_visible()


def test_unread_messages_are_counted_until_they_are_seen(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent]
) -> None:
    her, he = buyer(), agent()
    her.presses("转人工")
    he.claims("游客")
    expect(her.state).to_have_text("客服 小王")
    her.box.press("Escape")
    launcher = her.page.get_by_role("button", name="在线客服")
    expect(launcher).to_be_focused()
    he.says("您好，请问还在吗")
    expect(her.page).to_have_title("(1) 鲸跃数码旗舰店")
    expect(launcher).to_have_attribute("aria-label", "在线客服，1 条未读消息")
    launcher.click()
    expect(her.page).to_have_title("鲸跃数码旗舰店")


def test_suggested_question_goes_to_the_bot(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.box.press("Escape")
    her.page.get_by_role("region", name="猜您想问").get_by_role("button").first.click()
    her.is_answered("bot", 1)


def test_draft_survives_a_reload(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.box.fill("写到一半")
    her.page.reload()
    her.open()
    expect(her.box).to_have_value("写到一半")


def test_guest_is_the_same_guest_after_a_reload_and_another_in_another_browser(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.says("尺寸怎么选")
    her.is_answered("bot", 1)
    her.page.reload()
    her.open()
    expect(her.bubbles("buyer")).to_have_count(1)
    expect(buyer().bubbles("buyer")).to_have_count(0)


def test_tab_goes_down_the_chat_in_reading_order(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.box.fill("你好")
    order = ["收起聊天窗口", "聊天记录", "转人工", "输入消息", "发送"]
    her.chat.get_by_role("button", name=order[0]).focus()
    seen = []
    for _ in order:
        seen.append(
            her.page.evaluate(
                "() => { const at = document.activeElement.shadowRoot.activeElement;"
                " return at.getAttribute('aria-label') ?? at.textContent; }"
            )
        )
        her.page.keyboard.press("Tab")
    assert seen == order


def test_phone_shows_the_chat_over_the_whole_page_and_keeps_the_focus_in_it(
    buyer: Callable[..., Buyer], picture: Callable[[Page, str], None]
) -> None:
    her = buyer("u1001", store="jd-digital", mobile=True)
    panel = her.chat.get_by_role("dialog")
    box = panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    expect(panel).to_have_attribute("aria-modal", "true")
    for _ in range(12):
        her.page.keyboard.press("Tab")
        assert her.page.evaluate("document.activeElement.localName") == "aftersales-chat"
    picture(her.page, "11-phone")
    assert problems(her.page, least_target=44) == {}


def test_storefront_and_chat_pass_the_page_checks(
    buyer: Callable[..., Buyer], picture: Callable[[Page, str], None]
) -> None:
    her = buyer("u1002")
    her.says("买贵了能补差吗")
    her.is_answered("bot", 1)
    expect(her.log).to_have_attribute("aria-live", "polite")
    expect(her.page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert problems(her.page, least_target=44) == {}
    her.presses("转人工")
    expect(her.state).to_contain_text("排队中")
    assert problems(her.page, least_target=44) == {}
    her.box.press("Escape")
    picture(her.page, "12-storefront")
    assert problems(her.page, least_target=44) == {}


def test_console_passes_the_page_checks(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her = buyer("u1001")
    her.says("你们太过分了，骗人，我要投诉")
    expect(her.state).to_contain_text("排队中", timeout=15_000)
    he = agent()
    assert problems(he.page) == {}
    he.selects("林晓雯")
    expect(he.card).to_be_visible()
    expect(he.log.locator(".bubble").first).to_be_visible()
    assert problems(he.page) == {}
    he.presses("接入")
    expect(he.standing).to_have_text("由您接待")
    assert problems(he.page) == {}
    picture(he.page, "13-console")
    he.page.set_viewport_size({"width": 390, "height": 844})
    assert problems(he.page) == {}
    picture(he.page, "14-console-phone")


def test_reduced_motion_stills_the_dots(buyer: Callable[..., Buyer]) -> None:
    her = buyer()
    her.page.emulate_media(reduced_motion="reduce")
    assert her.chat.locator(".dots i").first.evaluate("node => getComputedStyle(node).animationName") == "none"
