"""What becomes of the incident that a duplicate goes on as: its room and its stakeholders hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Effect, Entry, Event
from bot.workflows.course import told
from bot.workflows.effects import ShowCard, TellOther, Tie, aloud
from bot.workflows.incident import Ending, Fate, Incident, Linked, UserId
from bot.workflows.linking import HIDDEN, named

ENDS: Mapping[Ending | None, Fate] = {Ending.CANCELLED: Fate.CANCELLED, Ending.MERGED: Fate.MERGED}
WENT: Mapping[Fate | None, str] = {
    None: "{incident} goes on as {other}, and that one is open again",
    Fate.RESOLVED: "{incident} went on as {other}, and that one is resolved",
    Fate.CANCELLED: "{incident} went on as {other}, and that one was cancelled as a false alarm",
    Fate.MERGED: "{incident} went on as {other}, and that one goes on as {further}",
}
BACK: Mapping[Fate | None, str] = {
    None: "",
    Fate.RESOLVED: " If it is not over for what you see here, `/incident reopen` brings {incident} back.",
    Fate.CANCELLED: " If this one is no false alarm, `/incident reopen` brings {incident} back.",
    Fate.MERGED: "",
}


@dataclass(frozen=True, kw_only=True)
class FateHeard(Event):
    """What this incident goes on as was resolved, cancelled or merged itself, or is open again (None)."""

    other: Linked
    fate: Fate | None
    at: datetime
    further: Linked | None = None  # what that one was merged into

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, fate=self.fate)

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._said(incident), at=self.at)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        said = self._said(incident)
        back = BACK[self.fate].format(incident=incident.name)
        return (ShowCard(), *aloud(incident, f"{said}.{back}"), *told(incident, f"{said}."))

    def _said(self, incident: Incident) -> str:
        further = named(self.further) if self.further else HIDDEN
        return WENT[self.fate].format(other=named(self.other), incident=incident.name, further=further)


def fate_of(incident: Incident) -> Fate | None:
    """What became of an incident, for those that go on as it; None while it goes on."""
    return None if incident.is_open else ENDS.get(incident.ending, Fate.RESOLVED)


def tell_duplicates(incident: Incident, by: UserId) -> tuple[TellOther, ...]:
    """Let those that go on as this incident know how it stands, as it stands when they hear of it."""
    return tuple(TellOther(other=link.incident, tie=Tie.FATE, by=by) for link in incident.duplicates)
