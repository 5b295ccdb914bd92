"""Grading: what follows from a grade, whole, and what is refused."""

from datetime import timedelta

import pytest

from bot.workflows.cadence import PromiseMoved
from bot.workflows.commands import Entry, Refused
from bot.workflows.effects import PostInRoom, PostUnderAnnouncement, ShowAnnouncement, ShowCard, ShowTopic
from bot.workflows.incident import Ending, Graded, Promise
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, SEV1, SEV2, SEV3, Phase, SeverityKey
from bot.workflows.roles import TWO_HATS_WARNING
from bot.workflows.severity import SetSeverity, SeverityChanged
from bot.workflows.times import when
from tests.values import ANA, BEN, DECLARED, NOW, SEVEN, an_incident

WORSE = SetSeverity(incident=SEVEN, severity=SEV1, by=BEN)
SOON = f"Next update by {when(NOW + timedelta(minutes=5), near=True)}."


def test_a_grade_is_shown_everywhere_told_aloud_and_kept() -> None:
    event, promise = WORSE.decide(an_incident(), NOW)
    assert event == SeverityChanged(severity=SEV1, before=SEV2, by=BEN, at=NOW, also=SOON)
    assert promise == PromiseMoved(promise=Promise(at=NOW + timedelta(minutes=5), made_at=NOW), before=None, at=NOW)
    graded = event.apply(an_incident())
    assert graded == an_incident(
        severity=SEV1, grades=(Graded(severity=SEV2, at=DECLARED), Graded(severity=SEV1, at=NOW))
    )
    assert event.tells(graded) == Entry(
        text="<@U0BEN> changed the severity from SEV2 major to SEV1 critical", at=NOW, by=BEN
    )
    assert event.effects(graded) == (
        ShowTopic(),
        ShowCard(),
        PostInRoom(
            text=f"<@U0BEN> changed the severity from SEV2 major to SEV1 critical. {SOON}", aloud=True, evidence=True
        ),
        ShowAnnouncement(),
        PostUnderAnnouncement(text=f"More severe now: SEV1 critical (was SEV2 major). {SOON}"),
    )


def test_the_worst_grade_it_had_is_known_after_a_better_one() -> None:
    worse = WORSE.decide(an_incident(), NOW)[0].apply(an_incident())
    better = SetSeverity(incident=SEVEN, severity=SEV3, by=BEN).decide(worse, NOW)[0].apply(worse)
    assert [graded.severity for graded in better.grades] == [SEV2, SEV1, SEV3]
    assert better.worst == better.policy.severity(SEV1)
    assert an_incident(severity=None).worst is None


def test_a_first_grade_is_set_not_changed() -> None:
    event, _ = WORSE.decide(an_incident(severity=None), NOW)
    assert event.tells(an_incident(severity=SEV1)) == Entry(
        text="<@U0BEN> set the severity to SEV1 critical", at=NOW, by=BEN
    )


@pytest.mark.parametrize(
    ("before", "told"),
    [(SEV2, "Less severe now: SEV3 minor (was SEV2 major)."), (None, "How bad it is: SEV3 minor.")],
)
def test_stakeholders_read_which_way_it_went(before: SeverityKey | None, told: str) -> None:
    incident = an_incident(severity=before, promise=Promise(at=NOW + timedelta(minutes=18), made_at=NOW))
    event, *_ = SetSeverity(incident=SEVEN, severity=SEV3, by=BEN).decide(incident, NOW)
    (news,) = (effect for effect in event.effects(event.apply(incident)) if isinstance(effect, PostUnderAnnouncement))
    later, sooner = (when(NOW + timedelta(minutes=minutes), near=True) for minutes in (48, 18))
    assert news.text == f"{told} Next update by {later} instead of {sooner}."


def test_a_private_one_is_graded_in_its_room_only() -> None:
    event, promise = WORSE.decide(an_incident(private=True), NOW)
    after = promise.apply(event.apply(an_incident(private=True)))
    assert [type(effect) for effect in event.effects(after)] == [ShowTopic, ShowCard, PostInRoom]
    assert promise.effects(after) == (ShowCard(),)


@pytest.mark.parametrize(("grade", "warned"), [(SEV1, True), (SEV3, False)])
def test_one_head_with_two_hats_is_warned_when_it_becomes_critical(grade: SeverityKey, warned: bool) -> None:
    incident = an_incident(roles={COMMANDER: (ANA,), COMMUNICATIONS_LEAD: (ANA,)})
    event, _ = SetSeverity(incident=SEVEN, severity=grade, by=BEN).decide(incident, NOW)
    (news,) = (effect for effect in event.effects(event.apply(incident)) if isinstance(effect, PostInRoom))
    assert (TWO_HATS_WARNING in news.text) is warned


def test_a_resolved_incident_can_still_be_graded() -> None:
    assert len(WORSE.decide(an_incident(phase=Phase.LEARNING), NOW)) == 1


@pytest.mark.parametrize("ending", list(Ending))
def test_an_ended_incident_keeps_its_grade(ending: Ending) -> None:
    with pytest.raises(Refused) as refused:
        WORSE.decide(an_incident(ending=ending), NOW)
    assert "`/incident reopen INC-7`" in refused.value.reason


def test_an_unknown_grade_is_refused_at_its_field_and_calls_nobody() -> None:
    with pytest.raises(Refused) as refused:
        SetSeverity(incident=SEVEN, severity=SeverityKey("<!here>"), by=ANA).decide(an_incident(), NOW)
    assert refused.value.reason == ("There is no severity “&lt;!here&gt;” here. Choose one of sev1, sev2, sev3, sev4.")
    assert refused.value.field == "severity"
