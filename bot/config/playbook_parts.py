"""The fields of a playbook file, with their types and limits."""

import re
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.durations import duration
from bot.config.models import SAID, Key, Line, Name, Part
from bot.workflows.policy import Sign
from bot.workflows.text import plain

CLAIMED, NOTED = " claimed", "noted "
SIGNS = tuple(sign.value for sign in Sign if sign not in (Sign.ROLE_CLAIMED, Sign.NOTED))
EXPECTED_SIGN = (
    "expected a role's key and “claimed” (commander claimed), “noted” and what a note begins with (noted changes), "
    f"or one of {', '.join(SIGNS)}"
)
EXPECTED_DAY = "expected a day such as 2026-11-28"
LAST_YEAR = 2999  # some day the next review has to be reckoned from it
MOST_KEYS, MOST_ITEMS = 20, 20  # of one list, and of one phase
EXPECTED_OWNER = "expected a person's id in Slack such as U012AB3CD, or the name of a team without @"


def day_of(written: object) -> date | None:
    """The day that is written; None where it is none."""
    try:
        return written if type(written) is date else date.fromisoformat(written if isinstance(written, str) else "")
    except ValueError:
        return None


def _day(written: object) -> date:
    day = day_of(written)
    if day is None:
        raise ValueError(EXPECTED_DAY)
    if day.year > LAST_YEAR:
        raise ValueError("expected a day that has been")
    return day


def _owner(written: object) -> str:
    if isinstance(written, str) and plain(written) and re.fullmatch(r"[^@<\s](?:.{0,73}\S)?", written):
        return written
    raise ValueError(EXPECTED_OWNER)


def _span(written: object) -> timedelta | None:
    return None if written is None else duration(written)


def _sign(written: object) -> str:
    if isinstance(written, str) and (
        written in SIGNS or written.endswith(CLAIMED) or re.fullmatch(r"noted [a-z][a-z0-9 ]{0,28}[a-z0-9]", written)
    ):
        return written
    raise ValueError(EXPECTED_SIGN)


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


Span = Annotated[timedelta | None, BeforeValidator(_span)]
Day = Annotated[date | None, BeforeValidator(_day)]
Owner = Annotated[str | None, BeforeValidator(_owner)]
Word = Annotated[str, Field(min_length=2, max_length=50, pattern=r"\w")]
Keys = Annotated[list[Key], Field(min_length=1, max_length=MOST_KEYS), BeforeValidator(_several)]
PhaseName = Literal["preparation", "detection", "containment", "recovery", "learning"]


class WhenPart(Part):
    """When an item is called for: all that is said has to hold."""

    severities: Keys = Field(default_factory=list)
    kinds: Keys = Field(default_factory=list)
    services: Keys = Field(default_factory=list)
    held: Keys = Field(default_factory=list)
    not_held: Keys = Field(default_factory=list)
    done: Keys = Field(default_factory=list)
    skipped: Keys = Field(default_factory=list)


class ItemPart(Part):
    """One item of a checklist."""

    key: Key
    do: Annotated[str, Field(max_length=150), SAID]  # read on a phone, seven of them on one card
    role: Key | None = None
    required: bool = False
    due: Span = None
    when: WhenPart = WhenPart()
    help: Annotated[str, Field(max_length=600), SAID] = ""
    done_when: Annotated[str, BeforeValidator(_sign)] | None = None


class PhasePart(Part):
    """One phase: what it is for, how long it usually takes, when it is over, and what is to be done."""

    objective: Line
    typically: Span = None
    exits: list[Line] = Field(default_factory=list, max_length=10)
    items: list[ItemPart] = Field(default_factory=list, max_length=MOST_ITEMS)


class AppliesPart(Part):
    """When a playbook applies; what is left out says nothing."""

    kinds: Keys = Field(default_factory=list)
    words: list[Word] = Field(default_factory=list, min_length=1, max_length=30)
    services: Keys = Field(default_factory=list)
    severities: Keys = Field(default_factory=list)


class PlaybookFile(Part):
    """The whole file."""

    name: Name
    applies: AppliesPart = AppliesPart()
    kinds: Keys = Field(default_factory=list)
    default: bool = False
    owner: Owner = None
    reviewed: Day = None
    review_every: Span = None
    roles: Keys = Field(default_factory=list)
    phases: Annotated[dict[PhaseName, PhasePart], Field(min_length=1)]
