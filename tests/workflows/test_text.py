"""Text in and out: nothing a person writes can do more than name people, channels and web pages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.text import counted, cut, escape, escape_prose, listed, mention, mentioned, plain
from tests.values import ANA, BEN

TOKEN = re.compile(r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|https?://[^<>]+)>")
pieces = st.sampled_from(
    [
        "<",
        ">",
        "&",
        "|",
        "!channel",
        "@U1",
        "#C1",
        "https://x.example",
        "&lt;",
        "&gt;",
        "&amp;",
        " ",
        "!here",
        "\n",
        "a",
    ]
)
texts = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=30)


@given(texts)
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    escaped = escape(text)
    assert not set("<>") & set(escaped)
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(texts)
def test_prose_holds_no_tokens_but_people_channels_and_web_pages(text: str) -> None:
    rest = TOKEN.sub("", escape_prose(text))
    assert not set("<>") & set(rest)


@given(texts)
def test_what_slack_escaped_comes_in_as_it_was_typed(text: str) -> None:
    assert plain(escape(text)) == plain(escape(plain(escape(text))))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", plain(text))


def test_half_a_character_is_none() -> None:
    assert plain("che\ud83dck\udc00out 🙂") == "checkout 🙂"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<https://a.example><https://b.example>", "<https://a.example><https://b.example>"),
        ("<https://a.example|here><!channel>", "<https://a.example|here>@\u200bchannel"),
        ("<https://a.example?x=1&y=2|a & b>", "<https://a.example?x=1&amp;y=2|a &amp; b>"),
        ("<https://a.example|<!channel>>", "<https://a.example|&lt;!channel>&gt;"),
        ("<@U1><@W2|ben>", "<@U1><@W2>"),
        ("<#C1|room> <#D1>", "<#C1> &lt;#D1&gt;"),
        ("<mailto:a@b.example> <javascript://x>", "&lt;mailto:a@b.example&gt; &lt;javascript://x&gt;"),
        ("<@u1> <@>", "&lt;@u1&gt; &lt;@&gt;"),
    ],
)
def test_prose(text: str, shown: str) -> None:
    assert escape_prose(text) == shown


@given(texts, st.integers(1, 12))
def test_a_cut_text_fits_and_begins_like_the_whole(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_people_are_mentioned_and_found_again() -> None:
    assert mentioned(f"ask {mention(ANA)} or <@U0BEN|ben>, not <@here> or @cleo") == (ANA, BEN)


@pytest.mark.parametrize(
    ("parts", "said"), [((), "nobody"), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")]
)
def test_several_things_are_listed_as_one_says_them(parts: tuple[str, ...], said: str) -> None:
    assert listed(parts) == said


@pytest.mark.parametrize("text", ["\u200b\u200c", "\u2060 \ufeff", "\u3164", "\u2800\u2800", " \u0301", "\u00ad"])
def test_what_nobody_sees_was_not_said(text: str) -> None:
    assert plain(text) == ""


@pytest.mark.parametrize("text", ["\u200bcheckout", "👩\u200d💻", "می\u200cخواهم", "e\u0301", "ㅎㅏ"])
def test_what_is_seen_keeps_its_joiners(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 items"), (1, "1 item"), (2, "2 items"), (1200, "1,200 items")]
)  # fmt: skip
def test_what_is_counted_is_one_or_many(number: int, said: str) -> None:
    assert counted(number, "item") == said


def test_what_takes_no_s_for_many_says_so() -> None:
    assert (counted(1, "entry", "entries"), counted(2, "entry", "entries")) == ("1 entry", "2 entries")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!here> now", "@\u200bhere now"), ("<!subteam^S0A|@sre> looks", "@\u200bsre looks"),
        ("ask @here, @Channel and @everyone", "ask @\u200bhere, @\u200bChannel and @\u200beveryone"),
        ("me@hereford.example", "me@hereford.example"), ("@channels", "@channels"),
        ("<!x> & <!>", "@\u200bx &amp; &lt;!&gt;"),
    ],
)  # fmt: skip
def test_nothing_that_is_written_calls_everybody_and_it_reads_as_it_was_meant(text: str, shown: str) -> None:
    assert escape_prose(text) == shown


@given(texts | st.sampled_from(["@here", "@channel.", "@everyone"]))
def test_no_text_of_ours_names_everybody(text: str) -> None:
    for out in (escape(text), escape_prose(text)):
        assert not re.search(r"@(here|channel|everyone)\b|<!", out, re.IGNORECASE)
