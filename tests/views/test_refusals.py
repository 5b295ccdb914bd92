"""Every refusal says why, and offers the right next button."""

from bot.views.refusals import refusal_view, refused
from bot.workflows.commands import Refused
from bot.workflows.endings import Resolve
from bot.workflows.incident import IncidentId
from tests.views.incidents import ANA, labels, words


def test_a_refusal_with_an_offer() -> None:
    shown = refused(Refused("Still open.", offer=Resolve(incident=IncidentId(7), by=ANA)))
    assert shown.text == "Still open."
    assert labels(shown) == ["[Resolve INC-7]"]
    assert shown.blocks[1]["elements"][0]["value"] == "resolve INC-7"


def test_a_refusal_without_one() -> None:
    assert words(refused(Refused("No.")).blocks) == ["No."]
    assert words(refusal_view("No.")["blocks"]) == ["No."]
