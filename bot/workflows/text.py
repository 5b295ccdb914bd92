"""Text as people wrote it and as Slack wants it: cutting, unescaping on the way in, escaping on the way out."""

import re
import unicodedata
from hashlib import sha256

from bot.workflows.incident import COMMAND_LINE

AT_THE_COMMAND_LINE = "somebody at the command line"

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_KEPT = re.compile(r"&lt;(@[UW][A-Z0-9]+|#C[A-Z0-9]+|https?://[^\s<>|]+?)(?:\|([^<>|]*?))?&gt;")
_SPECIAL = re.compile(r"&lt;!([a-z]+)(?:\^[^<>|&]*)?(?:\|@?([^<>|]*?))?&gt;")
_EVERYBODY = re.compile(r"@(?=(?:here|channel|everyone)\b)", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})  # categories of Unicode that draw nothing by themselves
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and a sign that are drawn empty
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """What a person wrote, out of Slack's escaping (`&amp;`, `&lt;`, `&gt;`) and free of control characters.

    Direction overrides go too: they could make a title read as something else in everybody's sidebar. So does half of a
    pair of surrogates, which is no character: neither a database nor Slack takes it. Where nothing would be seen of it,
    nothing was said.
    """
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    said = _CONTROL.sub("", text).strip()
    return said if any(map(_is_seen, said)) else ""


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN and letter not in _BLANKS


def escape(text: str) -> str:
    """Text that Slack shows as it is: nothing in it can mention, link or `<!channel>`.

    Slack also reads certain mentions out of plain words in blocks (https://docs.slack.dev/reference/block-kit/
    composition-objects/text-object, `verbatim`): a space of no width keeps `@here` from being one.
    """
    return _EVERYBODY.sub("@\u200b", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def escape_prose(text: str) -> str:
    """Escaped text in which mentions of people and channels and web links go on working; `<!here>` reads `@here`."""
    kept = _KEPT.sub(
        lambda found: f"<{found[1]}|{found[2]}>" if found[2] and "//" in found[1] else f"<{found[1]}>", escape(text)
    )
    return _SPECIAL.sub(lambda found: f"@\u200b{found[2] or found[1]}", kept)


def mention(user: str) -> str:
    """A person as Slack shows them: `<@U1>`; in words whoever did not say who they are."""
    return AT_THE_COMMAND_LINE if user == COMMAND_LINE else f"<@{user}>"


def listed(parts: tuple[str, ...], nothing: str = "nobody", last: str = "and") -> str:
    """Several things as a sentence says them: `a, b and c`, or with another word before the last."""
    if not parts:
        return nothing
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with what it counts: `1 item`, `2 items`; `many` where an “s” does not make it."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def mentioned(text: str) -> tuple[str, ...]:
    """The people mentioned in a text, in order."""
    return tuple(_MENTION.findall(text))


def fingerprint(*words: object) -> str:
    """A short name for some words, the same for the same ones."""
    return sha256("\0".join(map(str, words)).encode()).hexdigest()[:32]


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
