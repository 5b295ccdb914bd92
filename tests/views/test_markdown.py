"""Nothing a person wrote can act as markup in the draft."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.markdown import literal, markdown
from bot.workflows.text import escape_prose


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("a | b", r"a \| b"),
        ("# not a heading", r"\# not a heading"),
        ("closes ##", r"closes \##"),
        ("- not a list", r"\- not a list"),
        ("12. not a list", r"12\. not a list"),
        ("> not a quote", r"\> not a quote"),
        ("[x](https://evil.example)", r"\[x\](https://evil.example)"),
        ("<img src=x>", r"\<img src=x>"),
        ("&lt;b&gt; & R&D", r"\&lt;b\&gt; & R&D"),
        ("*b* _i_ ~s~ `c` snake_case", r"\*b\* \_i\_ \~s\~ \`c\` snake_case"),
        ("two\nlines\u2028three\t.", "two lines three ."),
        ("back\\slash", r"back\\slash"),
    ],
)
def test_plain_text_reads_as_it_was_written(said: str, reads: str) -> None:
    assert literal(said) == reads


@given(st.text(alphabet="#|*_`~<>[]()&;\\\n -+=.0a!$"))
def test_no_active_mark_is_left_unescaped(said: str) -> None:
    line = literal(said)
    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[*`\[\]<|~$]", line)
    assert html.unescape(re.sub(r"\\([^\w\s])", "\x00", line)).count("<") == 0


def test_marks_of_slack_become_markdown() -> None:
    text = escape_prose("<@U1|ana> said: see <https://x.example/a_(b)|the [graph]> & <#C1> <!channel>")
    shown = markdown(text, lambda user: f"the person {user}", lambda channel: f"room {channel}")
    assert shown == (
        r"the person U1 said: see [the \[graph\]](https://x.example/a_%28b%29) & room C1 " "@\u200bchannel"
    )


def test_moments_keep_their_fallback() -> None:
    assert markdown("since <!date^1^{time}|2026-11-23 07:30 UTC>.", str, str) == "since 2026-11-23 07:30 UTC."
