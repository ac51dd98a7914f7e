"""The abuse protocol at the console: one reminder to the buyer, and a request that only a person files."""

from __future__ import annotations

import re
from collections.abc import Callable

from browserkit.checks import problems
from browserkit.people import Agent, Buyer
from playwright.sync_api import Page, expect

ABUSE = (
    "你们客服都是傻逼", "滚你妈的", "你们都是狗东西", "废物客服", "去你妈的", "一群傻逼", "你们客服脑子有病吧", "你们全家都是废物",
)  # fmt: skip


def test_one_reminder_then_a_request_that_a_person_files_or_not(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = buyer(), agent()
    her.presses("转人工")
    reminders = her.bubbles("system").filter(has_text="别伤了和气")
    for number, words in enumerate(ABUSE):
        her.says(words)
        said = her.bubbles("buyer").nth(number)
        expect(said).to_contain_text(words)
        # Whoever types this fast is slowed down; nothing is lost.
        expect(said).to_have_attribute("data-status", re.compile("sent|none"), timeout=30_000)
        # Once may slip out of anybody; the second time brings the reminder, and only what is said after it counts.
        expect(reminders).to_have_count(min(number, 1))

    he.claims("游客")
    request = he.card.get_by_role("group", name="屏蔽申请（待人工确认）")
    evidence = request.get_by_test_id("abuse-evidence").locator("li")
    expect(evidence.last).to_contain_text(ABUSE[-1])
    expect(request).to_contain_text("不会替您向平台提交")
    assert problems(he.page) == {}
    picture(he.page, "19-block-request")

    # Filed without a number: told what is missing, and nothing is recorded.
    days = request.get_by_label(re.compile("申请屏蔽多少天"))
    days.fill("7")
    request.get_by_role("button", name="我已在平台后台提交").click()
    expect(request.get_by_role("alert")).not_to_be_empty()
    expect(request.get_by_label(re.compile("^备注"))).to_be_focused()
    request.get_by_label(re.compile("^备注")).fill("受理编号 2026-1122")
    request.get_by_role("button", name="我已在平台后台提交").click()
    decided = he.card.get_by_role("group", name="屏蔽申请（已记录）")
    expect(decided).to_contain_text("7")
    expect(decided).to_contain_text("受理编号 2026-1122")
    he.page.reload()
    expect(he.card.get_by_role("group", name="屏蔽申请（已记录）")).to_contain_text("受理编号 2026-1122")
    assert problems(he.page) == {}

    # The buyer is spared all of it, and is served as before.
    he.says("您好，我来帮您处理，请告诉我是哪一笔订单。")
    expect(her.bubbles("agent").last).to_contain_text("哪一笔订单")
    expect(reminders).to_have_count(1)
    assert not any("屏蔽" in text for text in her.texts())
