"""The checklist: its items on the card and in its form, what is asked before one is skipped or given away."""

from collections.abc import Sequence

from bot.views.blocks import button, context, field, modal, overflow, plain_text, section, text_input
from bot.views.facts import let_in_hint, people, playbooks
from bot.views.message import Block, View
from bot.workflows.checklist import blocking, due_at, in_order, of_phase, phase_plan
from bot.workflows.course import COURSE, PHASES
from bot.workflows.incident import Incident, Item, ItemState
from bot.workflows.policy import Phase
from bot.workflows.text import escape, escape_prose
from bot.workflows.times import HOURS, when

ITEM = "item"  # the action of an item's menu; its values are INCIDENT:ITEM:WHAT
DONE, MINE, ASSIGN, SKIP, HELP, UNDO = "done", "mine", "assign", "skip", "help", "undo"
CALLBACK, SKIPPING, ASSIGNING, HELPING = "checklist", "skip_item", "assign_item", "item_help"
PLAYBOOK = "playbook"  # the action of the button to another playbook
ON_CARD = 7
IN_FORM = 80  # of the 100 blocks a form may have
NOTHING = "No playbook was for {incident}, so there is no checklist. `/incident task …` begins one."


def on_card(incident: Incident) -> list[Block]:
    """The first open items of the phase, each with its menu, and what is left beyond them."""
    items = in_order(incident)
    blocks = [section(item_text(incident, item), _menu(incident, item)) for item in items[:ON_CARD]]
    left = len(items) - ON_CARD
    return [*blocks, *([context(f"… and {left} more: *Checklist*")] if left > 0 else [])]


def on_card_text(incident: Incident) -> list[str]:
    """The same for people who hear the card read."""
    return [item_text(incident, item) for item in in_order(incident)[:ON_CARD]]


def progress(incident: Incident) -> str:
    """How far the phase is, and what it is not left without; empty without a checklist."""
    items, required = of_phase(incident), blocking(incident)
    if not items or incident.ending is not None:
        return ""
    done = sum(item.state is not ItemState.OPEN for item in items)
    before = "before the next phase" if incident.is_open else "before it is closed"
    waits = f" · {before}: {', '.join(str(item.number) for item in required)}" if required else ""
    return f"*Checklist {done}/{len(items)}*{waits}"


def checklist_form(incident: Incident) -> View:
    """All items, the present phase first."""
    if not incident.checklist:
        nothing = section(NOTHING.format(incident=incident.name), _another(incident))
        return modal(f"Checklist of {incident.name}", [nothing], callback=CALLBACK, about=str(incident.id))
    others = [phase for phase in COURSE if phase is not incident.phase]
    blocks = [block for phase in (incident.phase, *others) for block in _phase(incident, phase)]
    by = [section(playbooks(incident), _another(incident))] if incident.running else []
    return modal(f"Checklist of {incident.name}", [*blocks[:IN_FORM], *by], callback=CALLBACK, about=str(incident.id))


def _another(incident: Incident) -> Block | None:
    """The way to another playbook, while there is something to be done by it."""
    if incident.ending is not None or not incident.policy.playbooks:
        return None
    return button("Change playbook", PLAYBOOK, str(incident.id))


def skip_form(incident: Incident, item: Item) -> View:
    """Why is it left out?"""
    typed = text_input(placeholder="The flag was off already", multiline=True)
    blocks = [section(f"*{escape_prose(item.text)}*"), field("reason", "Why is it left out?", typed)]
    about = f"{incident.id}:{item.number}"
    return modal(f"Skip item {item.number}", blocks, callback=SKIPPING, submit="Skip", about=about)


def assign_form(incident: Incident, item: Item) -> View:
    """Who does it?"""
    everybody: Block = {"type": "users_select", "action_id": "value", "placeholder": plain_text("Choose", 150)}
    who = field("owner", "Who does it?", everybody, hint=let_in_hint(incident))
    blocks = [section(f"*{escape_prose(item.text)}*"), who]
    about = f"{incident.id}:{item.number}"
    return modal(f"Assign item {item.number}", blocks, callback=ASSIGNING, submit="Assign", about=about)


def help_view(item: Item) -> View:
    """What the playbook says beside the item."""
    return modal(f"Item {item.number}", [section(help_text(item))], callback=HELPING)


def help_text(item: Item) -> str:
    """What the playbook says beside the item, and what it is ticked by."""
    by_itself = f"\n_It ticks itself: {seen_by_the_bot(item)}._" if item.sign and not item.by_hand else ""
    return f"*{escape_prose(item.text)}*\n{escape_prose(item.help) or 'The playbook says no more about it.'}{by_itself}"


def seen_by_the_bot(item: Item) -> str:
    """What makes an item tick itself, in words."""
    if item.sign_role:
        return f"when somebody is {escape(item.sign_role.replace('_', ' '))}"
    if item.sign_word:
        return f"when somebody notes it: `/incident note {escape(item.sign_word)}: …`"
    return f"when it is seen that: {item.sign}" if item.sign else ""


def item_text(incident: Incident, item: Item) -> str:
    """One item in a line or two: its number, words, whose it is, by when, and how it stands."""
    words = f"{item.number}. {escape_prose(item.text)}"
    if item.state is ItemState.DONE:
        by = f"by {people((item.by,))}" if item.by else "by itself"
        return f":white_check_mark: {words} _(done {by})_"
    if item.state is ItemState.SKIPPED:
        return f":heavy_minus_sign: {words} _(left out: {escape_prose(item.reason)})_"
    facts = [*(["required"] if item.required else []), *whose(incident, item), *_by_when(incident, item)]
    return f":white_large_square: {words}" + (f"\n{' · '.join(facts)}" if facts else "")


def whose(incident: Incident, item: Item) -> Sequence[str]:
    """Whose an item is: its owner's, else its role's; nothing where it has neither."""
    if item.owner:
        return [people((item.owner,))]
    return [escape(incident.policy.role(item.role).name)] if item.role else []


def _by_when(incident: Incident, item: Item) -> Sequence[str]:
    at = due_at(incident, item)
    return [f"by {when(at, near=item.due is not None and item.due <= HOURS)}"] if at else []


def _phase(incident: Incident, phase: Phase) -> list[Block]:
    items = of_phase(incident, phase)
    if not items:
        return []
    now = " (now)" if phase is incident.phase else ""
    plan = phase_plan(incident, phase)
    exits = "\n".join(f"• {escape(line)}" for line in plan.exits) if plan and phase is incident.phase else ""
    head = section(f"*{escape(PHASES[phase].name)}{now}*" + (f"\nIt is over when:\n{exits}" if exits else ""))
    return [head, *(section(item_text(incident, item), _menu(incident, item)) for item in items)]


def _menu(incident: Incident, item: Item) -> Block | None:
    if incident.ending is not None:
        return None
    if item.state is not ItemState.OPEN:
        choices = [("Undo", UNDO)]
    else:
        helps = [("Help", HELP)] if item.help or item.sign else []
        choices = [("Done", DONE), ("Mine", MINE), ("Assign", ASSIGN), ("Skip", SKIP), *helps]
    return overflow(ITEM, [(label, f"{incident.id}:{item.number}:{what}") for label, what in choices])
