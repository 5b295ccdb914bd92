"""The form to declare with, and what it turns into."""

from dataclasses import replace

from bot.views.declare import (
    Wish,
    already_text,
    already_view,
    declare_modal,
    opened_text,
    opened_view,
    opening_text,
    opening_view,
)
from bot.workflows.incident import Part
from bot.workflows.policy import DEFAULT_POLICY, SEV2
from tests.values import NOW
from tests.views.incidents import an_incident, words


def test_the_form_asks_for_a_title_and_little_else() -> None:
    form = declare_modal(DEFAULT_POLICY)
    fields = {block["block_id"]: (block["label"]["text"], block["optional"]) for block in form["blocks"]}
    assert fields == {
        "title": ("What is wrong?", False),
        "severity": ("Severity", True),
        "kind": ("Kind", True),
        "impact": ("What do customers see?", True),
        "started": ("When did customers begin to feel it?", True),
        "private": ("Who may see it?", True),
    }
    assert (form["callback_id"], form["title"]["text"], form["submit"]["text"]) == (
        "declare", "Declare an incident", "Declare",
    )  # fmt: skip


def test_what_was_typed_is_filled_in() -> None:
    form = declare_modal(DEFAULT_POLICY, Wish("checkout & co", "since 13:40", SEV2, private=True))
    elements = {block["block_id"]: block["element"] for block in form["blocks"]}
    assert elements["title"]["initial_value"] == "checkout & co"
    assert elements["summary"]["initial_value"] == "since 13:40"
    assert elements["severity"]["initial_option"]["text"]["text"] == "SEV2 major"
    assert elements["private"]["initial_options"] == elements["private"]["options"]


def test_without_the_scopes_private_is_greyed_out_with_the_reason() -> None:
    last = declare_modal(DEFAULT_POLICY, missing_scopes=("groups:write", "groups:read"))["blocks"][-1]
    assert last["type"] == "context"
    assert words([last]) == [
        "Private rooms are not available here: the app was not granted `groups:write`, `groups:read`. "
        "An administrator can grant them on the app's page, under “OAuth &amp; Permissions”."
    ]


def test_what_the_form_and_the_command_say_while_and_after_the_room_opens() -> None:
    incident = an_incident(title="a & b")
    assert opening_text(incident) == "Opening INC-7 a &amp; b …"
    assert opened_text(incident) == "INC-7 a &amp; b is open: <#C0ROOM>"
    assert opened_text(replace(incident, backfilled=NOW)) == "INC-7 a &amp; b is written down: <#C0ROOM>"
    assert opened_text(an_incident(title="a…")).endswith("150 characters. The rest of this one is on the card.")
    assert already_text(incident) == "This was already declared as *INC-7 a &amp; b*. Change it there: <#C0ROOM>"
    for view, text in ((opening_view, opening_text), (opened_view, opened_text), (already_view, already_text)):
        assert words(view(incident)["blocks"]) == [text(incident)]
        assert "submit" not in view(incident)


def test_a_room_that_could_not_be_opened_is_not_promised() -> None:
    given_up = an_incident(room=None, furnished=tuple(Part))
    said = "INC-7 is declared, but its room could not be opened. You have a direct message that says why."
    assert opened_text(given_up) == said
    assert already_text(given_up) == said
    under_way = an_incident(room=None, furnished=())
    assert already_text(under_way) == (
        "This was already declared as *INC-7 checkout is failing*. Change it there: its room is being opened."
    )
