"""When the impact began: said, said again, corrected, and refused where it cannot be."""

from datetime import timedelta

import pytest

from bot.workflows.commands import Entry, Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.effects import PostInRoom, ShowAnnouncement, ShowCard
from bot.workflows.incident import Incident, Stamp, Stamped
from bot.workflows.started import ImpactBegan, SayStarted
from bot.workflows.times import when
from tests.values import ANA, BEN, DECLARED, NOW, SEVEN, an_incident, stamped

BEGAN = DECLARED - timedelta(minutes=20)
SAID = SayStarted(incident=SEVEN, began=BEGAN, by=BEN)


def begun(incident: Incident) -> Incident:
    (event,) = SAID.decide(incident, NOW)
    return event.apply(incident)


def test_it_is_a_stamp_with_who_gave_it_and_when() -> None:
    (event,) = SAID.decide(an_incident(), NOW)
    after = event.apply(an_incident())
    assert after.stamps[Stamp.IMPACT_STARTED] == Stamped(at=BEGAN, by=BEN, set_at=NOW)
    text = f"<@U0BEN> said when the impact began: {when(BEGAN)}"
    assert event.tells(after) == Entry(text=text, at=NOW, by=BEN)
    assert event.effects(after) == (ShowCard(), ShowAnnouncement(), PostInRoom(text=text, evidence=True))
    private = event.apply(an_incident(private=True))
    assert ShowAnnouncement() not in event.effects(private)


def test_it_may_be_corrected_and_the_entry_says_from_what_to_what() -> None:
    earlier = BEGAN - timedelta(minutes=5)
    (event,) = SayStarted(incident=SEVEN, began=earlier, by=ANA).decide(begun(an_incident()), NOW)
    assert event == ImpactBegan(began=earlier, before=BEGAN, by=ANA, at=NOW)
    after = event.apply(begun(an_incident()))
    assert after.at(Stamp.IMPACT_STARTED) == earlier
    entry = event.tells(after)
    assert entry is not None
    assert entry.text == f"<@U0ANA> corrected when the impact began: from {when(BEGAN)} to {when(earlier)}"


def test_the_same_moment_again_is_no_news() -> None:
    assert SAID.decide(begun(an_incident()), NOW) == []


def test_it_is_neither_still_to_come_nor_after_the_end() -> None:
    with pytest.raises(Refused, match="still to come"):
        SayStarted(incident=SEVEN, began=NOW + timedelta(seconds=1), by=BEN).decide(an_incident(), NOW)
    over = an_incident(stamps={Stamp.RESOLVED: stamped(BEGAN)})
    with pytest.raises(Refused, match="its impact began before that"):
        SAID.decide(over, NOW)


def test_it_can_be_said_with_the_declaration() -> None:
    said = Declaration(title="checkout is failing", began=BEGAN)
    blank = Incident(id=SEVEN)
    first, second = Declare(said=said, by=ANA).decide(blank, NOW)
    assert second == ImpactBegan(began=BEGAN, by=ANA, at=NOW)
    assert second.apply(first.apply(blank)).at(Stamp.IMPACT_STARTED) == BEGAN
