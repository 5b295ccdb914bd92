"""Hand-over: offered by who holds a role, kept until it is accepted, asked about twice, and over with its reasons."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.commands import Command, Effect, Refused
from bot.workflows.departures import NoticeDeactivated
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.effects import BriefPerson, CloseBrief, LetIn, PostInRoom, ShowCard, ShowTopic, TellPrivately
from bot.workflows.endings import Cancel
from bot.workflows.handover import (
    KEPT,
    KEPT_BRIEFS,
    WORRIES_LIMIT,
    AcceptHandover,
    DeclineHandover,
    HandoverAccepted,
    OfferHandover,
    RecordBrief,
    WithdrawHandover,
    only_role,
)
from bot.workflows.incident import (
    ChannelId,
    Ending,
    Handover,
    HandoverState,
    Held,
    Incident,
    IncidentId,
    Item,
    ItemState,
    MessageTs,
    Posted,
    UserId,
)
from bot.workflows.linking import Target
from bot.workflows.membership import RecordLeft
from bot.workflows.merging import Merge
from bot.workflows.offers import standing
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, TECHNICAL_LEAD, NudgeRule, Phase
from bot.workflows.road import gone_through
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.unanswered import ENDS_AFTER
from tests.values import ANA, BEN, CLEO, DECLARED, NOW, ROOM, SEVEN, an_incident

FIVE = timedelta(minutes=5)
BENS = an_incident(roles={COMMANDER: (BEN,)}, held=(Held(role=COMMANDER, user=BEN, since=DECLARED),))
OFFER = OfferHandover(incident=SEVEN, role=COMMANDER, to=ANA, by=BEN, worries=" watch the cache ")
ACCEPT, DECLINE = AcceptHandover(incident=SEVEN, number=1, by=ANA), DeclineHandover(incident=SEVEN, number=1, by=ANA)


def carried_out(incident: Incident, *commands: Command, at: timedelta = timedelta()) -> tuple[Incident, list[Effect]]:
    """The incident after the commands, and what the last of them asks for."""
    asked: list[Effect] = []
    for command in commands:
        seen = gone_through(incident, command.decide(incident, NOW + at), NOW + at)
        asked = [effect for event, after in seen for effect in event.effects(after)]
        incident = seen[-1][1] if seen else incident
    return incident, asked


def falls(incident: Incident, kind: DueKind) -> FallDue:
    return FallDue(incident=SEVEN, kind=kind, due_at=due_times(incident)[kind])


OFFERED, BRIEFED = carried_out(BENS, OFFER)


def test_an_offer_briefs_and_the_holder_keeps_the_role() -> None:
    assert OFFERED.handovers == (
        Handover(number=1, role=COMMANDER, holder=BEN, to=ANA, at=NOW, worries="watch the cache"),
    )
    assert [BriefPerson(user=ANA, number=1)] == BRIEFED
    assert OFFERED.holders(COMMANDER) == (BEN,)
    (event,) = OFFER.decide(BENS, NOW)
    told = event.tells(OFFERED)
    assert told
    assert told.text == "<@U0BEN> offered the role of incident commander to <@U0ANA>"


@pytest.mark.parametrize(
    ("command", "incident", "why"),
    [
        (replace(OFFER, by=CLEO), BENS, "You are not incident commander of INC-7"),
        (replace(OFFER, to=BEN), BENS, "You are incident commander of INC-7 already"),
        (replace(OFFER, worries="x" * (WORRIES_LIMIT + 1)), BENS, "at most 500 characters"),
        (
            replace(OFFER, role=TECHNICAL_LEAD),
            replace(BENS, roles={TECHNICAL_LEAD: (ANA, BEN)}),
            "They are technical lead",
        ),
        (OFFER, replace(BENS, ending=Ending.CLOSED), "INC-7 was closed already"),
    ],
)
def test_what_cannot_be_offered_is_said(command: Command, incident: Incident, why: str) -> None:
    with pytest.raises(Refused, match=why):
        command.decide(incident, NOW)


def test_the_same_offer_again_is_the_same_and_another_replaces_it() -> None:
    assert OFFER.decide(OFFERED, NOW) == []
    other, asked = carried_out(OFFERED, replace(OFFER, to=CLEO))
    assert asked == [BriefPerson(user=CLEO, number=2)]
    assert [offer.state for offer in other.handovers] == [HandoverState.LAPSED, HandoverState.OFFERED]
    with pytest.raises(Refused, match="is over: another one replaced it"):
        ACCEPT.decide(other, NOW)
    assert not BriefPerson(user=ANA, number=1).wanted(other)


def test_only_so_many_offers_are_kept_and_numbers_go_on() -> None:
    people = [ANA, CLEO] * KEPT
    many, _ = carried_out(BENS, *(replace(OFFER, to=to) for to in people))
    assert [offer.number for offer in many.handovers] == list(range(KEPT + 1, 2 * KEPT + 1))


def test_an_offer_that_stands_is_never_dropped_for_newer_ones() -> None:
    both = replace(BENS, roles={**BENS.roles, SCRIBE: (BEN,)})
    first = OfferHandover(incident=SEVEN, role=SCRIBE, to=CLEO, by=BEN)
    many, _ = carried_out(both, first, *(replace(OFFER, to=to) for to in [ANA, CLEO] * KEPT))
    assert [offer.role for offer in many.handovers][:1] == [SCRIBE]
    assert len(many.handovers) == KEPT
    assert only_role(BENS, BEN) == COMMANDER
    for who, held in ((BEN, "You hold incident commander and scribe"), (ANA, "You hold no role")):
        with pytest.raises(Refused, match=held):
            only_role(both, who)


@pytest.mark.parametrize("private", [True, False])
def test_whoever_leaves_a_private_incident_does_not_come_in_again_by_an_old_offer(private: bool) -> None:
    removed = replace(OFFERED, private=private, participants=(BEN,), left={ANA: NOW + timedelta(minutes=1)})
    assert (DueKind.HANDOVER_UNANSWERED in due_times(removed)) is not private
    if not private:
        return
    with pytest.raises(Refused, match="is over"):
        ACCEPT.decide(removed, NOW + FIVE)
    again = replace(removed, left={ANA: NOW - timedelta(hours=1)})  # offered after they had left: they are meant
    assert ACCEPT.decide(again, NOW + FIVE)


@pytest.mark.parametrize(("keeps", "owner"), [((), ANA), ((BEN,), BEN)])
def test_accepting_moves_the_role_and_what_is_still_to_do_but_for_another_role_that_is_kept(
    keeps: tuple[UserId, ...], owner: UserId
) -> None:
    def item(number: int, **more: object) -> Item:
        return Item(number=number, key=f"i{number}", phase=Phase.DETECTION, text="Look", **more)  # type: ignore[arg-type]

    items = (
        item(1, owner=BEN, role=COMMANDER), item(2, owner=BEN, role=COMMANDER, state=ItemState.DONE),
        item(3, owner=BEN, role=SCRIBE), item(4, owner=CLEO, role=COMMANDER), item(5, owner=BEN),
    )  # fmt: skip
    roles = {**OFFERED.roles, SCRIBE: keeps}
    after, asked = carried_out(replace(OFFERED, roles=roles, checklist=items), ACCEPT, at=FIVE)
    assert after.holders(COMMANDER) == (ANA,)
    assert [entry.owner for entry in after.checklist] == [ANA, BEN, owner, CLEO, ANA]
    assert after.held[-2:] == (
        Held(role=COMMANDER, user=BEN, since=DECLARED, until=NOW + FIVE),
        Held(role=COMMANDER, user=ANA, since=NOW + FIVE),
    )
    assert {ShowCard(), ShowTopic(), LetIn(users=(ANA,))} <= set(asked)
    (said,) = [effect for effect in asked if isinstance(effect, PostInRoom)]
    assert said.text == "<@U0ANA> has taken over as incident commander from <@U0BEN>."
    assert BriefPerson(user=ANA, number=1) not in asked
    gone = "<@U0ANA> took over your role of incident commander of INC-7. You no longer hold it."
    assert TellPrivately(user=BEN, text=gone) in asked


def test_both_times_are_on_the_timeline() -> None:
    (event,) = ACCEPT.decide(OFFERED, NOW + FIVE)
    assert isinstance(event, HandoverAccepted)
    told = event.tells(event.apply(OFFERED))
    assert told.text.startswith("<@U0ANA> took over the role of incident commander from <@U0BEN> (offered <!date^")
    assert "07:42 UTC" in told.text
    assert "07:47 UTC" in told.text


def test_of_a_role_of_many_only_its_own_holder_goes() -> None:
    roles = {TECHNICAL_LEAD: (BEN, CLEO)}
    after, _ = carried_out(replace(BENS, roles=roles), replace(OFFER, role=TECHNICAL_LEAD), ACCEPT)
    assert after.holders(TECHNICAL_LEAD) == (CLEO, ANA)
    assert after.roles_of(BEN) == ()


def test_accepting_twice_is_once() -> None:
    accepted, _ = carried_out(OFFERED, ACCEPT)
    assert ACCEPT.decide(accepted, NOW) == []
    with pytest.raises(Refused, match="You took over as incident commander of INC-7 already"):
        DECLINE.decide(accepted, NOW)
    given_on, _ = carried_out(accepted, AssignRole(incident=SEVEN, role=COMMANDER, to=CLEO, by=ANA))
    with pytest.raises(Refused, match="the card says who it is now"):
        ACCEPT.decide(given_on, NOW)


def test_not_now_is_told_to_who_offered_alone() -> None:
    declined, asked = carried_out(OFFERED, DECLINE)
    (told,) = asked
    assert isinstance(told, TellPrivately)
    assert told.user == BEN
    assert told.text.startswith("<@U0ANA> cannot take over as incident commander of INC-7 now. You are still it.")
    assert declined.holders(COMMANDER) == (BEN,)
    assert DECLINE.decide(declined, NOW) == []
    with pytest.raises(Refused, match="You said “Not now”"):
        ACCEPT.decide(declined, NOW)
    assert DueKind.HANDOVER_UNANSWERED not in due_times(declined)


@pytest.mark.parametrize("command", [ACCEPT, DECLINE])
def test_only_who_was_asked_answers(command: AcceptHandover | DeclineHandover) -> None:
    for other in (replace(command, by=CLEO), replace(command, number=9)):
        with pytest.raises(Refused, match="There is no such offer"):
            other.decide(OFFERED, NOW)


@pytest.mark.parametrize(
    "changed",
    [
        carried_out(OFFERED, AssignRole(incident=SEVEN, role=COMMANDER, to=CLEO, by=CLEO))[0],
        carried_out(
            replace(OFFERED, roles={TECHNICAL_LEAD: (BEN,)}, handovers=()), replace(OFFER, role=TECHNICAL_LEAD),
            ClaimRole(incident=SEVEN, role=TECHNICAL_LEAD, by=ANA),
        )[0],
        replace(OFFERED, ending=Ending.CANCELLED),
    ],
    ids=["the holder no longer holds it", "she has it already", "the incident ended"],
)  # fmt: skip
def test_an_offer_ends_by_itself(changed: Incident) -> None:
    assert standing(changed) == ()
    assert DueKind.HANDOVER_UNANSWERED not in due_times(changed)
    with pytest.raises(Refused, match="Nothing was changed"):
        ACCEPT.decide(changed, NOW)


def test_an_offer_that_ended_does_not_stand_again_when_its_holder_is_back() -> None:
    gone = AssignRole(incident=SEVEN, role=COMMANDER, to=CLEO, by=CLEO)
    back, _ = carried_out(OFFERED, gone, replace(gone, to=BEN))
    assert back.holders(COMMANDER) == (BEN,)
    assert standing(back) == ()


def test_unanswered_both_are_asked_again_and_then_the_room_is_told_once() -> None:
    due = due_times(OFFERED)[DueKind.HANDOVER_UNANSWERED]
    assert due == NOW + FIVE
    again, asked = carried_out(OFFERED, falls(OFFERED, DueKind.HANDOVER_UNANSWERED), at=FIVE)
    brief, told = asked
    assert brief == BriefPerson(user=ANA, number=1)
    assert isinstance(told, TellPrivately)
    assert (told.user, told.text[:36]) == (BEN, "<@U0ANA> has not answered yet, and w")
    assert due_times(again)[DueKind.HANDOVER_UNANSWERED] == NOW + 2 * FIVE
    last, asked = carried_out(again, falls(again, DueKind.HANDOVER_UNANSWERED), at=2 * FIVE)
    (told,) = asked
    assert isinstance(told, PostInRoom)
    assert not told.aloud
    assert "<@U0BEN> would like to hand over as incident commander" in told.text
    assert carried_out(last, ACCEPT)[0].holders(COMMANDER) == (ANA,)
    assert due_times(last)[DueKind.HANDOVER_UNANSWERED] == NOW + 2 * FIVE + ENDS_AFTER
    over, asked = carried_out(last, RecordBrief(incident=SEVEN, number=1, message=a_brief(1)))
    over, asked = carried_out(over, falls(over, DueKind.HANDOVER_UNANSWERED), at=2 * FIVE + ENDS_AFTER)
    (told,) = [effect for effect in asked if isinstance(effect, TellPrivately)]
    assert (told.user, told.text[:60]) == (BEN, "Nobody has answered, so the offer of the role of incident co")
    assert len(closed(asked)) == 1
    assert DueKind.HANDOVER_UNANSWERED not in due_times(over)
    assert standing(over) == ()
    with pytest.raises(Refused, match="not answered within the hour"):
        ACCEPT.decide(over, NOW)


def test_an_offer_is_withdrawn_by_who_made_it() -> None:
    withdraw = WithdrawHandover(incident=SEVEN, by=BEN)
    known, _ = carried_out(OFFERED, RecordBrief(incident=SEVEN, number=1, message=a_brief(1)))
    (event,) = withdraw.decide(known, NOW)
    told = event.tells(known)
    assert told
    assert told.text == "<@U0BEN> withdrew the offer of the role of incident commander to <@U0ANA>"
    after, asked = carried_out(known, withdraw)
    assert [type(effect) for effect in asked] == [CloseBrief]
    assert after.holders(COMMANDER) == (BEN,)
    with pytest.raises(Refused, match="was withdrawn"):
        ACCEPT.decide(after, NOW)
    assert withdraw.decide(after, NOW) == []
    accepted, _ = carried_out(known, ACCEPT)
    for incident, by, why in (
        (known, ANA, "You offer no role of INC-7"), (accepted, BEN, "<@U0ANA> has accepted, and is incident commander"),
        (carried_out(known, DECLINE)[0], BEN, "You offer no role of INC-7"),
        (replace(after, roles={COMMANDER: (CLEO,)}), BEN, "You offer no role of INC-7"),
        (replace(known, ending=Ending.CLOSED), BEN, "INC-7 was closed already"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=why):
            replace(withdraw, by=by).decide(incident, NOW)
    both = replace(known, roles={**known.roles, SCRIBE: (BEN,)})
    both, _ = carried_out(both, replace(OFFER, role=SCRIBE))
    with pytest.raises(Refused, match="You offer incident commander and scribe of INC-7"):
        withdraw.decide(both, NOW)
    assert carried_out(both, replace(withdraw, role=SCRIBE))[0].handovers[-1].state is HandoverState.WITHDRAWN


def test_whose_offer_ends_by_a_merge_or_with_an_account_is_told() -> None:
    merged, asked = carried_out(OFFERED, Merge(incident=SEVEN, into=Target(id=IncidentId(3)), by=CLEO))
    assert [effect.text for effect in asked if isinstance(effect, TellPrivately)] == [
        "INC-7 goes on elsewhere, so your offer of the role of incident commander to <@U0ANA> is over."
    ]
    gone, asked = carried_out(OFFERED, NoticeDeactivated(incident=SEVEN, user=ANA))
    (told,) = [effect for effect in asked if isinstance(effect, TellPrivately)]
    assert (told.user, told.text[:38]) == (BEN, "The account of <@U0ANA> was deactivate")
    assert standing(gone) == standing(merged) == ()


def test_whose_offer_ends_because_somebody_left_the_private_room_is_told() -> None:
    private = replace(OFFERED, private=True, participants=(ANA, BEN), room=ROOM)
    left = RecordLeft(incident=SEVEN, user=ANA, channel=ROOM.channel, at=NOW + FIVE)
    after, asked = carried_out(private, left, at=FIVE)
    (told,) = [effect for effect in asked if isinstance(effect, TellPrivately)]
    assert told.user == BEN
    assert told.text.startswith("<@U0ANA> is no longer in the room of INC-7, so your offer of the role of incident com")
    assert standing(after) == ()


def test_after_a_time_without_a_bot_people_are_asked_before_the_room() -> None:
    again, asked = carried_out(OFFERED, falls(OFFERED, DueKind.HANDOVER_UNANSWERED), at=timedelta(hours=3))
    assert not [effect for effect in asked if isinstance(effect, PostInRoom)]
    assert due_times(again)[DueKind.HANDOVER_UNANSWERED] == NOW + timedelta(hours=3) + FIVE


def test_in_a_private_incident_accepting_lets_in_and_briefs() -> None:
    private, asked = carried_out(replace(BENS, private=True, participants=(BEN,)), OFFER)
    assert asked == [BriefPerson(user=ANA, number=1)]
    assert not private.is_seen_by(ANA)
    after, asked = carried_out(private, ACCEPT)
    assert after.is_seen_by(ANA)
    assert {LetIn(users=(ANA,)), BriefPerson(user=ANA, number=1)} <= set(asked)
    _, asked = carried_out(OFFERED, replace(ACCEPT, guest=True), at=FIVE)
    assert BriefPerson(user=ANA, number=1) not in asked  # a guest who takes part has read it already


def test_after_long_in_a_role_its_holder_is_asked_once() -> None:
    long = timedelta(hours=4)
    assert due_times(BENS)[DueKind.LONG_IN_ROLE] == DECLARED + long
    nudged, (told,) = carried_out(BENS, falls(BENS, DueKind.LONG_IN_ROLE), at=long)
    assert isinstance(told, TellPrivately)
    assert told.user == BEN
    assert told.text.startswith("You have been incident commander of INC-7 for 4 h 12 min.")
    assert DueKind.LONG_IN_ROLE not in due_times(nudged)
    taken_on, _ = carried_out(nudged, OFFER, ACCEPT)
    assert due_times(taken_on)[DueKind.LONG_IN_ROLE] == NOW + long


def test_nobody_is_asked_who_offers_it_already_nor_where_it_is_switched_off() -> None:
    off = replace(DEFAULT_POLICY, nudges=NudgeRule(long_in_role=None))
    vacated = replace(BENS, roles={})
    for incident in (OFFERED, replace(BENS, policy=off), replace(BENS, phase=Phase.LEARNING), vacated):
        assert DueKind.LONG_IN_ROLE not in due_times(incident)


def a_brief(number: int) -> Posted:
    return Posted(channel=ChannelId("D0ANA"), ts=MessageTs(f"{number}.1"))


def closed(asked: list[Effect]) -> list[CloseBrief]:
    return [effect for effect in asked if isinstance(effect, CloseBrief)]


KNOWN = RecordBrief(incident=SEVEN, number=1, message=a_brief(1))
BRIEF_KNOWN = carried_out(OFFERED, KNOWN)[0]
CLOSED = CloseBrief(user=ANA, number=1, message=a_brief(1))


def test_every_brief_loses_its_buttons_when_it_is_answered() -> None:
    twice, asked = carried_out(BRIEF_KNOWN, replace(KNOWN, message=a_brief(2)))
    assert asked == []  # it stands
    both = [CLOSED, replace(CLOSED, message=a_brief(2))]
    assert closed(carried_out(twice, DECLINE)[1]) == both
    assert closed(carried_out(twice, ACCEPT)[1]) == [replace(brief, whole=True) for brief in both]
    assert closed(carried_out(twice, ACCEPT, ACCEPT)[1]) == closed(carried_out(twice, DECLINE, DECLINE)[1]) == []


@pytest.mark.parametrize(
    "command",
    [
        replace(OFFER, to=CLEO),
        AssignRole(incident=SEVEN, role=COMMANDER, to=CLEO, by=CLEO),
        AssignRole(incident=SEVEN, role=COMMANDER, to=ANA, by=CLEO),
        Cancel(incident=SEVEN, by=BEN, reason="it was nothing"),
    ],
    ids=["replaced", "moved", "hers already", "ended"],
)
def test_an_offer_that_ends_by_itself_loses_its_buttons_too(command: Command) -> None:
    after, asked = carried_out(BRIEF_KNOWN, command)
    assert closed(asked) == [CLOSED]
    assert CLOSED.wanted(after)
    assert not CLOSED.wanted(BRIEF_KNOWN)


@pytest.mark.parametrize(("command", "whole"), [(ACCEPT, True), (DECLINE, False)])
def test_a_brief_that_is_heard_of_late_is_closed_at_once(command: Command, whole: bool) -> None:
    answered, _ = carried_out(OFFERED, command)
    after, asked = carried_out(answered, KNOWN)
    assert asked == [replace(CLOSED, whole=whole)]
    assert KNOWN.decide(after, NOW) == []


def test_a_brief_of_an_offer_that_is_forgotten_is_nothing_and_only_so_many_are_kept() -> None:
    assert replace(KNOWN, number=9).decide(OFFERED, NOW) == []
    many, _ = carried_out(OFFERED, *(replace(KNOWN, message=a_brief(number)) for number in range(9)))
    assert many.handovers[0].briefs == tuple(map(a_brief, range(9)))[-KEPT_BRIEFS:]


def test_who_is_let_in_by_accepting_gets_a_brief_of_their_own() -> None:
    private, _ = carried_out(replace(BENS, private=True, participants=(BEN,)), OFFER, KNOWN)
    _, asked = carried_out(private, ACCEPT)
    assert closed(asked) == [CLOSED]
    assert BriefPerson(user=ANA, number=1) in asked
