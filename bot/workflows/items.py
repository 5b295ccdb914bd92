"""The items of a checklist and the playbook they are from, as an incident keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.workflows.ids import UserId
from bot.workflows.policy import Phase, PhasePlan, RoleKey, Sign, When


class ItemState(StrEnum):
    """How an item of the checklist stands."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"  # left out, with a reason


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of the checklist: the playbook's words as they were when it came, or a task given in the room."""

    number: int  # what people type: `/incident check 3`; from 1, never another one's
    key: str
    phase: Phase
    text: str
    role: RoleKey | None = None
    required: bool = False
    due: timedelta | None = None  # from the beginning of the phase
    help: str = ""
    sign: Sign | None = None  # what makes it tick itself
    sign_role: RoleKey | None = None
    sign_word: str = ""
    when: When | None = None  # it is called for only then; None: always
    called_at: datetime | None = (
        None  # since when it is called for, of an item with a `when`, or one that came in the middle of a phase
    )
    state: ItemState = ItemState.OPEN
    by: UserId | None = None  # who ticked or skipped it; None for one that ticked itself
    at: datetime | None = None
    reason: str = ""  # why it was skipped
    owner: UserId | None = None  # who does it
    by_hand: bool = False  # somebody undid it: it no longer ticks itself
    nudged: bool = False  # its owner was told that it is overdue
    given_by: UserId | None = None  # who gave it in the room: a task; None for what a playbook brought
    due_by: datetime | None = None  # by when a task is to be done
    playbook: str = ""  # the key of the one that brought it; empty for a task, and in those of an older version


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The playbook an incident is run by, kept when the file changes."""

    key: str
    name: str
    version: str
    phases: Mapping[Phase, PhasePlan] = field(default_factory=dict)
    ready: tuple[str, ...] = ()  # what should have been in place before
    since: datetime | None = None  # when it was chosen in the room; None for the one it was declared with
    until: datetime | None = None  # when another took its place
    roles: tuple[RoleKey, ...] = ()  # that it wants, besides a commander; empty leaves it to the severity
