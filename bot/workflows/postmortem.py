"""The post-mortem: the draft can be asked for at any time, as often as somebody wants it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import FileDraft, PostUnderAnnouncement, ShowAnnouncement
from bot.workflows.incident import Incident, Stamp, UserId


@dataclass(frozen=True, kw_only=True)
class PrepareDraft(Command):
    """Put a fresh draft of the post-mortem into the room."""

    by: UserId

    @property
    def twin(self) -> str:
        """The same person asking once more, who was told that it had failed."""
        return f"draft:{self.incident}:{self.by}"

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.room is None:
            raise Refused(f"{incident.name} has no room to put the draft into.")
        if incident.room.archived:
            raise Refused(
                f"The room of {incident.name} is archived, with its last draft in it: <#{incident.room.channel}>."
            )
        if not incident.hears:
            raise Refused(
                f"Warroom is not in <#{incident.room.channel}>, the room of {incident.name}: it cannot put the draft "
                "there. Type `/invite @Warroom` in it, or `/incident repair` anywhere."
            )
        return [DraftAsked(by=self.by)]


@dataclass(frozen=True, kw_only=True)
class RecordDraft(Command):
    """A draft is in the room."""

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        resolved, before = incident.at(Stamp.RESOLVED), incident.draft_at
        first = not incident.is_open and (before is None or (resolved is not None and before < resolved))
        return [DraftFiled(at=now, first=first)]


@dataclass(frozen=True, kw_only=True)
class RecordCanvas(Command):
    """The first draft was copied into the room's canvas."""

    canvas: str

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        return [] if incident.canvas else [CanvasMade(canvas=self.canvas)]


@dataclass(frozen=True, kw_only=True)
class DraftAsked(Event):
    """Somebody wants to read the draft; that changes nothing and is no news."""

    by: UserId

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (FileDraft(),)


@dataclass(frozen=True, kw_only=True)
class DraftFiled(Event):
    """A draft was put into the room; the first after the end is news for those who waited for it."""

    at: datetime
    first: bool

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, draft_at=self.at)

    def tells(self, incident: Incident) -> Entry | None:
        return Entry(text="The draft of the post-mortem was put into the room", at=self.at) if self.first else None

    def effects(self, incident: Incident) -> Sequence[Effect]:
        if not self.first or incident.private or incident.room is None:
            return ()
        news = f"A draft of the post-mortem is in <#{incident.room.channel}>. Corrections are welcome there."
        return (ShowAnnouncement(), PostUnderAnnouncement(text=news))


@dataclass(frozen=True, kw_only=True)
class CanvasMade(Event):
    """The room has the draft in a canvas; Slack shows that itself."""

    canvas: str

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, canvas=self.canvas)
