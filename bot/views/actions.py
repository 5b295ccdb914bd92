"""Action items: the list with what one can do to each, their forms, the reminder, and the table of the draft."""

from datetime import date, datetime

from bot.views.blocks import actions, button, context, field, fitted, modal, overflow, plain_text, section, text_input
from bot.views.facts import let_in_hint, people, title
from bot.views.markdown import literal
from bot.views.message import Block, Message, View
from bot.views.sources import Sources, linked
from bot.workflows.actions import TEXT_LIMIT, day_of
from bot.workflows.incident import ActionItem, ActionState, Incident, UserId
from bot.workflows.text import escape_prose
from bot.workflows.times import named

ACTION = "action"  # the menu and the buttons of an item; their values are INCIDENT:ITEM:WHAT
DONE, CHANGE, DROP = "finish", "change", "drop"
GIVING, CHANGING, DROPPING = "give_action", "change_action", "drop_action"
SHOWN, TEXT_ROOM, REASON_ROOM = 12, 300, 200
NONE_YET = "{incident} has no action items yet. `/incident action Add an alert for … @owner by friday` gives one."
VAGUE = (
    "Nobody can see that done yet: begin with a verb that comes to an end, such as *add*, *remove*, *set*, *test* or "
    "*write*, and say how one sees that it is done. You can also leave it as it is."
)
LET_IN = " This is private: they are let into its room."
EXAMPLE = "Add an alert when replication lags for more than 60 s"
QUESTIONS = (
    "_What makes this less likely?_", "_What makes us notice it sooner?_", "_What makes the next recovery faster?_",
)  # fmt: skip


def listed_actions(incident: Incident, now: datetime) -> Message:
    """All items, those that are late first, then by their day; what has ended last."""
    if not incident.actions:
        text = NONE_YET.format(incident=incident.name)
        return Message(text, [section(text)])
    head = f"*Action items of {title(incident).replace('*', '')}*"
    items = sorted(incident.actions, key=lambda item: (item.state is not ActionState.OPEN, item.due, item.number))
    lines = [line(item, now) for item in items[:SHOWN]]
    blocks = [section(text, _menu(incident, item)) for text, item in zip(lines, items, strict=False)]
    left = [context(f"… and {len(items) - SHOWN} more")] if len(items) > SHOWN else []
    return Message("\n".join([head, *lines])[:3900], [section(head), *blocks, *left])


def line(item: ActionItem, now: datetime) -> str:
    """One item in two lines: what, who, by when, and how it stands."""
    words = f"{item.number}. {fitted(escape_prose(item.text), TEXT_ROOM)}"
    if item.state is ActionState.DONE:
        return f":white_check_mark: {words}\nDone by {people((item.ended_by,) if item.ended_by else ())}"
    if item.state is ActionState.DROPPED:
        return f":heavy_minus_sign: {words}\nDropped: {fitted(escape_prose(item.reason), REASON_ROOM)}"
    late = "*late*: " if item.due < now else ""
    return f":white_large_square: {words}\n{people((item.owner,))} · {late}by {named(day_of(item))}"


def reminder(incident: Incident, item: ActionItem, now: datetime) -> Message:
    """What its owner reads, with the buttons for it."""
    late = now > item.due
    head = f"Action item {item.number} of {title(incident).replace('*', '')}"
    due = f"was due by {named(day_of(item))}" if late else f"is due by {named(day_of(item))}"
    text = f"*{head}* {due}:\n{escape_prose(item.text)}"
    value = f"{incident.id}:{item.number}"
    buttons = [
        button("Done", f"{ACTION}_{DONE}", f"{value}:{DONE}", style="primary"),
        button("Change day or owner", f"{ACTION}_{CHANGE}", f"{value}:{CHANGE}"),
        button("Drop", f"{ACTION}_{DROP}", f"{value}:{DROP}"),
    ]
    return Message(text, [section(text), actions(buttons)])


def give_form(incident: Incident, text: str, owner: UserId | None, due: date | None, *, vague: bool = False) -> View:
    """What is to be done, who does it, and by when; filled in with what was typed."""
    typed = text_input(text[:TEXT_LIMIT], EXAMPLE, multiline=True)
    blocks = [
        *([section(VAGUE)] if vague else []),
        field("text", "What is to be done?", typed, hint="Begin with a verb, and say how one sees that it is done."),
        field("owner", "Who does it?", _everybody(owner), hint=let_in_hint(incident)),
        field("due", "By when?", _calendar(due)),
    ]
    about = f"{incident.id}:{'asked' if vague else ''}"
    return modal(f"Action item, {incident.name}", blocks, callback=GIVING, submit="Give", about=about)


def change_form(incident: Incident, item: ActionItem) -> View:
    """Another owner, another day."""
    blocks = [
        section(f"*{escape_prose(item.text)}*"),
        field("owner", "Who does it?", _everybody(item.owner), hint=let_in_hint(incident)),
        field("due", "By when?", _calendar(day_of(item))),
    ]
    about = f"{incident.id}:{item.number}"
    return modal(f"Action item {item.number}", blocks, callback=CHANGING, submit="Change", about=about)


def drop_form(incident: Incident, item: ActionItem) -> View:
    """Why will it not be done?"""
    typed = text_input(placeholder="The service is switched off next month", multiline=True)
    blocks = [section(f"*{escape_prose(item.text)}*"), field("reason", "Why will it not be done?", typed)]
    about = f"{incident.id}:{item.number}"
    return modal(f"Drop item {item.number}", blocks, callback=DROPPING, submit="Drop", about=about)


def table(sources: Sources) -> str:
    """The items as the draft shows them; without any, the questions they would answer."""
    head = ["| Action | Owner | Due | |", "|---|---|---|---|"]
    items = sources.incident.actions
    if not items:
        return "\n".join([*head, *(f"| {question} |  |  |  |" for question in QUESTIONS)])
    return "\n".join([*head, *(_row(sources, item) for item in items)])


def _row(sources: Sources, item: ActionItem) -> str:
    what = linked(sources.prose(escape_prose(item.text)).replace("[", "").replace("]", ""), "")
    reason = f": {literal(item.reason)}" if item.reason else ""
    ended = sources.of_moment(item.ended_at or item.given_at, "ActionEnded", "ActionGiven")
    state = linked(f"{item.state}{reason}", ended)
    day = day_of(item).isoformat()
    return f"| {item.number}. {what} | {sources.named(item.owner)} | {day} | {state} |"


def _menu(incident: Incident, item: ActionItem) -> Block | None:
    if item.state is not ActionState.OPEN:
        return None
    choices = [("Done", DONE), ("Change day or owner", CHANGE), ("Drop", DROP)]
    return overflow(ACTION, [(label, f"{incident.id}:{item.number}:{what}") for label, what in choices])


def _everybody(chosen: UserId | None) -> Block:
    people: Block = {"type": "users_select", "action_id": "value", "placeholder": plain_text("Choose", 150)}
    return {**people, "initial_user": chosen} if chosen else people


def _calendar(chosen: date | None) -> Block:
    day: Block = {"type": "datepicker", "action_id": "value", "placeholder": plain_text("Choose a day", 150)}
    return {**day, "initial_date": chosen.isoformat()} if chosen else day


def given_text(item: ActionItem, *, let_in: bool = False) -> str:
    """What the giver is answered: the day as it was understood, and that its owner was let into a private room."""
    came = LET_IN if let_in else ""
    whose = f"{people((item.owner,))}, by {named(day_of(item))}"
    return f"Action item {item.number}: {escape_prose(item.text)}\n{whose}.{came}"
