"""Resolving and closing: what follows, whole, and from where each may be done."""

import pytest

from bot.workflows.commands import Entry, Refused
from bot.workflows.effects import (
    FileDraft,
    PostInRoom,
    PostUnderAnnouncement,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
)
from bot.workflows.incident import Ending, Incident, Stamp
from bot.workflows.phases import PHASES, REASON_LIMIT, Close, IncidentClosed, IncidentResolved, Resolve
from bot.workflows.policy import Phase
from tests.values import ANA, BEN, DECLARED, NOW, SEVEN, an_incident, stamped

RESOLVE, CLOSE = Resolve(incident=SEVEN, by=BEN), Close(incident=SEVEN, by=BEN)
COURSE = [Phase.DETECTION, Phase.CONTAINMENT, Phase.RECOVERY]


@pytest.mark.parametrize("phase", COURSE)
def test_an_open_incident_is_resolved_from_every_phase(phase: Phase) -> None:
    before = an_incident(phase=phase)
    (event,) = RESOLVE.decide(before, NOW)
    assert event == IncidentResolved(by=BEN, at=NOW)
    after = event.apply(before)
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(NOW, BEN)}
    assert after == an_incident(phase=Phase.LEARNING, stamps=stamps)
    assert event.tells(after) == Entry(text="<@U0BEN> resolved INC-7", at=NOW, by=BEN)


def test_resolving_is_told_in_the_room_and_to_stakeholders_and_brings_the_draft() -> None:
    (event,) = RESOLVE.decide(an_incident(), NOW)
    text = (
        "<@U0BEN> resolved INC-7: the impact is over. "
        "The draft of the post-mortem follows as a file; what is still open in it is asked as a question."
    )
    assert event.effects(event.apply(an_incident())) == (
        ShowTopic(),
        ShowCard(),
        PostInRoom(text=text, aloud=True, evidence=True),
        FileDraft(),
        ShowAnnouncement(),
        PostUnderAnnouncement(text="Resolved: the impact is over."),
    )


def test_a_private_one_is_resolved_and_closed_among_its_own() -> None:
    private = an_incident(private=True)
    (resolved,) = RESOLVE.decide(private, NOW)
    after = resolved.apply(private)
    (closed,) = CLOSE.decide(after, NOW)
    kinds = [type(effect) for event in (resolved, closed) for effect in event.effects(after)]
    assert kinds == [ShowTopic, ShowCard, PostInRoom, FileDraft, ShowTopic, ShowCard, PostInRoom]


@pytest.mark.parametrize("over", [an_incident(phase=Phase.LEARNING), *(an_incident(ending=end) for end in Ending)])
def test_what_is_over_is_not_resolved_again(over: Incident) -> None:
    assert RESOLVE.decide(over, NOW) == []


@pytest.mark.parametrize("phase", COURSE)
def test_an_open_incident_is_not_closed_but_may_be_resolved(phase: Phase) -> None:
    with pytest.raises(Refused) as refused:
        CLOSE.decide(an_incident(phase=phase), NOW)
    assert refused.value.reason == ("INC-7 is still open. Resolve it first, when the impact is over; then close it.")
    assert refused.value.offer == RESOLVE


def test_a_resolved_one_is_closed_with_its_reason() -> None:
    before = an_incident(phase=Phase.LEARNING)
    (event,) = Close(incident=SEVEN, by=ANA, reason=" see <https://x.example> <!here> ").decide(before, NOW)
    assert event == IncidentClosed(by=ANA, at=NOW, reason="see <https://x.example> <!here>")
    after = event.apply(before)
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.CLOSED: stamped(NOW, ANA)}
    assert after == an_incident(phase=Phase.LEARNING, ending=Ending.CLOSED, stamps=stamps)
    text = "<@U0ANA> closed INC-7: see <https://x.example> &lt;!here&gt;"
    assert event.tells(after) == Entry(text=text, at=NOW, by=ANA)
    assert event.effects(after) == (
        ShowTopic(),
        ShowCard(),
        PostInRoom(text=f"{text}.", aloud=True, evidence=True),
        ShowAnnouncement(),
        PostUnderAnnouncement(text="Closed: nothing is left to do."),
    )


def test_a_reason_is_cut_at_its_limit() -> None:
    for reason, kept in (("x" * REASON_LIMIT, "x" * REASON_LIMIT), ("x" * 501, "x" * 499 + "…")):
        (event,) = Close(incident=SEVEN, by=ANA, reason=reason).decide(an_incident(phase=Phase.LEARNING), NOW)
        assert event == IncidentClosed(by=ANA, at=NOW, reason=kept)


@pytest.mark.parametrize("ending", list(Ending))
def test_what_has_ended_is_not_closed_again(ending: Ending) -> None:
    assert CLOSE.decide(an_incident(ending=ending), NOW) == []


def test_every_phase_has_its_words() -> None:
    assert list(PHASES) == list(Phase)
