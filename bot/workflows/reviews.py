"""Whether a playbook is still looked after: when it was reviewed, when that is due again, and whose it is."""

import re
from dataclasses import dataclass
from datetime import date

from bot.workflows.incident import UserId
from bot.workflows.policy import Playbook

_PERSON = re.compile(r"[UW](?=.*[0-9])[A-Z0-9]{4,}")


@dataclass(frozen=True, kw_only=True)
class Review:
    """How the review of a playbook stands on a day; `due` is None where no interval is given."""

    reviewed: date | None
    due: date | None
    overdue: bool


def review_of(book: Playbook, today: date) -> Review:
    """How its review stands; one that has an interval and was never reviewed is overdue at once."""
    if book.review_every is None:
        return Review(reviewed=book.reviewed, due=None, overdue=False)
    due = book.reviewed + book.review_every if book.reviewed else None
    return Review(reviewed=book.reviewed, due=due, overdue=due is None or due <= today)


def owner_of(book: Playbook) -> UserId | None:
    """Whose it is, where that is a person in Slack."""
    return UserId(book.owner) if _PERSON.fullmatch(book.owner) else None
