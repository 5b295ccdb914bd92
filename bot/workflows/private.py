"""Going private: an incident goes on in a private room, among those who were chosen; what was public stays readable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.workflows.commands import Command, Effect, Entry, Event, Refused
from bot.workflows.effects import (
    FileDraft,
    LeaveRoom,
    LetIn,
    OpenRoom,
    PinCard,
    PostInRoom,
    ShowCard,
    ShowTopic,
    TellOther,
    Tie,
    WithdrawAnnouncement,
)
from bot.workflows.handover import HandoversLapsed
from bot.workflows.incident import ActionState, Amiss, Handover, Incident, ItemState, Part, Posted, Room, UserId
from bot.workflows.membership import check_inside
from bot.workflows.offers import standing
from bot.workflows.text import escape, listed, mention

ALREADY = "{name} is private already: only people in its room know of it."
ENDED = (
    "{name} is {ending}: there is nothing left to keep among fewer people. `/incident reopen {name}` opens it again."
)
NOT_IN_IT = (
    "Only somebody who takes part in {name} can make it private. Come into its room first (*Join* on its announcement)."
)
OR_ASK = " Or ask {who} to: `/incident private {name}`."
SETTING_UP = "The room of {name} is still being set up. Try again in a moment: `/incident private {name}`."
NEWS = (
    "{who} made {name} private: it goes on here, and only people in this room can see what follows. What was said "
    "before stays readable where it was said{where}; `/incident timeline` has all of it."
)
LAPSED = (
    " The offer of the role of {role} to {to} is withdrawn, since they were not invited: offer it again to let them in."
)
ACTIONS = " Action {items} {are} of somebody who was not invited: `/incident actions` gives {them} to somebody here."
FREED = " {items} had an owner who was not invited, and {are} nobody's now: `/incident checklist` gives {them} anew."
NO_LONGER_TRUE = (Amiss.OUTSIDE, Amiss.UNPINNED, Amiss.UNANNOUNCED)


def coming(incident: Incident, by: UserId) -> tuple[UserId, ...]:
    """Who comes along in any case: whoever makes it private, who holds a role, and the declarer if still here."""
    holders = (user for users in incident.roles.values() for user in users)
    declarer = (incident.declared_by,) if incident.declared_by in incident.participants else ()
    return tuple(dict.fromkeys((by, *holders, *declarer)))


def taking_part(incident: Incident, by: UserId) -> tuple[UserId, ...]:
    """Who else takes part or has something to do, and is proposed to come along."""
    certain = coming(incident, by)
    return tuple(user for user in dict.fromkeys((*incident.participants, *_owners(incident))) if user not in certain)


def _owners(incident: Incident) -> list[UserId]:
    """Who has an open item of the checklist, or an open action item."""
    items = [item.owner for item in incident.checklist if item.owner and item.state is ItemState.OPEN]
    return [*items, *(item.owner for item in incident.actions if item.state is ActionState.OPEN)]


def check_can_go(incident: Incident, by: UserId, *, inside: bool = False) -> None:
    """Let pass whoever may make it private, while that can be done. `inside` says that Slack has them in the room.

    Raises:
        Refused: it is so already, or over, or not theirs to decide, or its room is only being made.
    """
    check_inside(incident, by)
    if incident.private:
        raise Refused(ALREADY.format(name=incident.name))
    if incident.ending is not None:
        raise Refused(ENDED.format(name=incident.name, ending=incident.ending))
    if not (inside or takes_part(incident, by)):
        others = [user for user in (*coming(incident, by), *incident.participants) if user != by]
        ask = OR_ASK.format(name=incident.name, who=mention(others[0])) if others else ""
        raise Refused(f"{NOT_IN_IT.format(name=incident.name)}{ask}")
    if not (incident.knows(Part.ROOM) and incident.knows(Part.ENTRANCE)):
        raise Refused(SETTING_UP.format(name=incident.name))


def takes_part(incident: Incident, user: UserId) -> bool:
    """Whether somebody takes part, or has something to do."""
    return user in incident.participants or user in _owners(incident)


@dataclass(frozen=True, kw_only=True)
class GoPrivate(Command):
    """Go on in a private room. `invited` are those who come along besides whoever does in any case."""

    by: UserId
    invited: tuple[UserId, ...] = ()
    inside: bool = False  # Slack has them in the room, whether or not they take part

    def decide(self, incident: Incident, now: datetime) -> Sequence[Event]:
        check_can_go(incident, self.by, inside=self.inside)
        people = tuple(dict.fromkeys((*coming(incident, self.by), *self.invited)))
        offers = tuple(offer for offer in standing(incident) if offer.to not in people)  # accepting would let them in
        lapsed = [HandoversLapsed(numbers=tuple(offer.number for offer in offers))] if offers else []
        return [
            *lapsed,
            WentPrivate(
                by=self.by, people=people, at=now, room=incident.room, card=incident.card,
                announcement=incident.announcement, lapsed=offers, freed=_freed(incident, people),
            ),
        ]  # fmt: skip


def _freed(incident: Incident, people: Sequence[UserId]) -> tuple[int, ...]:
    """The open items of people who do not come along."""
    return tuple(
        item.number for item in incident.checklist
        if item.owner and item.owner not in people and item.state is ItemState.OPEN
    )  # fmt: skip


def _counted(numbers: Sequence[int]) -> dict[str, str]:
    one, named = len(numbers) == 1, listed(tuple(map(str, numbers)))
    return {"items": f"Item {named}" if one else f"Items {named}", "are": "is" if one else "are",
            "them": "it" if one else "them"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class WentPrivate(Event):
    """From here on it is there for these people only; what stood in public is left behind."""

    by: UserId
    people: tuple[UserId, ...]  # whoever made it private is the first
    at: datetime
    room: Room | None = None
    card: Posted | None = None
    announcement: Posted | None = None
    lapsed: tuple[Handover, ...] = ()  # offers of a role to people who were not chosen
    freed: tuple[int, ...] = ()  # open items of theirs, which are nobody's from now on

    def apply(self, incident: Incident) -> Incident:
        # Whoever had to do with it and was not chosen comes in by nothing that was set up before, such as a rule.
        had = (*incident.participants, incident.declared_by, *_owners(incident), *(made.to for made in self.lapsed))
        before = dict.fromkeys((*incident.left, *had))
        return replace(
            incident, private=True, participants=self.people,
            checklist=tuple(
                replace(item, owner=None) if item.number in self.freed else item for item in incident.checklist
            ),
            left={user: incident.left.get(user, self.at) for user in before if user not in self.people},
            room=None, card=None, announcement=None, canvas=None, failed=(),
            former_rooms=(*incident.former_rooms, *((replace(self.room, left=True),) if self.room else ())),
            furnished=tuple(part for part in incident.furnished if part is Part.ANNOUNCEMENT),
            amiss=tuple(what for what in incident.amiss if what not in NO_LONGER_TRUE),
        )  # fmt: skip

    def tells(self, incident: Incident) -> Entry:
        people = listed(tuple(map(mention, self.people)))
        return Entry(text=f"{mention(self.by)} made {incident.name} private, with {people}", at=self.at, by=self.by)

    def effects(self, incident: Incident) -> Sequence[Effect]:
        others = self.people[1:]
        guests = (LetIn(users=others),) if others else ()
        entrance = (OpenRoom(), LetIn(users=(self.by,), entrance=True), *guests)
        where = f", also in <#{self.room.channel}>" if self.room else ""
        news = NEWS.format(who=mention(self.by), name=incident.name, where=where)
        text = f"{news}{self._offers(incident)}{self._items(incident)}"
        draft = () if incident.is_open else (FileDraft(),)
        inside = (ShowTopic(), ShowCard(), PinCard(), PostInRoom(text=text, aloud=True, evidence=True), *draft)
        return (*self._withdrawn(), *entrance, *inside, *self._left_behind(), *self._hidden(incident))

    def _offers(self, incident: Incident) -> str:
        roles = ((escape(incident.policy.role(offer.role).name), mention(offer.to)) for offer in self.lapsed)
        return "".join(LAPSED.format(role=role, to=to) for role, to in roles)

    def _items(self, incident: Incident) -> str:
        """What is still to do of people who do not come along; an action item keeps its owner, who hears no more."""
        freed = FREED.format(**_counted(self.freed)) if self.freed else ""
        outside = tuple(
            item.number for item in incident.actions
            if item.state is ActionState.OPEN and item.owner not in self.people
        )  # fmt: skip
        words = _counted(outside)
        return freed + (ACTIONS.format(**{**words, "items": words["items"].lower()}) if outside else "")

    def _hidden(self, incident: Incident) -> Sequence[Effect]:
        links = (*incident.duplicates, *incident.related)
        return tuple(TellOther(other=link.incident, tie=Tie.HIDDEN, by=self.by) for link in links)

    def _withdrawn(self) -> Sequence[Effect]:
        return (WithdrawAnnouncement(message=self.announcement),) if self.announcement else ()

    def _left_behind(self) -> Sequence[Effect]:
        return (LeaveRoom(channel=self.room.channel, card=self.card),) if self.room else ()
