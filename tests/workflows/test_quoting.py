"""Messages as the beginning of an incident."""

import time

import pytest

from bot.workflows.declare import TEXT_LIMIT, TITLE_LIMIT
from bot.workflows.quoting import quoted

LINK = "https://x.slack.com/archives/C1/p1"


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("checkout is failing", "checkout is failing", "checkout is failing"),
        ("*Checkout* is down\nsince 14:00", "Checkout is down", "*Checkout* is down\nsince 14:00"),
        ("\n\n&gt; *snake_case* &lt;b&gt; 500 &amp; 502", "snake_case <b> 500 & 502", "> *snake_case* <b> 500 & 502"),
        ("<https://x.test/a|The graph> is flat", "The graph is flat", "<https://x.test/a|The graph> is flat"),
        ("<@U0BEN|ben> sees 502s", "@ben sees 502s", "<@U0BEN> sees 502s"),
        ("<@U0CLEO> sees 502s, <@U0EVE> too", "@Cleo Roe sees 502s,  too", "<@U0CLEO> sees 502s, <@U0EVE> too"),
        ("<#C0GENERAL|general> is quiet", "#general is quiet", "<#C0GENERAL> is quiet"),
        ("<!channel> all down", "@channel all down", "<!channel> all down"),
        ("", "", ""),
        ("•\n---", "", "•\n---"),
    ],
)
def test_a_message_becomes_a_title_and_a_summary(text: str, title: str, body: str) -> None:
    assert quoted(text, LINK, {"U0CLEO": "Cleo <Roe>"}) == (title, f"{body}\n{LINK}".strip())


def test_the_longest_message_keeps_its_link() -> None:
    title, summary = quoted("word " * 8000, LINK, {})
    assert len(title) <= TITLE_LIMIT
    assert len(summary) <= TEXT_LIMIT
    assert summary.endswith(f"…\n{LINK}")


@pytest.mark.parametrize("character", ["`", "*", "_", "~", "* ", "<", "&gt;", "a*"])
def test_the_longest_line_is_read_at_once(character: str) -> None:
    started = time.process_time()
    quoted(character * (40_000 // len(character)), LINK, {})
    assert time.process_time() - started < 2
