"""Declaring: a title is enough, and every text is safe to show."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.workflows.commands import Refused
from bot.workflows.declare import TEXT_LIMIT, TITLE_LIMIT, Declaration, Declare, IncidentDeclared, tidied
from bot.workflows.effects import LetIn, OpenRoom, PinCard, RecallPast, ShowAnnouncement, ShowCard, ShowTopic
from bot.workflows.incident import Graded, Incident, IncidentId, Promise, Stamp, Stamped, Step, UserId
from bot.workflows.policy import SEV2, Phase, SeverityKey

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
ANA = UserId("U0ANA")
BLANK = Incident(id=IncidentId(7))


def declared(said: Declaration) -> tuple[IncidentDeclared, Incident]:
    (event,) = Declare(said=said, by=ANA).decide(BLANK, NOW)
    assert isinstance(event, IncidentDeclared)
    return event, event.apply(BLANK)


def test_a_title_is_enough() -> None:
    _, incident = declared(Declaration(title="checkout is failing"))
    assert (incident.name, incident.title, incident.phase) == ("INC-7", "checkout is failing", Phase.DETECTION)
    assert incident.severity is None
    assert incident.participants == (ANA,)


def test_the_room_comes_first_and_the_declarer_alone() -> None:
    event, incident = declared(Declaration(title="checkout is failing"))
    assert list(event.effects(incident)) == [
        OpenRoom(), LetIn(users=(ANA,), entrance=True), ShowTopic(), ShowCard(), PinCard(), ShowAnnouncement(),
        RecallPast(),
    ]  # fmt: skip


def test_a_private_one_is_not_announced() -> None:
    event, incident = declared(Declaration(title="a breach", private=True))
    assert ShowAnnouncement() not in event.effects(incident)


@pytest.mark.parametrize("title", ["", "   ", "\n\t"])
def test_an_empty_title_is_refused_at_its_field(title: str) -> None:
    with pytest.raises(Refused, match="An incident needs a title") as refused:
        Declare(said=Declaration(title=title), by=ANA).decide(BLANK, NOW)
    assert refused.value.field == "title"


def test_an_unknown_severity_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"There is no severity “sev9” here\. Choose one of sev1, sev2, sev3, sev4\."):
        Declare(said=Declaration(title="x", severity=SeverityKey("sev9")), by=ANA).decide(BLANK, NOW)


def test_what_does_not_fit_the_title_is_in_the_summary() -> None:
    said = tidied(Declaration(title="long " * 100, summary="and more"))
    assert len(said.title) <= TITLE_LIMIT
    assert said.summary == " ".join(["long"] * 100) + "\nand more"


def test_the_same_words_are_a_twin_whatever_their_spaces_and_case() -> None:
    twins = [Declare(said=Declaration(title=title), by=ANA).twin for title in ("Checkout  fails", " checkout fails ")]
    assert twins[0] == twins[1]
    assert Declare(said=Declaration(title="checkout fails"), by=UserId("U0BEN")).twin != twins[0]
    assert len(Declare(said=Declaration(title="x" * 40_000), by=ANA).twin) < 400


def test_the_timeline_cannot_call_the_channel() -> None:
    event, incident = declared(Declaration(title="<!channel> & <@U1>", severity=SEV2))
    assert event.tells(incident).text == ("<@U0ANA> declared INC-7 as SEV2 major: &lt;!channel&gt; &amp; &lt;@U1&gt;")


@pytest.mark.parametrize(
    ("title", "kept", "summary"),
    [
        ("x" * TITLE_LIMIT, "x" * TITLE_LIMIT, ""),
        ("x" * (TITLE_LIMIT + 1), "x" * (TITLE_LIMIT - 1) + "…", "x" * (TITLE_LIMIT + 1)),
        ("  two\n lines\t", "two lines", ""),
    ],
)
def test_a_title_is_one_line_within_its_limit(title: str, kept: str, summary: str) -> None:
    assert tidied(Declaration(title=title)) == Declaration(title=kept, summary=summary)


def test_longer_texts_have_a_limit_too() -> None:
    said = tidied(Declaration(title="x", summary=" " + "s" * (TEXT_LIMIT + 1), impact="i" * (TEXT_LIMIT + 1) + " "))
    assert (said.summary, said.impact) == ("s" * (TEXT_LIMIT - 1) + "…", "i" * (TEXT_LIMIT - 1) + "…")


def test_everything_that_was_said_is_kept() -> None:
    said = Declaration(title="x", summary="s", impact="i", kind="outage", severity=SEV2, private=True)
    stamps = {Stamp.DECLARED: Stamped(at=NOW, by=ANA, set_at=NOW)}
    event, incident = declared(said)
    assert event == IncidentDeclared(said=said, by=ANA, at=NOW)
    assert incident == Incident(
        id=IncidentId(7), title="x", summary="s", impact="i", kind="outage", severity=SEV2, private=True,
        declared_by=ANA, participants=(ANA,), stamps=stamps, course=(Step(phase=Phase.DETECTION, at=NOW, by=ANA),),
        promise=Promise(at=NOW + timedelta(minutes=30), made_at=NOW), grades=(Graded(severity=SEV2, at=NOW),),
    )  # fmt: skip


def test_an_unknown_severity_calls_nobody() -> None:
    with pytest.raises(Refused) as refused:
        Declare(said=Declaration(title="x", severity=SeverityKey("<!here>")), by=ANA).decide(BLANK, NOW)
    assert refused.value.reason.startswith("There is no severity “&lt;!here&gt;” here.")
    assert refused.value.field == "severity"
