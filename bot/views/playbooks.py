"""Playbooks in the room: which one an incident is run by, and the form that chooses another or one more."""

from bot.views.blocks import field, modal, option, section, select
from bot.views.facts import playbooks
from bot.views.message import View
from bot.workflows.incident import Incident
from bot.workflows.policy import Playbook
from bot.workflows.text import cut, escape

CHOOSING = "choose_playbook"  # the callback of the form
SWITCH, ADD = "switch", "add"
HOW = ((SWITCH, "In place of the present one"), (ADD, "Beside the present one"))
VALUE_ROOM = 150  # characters a choice can carry; a file with a longer name cannot be chosen
NONE_RUNS = "No playbook was for {incident}."
NONE_THERE = "There is no playbook here. docs/playbooks.md says how to write one."
UNKNOWN = "There is no playbook “{name}” here. Choose one of these."
WHAT_HAPPENS = (
    "What is done, or left out for a reason, stays as it is. In place of the present one, its open items leave and the "
    "timeline says which; what both have in the same words stays. Items of phases that are over do not come."
)


def playbook_form(incident: Incident, name: str = "") -> View:
    """What it is run by, and which other playbook is to be used; `name` is one that was typed."""
    title = f"Playbook of {incident.name}"
    runs = playbooks(incident) or NONE_RUNS.format(incident=incident.name)
    books = [book for book in incident.policy.playbooks if len(book.key) <= VALUE_ROOM]
    if incident.ending is not None or not books:
        return modal(title, [section(runs if books else f"{runs}\n{NONE_THERE}")])
    wanted = named(books, name)
    unknown = [section(UNKNOWN.format(name=escape(cut(name, 75))))] if name and wanted is None else []
    options = [option(cut(book.name, 75), book.key) for book in books]
    blocks = [
        section(runs),
        *unknown,
        field("playbook", "Which playbook?", select(options, "Choose", wanted.key if wanted else None)),
    ]
    if incident.running:
        how = select([option(label, value) for value, label in HOW], "Choose", SWITCH)
        blocks.append(field("how", "How?", how, hint=WHAT_HAPPENS))
    return modal(title, blocks, callback=CHOOSING, submit="Use it", about=str(incident.id))


def named(books: list[Playbook], name: str) -> Playbook | None:
    """The playbook that was typed: by its name or its file's, whole or as the only one that has the words."""
    words = _plain(name)
    whole = [book for book in books if words in (_plain(book.name), _plain(book.key))]
    part = [book for book in books if words and words in f"{_plain(book.name)}\n{_plain(book.key)}"]
    return whole[0] if whole else part[0] if len(part) == 1 else None


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())
