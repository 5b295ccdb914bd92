"""Merging and relating: what is refused, what the other one hears, and that neither side can be lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views.announcement import announcement
from bot.views.links import ties
from bot.workflows.commands import Command, Refused
from bot.workflows.due import due_times
from bot.workflows.effects import LetIn, PostInRoom, PostUnderAnnouncement, TellOther, Tie
from bot.workflows.endings import Cancel, Resolve
from bot.workflows.fate import fate_of
from bot.workflows.hearing import HearOf
from bot.workflows.incident import ChannelId, Ending, Fate, Incident, IncidentId, Linked, Promise
from bot.workflows.linking import Target, link_of
from bot.workflows.merging import Merge
from bot.workflows.phases import Reopen
from bot.workflows.policy import SEV1, SEV2, Phase, SeverityKey
from bot.workflows.private import WentPrivate
from bot.workflows.relating import MOST, Relate, Unrelate
from tests.values import ANA, BEN, CLEO, NOW, ROOM, SEVEN, an_incident

THREE, FIVE = IncidentId(3), IncidentId(5)
OLDER = an_incident(id=THREE, room=replace(ROOM, channel=ChannelId("C0OLDER"), name="inc-3"), participants=(CLEO,))


def after(command: Command, incident: Incident) -> Incident:
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
    return incident


def told(command: Command, incident: Incident) -> str:
    """Every word that is said anywhere."""
    said = []
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
        entry = event.tells(incident)
        said += [entry.text if entry else ""]
        said += [str(getattr(effect, "text", "")) for effect in event.effects(incident)]
    return "\n".join(said)


def merge(into: Incident = OLDER, by: str = ANA) -> Merge:
    return Merge(incident=SEVEN, into=Target.of(into), by=ANA if by == ANA else BEN)


def hears(other: Incident, tie: Tie = Tie.MERGED, number: IncidentId = THREE) -> HearOf:
    return HearOf(incident=number, other=link_of(other), tie=tie, by=ANA, people=other.participants)


def test_a_merged_incident_promises_nothing_more() -> None:
    promising = an_incident(promise=Promise(at=NOW + timedelta(minutes=5), made_at=NOW))
    merged = after(merge(), promising)
    assert (merged.ending, merged.promise, merged.merged_into) == (Ending.MERGED, None, link_of(OLDER))
    assert due_times(merged) == {}


@pytest.mark.parametrize(
    ("changes", "into", "why"),
    [
        ({}, an_incident(), "cannot be merged into itself"),
        ({"ending": Ending.CLOSED}, OLDER, "INC-7 is closed"),
        ({"ending": Ending.MERGED, "merged_into": Linked(incident=FIVE)}, OLDER, "goes on as INC-5 already"),
        ({}, replace(OLDER, ending=Ending.CLOSED), "INC-3 is closed. Reopen it first"),
        ({}, replace(OLDER, ending=Ending.CANCELLED), "INC-3 is cancelled. Reopen it first"),
        ({}, replace(OLDER, ending=Ending.MERGED, merged_into=Linked(incident=SEVEN)), "cannot go the other way"),
        ({}, replace(OLDER, ending=Ending.MERGED, merged_into=Linked(incident=FIVE)), "goes on as INC-5 itself"),
        ({"duplicates": (link_of(OLDER),)}, OLDER, "cannot go the other way"),
        ({"private": True}, OLDER, "`/incident merge INC-3 into INC-7`"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_or_tells_too_much_is_refused(changes: dict[str, object], into: Incident, why: str) -> None:
    with pytest.raises(Refused, match=why):
        merge(into).decide(an_incident(**changes), NOW)


def test_merging_once_more_into_the_same_one_is_nothing_new() -> None:
    assert merge().decide(after(merge(), an_incident()), NOW) == []


def test_the_other_one_takes_its_people_in_once_and_nobody_who_left() -> None:
    duplicate = after(merge(), an_incident(participants=(ANA, BEN, CLEO)))
    there = replace(OLDER, left={BEN: NOW})
    taken = after(hears(duplicate), there)
    assert taken.participants == (CLEO, ANA)
    (event,) = hears(duplicate).decide(there, NOW)
    assert LetIn(users=(ANA,)) in event.effects(taken)
    assert hears(duplicate).decide(taken, NOW) == []


def test_nobody_is_let_into_a_private_one_nor_told_of_it() -> None:
    secret = replace(OLDER, private=True, participants=(ANA,))
    assert "INC-3" not in told(merge(secret), an_incident())
    assert "C0OLDER" not in told(merge(secret), an_incident())
    assert after(hears(after(merge(secret), an_incident(participants=(ANA, BEN)))), secret).participants == (ANA,)


def test_a_private_duplicate_is_not_named_to_the_people_of_another_private_one() -> None:
    duplicate = after(merge(replace(OLDER, private=True)), an_incident(private=True))
    assert "INC-7" not in told(hears(duplicate), replace(OLDER, private=True))


@pytest.mark.parametrize("first", [THREE, SEVEN])
def test_of_two_that_are_merged_into_each_other_at_once_the_older_goes_on(first: IncidentId) -> None:
    newer, older = after(merge(), an_incident()), OLDER
    older = after(Merge(incident=THREE, into=Target.of(an_incident()), by=BEN), older)
    assert {newer.ending, older.ending} == {Ending.MERGED}
    for turn in (first, THREE if first == SEVEN else SEVEN):
        if turn == THREE and TellOther(other=THREE, tie=Tie.MERGED, by=ANA).wanted(newer):
            older = after(hears(newer), older)
        elif turn == SEVEN and TellOther(other=SEVEN, tie=Tie.MERGED, by=BEN).wanted(older):
            newer = after(hears(older, number=SEVEN), newer)
    assert (older.ending, older.merged_into, older.duplicates) == (None, None, (link_of(newer),))
    assert (newer.ending, newer.merged_into, newer.duplicates) == (Ending.MERGED, link_of(older), ())
    assert older.promise is not None


def test_a_merge_is_undone_in_the_phase_it_was_made_in() -> None:
    merged = after(merge(), an_incident(phase=Phase.RECOVERY))
    why = Reopen(incident=SEVEN, by=BEN, reason="another host")
    assert told(why, merged).count("goes on by itself again, apart from INC-3 (<#C0OLDER>): another host") == 3
    again = after(Reopen(incident=SEVEN, by=BEN), merged)
    assert (again.phase, again.ending, again.merged_into, again.is_open) == (Phase.RECOVERY, None, None, True)
    assert again.promise is not None
    there = after(hears(merged), OLDER)
    assert after(hears(again, Tie.REOPENED), there).duplicates == ()
    assert hears(again, Tie.REOPENED).decide(OLDER, NOW) == []


def test_a_merge_that_was_undone_before_the_other_heard_of_it_is_not_told() -> None:
    effect = TellOther(other=THREE, tie=Tie.MERGED, by=ANA)
    merged = after(merge(), an_incident())
    assert effect.wanted(merged)
    assert not effect.wanted(after(Reopen(incident=SEVEN, by=BEN), merged))


def test_stakeholders_are_told_once_where_it_goes_on() -> None:
    (event,) = merge().decide(an_incident(), NOW)
    said = [
        effect.text
        for effect in event.effects(after(merge(), an_incident()))
        if isinstance(effect, PostUnderAnnouncement)
    ]
    assert len(said) == 1
    assert "INC-3 (<#C0OLDER>)" in said[0]


def test_relating_is_known_once_on_both_sides_and_taken_back() -> None:
    relate = Relate(incident=SEVEN, to=Target.of(OLDER), by=ANA)
    here = after(relate, an_incident())
    there = after(hears(here, Tie.RELATED), OLDER)
    assert (here.related, there.related) == ((link_of(OLDER),), (link_of(here),))
    assert relate.decide(here, NOW) == hears(here, Tie.RELATED).decide(there, NOW) == []
    back = Unrelate(incident=SEVEN, to=Target.of(OLDER), by=ANA)
    assert after(back, here).related == after(hears(here, Tie.UNRELATED), there).related == ()
    assert back.decide(an_incident(), NOW) == []


def test_relating_to_itself_or_to_all_the_world_is_refused() -> None:
    with pytest.raises(Refused, match="INC-7 itself"):
        Relate(incident=SEVEN, to=Target.of(an_incident()), by=ANA).decide(an_incident(), NOW)
    many = tuple(Linked(incident=IncidentId(number)) for number in range(100, 100 + MOST))
    with pytest.raises(Refused, match="makes room"):
        Relate(incident=SEVEN, to=Target.of(OLDER), by=ANA).decide(an_incident(related=many), NOW)


def test_nothing_is_said_of_a_private_one_that_is_related() -> None:
    secret = replace(OLDER, private=True)
    here = after(Relate(incident=SEVEN, to=Target.of(secret), by=ANA), an_incident())
    assert here.related == (link_of(secret),)
    assert told(Relate(incident=SEVEN, to=Target.of(secret), by=ANA), an_incident()).strip() == ""
    (event,) = hears(secret, Tie.RELATED, SEVEN).decide(an_incident(), NOW)
    assert not [effect for effect in event.effects(here) if isinstance(effect, PostInRoom)]


def test_one_that_goes_private_is_named_no_more_where_it_was_related_or_goes_on() -> None:
    link = link_of(OLDER)
    here = an_incident(ending=Ending.MERGED, merged_into=link, related=(link, Linked(incident=FIVE)))
    went = hears(replace(OLDER, private=True, room=None), Tie.HIDDEN, SEVEN)
    after_it = after(went, here)
    assert after_it.merged_into == Linked(incident=THREE, private=True)
    assert after_it.related == (Linked(incident=THREE, private=True), Linked(incident=FIVE))
    assert "INC-3" not in "".join(ties(after_it)) + announcement(after_it, NOW).text
    assert went.decide(after_it, NOW) == []
    event = WentPrivate(by=CLEO, people=(CLEO,), at=NOW)
    tied = replace(OLDER, related=(link_of(an_incident()),), duplicates=(Linked(incident=FIVE),))
    told_others = [what.other for what in event.effects(event.apply(tied)) if isinstance(what, TellOther)]
    assert told_others == [FIVE, SEVEN]


DUPLICATE = after(merge(), an_incident(severity=SEV1))


def reports(other: Incident) -> HearOf:
    """How the one it goes on as stands now."""
    return replace(hears(other, Tie.FATE, SEVEN), fate=fate_of(other), further=other.merged_into)


@pytest.mark.parametrize(
    ("command", "fate", "words"),
    [
        (Cancel(incident=THREE, by=ANA, reason="a test"), Fate.CANCELLED, "was cancelled as a false alarm"),
        (Resolve(incident=THREE, by=ANA, reason="over"), Fate.RESOLVED, "is resolved"),
        (Merge(incident=THREE, into=Target(id=FIVE), by=ANA), Fate.MERGED, "was merged into another one"),
    ],
)
def test_what_goes_on_as_another_one_hears_what_becomes_of_that(command: Command, fate: Fate, words: str) -> None:
    there = after(hears(DUPLICATE), OLDER)
    (*_, last) = command.decide(there, NOW)
    ended = last.apply(there)
    assert TellOther(other=SEVEN, tie=Tie.FATE, by=ANA) in last.effects(ended)
    here = after(reports(ended), DUPLICATE)
    assert here.fate is fate
    said = told(reports(ended), DUPLICATE)
    assert (words if fate is not Fate.MERGED else "that one goes on as INC-5") in said
    assert ("`/incident reopen` brings INC-7 back" in said) is (fate is not Fate.MERGED)
    assert f"which {words}" in ties(here)[0]
    assert words in announcement(here, NOW).text
    assert reports(ended).decide(here, NOW) == []
    again = replace(there, ending=None)
    assert "that one is open again" in told(reports(again), here)
    assert after(Reopen(incident=SEVEN, by=BEN), here).fate is None


def test_of_a_private_one_it_is_not_told_how_it_went() -> None:
    secret = replace(OLDER, private=True, ending=Ending.CANCELLED)
    here = after(merge(replace(OLDER, private=True)), an_incident())
    assert reports(secret).decide(here, NOW) == []
    hides = hears(replace(OLDER, private=True), Tie.HIDDEN, SEVEN)
    assert after(hides, replace(DUPLICATE, fate=Fate.RESOLVED)).fate is None


def test_a_duplicate_of_what_is_over_by_then_is_told_so() -> None:
    over = replace(OLDER, phase=Phase.LEARNING)
    (taken,) = hears(DUPLICATE).decide(over, NOW)
    assert TellOther(other=SEVEN, tie=Tie.FATE, by=ANA) in taken.effects(taken.apply(over))


@pytest.mark.parametrize(
    ("ours", "asked"),
    [
        (None, "It was SEV1 critical there, and not graded here"),
        (SEV2, "It was SEV1 critical there, and SEV2 major here"), (SEV1, ""),
    ],
)  # fmt: skip
def test_a_worse_duplicate_asks_whether_the_grade_still_fits(ours: SeverityKey | None, asked: str) -> None:
    heard = replace(hears(DUPLICATE), severity=SEV1)
    said = told(heard, replace(OLDER, severity=ours))
    assert (asked in said) if asked else ("grade it anew" not in said)
    secret = replace(heard, other=replace(heard.other, private=True))
    assert "SEV1" not in told(secret, replace(OLDER, severity=SEV2))
