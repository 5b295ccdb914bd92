"""What has to be true after a death: everything an undisturbed run leaves in Slack and in the database, each once."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from bot.delivery.posts import PERHAPS_TWICE
from bot.practice.plain_text import Names, plain_message
from bot.practice.store import Json
from bot.practice.workspace import Workspace
from bot.storage import incidents, outbox, tables, timeline
from bot.storage.database import Connection, Database
from bot.workflows.due import due_times
from bot.workflows.incident import Incident, IncidentId
from tests.town import HOUSE_RULES

# What differs from run to run: links, the time of day, how long something took, and the mark in a file's name.
_CHANGING = (
    (r"\(http[^)]*\)", "(link)"),
    (r"\d{1,2}:\d{2}(:\d{2})?", "##:##"),
    (r"\b\d+ (s|min|seconds?)\b", "# min"),
    (r"-[0-9a-f]{4}\.md", "-#.md"),
)
BREAK = " / "  # between the lines of one message
_MARK = PERHAPS_TWICE.strip()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """How everything stands, one line for each thing; `marked` direct messages came twice, and the second says so."""

    lines: tuple[str, ...]
    wrong: tuple[str, ...]  # what is never right, whatever an undisturbed run does
    marked: int = 0


def in_slack(workspace: Workspace) -> Picture:
    """Rooms, messages, pins, topics, files and canvases."""
    names = Names(
        people={person["id"]: person["name"] for person in workspace.people},
        channels={channel["id"]: channel["name"] for channel in workspace.channels},
    )
    lines, marked = list[str](), 0
    for channel in workspace.channels:
        said, again = _said(workspace, channel, names)
        lines += [_channel(channel), *said]
        marked += again
    lines += [f"canvas: {_plain(canvas['markdown'])}" for canvas in workspace.canvases]
    lines += [f"modal of {key}: {len(stack['views'])}" for key, stack in workspace.stacks.items() if stack["views"]]
    return Picture(lines=tuple(sorted(lines)), wrong=tuple(_twice(workspace)), marked=marked)


async def in_database(database: Database) -> Picture:
    """Incidents, timelines, due rows, and an outbox that is empty."""

    def look(connection: Connection) -> Picture:
        numbers = connection.execute(sa.select(tables.incidents.c.id)).scalars().all()
        lines, wrong = list[str](), list[str]()
        for number in numbers:
            found = incidents.load(connection, IncidentId(number), HOUSE_RULES)
            if found:
                lines += [*_incident(found[0]), *_timeline(connection, found[0])]
                wrong += _due(connection, found[0])
        backlog = outbox.backlog(connection)
        wrong += [f"{backlog.pending} are still to be delivered"] if backlog.pending else []
        wrong += [f"given up: {letter}" for letter in outbox.dead_letters(connection)]
        return Picture(lines=tuple(sorted(lines)), wrong=tuple(wrong))

    return await database.read(look)


def _channel(channel: Json) -> str:
    members = sorted(channel["members"])
    state = "archived" if channel["is_archived"] else "open"
    about = f"{channel['topic']['value']!r}, {len(channel['pins'])} pinned, {members}, {state}"
    return f"#{_called(channel)}: {_plain(about)}"


def _called(channel: Json) -> str:
    return f"direct {channel['user']}" if channel["is_im"] else str(channel["name"])


def _said(workspace: Workspace, channel: Json, names: Names) -> tuple[list[str], int]:
    """What was said in a channel; a direct message that came again, and says so, is counted beside it."""
    lines, marked, keys = [], 0, set[str]()
    for message in workspace.messages(channel["id"]).values():
        key = _key(message)
        text = plain_message(message, names)
        if channel["is_im"] and key in keys and _MARK in text:
            marked += 1
            continue
        keys |= {key} if key else set()
        where = "thread" if message.get("thread_ts", message["ts"]) != message["ts"] else "channel"
        text = text.replace(_MARK, "") if channel["is_im"] else text
        lines.append(f"#{_called(channel)}, {where}, {message.get('subtype', '')}: {_plain(text)}")
    return lines, marked


def _twice(workspace: Workspace) -> Iterator[str]:
    """Messages that carry the same key; of direct ones only those that do not say so."""
    for channel in workspace.channels:
        keys = Counter(
            _key(message)
            for message in workspace.messages(channel["id"]).values()
            if _key(message) and not (channel["is_im"] and _MARK in str(message.get("blocks") or message["text"]))
        )
        yield from (f"said {count} times in #{_called(channel)}: {key}" for key, count in keys.items() if count > 1)


def _key(message: Json) -> str:
    payload = (message.get("metadata") or {}).get("event_payload", {})
    return str(payload.get("key", ""))


def _incident(incident: Incident) -> Iterator[str]:
    """What the incident knows, without moments and ids."""
    name = incident.name
    yield f"{name} {incident.title!r} {incident.severity} {incident.phase} {incident.ending} {incident.fix!r}"
    yield f"{name} roles {sorted((role, held) for role, held in incident.roles.items() if held)}"
    yield f"{name} participants {sorted(incident.participants)}"
    yield f"{name} knows {sorted(incident.furnished)} {[bool(known) for known in _placed(incident)]}"
    yield f"{name} stamps {sorted(incident.stamps)}, course {[step.phase for step in incident.course]}"
    yield f"{name} promise {sorted(incident.promise.told) if incident.promise else None}, updates {len(incident.told)}"
    yield f"{name} nudged {sorted(incident.nudged)}, failed {sorted(incident.failed)}"
    yield f"{name} checklist {[(item.number, item.state) for item in incident.checklist]}"
    yield f"{name} falls due {sorted(due_times(incident))}"


def _placed(incident: Incident) -> tuple[object, ...]:
    return (incident.room, incident.card, incident.announcement, incident.canvas, incident.draft_at)


def _timeline(connection: Connection, incident: Incident) -> Iterator[str]:
    for line in timeline.lines(connection, incident.id):
        evidence = "with evidence" if line.evidence else "without evidence"
        yield f"{incident.name} timeline: {line.kind} by {line.by}, {evidence}: {_plain(line.text)}"
    if not timeline.is_whole(connection, incident.id):
        yield f"{incident.name} timeline: the chain is broken"


def _due(connection: Connection, incident: Incident) -> list[str]:
    """The rows that are not what the rules say."""
    query = sa.select(tables.due.c.kind, tables.due.c.at).where(tables.due.c.incident == incident.id)
    stored = {row.kind: row.at for row in connection.execute(query)}
    wanted = {kind.value: at for kind, at in due_times(incident).items()}
    return [] if stored == wanted else [f"{incident.name} falls due {stored}, and by the rules {wanted}"]


def _plain(text: str) -> str:
    for changing, same in _CHANGING:
        text = re.sub(changing, same, text)
    return BREAK.join(line.strip() for line in text.replace("(edited)", "").splitlines() if line.strip())
