"""Incidents as JSON values for other programs; docs/export.md says what each field is, held in step by a test."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.views.lines import TimelineLine
from bot.views.permalink import message_link, room_link
from bot.workflows.checklist import is_shown
from bot.workflows.incident import ActionItem, ChannelId, Factor, Incident, Item, MessageTs, Plan, Posted, Room
from bot.workflows.masking import masked

VERSION = 1
Json = dict[str, Any]
Told = tuple[Incident, Sequence[TimelineLine]]


def document(told: Sequence[Told], *, url: str | None, now: datetime, left_out: int) -> Json:
    """Incidents with their timelines; `url` is the workspace's address with a slash at its end, where it is known.

    `left_out` is how many private incidents are not in it.
    """
    return {
        "format": "warroom-export",
        "version": VERSION,
        "made_at": _moment(now),
        "workspace": url,
        "private_left_out": left_out,
        "incidents": [incident_values(incident, lines, url) for incident, lines in told],
    }


def incident_values(incident: Incident, lines: Sequence[TimelineLine], url: str | None) -> Json:
    """Everything that is known of one incident."""
    links = _Links(url)
    return {
        **_facts(incident),
        **_places(incident, links),
        "moments": _moments(incident),
        "roles": [
            {"key": role, "name": incident.policy.role(role).name, "holders": list(holders)}
            for role, holders in incident.roles.items()
        ],
        "participants": list(incident.participants),
        "phases": [
            {"phase": step.phase.value, "at": _moment(step.at), "by": step.by, "reason": masked(step.reason)}
            for step in incident.course
        ],
        "playbook": incident.plan and _plan(incident.plan),
        "other_playbooks": [
            {**_plan(plan), "since": _moment(plan.since), "until": _moment(plan.until)} for plan in incident.other_plans
        ],
        "checklist": [_item(incident, item) for item in incident.checklist],
        "updates": _updates(incident),
        "factors": [_factor(factor) for factor in incident.named_factors],
        "actions": [_action(item) for item in incident.actions],
        "timeline": [_line(incident, line, links) for line in lines],
        "marked_messages": [_marked(line, links) for line in lines if line.marked and line.evidence],
    }  # fmt: skip


class _Links:
    """Where things stand in Slack, with links where the workspace's address is known."""

    def __init__(self, url: str | None) -> None:
        self.url = url

    def message(self, posted: Posted | None, thread: MessageTs | None = None) -> Json | None:
        if posted is None:
            return None
        link = message_link(self.url, posted, thread) if self.url else None
        return {"channel": posted.channel, "ts": posted.ts, "thread_ts": thread, "link": link}

    def room(self, room: Room) -> Json:
        return {
            "channel": room.channel, "name": room.name, "archived": room.archived, "link": self.channel(room.channel)
        }  # fmt: skip

    def channel(self, channel: ChannelId) -> str | None:
        return room_link(self.url, channel) if self.url else None


def _facts(incident: Incident) -> Json:
    grade = incident.grade
    return {
        "number": incident.id,
        "name": incident.name,
        "title": masked(incident.title),
        "summary": masked(incident.summary),
        "impact": masked(incident.impact),
        "kind": incident.kind,
        "service": incident.service,
        "severity": incident.severity and {"key": incident.severity, "name": grade.name if grade else None},
        "private": incident.private,
        "open": incident.is_open,
        "phase": incident.phase.value,
        "ending": incident.ending and incident.ending.value,
        "ended_at": _moment(incident.ended_at),
        "declared_by": incident.declared_by,
        "fix": masked(incident.fix),
        "customers_told": incident.customers_told and incident.customers_told.value,
        "draft_at": _moment(incident.draft_at),
        "not_delivered": list(incident.failed),
    }


def _places(incident: Incident, links: _Links) -> Json:
    return {
        "room": links.room(incident.room) if incident.room else None,
        "former_rooms": [links.room(room) for room in incident.former_rooms],
        "card": links.message(incident.card),
        "announcement": links.message(incident.announcement),
        "canvas": incident.canvas,
    }


def _moments(incident: Incident) -> list[Json]:
    known = sorted(incident.stamps.items(), key=lambda pair: pair[1].at)
    return [
        {"moment": stamp.value, "at": _moment(known.at), "by": known.by, "set_at": _moment(known.set_at)}
        for stamp, known in known
    ]


def _plan(plan: Plan) -> Json:
    return {"key": plan.key, "name": plan.name, "version": plan.version}


def _item(incident: Incident, item: Item) -> Json:
    return {
        "number": item.number, "key": item.key, "playbook": item.playbook or None,
        "phase": item.phase.value, "text": masked(item.text),
        "help": masked(item.help), "role": item.role, "required": item.required,
        "due_seconds": int(item.due.total_seconds()) if item.due is not None else None,
        "due_by": _moment(item.due_by), "given_by": item.given_by,
        "ticks_itself": item.sign.value if item.sign and not item.by_hand else None,
        "shown": is_shown(incident, item),
        "state": item.state.value, "by": item.by, "at": _moment(item.at), "reason": masked(item.reason),
        "owner": item.owner,
    }  # fmt: skip


def _updates(incident: Incident) -> Json:
    promise, last = incident.promise, incident.update
    return {
        "promised": promise and {
            "at": _moment(promise.at), "made_at": _moment(promise.made_at), "reminders": list(promise.told),
            "snoozed_until": _moment(promise.snoozed_until),
        },
        "sent": [
            {"number": told.number, "at": _moment(told.sent), "promised_at": _moment(told.promised)}
            for told in incident.told
        ],
        "last": last and {
            "number": last.number, "at": _moment(last.at), "by": last.by, "happening": masked(last.happening),
            "affected": masked(last.affected), "doing": masked(last.doing),
        },
    }  # fmt: skip


def _action(item: ActionItem) -> Json:
    return {
        "number": item.number, "text": masked(item.text), "owner": item.owner, "due": _moment(item.due),
        "given_by": item.given_by, "given_at": _moment(item.given_at), "state": item.state.value,
        "ended_by": item.ended_by, "ended_at": _moment(item.ended_at), "reason": masked(item.reason),
        "reminded_at": _moment(item.reminded),
    }  # fmt: skip


def _factor(factor: Factor) -> Json:
    return {
        "number": factor.number, "text": masked(factor.text), "by": factor.by, "at": _moment(factor.at),
        "withdrawn": factor.withdrawn,
    }  # fmt: skip


def _line(incident: Incident, line: TimelineLine, links: _Links) -> Json:
    """What Warroom posted stands in the card's thread."""
    card, text = incident.card, "" if line.deleted else masked(line.text)
    in_thread = card and line.evidence and not line.marked and card.channel == line.evidence.channel
    thread = line.thread_ts or (card.ts if card and in_thread else None)
    return {
        "line": line.seq, "kind": line.kind, "at": _moment(line.at), "recorded_at": _moment(line.recorded_at),
        "by": line.by, "text": text, "marked": line.marked, "corrects": line.corrects,
        "corrected_by": line.corrected, "message": links.message(line.evidence, thread),
    }  # fmt: skip


def _marked(line: TimelineLine, links: _Links) -> Json:
    where: Mapping[str, Any] = links.message(line.evidence, line.thread_ts) or {}
    text = "" if line.deleted else masked(line.text)
    return {
        **where, "line": line.seq, "author": line.by, "text": text, "deleted": line.deleted,
        "files": [masked(name) for name in line.files],
    }  # fmt: skip


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
