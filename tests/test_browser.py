"""The page in a real Chromium, on a real home and a real language model."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

import app
from assistant.agent import Assistant
from assistant.engine import Engine
from assistant.models.serving import connect
from assistant.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.llm, pytest.mark.home]
SCREENSHOT = Path(__file__).parents[1] / "docs" / "screenshot.png"
QUIET = ["gpu", "quic", "background-networking", "component-update", "sync"]
ARGUMENTS = ["--headless", "--no-sandbox", "--no-first-run", *(f"--disable-{part}" for part in QUIET)]
ASK = "I loved Blade Runner and The Matrix. Something smart and dark set in the future, no horror, after 1995"
ORDER = "() => Array.from(document.querySelectorAll('.card'), (card) => card.dataset.item)"
WATCH = """() => {
  window.seen = {};
  const mark = (name, is) => { if (is && !(name in window.seen)) window.seen[name] = performance.now(); };
  new MutationObserver(() => {
    const bots = Array.from(document.querySelectorAll("#chat .bot.message"), (bot) => bot.innerText);
    const said = bots.join("");
    const reading = said.includes("Reading your message");
    mark("reading", reading);
    mark("cards", document.querySelector("#picks-heading")?.innerText.startsWith("For “"));
    mark("prose", "reading" in window.seen && said.trim() && !reading);
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(scope="module")
def address(home: Path, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = tmp_path_factory.mktemp("store") / "events.db"
    settings = Settings(database_url=f"sqlite:///{store}")
    assistant = Assistant.open(home, llm=connect(settings, engine), settings=settings)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = app.start(assistant, port=port)
    yield f"http://127.0.0.1:{port}/"
    running.close()
    assistant.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.fail("Chromium is missing. Install it: apt-get update && apt-get install -y chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One person in front of the page; notes everything a page must never do."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.trouble: list[str] = []
        self.page.on("console", lambda line: line.type == "error" and self.trouble.append(line.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on(
            "response", lambda got: got.status >= 400 and self.trouble.append(f"{got.status} {got.url}")
        )
        self.page.on("request", lambda sent: self._check(sent.url, address))
        self.page.goto(address)
        self.ready()

    def _check(self, url: str, address: str) -> None:
        if not url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:")):
            self.trouble.append(f"left the machine: {url}")

    def ready(self) -> None:
        expect(self.page.locator(".card").first).to_be_visible(timeout=30_000)
        expect(self.page.locator("#taste h2")).to_be_visible()

    def order(self) -> list[str]:
        found: list[str] = self.page.evaluate(ORDER)
        return found

    def said(self) -> str:
        return self.page.locator("#chat").inner_text()

    def ask(self, text: str) -> dict[str, float]:
        self.page.evaluate(WATCH)
        self.page.fill("#message textarea", text)
        self.page.keyboard.press("Enter")
        self.page.wait_for_function("() => window.seen.prose", timeout=120_000)
        seen: dict[str, float] = self.page.evaluate("() => window.seen")
        expect(self.page.locator("#send")).to_be_enabled(timeout=120_000)
        return seen

    def press(self, button: str, item: str, words: str) -> None:
        self.page.click(f'button[data-button="{button}"][data-item="{item}"]')
        expect(self.page.locator("#taste .moved")).to_contain_text(words)

    def title(self, item: str) -> str:
        return self.page.locator(f'.card[data-item="{item}"] .title').inner_text()

    def become(self, name: str) -> None:
        self.page.fill("#person input", name)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#person input")).to_have_value(name)
        self.page.wait_for_timeout(1500)


def until(done: Callable[[], bool], what: str, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.05)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


def test_a_person_talks_likes_reloads_and_leaves(context: BrowserContext, address: str) -> None:
    visit = Visit(context, address)
    expect(visit.page.locator("#taste")).to_contain_text("Nothing learned yet")
    visit.become("anna")
    seen = visit.ask(ASK)
    assert seen["reading"] < seen["cards"] < seen["prose"]
    before, panel = visit.order(), visit.page.locator("#taste").inner_text()
    for item in reversed(before[-3:]):
        visit.press("like", item, f"ou liked {visit.title(item)}")
        liked = visit.page.locator(f'button[data-button="like"][data-item="{item}"]')
        expect(liked).to_have_attribute("aria-pressed", "true")
    until(lambda: visit.order() != before, "the order of the cards to change")
    assert sorted(visit.order()) == sorted(before)
    assert visit.page.locator("#taste").inner_text() != panel
    assert visit.page.locator("#taste .bar").count() > 0
    visit.page.locator("#list").evaluate("list => list.scrollTo(0, 0)")
    visit.page.mouse.move(640, 5)
    visit.page.wait_for_timeout(1000)
    SCREENSHOT.parent.mkdir(exist_ok=True)
    visit.page.screenshot(path=SCREENSHOT)
    order, talk = visit.order(), visit.said()
    visit.page.reload()
    visit.ready()
    until(lambda: visit.said() == talk, "the conversation to be back")
    assert visit.order() == order
    expect(visit.page.locator("#person input")).to_have_value("anna")
    visit.become("ben")
    assert ASK not in visit.said()
    expect(visit.page.locator("#taste")).to_contain_text("Nothing learned yet")
    visit.become("anna")
    until(lambda: visit.said() == talk, "the conversation of the first person")
    visit.page.click("#renew")
    until(lambda: ASK not in visit.said(), "the conversation to be empty")
    visit.page.click("#talks input")
    visit.page.locator("#talks [role=option]").first.click()
    until(lambda: visit.said() == talk, "the earlier conversation")
    assert visit.trouble == []


def test_a_press_by_keyboard_keeps_the_focus_and_a_second_takes_it_back(
    context: BrowserContext, address: str
) -> None:
    visit = Visit(context, address)
    item = visit.order()[1]
    title = visit.title(item)
    like = visit.page.locator(f'button[data-button="like"][data-item="{item}"]')
    like.focus()
    visit.page.keyboard.press("Enter")
    expect(like).to_have_attribute("aria-pressed", "true")
    expect(like).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(like).to_have_attribute("aria-pressed", "false")
    visit.press("hide", item, f"ou hid {title}")
    expect(visit.page.locator(".notices")).to_contain_text(f"{title}")
    until(lambda: item not in visit.order(), "the card to leave")
    visit.press("undo", item, "ou took back")
    until(lambda: item in visit.order(), "the card to come back")
    visit.page.click(f'button[data-button="more"][data-item="{item}"]')
    expect(visit.page.locator("#picks-heading")).to_contain_text(f"More like {title}")
    until(lambda: item not in visit.order(), "the list to change")
    assert visit.trouble == []


def test_bad_input_gets_a_polite_line(context: BrowserContext, address: str) -> None:
    visit = Visit(context, address)
    name = visit.page.locator("#person input").input_value()
    visit.page.fill("#person input", "<b>../x")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#report")).to_contain_text("malformed")
    expect(visit.page.locator("#person input")).to_have_value(name)
    for text in ("\N{CLAPPER BOARD}" * 3, "x" * 100_000, "<img src=x onerror=document.title=1>"):
        visit.ask(text)
        expect(visit.page.locator("#chat .bot.message").last).not_to_contain_text("Something went wrong")
    assert visit.page.title() == "Palate"
    assert visit.page.locator("#chat .user.message img").count() == 0
    assert visit.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(
    chromium: Browser, address: str, scheme: Any
) -> None:
    phone = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True)
    visit = Visit(phone, address)
    assert visit.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    for part in ("#message textarea", "#send", "#llm", "#person input", "#renew", "#taste", ".actions"):
        box = visit.page.locator(part).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert visit.trouble == []
    phone.close()
