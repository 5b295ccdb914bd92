"""An incident that is written down after the fact: its moments in order, quiet unless asked, and right measures."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.config import load_playbooks
from bot.views.measures import measures
from bot.views.sources import Sources
from bot.workflows.backfill import Backfill, Past
from bot.workflows.commands import Effect, Refused
from bot.workflows.declare import Declaration
from bot.workflows.due import due_times
from bot.workflows.effects import FileDraft, ShowAnnouncement
from bot.workflows.incident import Incident, Stamp
from bot.workflows.phases import Reopen
from bot.workflows.policy import DEFAULT_POLICY, Phase
from tests.values import ANA, BEN, NOW, SEVEN

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SAID = Declaration(title="checkout was failing")
POLICY = replace(DEFAULT_POLICY, playbooks=load_playbooks(None, DEFAULT_POLICY).playbooks)
PAST = Past(said=SAID, began=NOW - DAY, noticed=NOW - DAY + HOUR, contained=NOW - DAY + 2 * HOUR,
            resolved=NOW - DAY + 3 * HOUR, fix="rolled back")  # fmt: skip


def written(past: Past = PAST) -> tuple[Incident, list[Effect]]:
    """The incident as it is then, and what is asked of Slack."""
    incident = Incident(id=SEVEN, policy=POLICY)
    asked: list[Effect] = []
    for event in Backfill(past=past, by=ANA).decide(incident, NOW):
        incident = event.apply(incident)
        asked += event.effects(incident)
    return incident, asked


def test_it_is_over_with_the_moments_of_then_and_nothing_falls_due() -> None:
    incident, asked = written()
    assert (incident.phase, incident.is_open, incident.promise) == (Phase.LEARNING, False, None)
    assert incident.at(Stamp.RESOLVED) == NOW - DAY + 3 * HOUR
    assert due_times(incident) == {}
    assert {item.phase for item in incident.checklist} == {Phase.LEARNING}
    assert FileDraft() in asked
    assert ShowAnnouncement() not in asked
    assert not ShowAnnouncement().wanted(incident)


def test_it_is_announced_and_remembered_when_that_is_asked_for() -> None:
    incident, asked = written(replace(PAST, announced=True))
    assert ShowAnnouncement() in asked
    assert ShowAnnouncement().wanted(incident)
    assert due_times(incident)
    assert ShowAnnouncement() not in written(replace(PAST, announced=True, said=replace(SAID, private=True)))[1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resolved": None}, "resolved"), ({"resolved": NOW + HOUR}, "resolved"), ({"began": NOW + HOUR}, "began"),
        ({"contained": NOW - 2 * DAY}, "contained"), ({"resolved": NOW - 2 * DAY}, "resolved"),
        ({"noticed": NOW - 2 * DAY}, "noticed"), ({"contained": NOW - HOUR}, "resolved"),
        ({"began": None, "contained": None, "noticed": NOW}, "resolved"),
        ({"said": Declaration(title=" ")}, "title"), ({"said": replace(SAID, kind="nonsense")}, "kind"),
    ],
)  # fmt: skip
def test_what_cannot_have_been_is_said_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        written(replace(PAST, **changes))
    assert refused.value.field == field


def test_measures_are_made_of_then_and_what_nobody_knows_stays_unknown() -> None:
    table = measures(Sources(written()[0], (), "https://x.example/"))
    assert "Until it was declared | impact began | declared | 1 h |" in table
    assert "Until the impact stopped | declared | impact stopped | 1 h |" in table
    assert "from the impact | impact began | resolved | 3 h |" in table
    unknown = measures(Sources(written(replace(PAST, noticed=None))[0], (), "https://x.example/"))
    assert "Until it was declared | impact began | declared | _not known: declared_" in unknown


def test_one_that_breaks_again_is_announced_like_any_other() -> None:
    incident, _ = written()
    asked: list[Effect] = []
    for event in Reopen(incident=SEVEN, by=BEN).decide(incident, NOW):
        incident = event.apply(incident)
        asked += event.effects(incident)
    assert ShowAnnouncement() in asked
    assert ShowAnnouncement().wanted(incident)
    assert incident.promise is not None
