"""The forms for roles, severity and notes."""

from bot.views.roles import roles_modal
from bot.views.severity import severity_modal
from bot.views.timeline import note_modal
from bot.workflows.policy import COMMANDER, TECHNICAL_LEAD
from tests.views.incidents import ANA, BEN, an_incident, words


def test_roles_can_be_taken_while_that_is_possible_and_always_given() -> None:
    form = roles_modal(an_incident(roles={COMMANDER: (ANA,), TECHNICAL_LEAD: (BEN,)}))
    assert words(form["blocks"])[:6] == [
        "Choosing somebody gives them the role; for a role of one person, in place of whoever holds it.",
        "*Incident commander:* <@U0ANA>\nYou decide and keep the big picture; others fix.",
        "Give incident commander to",
        "*Technical lead:* <@U0BEN>\nYou lead diagnosis and repair; changes to production go through you.",
        "[Take this role]",
        "Give technical lead to",
    ]
    assert form["private_metadata"] == "7"
    assert [block["block_id"] for block in form["blocks"] if block["type"] == "input"] == [
        "give-commander", "give-technical_lead", "give-communications_lead", "give-scribe",
    ]  # fmt: skip


def test_a_form_that_stood_open_takes_no_role_from_anybody() -> None:
    form = roles_modal(an_incident(roles={COMMANDER: (ANA,)}))
    assert not [block for block in form["blocks"] if "initial_user" in block.get("element", {})]


def test_the_severity_now_is_chosen() -> None:
    form = severity_modal(an_incident())
    assert words(form["blocks"]) == ["Now: *SEV1 critical*", "Severity"]
    assert form["blocks"][1]["element"]["initial_option"]["value"] == "sev1"
    assert "initial_option" not in severity_modal(an_incident(severity=None))["blocks"][1]["element"]


def test_a_note_is_one_field() -> None:
    form = note_modal(an_incident())
    assert (form["title"]["text"], form["private_metadata"]) == ("Note for INC-7", "7")
    assert words(form["blocks"])[0] == "What is to be remembered?"
