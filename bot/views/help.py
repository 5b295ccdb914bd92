"""What one can type or tap: help, the tray of a room, and the questions that are asked back."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.views.blocks import VALUE_LIMIT, actions, button, context, fitted, section
from bot.views.controls import PRIVATE, controls, in_menu
from bot.views.facts import grade, heading, title
from bot.views.message import TEXT_LIMIT, Message
from bot.views.refusals import asked, say
from bot.views.status import listing
from bot.workflows.incident import NOBODY, Incident, UserId
from bot.workflows.offers import standing
from bot.workflows.parsed import Choice, Malformed, Question, TrayWithTitle
from bot.workflows.permissions import ALL, Deed
from bot.workflows.text import cut, escape
from bot.workflows.words import VERBS, Verb, VerbName

INTRO = "*Warroom* opens a room for an incident and helps to run it. What you can type:"
# Every verb stands under one of these, in the order people need them.
TOPICS: tuple[tuple[str, tuple[VerbName, ...]], ...] = (
    ("Declare, and find your way", (
        VerbName.DECLARE, VerbName.BACKFILL, VerbName.STATUS, VerbName.LIST, VerbName.CATCHUP, VerbName.RELATED,
        VerbName.HELP,
    )),
    ("Who does what", (VerbName.CLAIM, VerbName.ROLE, VerbName.HANDOVER)),
    ("What it is, and how it goes on", (
        VerbName.SEVERITY, VerbName.KIND, VerbName.SERVICE, VerbName.STARTED, VerbName.PHASE, VerbName.NEXT,
        VerbName.CONTAINED, VerbName.RESOLVE, VerbName.CLOSE, VerbName.REOPEN, VerbName.CANCEL, VerbName.MERGE,
        VerbName.RELATE, VerbName.UNRELATE, VerbName.PRIVATE,
    )),
    ("What is to be done", (
        VerbName.CHECKLIST, VerbName.CHECK, VerbName.UNCHECK, VerbName.SKIP, VerbName.TASK, VerbName.PLAYBOOK,
        VerbName.PLAYBOOKS,
    )),
    ("What is told, and written down", (VerbName.UPDATE, VerbName.NOTE, VerbName.TIMELINE)),
    ("What is learnt", (VerbName.POSTMORTEM, VerbName.FACTOR, VerbName.ACTION, VerbName.ACTIONS)),
    ("Warroom itself", (VerbName.HEALTH, VerbName.REPAIR)),
)  # fmt: skip
SPELLINGS = "Also: {spellings}"
ROOM_INTRO = "What you can do in {incident} now:"
MORE = "`{command} help` lists everything you can type."
SHOWN_ROLES = 5  # that one person holds
ASKED = "What do you mean by “{asked}”?"
EXAMPLE = "{message}\nFor example: `{command} {example}`"
TOO_LONG_TO_TAP = "To declare that as a new incident, type `{command} declare` before it."
TOO_LONG = "{question} Say its number: `{command} … INC-7`."


def help_text(verb: VerbName | None, command: str) -> Message:
    """What one can type, or how one verb is used."""
    if verb is not None:
        shown = [entry for entry in VERBS if entry.name is verb]
        return _told("\n".join(_usage(entry, command) + _spellings(entry) for entry in shown))
    free = f"• `{escape(command)} checkout is failing`: fill in a form to declare an incident"
    parts = [f"{INTRO}\n{free}", *(_topic(heading, names, command) for heading, names in TOPICS)]
    return Message("\n".join(parts), [section(part) for part in parts])


def overview(incidents: Sequence[Incident], command: str) -> Message:
    """What the bare command says outside a room: the open incidents, and help."""
    words, open_ones = help_text(None, command), listing(incidents)
    return Message(f"{open_ones.text}\n{words.text}", [*open_ones.blocks, {"type": "divider"}, *words.blocks])


def tray(
    incident: Incident, command: str, free: TrayWithTitle | None = None, *, viewer: UserId = NOBODY,
    may: Collection[Deed] = ALL,
) -> Message:  # fmt: skip
    """What one can do in this room now; with free text, declaring that as a new incident is one of the buttons."""
    intro = ROOM_INTRO.format(incident=heading(incident))
    more = MORE.format(command=escape(command))
    choices = [Choice("Status", f"status {incident.name}")]
    if incident.ending is None:
        choices.append(Choice("Add a task", f"task {incident.name}"))
        choices += _hand_over(incident, viewer) if Deed.ROLE in may else []
    if incident.ending is None and not incident.is_open:
        choices.append(Choice("Post-mortem draft", f"postmortem {incident.name}"))
    if incident.ending is None and not incident.private and not in_menu(incident, PRIVATE, may):
        choices.append(Choice("Make it private", f"private {incident.name}"))
    if not incident.is_open and Deed.PHASE in may:
        choices.append(Choice("Reopen", f"reopen {incident.name}"))
    first, *others = [say(choice, index) for index, choice in enumerate(choices)]
    buttons = [first, *controls(incident, may), *others]
    # What is written in private becomes no title that everybody reads, by one press of a button.
    words = _declaring(replace(free, private=free.private or incident.private)) if free else ""
    if len(words) > VALUE_LIMIT:
        more = f"{TOO_LONG_TO_TAP.format(command=escape(command))} {more}"
    elif free:
        buttons.append(say(Choice(cut(f"Declare “{free.title}”", 75), words), len(choices)))
    return Message(f"{intro}\n{more}", [section(intro), actions(buttons), context(more)])


def _hand_over(incident: Incident, viewer: UserId) -> list[Choice]:
    """One for each role that somebody holds; of one they offer already, the way back."""
    names = {rule.key: rule.name for rule in incident.policy.roles}
    held = [role for role in incident.roles_of(viewer) if role in names][:SHOWN_ROLES]
    offered = {offer.role for offer in standing(incident) if offer.holder == viewer}
    undo = [Choice(cut(f"Withdraw the offer of {names[role]}", 75), f"handover withdraw {role} {incident.name}")
            for role in held if role in offered]  # fmt: skip
    free = [Choice(cut(f"Hand over as {names[role]}", 75), f"handover {role} {incident.name}")
            for role in held if role not in offered]  # fmt: skip
    return [*undo, *free]


def question(asked_back: Question, *, private: bool = False) -> Message:
    """A question with a button for each thing the words may mean; asked in private, none opens a public incident."""
    choices = tuple(Choice(choice.label, escape(_kept_private(choice, private))) for choice in asked_back.choices)
    return asked(ASKED.format(asked=escape(asked_back.asked)), choices)


def picker(reason: str, choices: Sequence[tuple[Incident, str]], command: str) -> Message:
    """Which incident? Each button carries the typed words with that incident's number."""
    fitting = [(incident, words) for incident, words in choices if len(words) <= VALUE_LIMIT]
    if len(fitting) < len(choices):
        return _told(TOO_LONG.format(question=reason, command=escape(command)))
    lines = [f"• {title(incident)} ({grade(incident)})" for incident, _ in fitting]
    buttons = [
        button(cut(f"{incident.name} {incident.title}", 75), f"say:{index}", words)
        for index, (incident, words) in enumerate(fitting)
    ]
    text = fitted("\n".join([reason, *lines]), TEXT_LIMIT)
    return Message(text, [section(text), *([actions(buttons)] if buttons else [])])


