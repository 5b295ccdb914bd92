"""What people, their keyboards and those who mean harm put into a text."""

from hypothesis import strategies as st

from bot.workflows.text import cut, plain

PINGS = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    "<!subteam^S0ALL|@all>",
    "<@U0ANA>",
    "<@U0ANA|ana>",
    "<#C0GENERAL|general>",
)
MARKUP = (
    "*bold*",
    "_it_",
    "~gone~",
    "`code`",
    "```",
    "```\nblock\n```",
    "> quote",
    "• ",
    "# head",
    "| a | b |",
    "[x](y)",
)
LINKS = (
    "<http://x|y>", "<https://a.example|https://bank.example>", "<javascript://x>", "<mailto:a@b.example|a>",
    "https://a.example/?q=<>&x=1", "<https://a.example|<!channel>>", "<!date^1^{date}|x>", "<", ">",
    "<@", "<@U1", "|",
)  # fmt: skip
ESCAPED = (
    "&lt;",
    "&gt;",
    "&amp;",
    "&amp;lt;!channel&amp;gt;",
    "&lt;!channel&gt;",
    "&lt;@U0BEN&gt;",
    "&",
    "&#60;",
    "&nbsp;",
)
CODE = (
    "'; DROP TABLE incidents; --",
    '"',
    "\\",
    "\\u0000",
    "{0}",
    "{incident}",
    "{",
    "}",
    "%s",
    "%(x)s",
    "${x}",
    "{{ 7*7 }}",
)
CONTROLS = (
    "\x00",
    "\x07",
    "\x1b[31m",
    "\r\n",
    "\t",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\ufffe",
    "\ud800",
    "\udfff",
)
WRITING = (
    "\u202egnp.exe", "\u2066\u2067", "\u200f", "שלום", "مرحبا", "ع" * 90, "e\u0301",
    "Z" + "\u0338" * 60, "ß", "ẞ", "İ", "ﬁ",
    "👩‍👩‍👧‍👦", "🏳️‍🌈", "\u200d", "\u200b" * 9, "\u3164", "\u2800", "\u00ad", "日本語", "𝕏",
    "\U0010ffff", "٣", "²", "Ⅷ", "１２",
)  # fmt: skip
EMOJI = (":pushpin:", ":sos:", ":+1::skin-tone-2:", ":not_there:", "::")
NUMBERS = (
    "0",
    "-1",
    "007",
    "9" * 40,
    "1e309",
    "NaN",
    "²",
    "٣",
    "INC-1",
    "INC-0",
    "INC-99999999999",
    "inc 1",
    "#1",
    "sev99",
    "sev1",
)
TIMES = (
    "25:99", "24:00", "00:60", "14:05", "yesterday 22:10", "0000-00-00", "0000-01-01 10:00",
    "9999-12-31 23:59", "0001-01-01 00:00",
    "9999 days ago", "by 31 feb", "by 0000-00-00", "by 9999-12-31", "in 999 months", "by friday",
    "٣ min ago", "14:٠٥",
)  # fmt: skip
SPACES = (" ", "\n", "  \n\n ", " " * 1000, "\n" * 300, "\u00a0", "\u3000")
VERBS = (
    "declare", "status", "list", "claim", "role", "phase", "next", "contained", "severity",
    "started", "checklist", "task", "playbook", "playbooks", "check",
    "skip", "update", "note", "note correct", "factor", "timeline", "catchup", "resolve", "close", "reopen",
    "cancel", "postmortem", "action",
    "actions", "help", "handover", "backfill", "merge", "relate", "unrelate", "private", "done", "retro", "resovle",
)  # fmt: skip
ARGUMENTS = (
    "commander", "scribe", "tech lead", "<@U0BEN|ben>", "<@U0NOBODY>", "@nobody", "detection",
    "containment", "recovery", "learning",
    "1", "2", "3", "999", "in 20m", "at 15:00",
    "tomorrow 9:30", "in 0 min", "--private", "checkout is failing", "it was 4.3", "INC-2", "help",
)  # fmt: skip

pieces = st.sampled_from(
    (
        *PINGS,
        *MARKUP,
        *LINKS,
        *ESCAPED,
        *CODE,
        *CONTROLS,
        *WRITING,
        *EMOJI,
        *NUMBERS,
        *TIMES,
        *SPACES,
        *VERBS,
        *ARGUMENTS,
    )
)
# Any character there is, half of a pair and the null character too.
anything = st.text(st.characters(exclude_categories=()), max_size=40)
short = st.lists(pieces | anything, max_size=6).map("".join)
long = st.builds(
    lambda text, size: (text * (size // len(text) + 1))[:size], pieces, st.sampled_from((160, 1000, 3001, 40_000))
)
texts = st.one_of(short, short, short, long)
commands = st.one_of(
    texts,
    st.lists(st.sampled_from((*VERBS, *ARGUMENTS)) | short, min_size=1, max_size=5).map(" ".join),
    st.builds("{} {}".format, st.sampled_from(VERBS), st.lists(st.sampled_from(ARGUMENTS), max_size=3).map(" ".join)),
    st.builds("{} {}".format, st.sampled_from(VERBS), texts),
)  # fmt: skip


def stored(limit: int, least: int = 0) -> st.SearchStrategy[str]:
    """A text as an incident holds it: read as all texts are read, and within the limit its rule has."""
    return texts.map(lambda text: cut(plain(text), limit) or "x" * least)
