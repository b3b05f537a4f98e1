"""The page of Palate: Gradio widgets and event wiring, nothing else."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import PalateError
from assistant.homes.domain import Greeting
from assistant.ui.page import Frame, Message, Page, Screen

if TYPE_CHECKING:
    from assistant.agent import Assistant

WEB = Path(str(files("assistant.ui") / "web"))
WELCOME = """### {welcome}
{hint}
Picks appear beside the chat: **like** or **dislike** them and the list learns at once."""
CSV_HELP = (
    "Your export from Letterboxd, IMDb, Goodreads or Last.fm, `watch-history.json` of YouTube, or a CSV with "
    "the columns `title` and `rating`; `year` helps where titles repeat."
)
UPLOADS_KEPT = 3600  # seconds; an uploaded history is read at once and then only in the way
REMEMBERED = {"user": "", "session": ""}
INTRO = """<div class="brand"><span class="mark" aria-hidden="true">P</span>
<div><h1>Palate</h1><p>{about}</p></div></div>"""


def build(assistant: Assistant, greeting: Greeting | None = None) -> gr.Blocks:
    """Return the page for `assistant`, not yet launched.

    Args:
        assistant: Who answers.
        greeting: What it says first; None says what suits films.
    """
    page = Page(assistant, greeting)
    blocks = gr.Blocks(
        title="Palate", analytics_enabled=False, fill_width=True, delete_cache=(UPLOADS_KEPT, UPLOADS_KEPT)
    )
    with blocks:
        widgets = Widgets(page)
        wire(blocks, page, widgets)
    blocks.queue(default_concurrency_limit=16)
    return blocks


class Widgets:
    """Every widget of the page, laid out as header, chat, cards and taste."""

    def __init__(self, page: Page) -> None:
        self.screen = gr.State(Screen())
        self.remembered = gr.BrowserState(REMEMBERED, storage_key="palate", secret="palate")
        self.clock = gr.Timer(2)
        with gr.Row(elem_id="top"):
            self._header(page)
        with gr.Row(elem_id="stage"):
            with gr.Column(elem_id="talk", min_width=0):
                self._talk(page.greeting)
            with gr.Column(elem_id="list", min_width=0):
                script = (WEB / "cards.js").read_text(encoding="utf-8")
                self.cards = gr.HTML(elem_id="cards", js_on_load=script, apply_default_css=False)
            with gr.Column(elem_id="side", min_width=0):
                self._side()

    def _header(self, page: Page) -> None:
        gr.HTML(
            INTRO.format(about=escape(page.greeting.about)),
            elem_id="brand",
            apply_default_css=False,
            js_on_load=None,
        )
        self.llm = gr.HTML(page.llm, elem_id="llm", apply_default_css=False, js_on_load=None)
        self.person = gr.Dropdown(
            [],
            label="Who is here? Pick or type a name",
            elem_id="person",
            allow_custom_value=True,
            min_width=0,
        )
        self.renew = gr.Button("New conversation", elem_id="renew", size="sm", min_width=0)

    def _talk(self, greeting: Greeting) -> None:
        self.chatbot = gr.Chatbot(
            elem_id="chat",
            label="Conversation",
            show_label=False,
            height="100%",
            placeholder=WELCOME.format(welcome=greeting.welcome, hint=greeting.hint),
            examples=[{"text": text} for text in greeting.examples],
            layout="bubble",
            buttons=[],
            latex_delimiters=[],
            feedback_options=None,
        )
        with gr.Row(elem_id="ask"):
            self.text = gr.Textbox(
                elem_id="message",
                label="Your message",
                show_label=False,
                container=False,
                max_lines=4,
                scale=1,
                placeholder=greeting.placeholder,
                autofocus=True,
            )
            self.send = gr.Button("Send", elem_id="send", variant="primary", scale=0, min_width=84)

    def _side(self) -> None:
        script = (WEB / "cards.js").read_text(encoding="utf-8")
        self.taste = gr.HTML(elem_id="taste", js_on_load=script, apply_default_css=False)
        self.talks = gr.Dropdown([], label="Earlier conversations", elem_id="talks", visible=False)
        with gr.Accordion("Bring your ratings", open=False, elem_id="import"):
            gr.Markdown(CSV_HELP)
            self.upload = gr.UploadButton(
                "Choose a file", elem_id="upload", file_types=[".csv", ".json"], size="sm"
            )
        self.report = gr.HTML(elem_id="report", apply_default_css=False, js_on_load=None)

    @property
    def painted(self) -> list[gr.blocks.Block]:
        """Return the outputs of every event, in the order of `paint`."""
        memory, parts = [self.screen, self.remembered], [self.chatbot, self.cards, self.taste, self.report]
        return [*memory, *parts, self.text, self.send, self.person, self.talks]


def paint(frame: Frame) -> list[Any]:
    """Return one update per output of `Widgets.painted`; parts that are None stay as they are."""
    screen, send, person, talks = frame.screen, None, None, None
    remembered = {"user": screen.user, "session": screen.session or ""} if screen else None
    parts = [screen, remembered, frame.messages, frame.cards, frame.taste, frame.report, frame.text]
    if frame.busy is not None:
        send = gr.update(interactive=not frame.busy)
    if frame.users is not None:
        person = gr.update(choices=list(frame.users), value=frame.users[0])
    if frame.talks is not None:
        talks = gr.update(choices=list(frame.talks), value=None, visible=bool(frame.talks))
    return [gr.skip() if part is None else part for part in [*parts, send, person, talks]]


def wire(blocks: gr.Blocks, page: Page, widgets: Widgets) -> None:
    """Connect every event of the page to what it does."""

    def load(remembered: dict[str, str]) -> list[Any]:
        return paint(page.load(remembered))

    def chat(text: str, messages: list[Message], screen: Screen) -> Iterator[list[Any]]:
        yield from map(paint, page.chat(text, messages, screen))

    def example(messages: list[Message], screen: Screen, event: gr.SelectData) -> Iterator[list[Any]]:
        yield from map(paint, page.chat(event.value["text"], messages, screen))

    def option(messages: list[Message], screen: Screen, event: gr.SelectData) -> Iterator[list[Any]]:
        yield from map(paint, page.chat(str(event.value), page.answered(messages), screen))

    def press(messages: list[Message], screen: Screen, event: gr.EventData) -> list[Any]:
        return paint(page.press(event.kind, event.item, messages, screen))

    def switch(name: str | None, screen: Screen) -> list[Any]:
        return paint(page.switch(name, screen))

    def resume(session: str | None, screen: Screen) -> list[Any]:
        return paint(page.resume(session, screen))

    def renew(screen: Screen) -> list[Any]:
        return paint(page.renew(screen))

    def take_history(path: str, screen: Screen) -> list[Any]:
        return paint(page.take_history(Path(path), screen))

    w = widgets
    quiet: dict[str, Any] = {"outputs": w.painted, "show_progress": "hidden"}
    talk = [w.chatbot, w.screen]
    blocks.load(load, w.remembered, **quiet)
    asked = gr.on([w.text.submit, w.send.click], chat, [w.text, *talk], trigger_mode="once", **quiet)
    tried = w.chatbot.example_select(example, talk, trigger_mode="once", **quiet)
    chosen = w.chatbot.option_select(option, talk, trigger_mode="once", **quiet)
    for presses in (w.cards.press, w.taste.press):
        presses(press, talk, trigger_mode="multiple", concurrency_limit=1, **quiet)
    w.person.input(switch, [w.person, w.screen], cancels=[asked, tried, chosen], **quiet)
    w.talks.input(resume, [w.talks, w.screen], cancels=[asked, tried, chosen], **quiet)
    w.renew.click(renew, w.screen, cancels=[asked, tried, chosen], **quiet)
    w.upload.upload(take_history, [w.upload, w.screen], **quiet)
    w.clock.tick(page.llm, None, w.llm, queue=False, show_progress="hidden")


def look() -> dict[str, Any]:
    """Return theme, styles and icon as keyword arguments of `Blocks.launch` and `gr.mount_gradio_app`."""
    theme = gr.themes.Base(
        primary_hue="rose",
        neutral_hue="stone",
        radius_size="lg",
        font=[gr.themes.LocalFont("Source Sans Pro", weights=(400, 700)), "system-ui", "sans-serif"],
        font_mono=["ui-monospace", "monospace"],
    )
    return {
        "theme": theme,
        "css_paths": [WEB / "palate.css"],
        "favicon_path": str(WEB / "favicon.svg"),
        "footer_links": [],
    }


def start(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, greeting: Greeting | None = None
) -> gr.Blocks:
    """Launch the page and return at once.

    Args:
        assistant: Who answers.
        host: Address to bind to.
        port: Port to bind to.
        greeting: What it says first; None says what suits films.

    Returns:
        The running page; `.close()` stops it, `.block_thread()` waits for Ctrl-C.

    Raises:
        PalateError: When the port is taken.
    """
    _check_port(host, port)
    blocks = build(assistant, greeting)
    blocks.launch(
        server_name=host,
        server_port=port,
        share=False,
        quiet=True,
        ssr_mode=False,
        prevent_thread_lock=True,
        **look(),
    )
    return blocks


def serve(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, greeting: Greeting | None = None
) -> None:
    """Launch the page and wait until it is stopped; arguments and errors as in `start`."""
    start(assistant, host, port, greeting=greeting).block_thread()


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = f"--port {port + 1} or PALATE_PORT={port + 1}"
            raise PalateError(
                f"Port {port} on {host} cannot be used: {error.strerror or error}.",
                f"Stop the program that holds it, or choose another: {other}.",
            ) from error
