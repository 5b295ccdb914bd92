"""The forms of the course: going on with required items open, and resolving."""

from bot.views.blocks import context, field, modal, option, section, select, text_input
from bot.views.checklist import item_text
from bot.views.message import Block, View
from bot.workflows.checklist import blocking
from bot.workflows.course import PHASES, objective
from bot.workflows.incident import CustomersTold, Incident
from bot.workflows.policy import Phase
from bot.workflows.text import escape

GOING_ON, RESOLVING, CLOSING = "going_on", "resolving", "closing"
STILL_OPEN = "*Still open in {phase}, and required:*"
WHY = "Why are they left out?"
SURE = "The impact is over: updates stop, the room turns to learning, and a draft of the post-mortem is made."
TOLD = {
    CustomersTold.YES: "Yes, they know",
    CustomersTold.NOT_YET: "Not yet",
    CustomersTold.NOT_NEEDED: "They need not be told",
}


def going_on_form(incident: Incident, to: Phase) -> View:
    """What the phase is not left without, and why it is left all the same."""
    blocks = [*_open_items(incident), context("Or close this, and do them first.")]
    about = f"{incident.id}:{to}"
    title = f"{incident.name}: go on"
    head = section(f"To *{escape(PHASES[to].name)}*: {objective(incident, to)}")
    return modal(title, [head, *blocks], callback=GOING_ON, submit="Go on", about=about)


def resolve_form(incident: Incident, fix: str = "") -> View:
    """What ended it, whether customers know, and why required items are left out if some are open."""
    announced = "" if incident.private else " Stakeholders are told."
    known = field("told", "Have customers been told?", select([option(text, told) for told, text in TOLD.items()],
                  "Not known"), optional=True)  # fmt: skip
    blocks = [
        section(f"{SURE}{announced}"),
        field("fix", "What fixed it?", text_input(fix, "Rolled back to the release of 14:05", multiline=True),
              optional=True, hint="In a sentence. Left empty, the draft asks for it."),
        known,
        *_open_items(incident),
    ]  # fmt: skip
    return modal(f"Resolve {incident.name}", blocks, callback=RESOLVING, submit="Resolve", about=str(incident.id))


def closing_form(incident: Incident) -> View:
    """What it is not closed without, and why it is closed all the same."""
    blocks = [*_open_items(incident), context("Or close this form, and do them first.")]
    return modal(f"Close {incident.name}", blocks, callback=CLOSING, submit="Close it", about=str(incident.id))


def _open_items(incident: Incident) -> list[Block]:
    items = blocking(incident)
    if not items:
        return []
    phase = escape(PHASES[incident.phase].name)
    texts = "\n".join(item_text(incident, item) for item in items)
    typed = text_input(placeholder="It was clear from the start", multiline=True)
    return [section(f"{STILL_OPEN.format(phase=phase)}\n{texts}"), field("reason", WHY, typed)]
