"""The agents' side: claiming, drafts, keys, the address, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

from browserkit.checks import problems
from browserkit.cuts import Network
from browserkit.people import Agent, Buyer
from browserkit.system import AGENTS, PASSWORD
from playwright.sync_api import BrowserContext, Page, expect


def test_wrong_password_is_told_and_opens_nothing(contexts: Callable[..., BrowserContext], address: str) -> None:
    page = contexts().new_page()
    page.goto(f"{address}/console")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_label("客服名称").fill(AGENTS[0])
    page.get_by_label("密码").fill("not the password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不对。")


def test_two_agents_claim_and_the_slower_learns_who_won(
    buyer: Callable[..., Buyer],
    agent: Callable[..., Agent],
    contexts: Callable[..., BrowserContext],
    address: str,
    picture: Callable[[Page, str], None],
) -> None:
    her, fast = buyer(), agent(AGENTS[0])
    context = contexts()
    network = Network(context, "/ws/console")
    slow = Agent(context.new_page()).log_in(address, AGENTS[1], PASSWORD)
    her.presses("转人工")
    for one in (fast, slow):
        one.selects("游客")
        expect(one.standing).to_have_text("排队中，等待接入")
    # The slower one's lists stand still, so that both press on the same picture.
    network.loses = lambda _frame: True
    fast.presses("接入")
    expect(fast.standing).to_have_text("由您接待")
    slow.presses("接入")
    expect(slow.notice).to_have_text("客服 小王 已经先接入了这个会话。")
    expect(slow.standing).to_have_text("由客服 小王 接待")
    expect(slow.box).not_to_be_editable()
    picture(slow.page, "10-claim-lost")
    expect(her.state).to_have_text("客服 小王")


def test_drafts_are_kept_for_each_conversation_and_the_address_keeps_the_ticket(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent]
) -> None:
    buyer("u1001").presses("转人工")
    buyer("u1002").presses("转人工")
    he = agent()
    he.claims("林晓雯")
    he.box.fill("写给林女士的草稿")
    he.claims("赵建国")
    expect(he.box).to_have_value("")
    he.box.fill("写给赵先生的草稿")
    he.shows("我的")
    he.selects("林晓雯")
    expect(he.box).to_have_value("写给林女士的草稿")
    here = he.page.url
    he.page.reload()
    expect(he.page.get_by_role("heading", name="林晓雯")).to_be_visible()
    expect(he.box).to_have_value("写给林女士的草稿")
    assert he.page.url == here


def test_keys_walk_the_list_even_while_typing(buyer: Callable[..., Buyer], agent: Callable[..., Agent]) -> None:
    buyer("u1001").presses("转人工")
    he = agent()
    he.claims("林晓雯")
    buyer("u1002").presses("转人工")
    he.shows("全部")
    expect(he.rows()).to_have_count(2)
    he.box.focus()
    names = [row.locator(".buyer").inner_text() for row in he.rows().all()]
    he.page.keyboard.press("Alt+k")
    he.page.keyboard.press("Alt+k")
    expect(he.page.get_by_role("heading", name=names[0])).to_be_visible()
    he.page.keyboard.press("Alt+j")
    expect(he.page.get_by_role("heading", name=names[1])).to_be_visible()


def test_message_behind_the_agents_back_is_counted(buyer: Callable[..., Buyer], agent: Callable[..., Agent]) -> None:
    her = buyer("u1001")
    her.presses("转人工")
    he = agent()
    he.claims("林晓雯")
    buyer("u1002").presses("转人工")
    he.shows("待接入")
    he.selects("赵建国")
    expect(he.page).to_have_title("(1) 客服工作台")
    her.says("在处理了吗")
    expect(he.page).to_have_title("(2) 客服工作台")
    he.shows("我的")
    expect(he.rows().first).to_contain_text("1 条新消息")


def test_a_needless_handoff_is_marked_on_the_card_and_taken_back(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = buyer("u1003"), agent()
    her.says("什么破店，气死我了")
    expect(her.state).to_contain_text("排队中", timeout=15_000)
    he.selects("王思琪")
    expect(he.card.get_by_test_id("words")).to_have_text("什么破店，气死我了")
    expect(he.card.get_by_test_id("words").locator("mark").first).to_be_visible()
    expect(he.card.get_by_test_id("score")).to_contain_text("情绪")
    bubble = he.log.locator(".bubble[data-sender=buyer]").last
    expect(bubble.locator("mark").first).to_be_visible()

    he.card.get_by_role("button", name="这次转接不必要").click()
    expect(he.card.get_by_role("button", name="已标记 · 撤销")).to_be_visible()
    expect(bubble).to_contain_text("已标记：这次转接不必要")
    he.card.get_by_label("为什么不必要（选填）").fill("只是口头禅")
    he.card.get_by_role("button", name="保存").click()
    expect(bubble).to_contain_text("已标记：这次转接不必要：只是口头禅")
    picture(he.page, "11-marked-needless")
    assert problems(he.page) == {}
    he.page.reload()
    expect(he.card.get_by_role("button", name="已标记 · 撤销")).to_be_visible()
    he.card.get_by_role("button", name="已标记 · 撤销").click()
    expect(he.card.get_by_role("button", name="这次转接不必要")).to_be_visible()
    expect(bubble).not_to_contain_text("已标记")
    assert all("不必要" not in text for text in her.texts())


def test_a_message_is_marked_by_keyboard_at_phone_width(
    buyer: Callable[..., Buyer], agent: Callable[..., Agent], picture: Callable[[Page, str], None]
) -> None:
    her, he = buyer(), agent(mobile=True)
    said = her.bubbles("bot").count()
    her.says("签收几天了，不想要了还能退吗")
    her.is_answered("bot", said)
    her.presses("转人工")
    he.selects("游客")
    expect(he.card).to_contain_text("转入人工队列")
    # The buyer pressed a button: no reading led here that could be called needless.
    expect(he.card.get_by_role("button", name="这次转接不必要")).to_have_count(0)
    bubble = he.log.locator(".bubble[data-sender=buyer]").last
    opener = bubble.get_by_role("button", name="标记", exact=True)
    opener.focus()
    he.page.keyboard.press("Enter")
    he.page.keyboard.press("Tab")
    expect(bubble.get_by_role("button", name="漏转了（应转人工）")).to_be_focused()
    he.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    he.page.keyboard.press("Enter")
    bubble.get_by_label("读错了，应为").select_option(label="怎么退货")
    assert problems(he.page) == {}
    picture(he.page, "12-mark-on-the-phone")
    bubble.get_by_role("button", name="确定").press("Enter")
    expect(bubble).to_contain_text("已标记：读错了，应为“怎么退货”")
    bubble.get_by_role("button", name="撤销").press("Enter")
    expect(bubble).not_to_contain_text("已标记")


def test_markup_in_a_message_is_only_text(buyer: Callable[..., Buyer], agent: Callable[..., Agent]) -> None:
    attack = "<img src=x onerror=\"document.title='owned'\"><b>粗</b>"
    her, he = buyer(), agent()
    her.presses("转人工")
    he.claims("游客")
    her.says(attack)
    expect(he.log.locator(".bubble[data-sender=buyer]").last.locator(".text")).to_have_text(attack)
    he.says(attack)
    expect(her.bubbles("agent").last.locator(".text")).to_have_text(attack)
    for page in (her.page, he.page):
        assert page.locator("img, b").count() == 0
        assert "owned" not in page.title()
