"""The form for writing a line into the timeline."""

from bot.views.blocks import context, field, modal, text_input
from bot.views.message import View
from bot.workflows.incident import Incident

CALLBACK = "note"
HINT = "Decisions, what was ruled out, open questions. A :pushpin: on a message of the room puts that on the timeline."


def note_modal(incident: Incident) -> View:
    """One field."""
    typed = text_input(placeholder="Rolled back to the release of 14:05", multiline=True)
    blocks = [field("note", "What is to be remembered?", typed), context(HINT)]
    return modal(f"Note for {incident.name}", blocks, callback=CALLBACK, submit="Note", about=str(incident.id))
