"""Going private: who may, who comes along, and what nobody else is told from then on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.archiving import RecordArchived
from bot.workflows.commands import Command, Refused
from bot.workflows.effects import (
    ArchiveRoom,
    FileDraft,
    LeaveRoom,
    LetIn,
    PostInRoom,
    PostUnderAnnouncement,
    RemindOfAction,
    SendTimeline,
    ShowAnnouncement,
    TellPrivately,
    TellSource,
    WithdrawAnnouncement,
)
from bot.workflows.furnishing import RecordFailure, RecordPart, RecordRoom
from bot.workflows.handover import AcceptHandover, OfferHandover
from bot.workflows.incident import ActionItem, Amiss, ChannelId, Ending, Incident, Part, Posted, Room, UserId
from bot.workflows.membership import Join, RecordCameIn, TakePart
from bot.workflows.policy import COMMANDER, Phase
from bot.workflows.private import GoPrivate, taking_part
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.timeline import ExportTimeline
from tests.values import ANA, ANNOUNCEMENT, BEN, CARD, CLEO, NOW, ROOM, SEVEN, an_incident

DAN = UserId("U0DAN")
ITEM = ActionItem(number=1, text="Add an alert", owner=DAN, due=NOW, given_by=ANA, given_at=NOW)
OPEN = an_incident(
    card=CARD, announcement=ANNOUNCEMENT, participants=(ANA, BEN, CLEO), roles={COMMANDER: (BEN,)}, actions=(ITEM,),
    furnished=tuple(Part), amiss=(Amiss.UNPINNED, Amiss.UNANNOUNCED, Amiss.LOCKED_OUT), room=ROOM,
)  # fmt: skip
GOING = GoPrivate(incident=SEVEN, by=ANA)


def after(incident: Incident, command: Command = GOING) -> Incident:
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
    return incident


def test_who_holds_a_role_comes_along_and_who_else_is_chosen() -> None:
    assert taking_part(OPEN, ANA) == (CLEO, DAN)  # who has something to do
    assert after(OPEN).participants == (ANA, BEN)
    assert after(OPEN, replace(GOING, by=CLEO)).participants == (CLEO, BEN, ANA)  # the declarer, too
    assert after(replace(OPEN, participants=(BEN, CLEO)), replace(GOING, by=CLEO)).participants == (CLEO, BEN)
    assert after(OPEN).left == {CLEO: NOW, DAN: NOW}  # no rule brings them in
    chosen = after(OPEN, replace(GOING, invited=(DAN, BEN, DAN)))
    assert chosen.participants == (ANA, BEN, DAN)


def test_an_offer_to_somebody_who_was_not_chosen_is_withdrawn_and_the_room_reads_it() -> None:
    offered = after(OPEN, OfferHandover(incident=SEVEN, role=COMMANDER, to=DAN, by=BEN))
    _, went = GOING.decide(offered, NOW)
    gone = after(offered)
    said = "The offer of the role of incident commander to <@U0DAN> is withdrawn, since they were not invited"
    assert [said in effect.text for effect in went.effects(gone) if isinstance(effect, PostInRoom)] == [True]
    with pytest.raises(Refused, match="is over"):
        AcceptHandover(incident=SEVEN, number=1, by=DAN).decide(gone, NOW)
    chosen = after(offered, replace(GOING, invited=(DAN,)))
    assert after(chosen, AcceptHandover(incident=SEVEN, number=1, by=DAN)).holders(COMMANDER) == (DAN,)


def test_a_new_room_is_furnished_and_what_was_public_is_left_behind() -> None:
    (event,) = GOING.decide(OPEN, NOW)
    gone = event.apply(OPEN)
    assert (gone.private, gone.room, gone.card, gone.announcement) == (True, None, None, None)
    assert gone.former_rooms == (replace(ROOM, left=True),)
    assert gone.furnished == (Part.ANNOUNCEMENT,)
    assert gone.amiss == (Amiss.LOCKED_OUT,)
    assert [type(effect).__name__ for effect in event.effects(gone)] == [
        "WithdrawAnnouncement", "OpenRoom", "LetIn", "LetIn", "ShowTopic", "ShowCard", "PinCard", "PostInRoom",
        "LeaveRoom",
    ]  # fmt: skip
    assert LeaveRoom(channel=ROOM.channel, card=CARD) in event.effects(gone)
    entry = event.tells(gone)
    assert entry
    assert entry.text == "<@U0ANA> made INC-7 private, with <@U0ANA> and <@U0BEN>"


def test_one_that_is_being_learnt_from_has_its_draft_in_the_new_room() -> None:
    over = replace(OPEN, phase=Phase.LEARNING)
    (event,) = GOING.decide(over, NOW)
    assert FileDraft() in event.effects(event.apply(over))


@pytest.mark.parametrize(
    ("changes", "by", "says"),
    [
        ({"private": True}, ANA, "INC-7 is private already"),
        ({"private": True}, DAN, "There is no incident INC-7 you can see"),
        ({"ending": Ending.CLOSED}, ANA, "`/incident reopen INC-7`"),
        ({"actions": ()}, DAN, "Or ask <@U0BEN> to"),
        ({"actions": (), "roles": {}}, DAN, "Or ask <@U0ANA> to"),
        ({"furnished": (Part.ROOM,)}, ANA, "Try again in a moment"),
        ({"furnished": (), "room": None}, ANA, "Try again in a moment"),
    ],
)
def test_it_is_refused(changes: dict[str, object], by: UserId, says: str) -> None:
    with pytest.raises(Refused) as refused:
        GoPrivate(incident=SEVEN, by=by).decide(replace(OPEN, **changes), NOW)  # type: ignore[arg-type]
    assert says in refused.value.reason


@pytest.mark.parametrize("user", [CLEO, DAN])
def test_what_waited_to_be_told_to_whoever_does_not_come_along_is_not_wanted(user: UserId) -> None:
    gone = replace(after(OPEN), room=ROOM)
    for effect in (
        TellPrivately(user=user, text=""), SendTimeline(user=user), RemindOfAction(user=user, number=1),
        LetIn(users=(user,)),
    ):  # fmt: skip
        assert not effect.wanted(gone)
    assert LetIn(users=(user, BEN)).admitted(gone) == (BEN,)


def test_what_waited_to_be_told_in_public_is_not_wanted() -> None:
    gone = replace(after(OPEN), room=ROOM)
    for effect in (
        ShowAnnouncement(), PostUnderAnnouncement(text=""), TellSource(channel=ANNOUNCEMENT.channel, ts=CARD.ts)
    ):  # fmt: skip
        assert not effect.wanted(gone)


def test_an_announcement_that_was_on_its_way_is_withdrawn() -> None:
    gone = after(replace(OPEN, announcement=None, furnished=(Part.ROOM, Part.ENTRANCE)))
    (event,) = RecordPart(incident=SEVEN, part=Part.ANNOUNCEMENT, posted=ANNOUNCEMENT).decide(gone, NOW)
    late = event.apply(gone)
    assert late.announcement is None
    assert late.knows(Part.ANNOUNCEMENT)
    assert event.effects(late) == (WithdrawAnnouncement(message=ANNOUNCEMENT),)


def test_a_card_that_was_on_its_way_to_the_old_room_is_not_taken_for_the_new_one() -> None:
    gone = after(OPEN)
    late = RecordPart(incident=SEVEN, part=Part.CARD, posted=Posted(channel=ROOM.channel, ts=CARD.ts))
    assert late.decide(gone, NOW) == []


@pytest.mark.parametrize(
    "command",
    [
        Join(incident=SEVEN, by=CLEO), ClaimRole(incident=SEVEN, role=COMMANDER, by=CLEO),
        AssignRole(incident=SEVEN, role=COMMANDER, to=CLEO, by=CLEO), ExportTimeline(incident=SEVEN, by=CLEO),
    ],
)  # fmt: skip
def test_a_click_that_was_on_its_way_lets_nobody_in(command: Command) -> None:
    with pytest.raises(Refused, match="There is no incident INC-7 you can see"):
        command.decide(after(OPEN), NOW)


def test_whoever_is_invited_by_hand_takes_part() -> None:
    gone = replace(after(OPEN), room=ROOM)
    later = NOW + timedelta(seconds=1)
    for user in (CLEO, DAN):
        came = after(gone, RecordCameIn(incident=SEVEN, user=user, channel=ROOM.channel, at=later))
        assert came.is_seen_by(user)
    new = UserId("U0EVE")
    assert after(gone, TakePart(incident=SEVEN, by=new)).is_seen_by(new)
    for user in (CLEO, DAN):  # not without an invitation
        assert not after(gone, TakePart(incident=SEVEN, by=user)).is_seen_by(user)


def test_a_failure_is_told_to_somebody_who_came_along() -> None:
    gone = after(replace(OPEN, roles={}, participants=(BEN,)), replace(GOING, by=BEN))
    failed = RecordFailure(incident=SEVEN, what="open the room", why="x", remedy="y", releases=tuple(Part))
    (event, *_) = failed.decide(gone, NOW)
    (told,) = event.effects(event.apply(gone))
    assert isinstance(told, TellPrivately)
    assert told.user == BEN


def test_the_room_of_before_is_known_to_be_archived() -> None:
    gone = after(after(OPEN), RecordArchived(incident=SEVEN, channel=ROOM.channel))
    assert gone.former_rooms == (replace(ROOM, left=True, archived=True),)
    assert after(gone, RecordArchived(incident=SEVEN, channel=ROOM.channel)) == gone


def test_a_new_card_archives_the_room_that_was_left_unless_that_is_done() -> None:
    again = ChannelId("C0AGAIN")
    opened = after(after(OPEN), RecordRoom(incident=SEVEN, room=Room(channel=again, name="inc-7-again")))
    shown = RecordPart(incident=SEVEN, part=Part.CARD, posted=Posted(channel=again, ts=CARD.ts))
    (event, *_) = shown.decide(opened, NOW)
    carded, archive = event.apply(opened), ArchiveRoom(channel=ROOM.channel)
    assert event.effects(carded) == (archive,)
    assert archive.wanted(carded)
    archived = after(carded, RecordArchived(incident=SEVEN, channel=ROOM.channel))
    assert event.effects(archived) == ()
    assert not archive.wanted(archived)
    other = replace(carded, former_rooms=(ROOM,))  # one that Warroom was taken out of, such as
    assert event.effects(other) == ()
