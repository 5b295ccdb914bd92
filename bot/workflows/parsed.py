"""What a line that somebody typed turns out to mean: one value for each thing it can be."""

from dataclasses import dataclass

from bot.workflows.policy import Phase, RoleKey, SeverityKey
from bot.workflows.words import VerbName


@dataclass(frozen=True)
class Tray:
    """Nothing was typed in a room: show what one can do there now."""


@dataclass(frozen=True)
class Overview:
    """Nothing was typed elsewhere: help and the open incidents."""


@dataclass(frozen=True)
class Title:
    """Open the declare form with this filled in; `text` may be empty."""

    text: str
    summary: str = ""
    severity: SeverityKey | None = None
    private: bool = False


@dataclass(frozen=True)
class TrayWithTitle:
    """Free text in a room: the tray, with *Declare “…”* as one of its buttons."""

    title: str
    summary: str = ""
    severity: SeverityKey | None = None
    private: bool = False


@dataclass(frozen=True)
class DeclareWords:
    """Declare at once; the title is never empty."""

    title: str
    summary: str = ""
    severity: SeverityKey | None = None
    private: bool = False


@dataclass(frozen=True)
class BackfillWords:
    """Write an incident down that is over; what is known of it fills the form in."""

    title: str = ""
    severity: SeverityKey | None = None
    private: bool = False


@dataclass(frozen=True)
class StatusWords:
    """How does an incident stand? None: the one of the room, or the one the person is in."""

    incident: int | None = None


@dataclass(frozen=True)
class ListWords:
    """Which incidents are open?"""


@dataclass(frozen=True)
class HealthWords:
    """Is Warroom itself well?"""


@dataclass(frozen=True)
class ClaimWords:
    """Take a role oneself."""

    role: RoleKey
    incident: int | None = None


@dataclass(frozen=True)
class AssignWords:
    """Give a role to somebody; `user` is a Slack id."""

    role: RoleKey
    user: str
    incident: int | None = None


@dataclass(frozen=True)
class HandoverWords:
    """Offer a role one holds to somebody; without a Slack id in `user` they are asked for in the form.

    Without a role it is the only one that is held.
    """

    role: RoleKey | None
    user: str | None = None
    incident: int | None = None
    worries: str = ""


@dataclass(frozen=True)
class WithdrawWords:
    """Take back the offer of a role; without one it is the only one that is offered."""

    role: RoleKey | None = None
    incident: int | None = None


@dataclass(frozen=True)
class KindWords:
    """Say which kind of incident it is, by its key."""

    kind: str
    incident: int | None = None


@dataclass(frozen=True)
class ServiceWords:
    """Say which service it is about, by its key."""

    service: str
    incident: int | None = None


@dataclass(frozen=True)
class SeverityWords:
    """Grade the incident."""

    severity: SeverityKey
    incident: int | None = None


@dataclass(frozen=True)
class UpdateWords:
    """Tell stakeholders how it stands; `happening` is what is written already."""

    incident: int | None = None
    happening: str = ""


@dataclass(frozen=True)
class StartedWords:
    """When the impact began; `text` is a time as it was typed."""

    text: str
    incident: int | None = None


@dataclass(frozen=True)
class NoteWords:
    """Write a line into the timeline; mentions and links in it are still as Slack marks them."""

    text: str
    incident: int | None = None


@dataclass(frozen=True)
class PrivateWords:
    """Go on in a private room."""

    incident: int | None = None


@dataclass(frozen=True)
class TimelineWords:
    """Read the timeline."""

    incident: int | None = None


@dataclass(frozen=True)
class CorrectWords:
    """Put a line of the timeline right; the text is never empty."""

    line: int
    text: str
    incident: int | None = None


@dataclass(frozen=True)
class PhaseWords:
    """Go on to a phase, or back; None: to the next one."""

    phase: Phase | None = None
    incident: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class ContainedWords:
    """The impact has stopped."""

    incident: int | None = None


@dataclass(frozen=True)
class ReopenWords:
    """It broke again."""

    incident: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class CancelWords:
    """It was a false alarm; the reason is never empty."""

    reason: str
    incident: int | None = None


