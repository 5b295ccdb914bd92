"""How the verbs of what is to be done are read: tasks, action items, and the items of the checklist."""

from bot.workflows.arguments import number_in_front, only_digits, owner_in, parted, taken_apart
from bot.workflows.parsed import ActionWords, CheckWords, Malformed, Parsed, PlaybookWords, SkipWords, TaskWords
from bot.workflows.reading import one_incident, too_long
from bot.workflows.words import REASON_LIMIT, Said

WHICH_ITEM = "Say the number of the item; `checklist` shows them."
ONE_ITEM = "One item at a time. One of another incident is named with its number, such as INC-7."
WHAT_TASK = "Say what is to be done. An item that is there is ticked with `check` and its number."
WHY_SKIP = "Say why it is left out."


def action(said: Said) -> Parsed | None:
    """`action Add an alert @ana by friday`."""
    incident, words = number_in_front(said.rest)
    if words and not taken_apart(words).users and incident is None and not (said.canonical and said.in_room):
        return None  # “ai gateway is down” is a title where nobody is named
    owner, text = owner_in(words)
    return ActionWords(text, owner, incident)


def task(said: Said) -> Parsed | None:
    """`task call the vendor @ana in 20m`."""
    incident, words = number_in_front(said.rest)
    if words and not taken_apart(words).users and incident is None and not (said.canonical and said.in_room):
        return None  # “task queue is stuck” is a title where no incident is being talked about
    if only_digits(words.removeprefix("done ").removeprefix("#")):
        return Malformed(said.verb, WHAT_TASK, "task call the vendor in 20m")
    owner, text = owner_in(words)
    return TaskWords(text, owner, incident)


def playbook(said: Said) -> Parsed | None:
    """`playbook`, or `playbook bad deploy`."""
    incident, name = number_in_front(said.rest)
    if name and incident is None and not (said.canonical and said.in_room):
        return one_incident(lambda number: PlaybookWords(incident=number))(said)  # else it is a title
    return PlaybookWords(name, incident)


def check(said: Said) -> Parsed | None:
    """`check 3`, or `check 3 INC-7`; in a room a second bare number would be another item."""
    return _ticked(said, undo=False)


def uncheck(said: Said) -> Parsed | None:
    """`uncheck 3`."""
    return _ticked(said, undo=True)


def _ticked(said: Said, *, undo: bool) -> Parsed | None:
    item, incident, rest = _item_number(said)
    if item is None:
        return Malformed(said.verb, WHICH_ITEM, f"{said.verb} 3") if said.canonical and not rest else None
    args = taken_apart(rest)
    if said.in_room and rest and all(only_digits(word.strip("#,")) for word in rest.split()):
        return Malformed(said.verb, ONE_ITEM, f"{said.verb} {item}")
    return CheckWords(item, incident or args.incident, undo=undo) if args.empty else None


def skip(said: Said) -> Parsed | None:
    """`skip 3 the flag is off already`."""
    item, first, rest = _item_number(said)
    if item is None:
        return Malformed(said.verb, WHICH_ITEM, "skip 3 the flag is off already") if not rest else None
    incident, reason = (first, rest) if first else number_in_front(rest)
    if not reason:
        return Malformed(said.verb, WHY_SKIP, f"skip {item} the flag is off already")
    return too_long(said, "reason", reason, REASON_LIMIT) or SkipWords(item, reason, incident)


def _item_number(said: Said) -> tuple[int | None, int | None, str]:
    """The number of an item, that of an incident in front of it, and what stands behind; `#3` is an item too."""
    for incident, words in ((None, said.rest), number_in_front(said.rest)):
        first, rest = parted(words)
        digits = first.removeprefix("#").rstrip(".,:")
        if only_digits(digits) and len(digits) < 4:
            return int(digits), incident, rest
    return None, *number_in_front(said.rest)
