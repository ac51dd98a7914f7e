"""Buyers and agents at their pages, in the words of what they do and see."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

#: The real bot answers within its deadline, plus a margin for a busy machine.
ANSWER_WITHIN = 15_000


class Buyer:
    """A buyer in the demo storefront with the chat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.chat = page.locator("aftersales-chat")
        self.log = self.chat.get_by_role("log")
        self.state = self.chat.get_by_test_id("state-line")
        self.connection = self.chat.get_by_test_id("connection")
        self.box = self.chat.get_by_label("输入消息")

    def enter(self, address: str, store: str = "jd-digital", buyer: str = "guest") -> Buyer:
        """Open the storefront as one of the demo buyers, and the chat."""
        self.page.goto(f"{address}/?store={store}&buyer={buyer}")
        return self.open()

    def open(self) -> Buyer:
        """Open the chat and wait for the history."""
        self.page.get_by_role("button", name=re.compile("^在线客服")).click()
        expect(self.log).to_have_attribute("aria-busy", "false")
        return self

    def says(self, text: str) -> None:
        """Type a message and press Enter."""
        self.box.fill(text)
        self.box.press("Enter")

    def presses(self, name: str) -> None:
        """Press a button of the chat."""
        self.chat.get_by_role("button", name=name, exact=True).click()

    def bubbles(self, sender: str) -> Locator:
        """The messages of ``buyer``, ``bot``, ``agent`` or ``system``."""
        return self.log.locator(f"chat-bubble[data-sender={sender}]")

    def is_answered(self, by: str, more_than: int) -> None:
        """Wait until there are more than ``more_than`` messages of ``by``."""
        expect(self.bubbles(by).nth(more_than)).to_be_visible(timeout=ANSWER_WITHIN)

    def texts(self) -> list[str]:
        """Every message text in order."""
        return self.log.locator(".text").all_inner_texts()


class Agent:
    """An agent at the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.log = page.get_by_role("log")
        self.box = page.get_by_label("回复买家")
        self.standing = page.get_by_test_id("standing")
        self.notice = page.get_by_test_id("notice")
        self.card = page.get_by_role("complementary", name="转接卡片")

    def log_in(self, address: str, name: str, password: str) -> Agent:
        """Open the console and log in."""
        self.page.goto(f"{address}/console")
        self.page.get_by_label("客服名称").fill(name)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        expect(self.page.get_by_test_id("me")).to_have_text(f"客服 {name}")
        return self

    def rows(self) -> Locator:
        """The rows of the list on show."""
        return self.page.get_by_role("list", name="会话列表").get_by_role("button")

    def shows(self, tab: str) -> None:
        """Show 待接入, 我的, 全部 or 已结束."""
        self.page.get_by_role("group", name="会话分类").get_by_role("button", name=tab).click()

    def selects(self, buyer: str) -> None:
        """Select the first ticket of ``buyer`` in the list on show."""
        self.rows().filter(has_text=buyer).first.click()

    def presses(self, name: str) -> None:
        """Press a button of the ticket."""
        self.page.get_by_role("group", name="会话操作").get_by_role("button", name=name, exact=True).click()

    def claims(self, buyer: str) -> None:
        """Take the first waiting ticket of ``buyer``."""
        self.shows("待接入")
        self.selects(buyer)
        self.presses("接入")
        expect(self.standing).to_have_text("由您接待")

    def says(self, text: str) -> None:
        """Type a reply, press Enter and wait until it stands in the conversation."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.log.locator(".bubble[data-sender=agent][data-status=none]").filter(has_text=text)).to_be_visible()
