"""The course: on, back, contained, resolved, closed, cancelled, reopened; and from where each may be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.workflows.commands import Command, Entry, Event, Refused
from bot.workflows.course import PHASES, REASON_LIMIT, following
from bot.workflows.effects import (
    CopyDraft,
    FileDraft,
    PostInRoom,
    PostUnderAnnouncement,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
)
from bot.workflows.endings import Cancel, Close, IncidentClosed, IncidentResolved, Resolve
from bot.workflows.incident import ActionItem, ActionState, CustomersTold, Ending, Incident, Promise, Stamp, Step
from bot.workflows.phases import Contain, MovePhase, Reopen
from bot.workflows.policy import SEV4, Phase
from bot.workflows.times import named, when
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
    assert after == an_incident(
        phase=Phase.LEARNING, course=(Step(phase=Phase.LEARNING, at=NOW, by=BEN),), stamps=stamps
    )
    assert event.tells(after) == Entry(text="<@U0BEN> resolved INC-7", at=NOW, by=BEN)


def test_resolving_is_told_in_the_room_and_to_stakeholders_and_brings_the_draft() -> None:
    (event,) = RESOLVE.decide(an_incident(), NOW)
    text = (
        "<@U0BEN> resolved INC-7: the impact is over. "
        "The draft of the post-mortem follows as a file; what is still open in it is asked as a question."
    )
    over = f"Resolved {when(NOW, near=True)}, 12 min after it was declared: the impact is over."
    assert event.effects(event.apply(an_incident())) == (
        ShowTopic(),
        ShowCard(),
        PostInRoom(text=text, aloud=True, evidence=True),
        FileDraft(),
        CopyDraft(),
        ShowAnnouncement(),
        PostUnderAnnouncement(text=over),
    )


@pytest.mark.parametrize(
    ("told", "fix", "end"),
    [
        (CustomersTold.YES, "Rolled back", "over. What ended it: Rolled back. Customers have been told."),
        (CustomersTold.NOT_YET, "Rolled back!", "over. What ended it: Rolled back! Customers have not been told yet."),
        (CustomersTold.NOT_NEEDED, "", "the impact is over."),
    ],
)
def test_stakeholders_hear_what_ended_it_and_whether_customers_know(told: CustomersTold, fix: str, end: str) -> None:
    (event,) = Resolve(incident=SEVEN, by=BEN, fix=fix, customers_told=told).decide(an_incident(), NOW)
    assert stakeholders(event, event.apply(an_incident())).endswith(end)


@pytest.mark.parametrize(
    ("left", "told", "text"),
    [
        (0, CustomersTold.NOT_YET, "Closed. Nobody has said that customers were told."),
        (1, None, f"Closed. 1 action item is still open, due by {named((NOW - timedelta(hours=4)).date())}."),
        (
            2,
            CustomersTold.YES,
            f"Closed. 2 action items are still open, the last due by {named((NOW - timedelta(hours=4)).date())}.",
        ),
    ],
)
def test_closing_says_what_is_left_to_do(left: int, told: CustomersTold | None, text: str) -> None:
    done = ActionItem(number=9, text="x", owner=ANA, due=NOW, given_by=BEN, given_at=NOW, state=ActionState.DONE)
    items = (done, *(replace(done, number=number, state=ActionState.OPEN) for number in range(left)))
    over = an_incident(phase=Phase.LEARNING, actions=items, customers_told=told)
    (event,) = CLOSE.decide(over, NOW)
    assert stakeholders(event, event.apply(over)) == text


@pytest.mark.parametrize(("reason", "said"), [("errors are back.", "Errors are back."), ("500s again!", "500s again!")])
def test_a_step_back_is_told_in_sentences(reason: str, said: str) -> None:
    recovering = an_incident(phase=Phase.RECOVERY)
    (event, *_) = MovePhase(incident=SEVEN, by=BEN, to=Phase.CONTAINMENT, reason=reason).decide(recovering, NOW)
    now = "Now: Stopping the damage and removing its cause."
    assert stakeholders(event, event.apply(recovering)).startswith(f"{said} So we go a step back. {now}")


def stakeholders(event: Event, incident: Incident) -> str:
    """What is said under the announcement."""
    (news,) = (effect for effect in event.effects(incident) if isinstance(effect, PostUnderAnnouncement))
    return news.text


def test_a_private_one_is_resolved_and_closed_among_its_own() -> None:
    private = an_incident(private=True)
    (resolved,) = RESOLVE.decide(private, NOW)
    after = resolved.apply(private)
    (closed,) = CLOSE.decide(after, NOW)
    kinds = [type(effect) for event in (resolved, closed) for effect in event.effects(after)]
    assert kinds == [ShowTopic, ShowCard, PostInRoom, FileDraft, CopyDraft, ShowTopic, ShowCard, PostInRoom]


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
    assert after == an_incident(phase=Phase.LEARNING, ending=Ending.CLOSED, ended_at=NOW, stamps=stamps)
    text = "<@U0ANA> closed INC-7: see <https://x.example> @\u200bhere"
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


def after(command: Command, incident: Incident) -> Incident:
    """The incident after a command."""
    for event in command.decide(incident, NOW):
        incident = event.apply(incident)
    return incident


@pytest.mark.parametrize(
    ("phase", "to"),
    [(Phase.DETECTION, Phase.CONTAINMENT), (Phase.CONTAINMENT, Phase.RECOVERY), (Phase.RECOVERY, Phase.LEARNING)],
)
def test_next_goes_on_and_the_last_step_is_to_resolve(phase: Phase, to: Phase) -> None:
    moved = after(MovePhase(incident=SEVEN, by=BEN), an_incident(phase=phase))
    assert moved.phase is to
    stamp = {Phase.CONTAINMENT: Stamp.ANALYSED, Phase.RECOVERY: Stamp.ERADICATED, Phase.LEARNING: Stamp.RESOLVED}[to]
    assert moved.stamps[stamp] == stamped(NOW, BEN)
    assert following(Phase.LEARNING) is Phase.LEARNING


def test_a_phase_is_told_everywhere_and_moves_the_promise() -> None:
    (event, promise) = MovePhase(incident=SEVEN, by=BEN, to=Phase.RECOVERY).decide(an_incident(), NOW)
    change = "moved on to Recovery"
    assert event.tells(an_incident()) == Entry(text=f"<@U0BEN> {change}", at=NOW, by=BEN)
    also = f"Next update by {when(DECLARED + timedelta(hours=1), near=True)}."
    assert event.effects(event.apply(an_incident())) == (
        ShowTopic(), ShowCard(),
        PostInRoom(
            text=f"<@U0BEN> {change}. Restore, validate, tell people. {also}", aloud=True, evidence=True
        ),
        ShowAnnouncement(), PostUnderAnnouncement(text=f"Now: Restoring the service. {also}"),
    )  # fmt: skip
    assert promise.apply(an_incident()).promise is not None
    (event, _) = MovePhase(incident=SEVEN, by=BEN, to=Phase.RECOVERY).decide(an_incident(private=True), NOW)
    kinds = [type(effect) for effect in event.effects(an_incident(private=True))]
    assert kinds == [ShowTopic, ShowCard, PostInRoom]


def test_back_needs_a_reason_and_forgets_what_is_no_longer_so() -> None:
    known = {stamp: stamped(NOW) for stamp in (Stamp.DECLARED, Stamp.ANALYSED, Stamp.CONTAINED, Stamp.ERADICATED)}
    recovering = an_incident(phase=Phase.RECOVERY, stamps=known)
    back = MovePhase(incident=SEVEN, by=BEN, to=Phase.CONTAINMENT)
    with pytest.raises(Refused, match="Say why it goes back") as refused:
        back.decide(recovering, NOW)
    assert refused.value.field == "reason"
    again = after(replace(back, reason="errors <!here> rise"), recovering)
    assert again.stamps.keys() == {Stamp.DECLARED, Stamp.ANALYSED}
    (event, *_) = replace(back, reason="errors <!here> rise").decide(recovering, NOW)
    entry = event.tells(again)
    assert entry is not None
    assert entry.text == "<@U0BEN> went back to Containment &amp; Eradication: errors @\u200bhere rise"
    first = after(MovePhase(incident=SEVEN, by=BEN, to=Phase.DETECTION, reason="x"), recovering)
    assert first.stamps.keys() == {Stamp.DECLARED}


@pytest.mark.parametrize("ending", [None, Ending.CLOSED, Ending.CANCELLED])
def test_what_was_over_is_reopened_with_a_new_promise(ending: Ending | None) -> None:
    known = (Stamp.CONTAINED, Stamp.RESOLVED, Stamp.CLOSED)
    stamps = {Stamp.DECLARED: stamped(DECLARED), **dict.fromkeys(known, stamped(NOW))}
    over = an_incident(phase=Phase.LEARNING, ending=ending, stamps=stamps)
    again = after(Reopen(incident=SEVEN, by=BEN), over)
    assert (again.phase, again.ending, again.is_open) == (Phase.DETECTION, None, True)
    assert again.stamps.keys() == {Stamp.DECLARED}
    assert again.promise is not None
    (event, *_) = Reopen(incident=SEVEN, by=BEN).decide(over, NOW)
    entry = event.tells(again)
    assert entry is not None
    assert entry.text == "<@U0BEN> reopened it, back to Detection &amp; Analysis"


def test_what_is_open_cannot_be_reopened_and_what_goes_on_elsewhere_comes_back() -> None:
    assert Reopen(incident=SEVEN, by=BEN).decide(an_incident(), NOW) == []
    (undone,) = Reopen(incident=SEVEN, by=BEN).decide(an_incident(ending=Ending.MERGED), NOW)
    assert type(undone).__name__ == "MergeUndone"


def test_preparation_is_no_phase_of_an_incident_and_one_that_ended_moves_no_more() -> None:
    with pytest.raises(Refused, match="comes before any incident"):
        MovePhase(incident=SEVEN, by=BEN, to=Phase.PREPARATION).decide(an_incident(), NOW)
    with pytest.raises(Refused, match="was closed already"):
        MovePhase(incident=SEVEN, by=BEN).decide(an_incident(ending=Ending.CLOSED), NOW)
    assert MovePhase(incident=SEVEN, by=BEN, to=Phase.DETECTION).decide(an_incident(), NOW) == []


def test_contained_is_said_once_and_stamped() -> None:
    contained = after(Contain(incident=SEVEN, by=BEN), an_incident())
    assert contained.stamps[Stamp.CONTAINED] == stamped(NOW, BEN)
    assert contained.phase is Phase.DETECTION
    assert Contain(incident=SEVEN, by=ANA).decide(contained, NOW) == []
    with pytest.raises(Refused, match="was resolved already"):
        Contain(incident=SEVEN, by=BEN).decide(an_incident(phase=Phase.LEARNING), NOW)


def test_the_impact_is_contained_again_after_a_step_back() -> None:
    contained = after(Contain(incident=SEVEN, by=BEN), an_incident(phase=Phase.RECOVERY))
    back = after(MovePhase(incident=SEVEN, by=ANA, to=Phase.CONTAINMENT, reason="errors are back"), contained)
    assert Stamp.CONTAINED not in back.stamps
    assert after(Contain(incident=SEVEN, by=ANA), back).stamps[Stamp.CONTAINED] == stamped(NOW, ANA)


def test_a_false_alarm_that_was_none_goes_on_where_it_was() -> None:
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.CONTAINED: stamped(NOW)}
    cancelled = an_incident(ending=Ending.CANCELLED, stamps=stamps, phase=Phase.CONTAINMENT)
    again = after(Reopen(incident=SEVEN, by=BEN), cancelled)
    assert (again.phase, again.is_open) == (Phase.CONTAINMENT, True)
    assert Stamp.CONTAINED in again.stamps
    (event, *_) = Reopen(incident=SEVEN, by=BEN).decide(cancelled, NOW)
    assert "broke again" not in str(event.effects(again))
    assert "It goes on after all. Now: " in str(event.effects(again))


def test_a_false_alarm_that_is_reopened_promises_updates_again_where_they_are_timed() -> None:
    again = after(Reopen(incident=SEVEN, by=BEN), an_incident(ending=Ending.CANCELLED))
    assert again.promise is not None
    untimed = after(Reopen(incident=SEVEN, by=BEN), an_incident(ending=Ending.CANCELLED, severity=SEV4))
    assert untimed.promise is None
    (event,) = Reopen(incident=SEVEN, by=BEN).decide(an_incident(ending=Ending.CANCELLED, severity=SEV4), NOW)
    assert "timed updates" not in str(event.effects(untimed))


def test_a_false_alarm_is_cancelled_with_its_reason_and_promises_nothing_more() -> None:
    promising = an_incident(promise=Promise(at=NOW, made_at=DECLARED))
    cancelled = after(Cancel(incident=SEVEN, by=BEN, reason=" the alert was misread "), promising)
    assert (cancelled.ending, cancelled.promise) == (Ending.CANCELLED, None)
    with pytest.raises(Refused, match="Say why"):
        Cancel(incident=SEVEN, by=BEN, reason=" ").decide(promising, NOW)
    assert Cancel(incident=SEVEN, by=BEN, reason="x").decide(cancelled, NOW) == []
