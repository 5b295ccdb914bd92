"""What the command line prints: the words of the messages in Slack, as plain text with times in UTC."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.views.facts import role_name
from bot.views.lines import TimelineLine, shown
from bot.views.status import row, status
from bot.workflows.checklist import of_phase
from bot.workflows.incident import Incident, Item, ItemState
from bot.workflows.text import plain
from bot.workflows.times import in_utc

NOTHING_OPEN = "No incident is open."
NOTHING = "There are no incidents yet."
PRIVATE_TOO = "{count} of them private: whoever may read this database may read them too."
WAITING = "Waiting to be delivered to Slack: {count}"
MARKS = {ItemState.OPEN: "[ ]", ItemState.DONE: "[x]", ItemState.SKIPPED: "[-]"}

_MARK = re.compile(r"<([^<>]*)>")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


def printed(mrkdwn: str) -> str:
    """Slack text as it reads on a terminal; nothing in it can move the cursor or change colours."""
    parts = _MARK.split(_BOLD.sub(r"\1", mrkdwn))  # text, mark, text, mark, … text
    return "".join(_marked(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def listed(incidents: Sequence[Incident], *, over: bool) -> str:
    """Incidents, two lines each, and how many of them others may not see in Slack."""
    if not incidents:
        return NOTHING if over else NOTHING_OPEN
    private = sum(incident.private for incident in incidents)
    last = [PRIVATE_TOO.format(count=private)] if private else []
    return "\n\n".join([*(printed(row(incident)) for incident in incidents), *last])


def shown_whole(incident: Incident, lines: Sequence[TimelineLine], now: datetime, waiting: int) -> str:
    """How an incident stands: its facts, the checklist of its phase, the lines of its timeline."""
    parts = [printed(status(incident, [], now).text)]
    items = [_item(incident, item) for item in of_phase(incident)]
    if items:
        parts.append("\n".join(["Checklist:", *items]))
    if lines:
        parts.append("\n".join(["Timeline:", *map(_line, lines)]))
    if waiting:
        parts.append(WAITING.format(count=waiting))
    return "\n\n".join(parts)


def _item(incident: Incident, item: Item) -> str:
    role = f" ({printed(role_name(incident, item.role))})" if item.role else ""
    why = f": {_plain(item.reason)}" if item.reason else ""
    return f"  {item.number:>3} {MARKS[item.state]} {_plain(item.text)}{role}{why}"


def _line(line: TimelineLine) -> str:
    return f"  {line.seq:>3} {in_utc(line.at)}  {printed(shown(line))}"


def _marked(mark: str) -> str:
    target, _, label = mark.partition("|")
    if target.startswith(("@", "#")):
        return target[:1] + _plain(label or target[1:])
    return f"{_plain(label)} ({_plain(target)})" if label and "//" in target else _plain(label or target)


def _plain(part: str) -> str:
    """Text between two marks, with the spaces and lines at its ends kept."""
    body = part.strip()
    begin = part.index(body) if body else len(part)
    return f"{part[:begin]}{plain(body)}{part[begin + len(body) :]}"
