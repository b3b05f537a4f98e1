from __future__ import annotations

import json

from assistant.ui.markup import Markup, clean, said_by_palate, said_by_person, signed, tag


def test_plain_text_and_attributes_are_escaped_and_markup_is_not() -> None:
    inner = tag("b", "<script>")
    assert inner == "<b>&lt;script&gt;</b>"
    assert tag("p", inner, '"&', data_item='a"b', class_="x", title=None) == (
        '<p data-item="a&quot;b" class="x"><b>&lt;script&gt;</b>&quot;&amp;</p>'
    )
    assert isinstance(tag("p"), Markup)


def test_null_bytes_and_lone_surrogates_never_reach_the_page() -> None:
    text = clean("a\x00b\ud800c 🎬")
    assert text == "ab?c 🎬"
    assert json.dumps(text).encode()


def test_a_message_is_literal_and_shortened() -> None:
    assert said_by_person("<i>*x*</i>") == "&#60;i&#62;&#42;x&#42;&#60;/i&#62;"
    assert len(said_by_person("y" * 100_000)) < 2100


def test_a_reply_keeps_markdown_and_loses_html_and_images() -> None:
    assert said_by_palate("**Alien** <img> ![x](http://h/)") == "**Alien** &lt;img&gt; &#33;[x](http://h/)"


def test_signed_numbers_show_their_sign() -> None:
    assert (signed(0.2), signed(-0.214), signed(0.0)) == ("+0.20", "−0.21", "+0.00")
