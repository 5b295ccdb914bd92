"""Tasks given in the room: the small form, and what whoever gave one reads."""

from bot.views.blocks import field, modal, plain_text, text_input
from bot.views.facts import let_in_hint, people
from bot.views.message import Block, View
from bot.workflows.incident import Incident, Item, Posted, UserId
from bot.workflows.tasks import TEXT_LIMIT
from bot.workflows.text import escape_prose
from bot.workflows.times import when

ADDING = "add_task"  # the callback of the form, and of the message shortcut that opens it
LET_IN = " This is private: they are let into its room."
NO_TIME = "\nIt has no time: “{text}” is none to come that Warroom can read. Say it again with one, such as `in 20m`."
HOW_LONG = "In 20m, at 15:00, by noon, friday 10:00, by friday. Its owner is reminded once when it is over."


def task_form(
    incident: Incident, text: str = "", owner: UserId | None = None, source: Posted | None = None, due: str = ""
) -> View:  # fmt: skip
    """What is to be done; who does it and by when may be left open."""
    typed = text_input(text[:TEXT_LIMIT], "Call the vendor")
    everybody: Block = {"type": "users_select", "action_id": "value", "placeholder": plain_text("Choose", 150)}
    blocks = [
        field("text", "What is to be done?", typed, hint="Begin with a verb."),
        field(
            "owner", "Who does it?", {**everybody, "initial_user": owner} if owner else everybody, optional=True,
            hint=let_in_hint(incident),
        ),
        field("due", "By when?", text_input(due, "in 20m"), optional=True, hint=HOW_LONG),
    ]  # fmt: skip
    about = f"{incident.id}:{source.channel}/{source.ts}" if source else f"{incident.id}:"
    return modal(f"A task for {incident.name}", blocks, callback=ADDING, submit="Add", about=about)


def added_text(item: Item, *, let_in: bool = False, unread: str = "") -> str:
    """What whoever gave it reads: as it was understood; `unread` is what looked like a time and was none."""
    whose = people((item.owner,)) if item.owner else "Nobody's yet: *Mine* on the card takes it"
    no_time = NO_TIME.format(text=escape_prose(unread)) if unread else ""
    by_when = f", by {when(item.due_by)}" if item.due_by else ""
    return f"Item {item.number}: {escape_prose(item.text)}\n{whose}{by_when}.{LET_IN if let_in else ''}{no_time}"
