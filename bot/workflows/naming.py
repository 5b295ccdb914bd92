"""What a room is called: `inc-<number>-<slug>`, within Slack's rules for channel names."""

import re
import unicodedata

NAME_LIMIT = 80  # characters, Slack's own limit for a channel name

_PERSON = re.compile(r"<@[UW][A-Z0-9]*(?:\|([^<>|]*))?>")
_CHANNEL = re.compile(r"<#[CGD][A-Z0-9]*(?:\|([^<>|]*))?>")
_SPECIAL = re.compile(r"<!([a-z]*)[^<>|]*(?:\|@?([^<>|]*))?>")
_LINK = re.compile(r"<((?:https?://|mailto:|tel:)[^<>|]*)(?:\|([^<>]*))?>")
_BARE_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_SEPARATORS = re.compile(r"[^a-z0-9_]+")
# Latin letters that Unicode does not take apart into a base letter and an accent.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def room_name(number: int, title: str, attempt: int = 0) -> str:
    """The name of an incident's room, at most 80 of `a-z`, `0-9`, `-` and `_`.

    `attempt` counts the names that were taken already: the second try ends in `-2`. Accents are folded; letters of
    other scripts are left out, so that the name survives in links and on every keyboard.
    """
    suffix = f"-{attempt + 1}" if attempt > 0 else ""
    stem = f"inc-{number}"
    slug = _shortened(_slug(title), NAME_LIMIT - len(stem) - len(suffix) - 1)
    return f"{stem}-{slug}{suffix}" if slug else f"{stem}{suffix}"


def readable(text: str) -> str:
    """The text with Slack's marks for people, channels and links as words: `@ana`, `#general`, the link's label."""
    text = _PERSON.sub(lambda found: f"@{found[1]}" if found[1] else "", text)
    text = _CHANNEL.sub(lambda found: f"#{found[1]}" if found[1] else "", text)
    text = _SPECIAL.sub(lambda found: f"@{found[2] or found[1]}", text)
    return _LINK.sub(lambda found: found[2] or found[1], text)


def _slug(title: str) -> str:
    words = _BARE_URL.sub(" ", readable(title))
    folded = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", words)).casefold().translate(_LETTERS)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _SEPARATORS.sub("-", plain).strip("-_")


def _shortened(slug: str, limit: int) -> str:
    """At most `limit` characters, cut between words where one ends in the second half."""
    if len(slug) <= limit:
        return slug
    end = slug.rfind("-", 0, limit + 1)
    return slug[: end if end >= limit // 2 else max(limit, 0)].rstrip("-_")
