"""``make screenshots``: the pictures in ``docs/images/``, taken from a real system with a real browser.

Runs in the ``dev`` environment and borrows the page objects of the browser tests, so that a changed page breaks both in
one place. The stores are open around the clock here, as in those tests: a picture must not depend on the hour.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools.environments import ROOT
from tools.say import say

OUT = ROOT / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP = {"width": 1280, "height": 800}
MOBILE = {"width": 390, "height": 844}
#: A picture above this makes the README slow to open; bytes.
LARGEST = 250_000


def main() -> int:
    """Start a system, play the scenes, save the pictures. Returns 1 when one came out too large."""
    parser = argparse.ArgumentParser(prog="make screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    sys.path.insert(0, str(ROOT / "tests" / "browser"))
    from browserkit.system import running
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as system, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            Scenes(browser, system.desk_address, out).play()
        finally:
            browser.close()
    large = [path for path in sorted(out.glob("*.png")) if path.stat().st_size > LARGEST]
    for path in large:
        print(f"{path} has {path.stat().st_size} bytes, more than {LARGEST}: make its scene plainer", file=sys.stderr)
    return 1 if large else 0


class Scenes:
    """What is shown: three buyers of three stores, one of them angry, and the agent who answers and is held back once."""

    def __init__(self, browser: Any, address: str, out: Path) -> None:
        self._browser, self._address, self._out = browser, address, out

    def play(self) -> None:
        """Play everything in the order in which it would happen."""
        buyer = self._buyer("jd-digital", "u1001", DESKTOP)
        self._ask(buyer, "耳机刚买就降价了，能补差价吗")
        self._save(buyer.page, "storefront-chat")

        on_the_phone = self._buyer("own-food", "u3001", MOBILE)
        self._ask(on_the_phone, "菌子走到哪儿了")
        self._save(on_the_phone.page, "storefront-mobile")

        calm = self._buyer("jd-digital", "u1003", DESKTOP)
        self._ask(calm, "麻烦转人工，我想核对一下退款")

        angry = self._buyer("jd-digital", "u1002", DESKTOP)
        self._ask(angry, "我的键盘怎么还没发货")
        self._ask(angry, "拖了三天没一个人管，太欺负人了！")
        self._is_queued(angry)
        self._save(angry.page, "storefront-queued")

        agent = self._agent()
        agent.claims("赵建国")
        agent.shows("全部")
        agent.says(
            "赵先生您好，我是小王。键盘过了承诺的发货时间，是我们没做好，我正在跟仓库核实，有结果就在这里告诉您。"
        )
        self._save(agent.page, "console")

        agent.box.fill("您稍等一下，差价我加您微信转给您，今天一定到账")
        self._is_judged(agent)
        self._save(agent.page, "console-door")

    def _buyer(self, store: str, who: str, viewport: dict[str, int]) -> Any:
        from browserkit.people import Buyer

        return Buyer(self._page(viewport)).enter(self._address, store, who)

    def _agent(self) -> Any:
        from browserkit.people import Agent
        from browserkit.system import AGENTS, PASSWORD

        return Agent(self._page(DESKTOP)).log_in(self._address, AGENTS[0], PASSWORD)

    def _page(self, viewport: dict[str, int]) -> Any:
        return self._browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()

    @staticmethod
    def _ask(buyer: Any, text: str) -> None:
        said = buyer.bubbles("bot").count()
        buyer.says(text)
        buyer.is_answered("bot", said)

    @staticmethod
    def _is_queued(buyer: Any) -> None:
        from playwright.sync_api import expect

        expect(buyer.state).to_contain_text("排队中")

    @staticmethod
    def _is_judged(agent: Any) -> None:
        from playwright.sync_api import expect

        expect(agent.page.get_by_role("status", name="出口检查").locator("li").nth(1)).to_be_visible()

    def _save(self, page: Any, name: str) -> None:
        # The last bubble slides in; the pointer must not hover over anything.
        page.mouse.move(0, 0)
        page.wait_for_timeout(600)
        page.screenshot(path=self._out / f"{name}.png")
        say(f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
