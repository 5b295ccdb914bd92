"""Status updates: what stakeholders are told, and the promise of when they hear next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import PostInRoom, PostUnderAnnouncement, ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, Promise, StatusUpdate, Told, UserId
from bot.workflows.over import over
from bot.workflows.text import cut, escape, escape_prose
from bot.workflows.times import soon

HAPPENING_LIMIT, AFFECTED_LIMIT, DOING_LIMIT = 1000, 400, 1000  # characters, so that all of it fits a form
TEXT_LIMIT = 2900  # characters of all of it as Slack shows it, which one paragraph of a preview can hold
TOO_LONG = "All of it together is too long for one update. Say it shorter: people read it on a phone."
NOT_SENT = "No update was sent: {why}"
LONGEST = timedelta(days=7)
LEAST_LEFT = timedelta(minutes=2)  # with less time than this there is nothing left to snooze

LIMITS = {"happening": HAPPENING_LIMIT, "affected": AFFECTED_LIMIT, "doing": DOING_LIMIT}
BULLET = "• "  # before each of several things that are done
LABELS = {"happening": "What is happening", "affected": "Who is affected", "doing": "What we are doing"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """The words of an update, plain, and how long until the next; None promises one when something changes."""

    happening: str
    affected: str = ""
    doing: str = ""
    next_in: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class SendUpdate(Command):
    """Tell stakeholders how it stands. `expects` is the promise it was written for, for one that is sent unseen."""

    said: Said
    by: UserId
    expects: datetime | None = None

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        may_be_told(incident)
        if self.expects and (incident.promise is None or incident.promise.at != self.expects):
            raise Refused(
                f"{incident.name} has moved on since this was drafted: an update was sent, or the next one is due at "
                "another time. Write a new one with *Update* on the card, or `/incident update`."
            )
        said = checked(self.said)
        update = as_update(incident, said, self.by, now)
        promise = Promise(at=now + said.next_in, made_at=now) if said.next_in else None
        if len(update_text(incident, update, promise.at if promise else None)) > TEXT_LIMIT:
            raise Refused(TOO_LONG, field="happening")
        return [UpdateSent(update=update, promise=promise)]


@dataclass(frozen=True, kw_only=True)
class SnoozeReminder(Command):
    """Be reminded again halfway to the promised time; the promise stays where it is."""

    by: UserId
    expects: datetime

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        promise = incident.promise
        if not incident.is_open or promise is None or promise.at != self.expects:
            raise Refused(f"There is nothing to snooze: {incident.name} has moved on since this reminder.")
        left = promise.at - now
        if left < LEAST_LEFT:
            raise Refused(
                f"The update was promised by {soon(promise.at, now)}; a snooze does not move that. "
                "Send it as it stands, or edit it first."
            )
        return [ReminderSnoozed(until=now + left / 2)]


@dataclass(frozen=True, kw_only=True)
class UpdateSent(Event):
    """Stakeholders were told how it stands."""

    update: StatusUpdate
    promise: Promise | None

    def apply(self, incident: Incident) -> Incident:
        promised = incident.promise.at if incident.promise else None
        update = self.update
        told = Told(
            number=update.number, sent=update.at, promised=promised, happening=update.happening,
            affected=update.affected,
        )  # fmt: skip
        return replace(incident, update=self.update, promise=self.promise, told=(*incident.told, told))

    def tells(self, incident: Incident) -> Entry:
        said = escape(cut(" ".join(self.update.happening.split()), 200))
        return Entry(
            text=f"<@{self.update.by}> sent update {self.update.number}: {said}", at=self.update.at, by=self.update.by
        )

    def effects(self, incident: Incident) -> Sequence[Effect]:
        text = update_text(incident, self.update, self.promise.at if self.promise else None)
        told = () if incident.private else (ShowAnnouncement(), PostUnderAnnouncement(text=text))
        return (*told, PostInRoom(text=text, aloud=True, evidence=True), ShowCard())


@dataclass(frozen=True, kw_only=True)
class ReminderSnoozed(Event):
    """The reminder comes again; the promise stays."""

    until: datetime

    def apply(self, incident: Incident) -> Incident:
        promise = incident.promise
        return replace(incident, promise=promise and replace(promise, told=(), snoozed_until=self.until))


def may_be_told(incident: Incident) -> None:
    """Let an update of an open incident pass.

    Raises:
        Refused: it is over, and how.
    """
    if not incident.is_open:
        raise Refused(NOT_SENT.format(why=over(incident)))


def checked(said: Said) -> Said:
    """The words without empty ends, within their limits.

    Raises:
        Refused: something is missing, too long, or promised for the past or too far away.
    """
    words = {name: getattr(said, name).strip() for name in LIMITS}
    if not words["happening"]:
        raise Refused("Say in a sentence what is happening, as somebody outside would see it.", field="happening")
    for name, limit in LIMITS.items():
        if len(words[name]) > limit:
            raise Refused(
                f"This holds at most {limit:,} characters and has {len(words[name]):,}. Say it shorter: "
                "people read it on a phone.",
                field=name,
            )
    if said.next_in is not None and not timedelta() < said.next_in <= LONGEST:
        raise Refused("The next update has to be within a week from now.", field="next")
    return replace(said, **words)


def as_update(incident: Incident, said: Said, by: UserId, now: datetime) -> StatusUpdate:
    """The words as the next update of this incident."""
    number = incident.update.number + 1 if incident.update else 1
    return StatusUpdate(
        number=number, happening=said.happening, affected=said.affected, doing=said.doing, by=by, at=now
    )


def update_text(incident: Incident, update: StatusUpdate, next_at: datetime | None) -> str:
    """The update as stakeholders read it; mrkdwn, escaped."""
    grade = f" · {escape(incident.grade.name)}" if incident.grade else ""
    head = f"*Update {update.number} · {incident.name}*{grade}"
    parts = [(LABELS[name], getattr(update, name)) for name in LIMITS]
    told = [f"*{label}:*{_under(words)}{escape_prose(words)}" for label, words in parts if words]
    ends = f"*Next update by* {soon(next_at, update.at)}" if next_at else "*Next update* when something changes"
    return "\n".join([head, *told, ends])


def _under(words: str) -> str:
    """Several lines begin below their label."""
    return "\n" if "\n" in words or words.startswith(BULLET) else " "
