"""The fields of a playbook file, with their types and limits."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from bot.config.durations import duration
from bot.config.models import Key, Line, Name, Part
from bot.workflows.policy import Sign

CLAIMED = " claimed"
SIGNS = tuple(sign.value for sign in Sign if sign is not Sign.ROLE_CLAIMED)
EXPECTED_SIGN = f"expected a role's key and “claimed” (commander claimed), or one of {', '.join(SIGNS)}"


def _span(written: object) -> timedelta | None:
    return None if written is None else duration(written)


def _sign(written: object) -> str:
    if isinstance(written, str) and (written in SIGNS or written.endswith(CLAIMED)):
        return written
    raise ValueError(EXPECTED_SIGN)


Span = Annotated[timedelta | None, BeforeValidator(_span)]
PhaseName = Literal["preparation", "detection", "containment", "recovery", "learning"]


class ItemPart(Part):
    """One item of a checklist."""

    key: Key
    do: Annotated[str, Field(min_length=1, max_length=150)]  # read on a phone, seven of them on one card
    role: Key | None = None
    required: bool = False
    due: Span = None
    help: Annotated[str, Field(max_length=600)] = ""
    done_when: Annotated[str, BeforeValidator(_sign)] | None = None


class PhasePart(Part):
    """One phase: what it is for, how long it usually takes, when it is over, and what is to be done."""

    objective: Line
    typically: Span = None
    exits: list[Line] = Field(default_factory=list, max_length=10)
    items: list[ItemPart] = Field(default_factory=list, max_length=20)


class PlaybookFile(Part):
    """The whole file."""

    name: Name
    kinds: list[Key] = Field(default_factory=list, max_length=20)
    default: bool = False
    phases: dict[PhaseName, PhasePart]
