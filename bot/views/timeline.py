"""The form for writing a line into the timeline."""

from bot.views.blocks import context, field, modal, text_input
from bot.views.message import View
from bot.workflows.incident import Incident

CALLBACK = "note"
WHEN = "when"
NOW = "Now, unless you say when: 14:05, yesterday 22:10, 20 min ago."
HINT = "Decisions, what was ruled out, open questions. A :pushpin: on a message of the room puts that on the timeline."


def note_modal(incident: Incident) -> View:
    """What, and when if that is not now."""
    typed = text_input(placeholder="Rolled back to the release of 14:05", multiline=True)
    blocks = [
        field("note", "What is to be remembered?", typed),
        field(WHEN, "When", text_input(placeholder="14:05"), optional=True, hint=NOW),
        context(HINT),
    ]
    return modal(f"Note for {incident.name}", blocks, callback=CALLBACK, submit="Note", about=str(incident.id))
