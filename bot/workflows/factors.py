"""Contributing factors: what had to come together, as people name it; later incidents are matched by their words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom
from bot.workflows.incident import Factor, Incident, UserId
from bot.workflows.text import escape_prose, mention, mentioned

TEXT_LIMIT = 300
MOST = 30  # of one incident, with those that were withdrawn
NAMED = " named a contributing factor: "
EMPTY = "Say what made it possible: `/incident factor connection pool without a limit`."
TOO_LONG = "A factor holds at most {limit} characters, this one has {length}. Split it."
TOO_MANY = "{incident} has {most} factors already, more than a review can weigh. Write further ones into the draft."
NO_PERSON = (
    "A factor is something that was so, never a person: what made it possible, or look right at the time? "
    "Say it without a name, such as `/incident factor the same prompt on both hosts`."
)
NO_SUCH = "{incident} has no contributing factor {number}. `/incident factor {incident}` shows them."


@dataclass(frozen=True, kw_only=True)
class NameFactor(Command):
    """Say that something contributed."""

    text: str
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        text = " ".join(self.text.split())
        if not text:
            raise Refused(EMPTY)
        if len(text) > TEXT_LIMIT:
            raise Refused(TOO_LONG.format(limit=TEXT_LIMIT, length=len(text)))
        if mentioned(text):
            raise Refused(NO_PERSON)
        if named(incident, text):
            return []
        if len(incident.named_factors) >= MOST:
            raise Refused(TOO_MANY.format(incident=incident.name, most=MOST))
        return [FactorNamed(factor=Factor(number=len(incident.named_factors) + 1, text=text, by=self.by, at=now))]


@dataclass(frozen=True, kw_only=True)
class WithdrawFactor(Command):
    """Say that it was none after all."""

    number: int
    by: UserId

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        found = next((factor for factor in incident.named_factors if factor.number == self.number), None)
        if found is None:
            raise Refused(NO_SUCH.format(incident=incident.name, number=self.number))
        return [] if found.withdrawn else [FactorWithdrawn(factor=found, by=self.by, at=now)]


def named(incident: Incident, text: str) -> Factor | None:
    """The factor that is named in these very words."""
    said = " ".join(text.split()).casefold()
    return next((factor for factor in incident.factors if factor.text.casefold() == said), None)


@dataclass(frozen=True, kw_only=True)
class FactorNamed(Event):
    """Somebody said what contributed."""

    factor: Factor

    def apply(self, incident: Incident) -> Incident:
        return replace(incident, named_factors=(*incident.named_factors, self.factor))

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._news(), at=self.factor.at, by=self.factor.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=self._news(), evidence=True),)

    def _news(self) -> str:
        return f"{mention(self.factor.by)}{NAMED}{escape_prose(self.factor.text)}"


@dataclass(frozen=True, kw_only=True)
class FactorWithdrawn(Event):
    """It was none after all; that it was named stays on the timeline."""

    factor: Factor
    by: UserId
    at: datetime

    def apply(self, incident: Incident) -> Incident:
        gone = replace(self.factor, withdrawn=True)
        known = incident.named_factors
        return replace(
            incident, named_factors=tuple(gone if factor.number == gone.number else factor for factor in known)
        )

    def tells(self, incident: Incident) -> Entry:
        return Entry(text=self._news(), at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        return (PostInRoom(text=self._news(), evidence=True),)

    def _news(self) -> str:
        return f"{mention(self.by)} withdrew contributing factor {self.factor.number}: {escape_prose(self.factor.text)}"
