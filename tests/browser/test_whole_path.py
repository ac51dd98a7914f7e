"""The whole way of a conversation: bot, line, person, back to the bot, person again, end."""

from __future__ import annotations

import re
from collections.abc import Callable

from browserkit.people import Agent, Buyer
from playwright.sync_api import Page, expect

QUESTION = "签收几天了，不想要了还能退吗"
OTHER_QUESTION = "退回去的运费谁来出"


def test_whole_path_of_a_buyer_from_bot_to_agent_and_back(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, other = buyer("u1001"), buyer()
    he = agent()

    # The bot answers, and is known to be one.
    said = her.bubbles("bot").count()
    her.says(QUESTION)
    her.is_answered("bot", said)
    expect(her.state).to_have_text("智能客服")
    expect(her.bubbles("bot").last.locator(".ai-badge")).to_be_visible()
    picture(her.page, "1-bot-answers")

    # Both ask for a person: the second stands behind the first.
    her.presses("转人工")
    expect(her.state).to_have_text("排队中 第1位")
    other.presses("转人工")
    expect(other.state).to_have_text("排队中 第2位")
    picture(her.page, "2-queued")

    # The agent sees why, takes the first, and the second moves up.
    expect(he.rows()).to_have_count(2)
    expect(he.page).to_have_title("(2) 客服工作台")
    he.selects("林晓雯")
    expect(he.box).not_to_be_editable()
    expect(he.card).to_contain_text(QUESTION)
    expect(he.log.locator(".bubble[data-sender=buyer]").last.locator(".tag").first).to_be_visible()
    picture(he.page, "3-agent-reads-the-card")
    he.presses("接入")
    expect(her.state).to_have_text("客服 小王")
    expect(other.state).to_have_text("排队中 第1位")

    # They talk.
    he.says("林女士您好，我来为您核实这笔订单。")
    expect(her.bubbles("agent").last).to_contain_text("我来为您核实这笔订单")
    expect(her.bubbles("agent").last).to_contain_text("客服 小王")
    her.box.press_sequentially("好的")
    expect(he.page.get_by_text("买家正在输入…")).to_be_visible()
    her.box.press("Enter")
    expect(he.log.locator(".bubble[data-sender=buyer]").last).to_contain_text("好的")
    picture(her.page, "4-with-the-agent")

    # Offered back, and agreed.
    he.presses("邀请转回智能客服")
    expect(her.chat.get_by_role("group", name="是否转回智能客服")).to_be_visible()
    picture(her.page, "5-offered-back")
    her.presses("好的，转回智能客服")
    expect(her.state).to_have_text("智能客服")
    expect(he.standing).to_have_text("已转回智能客服")
    said = her.bubbles("bot").count()
    her.says(OTHER_QUESTION)
    her.is_answered("bot", said)

    # Asking in words works as well, and the agent ends it.
    her.says("还是帮我转人工吧")
    expect(her.state).to_have_text(re.compile("^排队中"), timeout=15_000)
    he.claims("林晓雯")
    he.presses("结束")
    he.page.get_by_label("备注（选填，买家看不到）").fill("已说明运费规则")
    he.page.get_by_role("button", name="确认结束").click()
    expect(her.state).to_have_text("已结束")
    expect(he.card).to_contain_text("已说明运费规则")
    picture(he.page, "6-agent-closed")
    assert all("已说明运费规则" not in text for text in her.texts())

    # The next message is the bot's again.
    said = her.bubbles("bot").count()
    her.says(QUESTION)
    her.is_answered("bot", said)
    expect(her.state).to_have_text("智能客服")
    picture(her.page, "7-bot-again")


def test_offer_that_the_buyer_declines_leaves_the_agent_in_charge(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent]
) -> None:
    her, he = buyer(), agent()
    her.presses("转人工")
    he.claims("游客")
    he.presses("邀请转回智能客服")
    her.presses("继续和客服沟通")
    expect(her.chat.get_by_role("group", name="是否转回智能客服")).to_be_hidden()
    expect(her.state).to_have_text("客服 小王")
    expect(he.standing).to_have_text("由您接待")


def test_leaving_the_line_gives_the_buyer_back_to_the_bot(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent]
) -> None:
    her, he = buyer(), agent()
    her.presses("转人工")
    expect(he.rows()).to_have_count(1)
    her.presses("继续和智能客服")
    expect(her.state).to_have_text("智能客服")
    expect(her.chat.get_by_role("button", name="转人工", exact=True)).to_have_attribute("aria-disabled", "false")
    expect(he.rows()).to_have_count(0)
    said = her.bubbles("bot").count()
    her.says(QUESTION)
    her.is_answered("bot", said)


def test_released_ticket_goes_back_into_the_line(buyer: Callable[..., Buyer], agent: Callable[..., Agent]) -> None:
    her, he = buyer(), agent()
    her.presses("转人工")
    he.claims("游客")
    he.presses("释放")
    expect(her.state).to_have_text("排队中 第1位")
    expect(he.standing).to_have_text("排队中，等待接入")
    expect(he.box).not_to_be_editable()


def test_choices_are_gone_after_one_is_used(buyer: Callable[..., Buyer], picture: Callable[[Page, str], None]) -> None:
    her = buyer("u1003")
    her.says("退款到哪一步了")
    chips = her.chat.get_by_role("group", name="可以直接点选").get_by_role("button")
    expect(chips.first).to_be_visible(timeout=15_000)
    picture(her.page, "8-choices")
    title = chips.first.inner_text()
    said = her.bubbles("bot").count()
    chips.first.click()
    expect(her.bubbles("buyer").last).to_contain_text(title)
    her.is_answered("bot", said)
    assert title not in chips.all_inner_texts()
