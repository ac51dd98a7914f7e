"""A real system and a real browser. Every test gets pages of its own and leaves no ticket behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from browserkit.cuts import Network
from browserkit.people import Agent, Buyer
from browserkit.system import AGENTS, PASSWORD, running
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools.environments import ROOT
from tools.processes import System

PICTURES = ROOT / "reports" / "browser"
DESKTOP = {"width": 1280, "height": 800}
MOBILE = {"width": 390, "height": 844}
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    with running(tmp_path_factory.mktemp("system"), trained_door=False) as system:
        yield system


@pytest.fixture(scope="session")
def address(system: System) -> str:
    return system.desk_address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sessions(address: str) -> Iterator[list[httpx.Client]]:
    """The agents over REST, to clear up behind a test."""
    clients = []
    for name in AGENTS:
        client = httpx.Client(base_url=f"{address}/api/console", headers={"Origin": address}, trust_env=False)
        client.post("/login", json={"name": name, "password": PASSWORD}).raise_for_status()
        clients.append(client)
    yield clients
    for client in clients:
        client.close()


@pytest.fixture
def clear_queue(sessions: list[httpx.Client]) -> Iterator[None]:
    """End every open ticket after the test, whoever holds it: the next one counts places in the line."""
    yield
    for client in sessions:
        for ticket in client.get("/tickets", params={"state": "open"}).json()["tickets"]:
            client.post(f"/tickets/{ticket['id']}/claim")
            client.post(f"/tickets/{ticket['id']}/close", json={"note": ""})


@pytest.fixture
def contexts(browser: Browser, clear_queue: None) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browsers' profiles. At the end, no page may have raised or met the content security policy."""
    made: list[BrowserContext] = []
    complaints: list[str] = []

    def make(viewport: dict[str, int] = DESKTOP) -> BrowserContext:
        context = browser.new_context(viewport=viewport, locale="zh-CN")  # type: ignore[arg-type]
        context.on("weberror", lambda raised: complaints.append(str(raised.error)))
        context.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()
    assert complaints == []


@pytest.fixture
def buyer(contexts: Callable[..., BrowserContext], address: str) -> Callable[..., Buyer]:
    """Opens the storefront and its chat as a demo buyer; a guest is somebody new each time."""

    def enter(who: str = "guest", *, store: str = "jd-digital", mobile: bool = False) -> Buyer:
        page = contexts(MOBILE if mobile else DESKTOP).new_page()
        return Buyer(page).enter(address, store, who)

    return enter


@pytest.fixture
def agent(contexts: Callable[..., BrowserContext], address: str) -> Callable[..., Agent]:
    """Opens the console and logs in."""

    def log_in(name: str = AGENTS[0], *, mobile: bool = False) -> Agent:
        return Agent(contexts(MOBILE if mobile else DESKTOP).new_page()).log_in(address, name, PASSWORD)

    return log_in


@pytest.fixture
def shaky_buyer(contexts: Callable[..., BrowserContext], address: str) -> Callable[[], tuple[Buyer, Network]]:
    """A guest behind a network that the test can cut."""

    def enter() -> tuple[Buyer, Network]:
        context = contexts()
        network = Network(context, "/ws/storefront")
        return Buyer(context.new_page()).enter(address), network

    return enter


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Saves what a page looks like now under reports/browser/."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def save(page: Page, name: str) -> None:
        page.screenshot(path=Path(PICTURES, f"{name}.png"))

    return save