def malformed(no: Malformed, command: str) -> Message:
    """A verb with something that does not fit: why, an example, and the way to its help."""
    text = EXAMPLE.format(message=no.message, command=escape(command), example=escape(no.example))
    return asked(text, (Choice(f"How to use {no.verb}", f"help {no.verb}"),))


def _declaring(free: TrayWithTitle) -> str:
    words = f"declare {free.title}{f' {free.severity}' if free.severity else ''}{' --private' if free.private else ''}"
    return escape(f"{words}\n{free.summary}" if free.summary else words)


def _kept_private(choice: Choice, private: bool) -> str:
    words = choice.command_text
    return f"{words} --private" if private and words.partition(" ")[0] == VerbName.DECLARE else words


def _topic(heading: str, names: Sequence[VerbName], command: str) -> str:
    entries = (f"• {_usage(entry, command)}" for name in names for entry in VERBS if entry.name is name)
    return "\n".join([f"*{heading}*", *entries])


def _usage(verb: Verb, command: str) -> str:
    return f"`{escape(command)} {escape(verb.usage)}`: {verb.help}"


def _spellings(verb: Verb) -> str:
    return (
        f"\n{SPELLINGS.format(spellings=', '.join(f'`{word}`' for word in verb.spellings))}" if verb.spellings else ""
    )


def _told(text: str) -> Message:
    return Message(fitted(text, TEXT_LIMIT), [section(text)])
