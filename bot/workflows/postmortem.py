"""The post-mortem: the draft can be asked for at any time, as often as somebody wants it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.workflows.commands import Command, Effect, Event, Refused
from bot.workflows.effects import FileDraft
from bot.workflows.incident import Incident, UserId


@dataclass(frozen=True, kw_only=True)
class PrepareDraft(Command):
    """Put a fresh draft of the post-mortem into the room."""

    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        if incident.room is None:
            raise Refused(f"{incident.name} has no room to put the draft into.")
        if incident.room.archived:
            raise Refused(
                f"The room of {incident.name} is archived, with its last draft in it: <#{incident.room.channel}>."
            )
        return [DraftAsked(by=self.by)]


@dataclass(frozen=True, kw_only=True)
class DraftAsked(Event):
    """Somebody wants to read the draft; that changes nothing and is no news."""

    by: UserId

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (FileDraft(),)
