"""Roles: who may take one, what follows, and what the holder is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.workflows.commands import Entry, Refused
from bot.workflows.effects import LetIn, PostInRoom, ShowAnnouncement, ShowCard, ShowTopic, TellPrivately
from bot.workflows.incident import ChannelId, Ending, Held, Incident, IncidentId, Room, Stamp, UserId
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, SCRIBE, SEV1, SEV2, TECHNICAL_LEAD, RoleKey
from bot.workflows.roles import AssignRole, ClaimRole, RoleTaken

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ANA, BEN, CLEO = UserId("U0ANA"), UserId("U0BEN"), UserId("U0CLEO")
SEVEN = IncidentId(7)
OPEN = Incident(id=SEVEN, title="checkout <b> is failing", severity=SEV1, declared_by=ANA, participants=(ANA,))


def taken(role: RoleKey, holder: UserId, by: UserId | None = None) -> RoleTaken:
    return RoleTaken(role=role, holder=holder, by=by or holder, at=NOW)


def test_a_free_role_is_claimed() -> None:
    assert ClaimRole(incident=SEVEN, role=SCRIBE, by=BEN).decide(OPEN, NOW) == [taken(SCRIBE, BEN)]


def test_the_second_claimer_is_told_who_has_the_role() -> None:
    incident = replace(OPEN, roles={COMMANDER: (ANA,)})
    with pytest.raises(Refused, match=r"^<@U0ANA> is already incident commander of INC-7\. To take over,"):
        ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN).decide(incident, NOW)


def test_claiming_what_one_holds_changes_nothing() -> None:
    incident = replace(OPEN, roles={COMMANDER: (ANA,)})
    assert ClaimRole(incident=SEVEN, role=COMMANDER, by=ANA).decide(incident, NOW) == []


def test_a_role_for_many_takes_another_holder() -> None:
    incident = taken(TECHNICAL_LEAD, BEN).apply(replace(OPEN, roles={TECHNICAL_LEAD: (ANA,)}))
    assert incident.holders(TECHNICAL_LEAD) == (ANA, BEN)


def test_an_assigned_role_replaces_its_holder() -> None:
    incident = replace(OPEN, roles={COMMANDER: (ANA,)})
    (event,) = AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=ANA).decide(incident, NOW)
    assert event.apply(incident).holders(COMMANDER) == (BEN,)


def test_who_held_a_role_when_is_kept() -> None:
    later = NOW + timedelta(hours=3)
    incident = taken(TECHNICAL_LEAD, BEN).apply(taken(COMMANDER, ANA).apply(OPEN))
    incident = replace(taken(COMMANDER, BEN, ANA), at=later).apply(incident)
    assert incident.tenures == (
        Held(role=COMMANDER, user=ANA, since=NOW, until=later),
        Held(role=TECHNICAL_LEAD, user=BEN, since=NOW),
        Held(role=COMMANDER, user=BEN, since=later),
    )
    ana = incident.tenures[0]
    assert (ana.covers(NOW), ana.covers(later), ana.covers(None)) == (True, False, False)
    assert (ana.preceded(NOW), ana.preceded(later)) == (False, True)


def test_a_role_taken_before_that_was_kept_has_no_beginning() -> None:
    old = replace(OPEN, roles={COMMANDER: (ANA,)})
    assert old.tenures == (Held(role=COMMANDER, user=ANA),)
    assert taken(COMMANDER, BEN).apply(old).tenures == (
        Held(role=COMMANDER, user=ANA, until=NOW), Held(role=COMMANDER, user=BEN, since=NOW),
    )  # fmt: skip
    assert old.tenures[0].covers(NOW)
    assert not old.tenures[0].preceded(NOW)


def test_an_unknown_role_is_refused_with_the_roles_there_are() -> None:
    with pytest.raises(
        Refused, match=r"There is no role “pilot” here\. The roles are incident commander, technical lead,"
    ):
        ClaimRole(incident=SEVEN, role=RoleKey("pilot"), by=BEN).decide(OPEN, NOW)


def test_roles_of_an_ended_incident_stay() -> None:
    with pytest.raises(Refused, match="INC-7 was closed already"):
        ClaimRole(incident=SEVEN, role=SCRIBE, by=BEN).decide(replace(OPEN, ending=Ending.CLOSED), NOW)


def test_the_first_role_taken_acknowledges_the_incident() -> None:
    incident = taken(SCRIBE, BEN).apply(OPEN)
    assert incident.at(Stamp.ACKNOWLEDGED) == NOW
    later = RoleTaken(role=COMMANDER, holder=ANA, by=ANA, at=NOW.replace(hour=9)).apply(incident)
    assert later.at(Stamp.ACKNOWLEDGED) == NOW
    assert later.participants == (ANA, BEN)


def test_only_the_commander_changes_topic_and_announcement() -> None:
    scribe, commander = (taken(role, BEN).effects(taken(role, BEN).apply(OPEN)) for role in (SCRIBE, COMMANDER))
    assert ShowTopic() not in scribe
    assert ShowTopic() in commander
    assert ShowAnnouncement() in commander


def test_a_private_incident_is_not_announced_with_its_commander() -> None:
    incident = replace(OPEN, private=True)
    assert ShowAnnouncement() not in taken(COMMANDER, BEN).effects(taken(COMMANDER, BEN).apply(incident))


def test_the_holder_is_told_the_duties_once_and_the_title_is_escaped() -> None:
    event = taken(COMMANDER, BEN)
    (brief,) = (effect for effect in event.effects(event.apply(OPEN)) if isinstance(effect, TellPrivately))
    assert brief.user == BEN
    assert brief.text.startswith("You are incident commander of INC-7 “checkout &lt;b&gt; is failing”.\n• You decide")


def test_one_head_with_two_hats_is_warned_in_a_critical_incident() -> None:
    incident = replace(OPEN, roles={COMMANDER: (BEN,)})
    event = taken(COMMUNICATIONS_LEAD, BEN)
    (news,) = (effect for effect in event.effects(event.apply(incident)) if isinstance(effect, PostInRoom))
    assert news.text.endswith("One person is commander and communications lead in a critical incident: better two.")


def test_two_hats_are_warned_of_by_the_news_that_gave_them_and_by_no_other() -> None:
    both = replace(OPEN, roles={COMMANDER: (BEN,), COMMUNICATIONS_LEAD: (BEN,)})
    event = taken(SCRIBE, ANA)
    (news,) = (effect for effect in event.effects(event.apply(both)) if isinstance(effect, PostInRoom))
    assert news.text == "<@U0ANA> is scribe."
    apart = replace(OPEN, severity=SEV2, roles={COMMANDER: (BEN,)})
    event = taken(COMMUNICATIONS_LEAD, BEN)
    (news,) = (effect for effect in event.effects(event.apply(apart)) if isinstance(effect, PostInRoom))
    assert news.text == "<@U0BEN> is communications lead."


def test_a_claimed_command_is_told_whole() -> None:
    incident = replace(OPEN, title="checkout & co", room=Room(channel=ChannelId("C7"), name="inc-7"))
    (event,) = ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN).decide(incident, NOW)
    after = event.apply(incident)
    assert event.tells(after) == Entry(text="<@U0BEN> took the role of incident commander", at=NOW, by=BEN)
    duties = "".join(f"\n• {duty}" for duty in incident.policy.role(COMMANDER).duties)
    assert event.effects(after) == [
        LetIn(users=(BEN,)),
        ShowCard(),
        ShowTopic(),
        ShowAnnouncement(),
        PostInRoom(text="<@U0BEN> is incident commander.", evidence=True),
        TellPrivately(user=BEN, text=f"You are incident commander of INC-7 “checkout &amp; co” in <#C7>.{duties}"),
    ]


def test_an_assigned_role_says_by_whom() -> None:
    (event,) = AssignRole(incident=SEVEN, role=SCRIBE, to=BEN, by=ANA).decide(OPEN, NOW)
    after = event.apply(OPEN)
    assert event.tells(after) == Entry(text="<@U0ANA> gave the role of scribe to <@U0BEN>", at=NOW, by=ANA)
    assert PostInRoom(text="<@U0ANA> made <@U0BEN> scribe.", evidence=True) in event.effects(after)


def test_assigning_what_somebody_holds_changes_nothing() -> None:
    incident = replace(OPEN, roles={COMMANDER: (BEN,)})
    assert AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=ANA).decide(incident, NOW) == []


def test_the_whole_reason_says_how_to_take_over() -> None:
    incident = replace(OPEN, roles={COMMANDER: (ANA,)})
    with pytest.raises(Refused) as refused:
        ClaimRole(incident=SEVEN, role=COMMANDER, by=BEN).decide(incident, NOW)
    assert refused.value.reason == (
        "<@U0ANA> is already incident commander of INC-7. "
        "To take over, agree in the room and assign it: `/incident role commander @your-name`."
    )


def test_whoever_loses_a_role_is_told_and_named() -> None:
    led = replace(OPEN, roles={COMMANDER: (ANA,)})
    (event,) = AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=CLEO).decide(led, NOW)
    after = event.apply(led)
    entry = event.tells(after)
    assert entry is not None
    assert entry.text == "<@U0CLEO> gave the role of incident commander to <@U0BEN>, in place of <@U0ANA>"
    told = [effect for effect in event.effects(after) if isinstance(effect, TellPrivately)]
    assert [effect.user for effect in told] == [BEN, ANA]
    assert told[1].text == ("<@U0CLEO> gave <@U0BEN> your role of incident commander of INC-7. You no longer hold it.")
    (own,) = AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=BEN).decide(led, NOW)
    assert "<@U0BEN> is incident commander, in place of <@U0ANA>." in str(own.effects(after))
    assert "<@U0BEN> took over your role" in str(own.effects(after))
    (away,) = AssignRole(incident=SEVEN, role=COMMANDER, to=BEN, by=ANA).decide(led, NOW)
    assert "You no longer hold it" not in str(away.effects(after))
    assert "in place of" not in str(away.effects(after))


def test_a_role_for_several_is_taken_from_nobody() -> None:
    leads = replace(OPEN, roles={TECHNICAL_LEAD: (ANA,)})
    (event,) = AssignRole(incident=SEVEN, role=TECHNICAL_LEAD, to=BEN, by=CLEO).decide(leads, NOW)
    assert "in place of" not in str(event.effects(event.apply(leads)))
