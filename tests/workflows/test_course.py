"""Severity, notes, marks, resolving, closing, and text on its way in and out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.workflows.commands import Effect, Refused
from bot.workflows.effects import FetchMessage, FileDraft, PostInRoom, PostUnderAnnouncement, ShowAnnouncement
from bot.workflows.endings import Close, Resolve
from bot.workflows.incident import (
    ChannelId,
    Ending,
    Incident,
    IncidentId,
    MessageTs,
    Posted,
    Room,
    Stamp,
    Stamped,
    UserId,
)
from bot.workflows.policy import SEV1, SEV3, Phase
from bot.workflows.severity import SetSeverity
from bot.workflows.text import cut, escape, escape_prose, plain
from bot.workflows.timeline import NOTE_LIMIT, AddNote, MarkMessage
from bot.workflows.times import when

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ANA = UserId("U0ANA")
SEVEN = IncidentId(7)
ROOM = ChannelId("C7")
OPEN = Incident(
    id=SEVEN, title="checkout", severity=SEV3, declared_by=ANA, room=Room(channel=ROOM, name="inc-7"),
    stamps={Stamp.DECLARED: Stamped(at=NOW, by=ANA, set_at=NOW)},
)  # fmt: skip
RESOLVED = replace(OPEN, phase=Phase.LEARNING)
COMMANDS = (
    SetSeverity(incident=SEVEN, severity=SEV1, by=ANA),
    Resolve(incident=SEVEN, by=ANA),
    AddNote(incident=SEVEN, text="x", by=ANA),
)


def test_a_severity_is_told_aloud_and_to_stakeholders() -> None:
    event, _ = SetSeverity(incident=SEVEN, severity=SEV1, by=ANA).decide(OPEN, NOW)
    soon = f"Next update by {when(NOW + timedelta(minutes=5), near=True)}."
    texts = [effect.text for effect in event.effects(event.apply(OPEN)) if isinstance(effect, PostInRoom)]
    assert texts == [f"<@U0ANA> changed the severity from SEV3 minor to SEV1 critical. {soon}"]
    told = [effect.text for effect in event.effects(event.apply(OPEN)) if isinstance(effect, PostUnderAnnouncement)]
    assert told == [f"More severe now: SEV1 critical (was SEV3 minor). {soon}"]


def test_the_same_severity_changes_nothing() -> None:
    assert SetSeverity(incident=SEVEN, severity=SEV3, by=ANA).decide(OPEN, NOW) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_of_a_private_incident_is_announced(command: SetSeverity | Resolve | AddNote) -> None:
    private = replace(OPEN, private=True)
    asked: list[Effect] = []
    for event in command.decide(private, NOW):
        asked += event.effects(event.apply(private))
    assert not [effect for effect in asked if isinstance(effect, ShowAnnouncement | PostUnderAnnouncement)]
    assert not ShowAnnouncement().wanted(private)


def test_resolving_turns_to_learning_and_files_the_draft_after_the_news() -> None:
    (event,) = Resolve(incident=SEVEN, by=ANA).decide(OPEN, NOW)
    incident = event.apply(OPEN)
    assert (incident.phase, incident.is_open, incident.at(Stamp.RESOLVED)) == (Phase.LEARNING, False, NOW)
    effects = [type(effect).__name__ for effect in event.effects(incident)]
    assert effects.index("FileDraft") == effects.index("PostInRoom") + 1
    assert FileDraft().lane(incident) == PostInRoom(text="").lane(incident)


def test_resolving_twice_is_once() -> None:
    assert Resolve(incident=SEVEN, by=ANA).decide(RESOLVED, NOW) == []


def test_an_open_incident_is_not_closed_but_offered_to_be_resolved() -> None:
    with pytest.raises(Refused, match="INC-7 is still open") as refused:
        Close(incident=SEVEN, by=ANA).decide(OPEN, NOW)
    assert refused.value.offer == Resolve(incident=SEVEN, by=ANA)


def test_closing_ends_it_once_with_its_reason() -> None:
    (event,) = Close(incident=SEVEN, by=ANA, reason="all <done>").decide(RESOLVED, NOW)
    incident = event.apply(RESOLVED)
    assert incident.ending is Ending.CLOSED
    entry = event.tells(incident)
    assert entry is not None
    assert entry.text == "<@U0ANA> closed INC-7: all &lt;done&gt;"
    assert Close(incident=SEVEN, by=ANA).decide(incident, NOW) == []


@pytest.mark.parametrize(("text", "matter"), [("  ", "needs some words"), ("x" * (NOTE_LIMIT + 1), "at most 3,000")])
def test_a_note_without_words_or_with_too_many_is_refused(text: str, matter: str) -> None:
    with pytest.raises(Refused, match=matter):
        AddNote(incident=SEVEN, text=text, by=ANA).decide(OPEN, NOW)


def test_a_message_is_marked_once_and_only_in_the_room() -> None:
    here = MarkMessage(incident=SEVEN, message=Posted(channel=ROOM, ts=MessageTs("1.0")), said_at=NOW, by=ANA)
    (event,) = here.decide(OPEN, NOW)
    marked = event.apply(OPEN)
    assert list(event.effects(marked)) == [FetchMessage(channel=ROOM, ts=MessageTs("1.0"))]
    assert here.decide(marked, NOW) == []
    elsewhere = replace(here, message=Posted(channel=ChannelId("C8"), ts=MessageTs("1.0")))
    with pytest.raises(Refused):
        elsewhere.decide(OPEN, NOW)


@pytest.mark.parametrize(
    ("said", "stored", "shown"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c", "a &lt;b&gt; &amp; c"),
        ("&lt;!channel&gt; now", "<!channel> now", "@\u200bchannel now"),
        ("ask <@U1|ana> in <#C1|room>", "ask <@U1|ana> in <#C1|room>", "ask <@U1> in <#C1>"),
        ("<https://x.example/?a=1|here>", "<https://x.example/?a=1|here>", "<https://x.example/?a=1|here>"),
        ("<!subteam^S1> \x00\u202e", "<!subteam^S1>", "@\u200bsubteam"),
    ],
)
def test_text_on_its_way_in_and_out(said: str, stored: str, shown: str) -> None:
    assert plain(said) == stored
    assert escape_prose(plain(said)) == shown


def test_escaped_text_holds_no_token_at_all() -> None:
    assert escape("<@U1> & <!here>") == "&lt;@U1&gt; &amp; &lt;!here&gt;"


def test_text_is_cut_with_an_ellipsis() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcde…"