@dataclass(frozen=True)
class FactorWords:
    """Name a contributing factor; without words: which were named? With `withdrawn`, that one was none."""

    text: str = ""
    incident: int | None = None
    withdrawn: int | None = None


@dataclass(frozen=True)
class ActionWords:
    """Give somebody something to do; `text` is what was typed without the owner, its day still in it."""

    text: str
    owner: str | None = None  # a Slack id
    incident: int | None = None


@dataclass(frozen=True)
class ActionsWords:
    """What is to be done after it?"""

    incident: int | None = None


@dataclass(frozen=True)
class CatchupWords:
    """What has happened so far, in short?"""

    incident: int | None = None


@dataclass(frozen=True)
class ChecklistWords:
    """What is to be done?"""

    incident: int | None = None


@dataclass(frozen=True)
class TaskWords:
    """Put something to be done on the checklist; `text` is what was typed without the owner, its time still in it."""

    text: str = ""
    owner: str | None = None  # a Slack id
    incident: int | None = None


@dataclass(frozen=True)
class CheckWords:
    """An item of the checklist is done; `undo`: it is not, after all."""

    item: int
    incident: int | None = None
    undo: bool = False


@dataclass(frozen=True)
class SkipWords:
    """An item of the checklist is left out; the reason is never empty."""

    item: int
    reason: str
    incident: int | None = None


@dataclass(frozen=True)
class PlaybookWords:
    """Which playbook is it run by? Choose another; `name` is one that was typed, perhaps of none."""

    name: str = ""
    incident: int | None = None


@dataclass(frozen=True)
class PlaybooksWords:
    """Which playbooks are there?"""


@dataclass(frozen=True)
class ResolveWords:
    """The impact is over; `fix` is what ended it, as far as it was typed."""

    incident: int | None = None
    fix: str = ""


@dataclass(frozen=True)
class CloseWords:
    """Nothing is left to do."""

    incident: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class MergeWords:
    """An incident is the same as another one, and goes on there."""

    into: int
    incident: int | None = None


@dataclass(frozen=True)
class RelateWords:
    """An incident has to do with another one, or with `undo` nothing after all."""

    to: int
    incident: int | None = None
    undo: bool = False


@dataclass(frozen=True)
class RelatedWords:
    """Which incidents of the past are like this one?"""

    incident: int | None = None


@dataclass(frozen=True)
class PostmortemWords:
    """Show the post-mortem draft."""

    incident: int | None = None


@dataclass(frozen=True)
class RepairWords:
    """Make what is missing in Slack; `anew` opens another room where nobody can tell whether the old one exists."""

    incident: int | None = None
    anew: bool = False


@dataclass(frozen=True)
class HelpWords:
    """What can one type? With a verb: how is that one used?"""

    verb: VerbName | None = None


@dataclass(frozen=True)
class Choice:
    """One button: what it says (plain text, at most 75 characters), and what tapping it means, as if typed."""

    label: str
    command_text: str


@dataclass(frozen=True)
class Question:
    """It could mean several things: ask, with a button for each. `asked` is what was typed, as plain text."""

    asked: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Malformed:
    """A verb with something that does not fit: why (ready for Slack, user's words escaped), and what would work."""

    verb: VerbName
    message: str
    example: str  # what may stand after the command, "claim commander"


Parsed = (
    Tray | Overview | Title | TrayWithTitle | DeclareWords | BackfillWords | StatusWords | ListWords
    | HealthWords | ClaimWords | AssignWords | HandoverWords | WithdrawWords | KindWords | ServiceWords
    | SeverityWords | UpdateWords | StartedWords | NoteWords | TimelineWords | CorrectWords | PhaseWords
    | ContainedWords | ReopenWords | CancelWords | FactorWords | ActionWords | ActionsWords
    | CatchupWords | ChecklistWords | TaskWords | CheckWords | SkipWords | PlaybookWords | PlaybooksWords
    | ResolveWords | CloseWords | MergeWords
    | RelateWords | RelatedWords | PostmortemWords | PrivateWords | RepairWords | HelpWords | Choice
    | Question | Malformed
)  # fmt: skip
