"""The forms for roles, severity, notes and status updates."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.views.roles import roles_modal
from bot.views.severity import severity_modal
from bot.views.timeline import note_modal
from bot.views.updates import draft, preview, previewed, unseen
from bot.workflows.incident import StatusUpdate
from bot.workflows.policy import COMMANDER, TECHNICAL_LEAD, Phase
from bot.workflows.updates import Said
from tests.views.incidents import ANA, BEN, CLEO, NOW, ALine, an_incident, words


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


@pytest.mark.parametrize(
    "said",
    [
        Said(happening="x"),
        Said(happening="a|b:c", affected="", doing="d\n|1:2", next_in=timedelta(minutes=35)),
        Said(happening='"' * 1000, affected="é" * 400, doing="\\" * 1000, next_in=timedelta(days=7)),
    ],
)
def test_a_preview_carries_the_words_as_they_are(said: Said) -> None:
    shown = preview(an_incident(), said, ANA, NOW)
    assert len(shown["private_metadata"]) <= 3000
    assert previewed(shown["private_metadata"]) == (7, said)


def test_a_draft_holds_what_was_put_right_instead_of_what_was_wrong() -> None:
    lines = [
        ALine(seq=1, text="<@U0BEN> noted: rolled back to 4.2", corrected=3),
        ALine(seq=2, kind="RoleTaken", text="<@U0BEN> is scribe", corrected=4),
        ALine(seq=3, kind="LineCorrected", text="<@U0BEN> corrected line 1: it was 4.3", corrects=1),
        ALine(seq=4, kind="LineCorrected", text="<@U0BEN> corrected line 2: it was Cleo", corrects=2),
    ]
    assert draft(an_incident(), lines, NOW).doing == "• it was 4.3"


def test_a_draft_holds_what_was_noted_since_the_last_update_and_nobodys_name() -> None:
    told = StatusUpdate(number=1, happening="Payments fail", affected="All of Spain", doing="x", by=ANA, at=NOW)
    lines = [
        ALine(text="<@U0BEN> noted: too old", at=NOW - timedelta(minutes=1)),
        ALine(text="<@U0BEN> noted: rolled back to &lt;4.2&gt;", at=NOW + timedelta(minutes=1)),
        ALine(text="errors fall", marked=True, kind="MessageMarked", at=NOW + timedelta(minutes=2)),
        ALine(text="oops", marked=True, kind="MessageMarked", deleted=True, at=NOW + timedelta(minutes=2)),
        ALine(text="<@U0BEN> noted: began", at=NOW - timedelta(hours=1), recorded=NOW + timedelta(minutes=3)),
        ALine(text="<@U0BEN> is scribe", kind="RoleClaimed", at=NOW + timedelta(minutes=2)),
        ALine(text="<@U0BEN> noted: too new", at=NOW + timedelta(minutes=9)),
    ]
    said = draft(an_incident(update=told), lines, NOW + timedelta(minutes=5))
    assert said == Said(
        happening="Payments fail", affected="All of Spain", doing="• rolled back to <4.2>\n• errors fall\n• began",
        next_in=timedelta(minutes=15),
    )  # fmt: skip
    assert draft(an_incident(), [], NOW) == Said(
        happening="checkout is failing", doing="Finding out what is wrong.", next_in=timedelta(minutes=15)
    )


def test_what_is_sent_unseen_holds_nothing_that_was_noted_and_the_present_phase() -> None:
    told = StatusUpdate(number=1, happening="Payments fail", affected="All", doing="Finding out what is wrong.",
                        by=ANA, at=NOW)  # fmt: skip
    said = unseen(an_incident(update=told, phase=Phase.RECOVERY))
    assert said == Said(happening="Payments fail", affected="All", doing="Restoring the service.",
                        next_in=timedelta(minutes=30))  # fmt: skip
    own = unseen(an_incident(update=replace(told, doing="We roll back"), phase=Phase.RECOVERY))
    assert own.doing == "We roll back"


def test_the_draft_in_the_form_names_nobody_and_has_no_blocks_of_code() -> None:
    lines = [
        ALine(text="OOM:\n```\nkilled 4411\n```\nasked <@U0CLEO> and <@U0BEN|ben>", marked=True, kind="MessageMarked"),
        ALine(text="<@U0BEN> noted: <@U0ANA> looks at it ```x", kind="NoteAdded"),
        ALine(text="```\nonly code\n```", marked=True, kind="MessageMarked"),
    ]
    said = draft(an_incident(roles={TECHNICAL_LEAD: (CLEO,)}), lines, NOW)
    assert said.doing == "• OOM: asked the technical lead and somebody\n• somebody looks at it"
