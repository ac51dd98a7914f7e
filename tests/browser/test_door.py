"""The compliance door at the console: findings while typing, a block that explains, a warning that asks why, promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browserkit.checks import problems
from browserkit.people import Agent, Buyer
from browserkit.system import AGENTS, PASSWORD, running
from playwright.sync_api import Browser, Page, expect

CONTACT = "加我微信聊"
WAIT = "您稍等一下"
GOOD = "林女士您好，我看到物流已经到您所在的城市了。"
SOON = "我现在去查物流，10分钟内回复您"


@pytest.fixture
def trained(browser: Browser, tmp_path: Path) -> Iterator[tuple[Buyer, Agent]]:
    """A buyer and an agent of a system of their own, whose door has its trained part."""
    with running(tmp_path) as system:
        pages = [browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN") for _ in range(2)]
        yield (
            Buyer(pages[0]).enter(system.desk_address, "jd-digital", "u1001"),
            Agent(pages[1]).log_in(system.desk_address, AGENTS[0], PASSWORD),
        )
        for page in pages:
            page.close()


def test_a_block_explains_a_warning_asks_why_and_a_good_reply_meets_nothing(
    trained: tuple[Buyer, Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = trained
    her.presses("转人工")
    he.claims("林晓雯")
    findings = he.page.get_by_role("status", name="出口检查")
    where = he.box.bounding_box()

    # Blocked: the words are quoted while typing, nothing moves, and the text stays whatever is pressed.
    he.box.press_sequentially(CONTACT)
    expect(findings).to_contain_text("不能发 · 引到站外联系")
    expect(findings.locator("q")).to_have_text("加我微信")
    expect(findings).to_contain_text("建议：")
    assert he.box.bounding_box() == where
    he.box.press("Enter")
    expect(he.page.get_by_text("这条还不能发出")).to_have_attribute("role", "alert")
    expect(he.box).to_have_value(CONTACT)
    he.page.get_by_role("button", name="不能发").click()
    expect(he.box).to_have_value(CONTACT)
    assert problems(he.page) == {}
    picture(he.page, "13-reply-blocked")

    # Warned: a reason is asked for by keyboard alone, and going back keeps the text.
    he.box.fill(WAIT)
    expect(findings).to_contain_text("提醒 · 空等")
    picture(he.page, "14-reply-warned")
    he.box.press("Enter")
    sheet = he.page.get_by_role("dialog", name="确认后再发")
    expect(sheet.get_by_label("买家原话")).to_be_focused()
    picture(he.page, "15-reply-confirm")
    assert problems(he.page) == {}
    he.page.keyboard.press("Escape")
    expect(he.box).to_be_focused()
    expect(he.box).to_have_value(WAIT)
    he.box.press("Enter")
    he.page.keyboard.press("Space")
    he.page.keyboard.press("Enter")
    expect(he.log.locator(".bubble[data-sender=agent][data-status=none]")).to_contain_text(WAIT)
    expect(he.box).to_have_value("")
    expect(her.bubbles("agent").last).to_contain_text(WAIT)

    # Good: sent as it was typed, before any pause.
    he.says(GOOD)
    expect(her.bubbles("agent").last).to_contain_text(GOOD)
    expect(findings.locator("li")).to_have_count(0)
    assert all(CONTACT not in text for text in her.texts())


def test_a_suggested_sentence_is_taken_over_and_its_promise_is_ticked(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = buyer("u1001"), agent()
    her.presses("转人工")
    he.claims("林晓雯")
    he.box.fill(f"好的，{WAIT}")
    he.page.get_by_role("button", name=f"“{SOON}”").click()
    expect(he.box).to_have_value(f"好的，{SOON}")
    he.box.press("Enter")
    expect(her.bubbles("agent").last).to_contain_text(SOON)
    promised = he.card.get_by_role("heading", name="已作承诺").locator("..")
    expect(promised).to_contain_text("10分钟内回复")
    picture(he.page, "16-promise")
    promised.get_by_role("button", name="已兑现", exact=True).click()
    expect(promised).to_contain_text("✓ 已兑现")
    he.page.reload()
    expect(promised).to_contain_text("✓ 已兑现")
    promised.get_by_role("button", name="撤销：已兑现").click()
    expect(promised.get_by_role("button", name="已兑现", exact=True)).to_be_visible()
    assert problems(he.page) == {}


def test_at_phone_width_nothing_moves_while_typing(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = buyer(), agent(mobile=True)
    her.presses("转人工")
    he.claims("游客")
    he.box.focus()
    where = he.box.bounding_box()
    he.box.press_sequentially(f"好的，{WAIT}，{CONTACT}")
    expect(he.page.get_by_role("status", name="出口检查").locator("li")).to_have_count(2)
    assert he.box.bounding_box() == where
    assert problems(he.page) == {}
    picture(he.page, "17-findings-on-the-phone")
    he.box.fill(WAIT)
    he.page.get_by_role("button", name="发送", exact=True).click()
    sheet = he.page.get_by_role("dialog", name="确认后再发")
    sheet.get_by_label("其他").check()
    sheet.get_by_label("写明原因").fill("买家说好了等我回来")
    picture(he.page, "18-confirm-on-the-phone")
    assert problems(he.page) == {}
    sheet.get_by_role("button", name="仍然发送").click()
    expect(her.bubbles("agent").last).to_contain_text(WAIT)
