"""The timeline: append-only, each entry chained to the one before by a salted digest of its content."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from bot.storage.tables import messages, timeline
from bot.workflows.commands import Entry
from bot.workflows.incident import ChannelId, IncidentId, MessageTs, Posted, UserId
from bot.workflows.timeline import KINDS, PAGE, Excerpt, Kinds, Part, part_of


@dataclass(frozen=True, kw_only=True)
class Line:
    """A timeline entry as it is read: with the words of its message as they are now, and the best evidence there is."""

    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    by: UserId | None
    text: str
    evidence: Posted | None
    thread_ts: MessageTs | None
    deleted: bool
    marked: bool  # a message somebody marked; its text is the message's own
    files: tuple[str, ...]
    corrects: int | None = None  # the line this one puts right
    corrected: int | None = None  # the newest line that puts this one right


def append(connection: sa.Connection, incident: IncidentId, kind: str, entry: Entry, now: datetime) -> int:
    """Add an entry and return its number within the incident, from 1. The caller holds the incident's lock."""
    newest = sa.select(timeline.c.seq, timeline.c.chain).where(timeline.c.incident == incident)
    last = connection.execute(newest.order_by(timeline.c.seq.desc()).limit(1)).one_or_none()
    seq, previous = (last.seq + 1, last.chain) if last else (1, "")
    salt = secrets.token_hex(16)
    digest = _digest(salt, kind, entry)
    connection.execute(
        sa.insert(timeline).values(
            incident=incident, seq=seq, kind=kind, at=entry.at, recorded_at=now, by=entry.by, text=entry.text,
            source_channel=entry.source and entry.source.channel, source_ts=entry.source and entry.source.ts,
            salt=salt, digest=digest, chain=_sha(previous, digest), corrects=entry.corrects,
        )
    )  # fmt: skip
    return seq


def set_evidence(connection: sa.Connection, incident: IncidentId, seq: int, posted: Posted) -> None:
    """Tie an entry to the message that told the room of it."""
    entry = (timeline.c.incident == incident) & (timeline.c.seq == seq)
    connection.execute(
        sa.update(timeline).where(entry).values(evidence_channel=posted.channel, evidence_ts=posted.ts)
    )  # fmt: skip


def lines(connection: sa.Connection, incident: IncidentId) -> list[Line]:
    """The whole timeline, in the order things happened."""
    return [_line(row) for row in connection.execute(_lines(incident).order_by(timeline.c.at, timeline.c.seq))]


def page(
    connection: sa.Connection, incident: IncidentId, excerpt: Excerpt, number: int | None
) -> tuple[Part, list[Line]]:
    """One page of the lines that are wanted; only its own rows are read, however long the timeline is."""
    wanted = _of_kinds(sa.select(timeline.c.seq).where(timeline.c.incident == incident), KINDS[excerpt])
    total = connection.execute(sa.select(sa.func.count()).select_from(wanted.subquery())).scalar_one()
    part = part_of(excerpt, number, total)
    order = (timeline.c.at, timeline.c.seq)
    shown = wanted.order_by(*order).offset(part.first).limit(PAGE).subquery()
    query = _lines(incident).where(timeline.c.seq.in_(sa.select(shown.c.seq)))
    return part, [_line(row) for row in connection.execute(query.order_by(*order))]


def newest(connection: sa.Connection, incident: IncidentId, count: int) -> list[Line]:
    """The last things that happened, oldest first."""
    order = (timeline.c.at.desc(), timeline.c.seq.desc())
    return [_line(row) for row in connection.execute(_lines(incident).order_by(*order).limit(count))][::-1]


def line(connection: sa.Connection, incident: IncidentId, seq: int) -> Line | None:
    """One line by its number."""
    row = connection.execute(_lines(incident).where(timeline.c.seq == seq)).one_or_none()
    return _line(row) if row else None


def is_whole(connection: sa.Connection, incident: IncidentId) -> bool:
    """Whether every line says what was recorded, and every link of the chain still fits the one before.

    A line whose content was erased, its salt with it, is known by its digest alone. The newest lines could be missing:
    a chain says nothing of what once came after it.
    """
    query = sa.select(timeline).where(timeline.c.incident == incident)
    previous = ""
    for row in connection.execute(query.order_by(timeline.c.seq)):
        erased = not (row.salt or row.text or row.by)
        said = row.digest if erased else _digest(row.salt, row.kind, _recorded(row))
        if row.digest != said or row.chain != _sha(previous, row.digest):
            return False
        previous = row.chain
    return True


def _of_kinds(query: "sa.Select[tuple[int]]", kinds: Kinds) -> "sa.Select[tuple[int]]":
    if kinds.only:
        return query.where(timeline.c.kind.in_(kinds.only))
    return query.where(timeline.c.kind.not_in(kinds.without)) if kinds.without else query


def _lines(incident: IncidentId) -> "sa.Select[Any]":
    source = (messages.c.channel == timeline.c.source_channel) & (messages.c.ts == timeline.c.source_ts)
    put_right = (
        sa.select(timeline.c.corrects, sa.func.max(timeline.c.seq).label("corrected"))
        .where(timeline.c.incident == incident, timeline.c.corrects.is_not(None))
        .group_by(timeline.c.corrects)
        .subquery()
    )
    said = (messages.c.text.label("said"), messages.c.thread_ts, messages.c.deleted, messages.c.files)
    return (
        sa.select(timeline, *said, put_right.c.corrected)
        .select_from(timeline.outerjoin(messages, source).outerjoin(put_right, put_right.c.corrects == timeline.c.seq))
        .where(timeline.c.incident == incident)
    )


def _line(row: "sa.Row[tuple[object, ...]]") -> Line:
    place = (row.source_channel, row.source_ts) if row.source_ts else (row.evidence_channel, row.evidence_ts)
    return Line(
        seq=row.seq, kind=row.kind, at=row.at, recorded_at=row.recorded_at, by=row.by,
        text=row.text or row.said or "",
        evidence=Posted(channel=ChannelId(place[0]), ts=MessageTs(place[1])) if place[1] else None,
        thread_ts=row.thread_ts, deleted=bool(row.deleted), marked=row.source_ts is not None,
        files=tuple(row.files or ()), corrects=row.corrects, corrected=row.corrected,
    )  # fmt: skip


def _recorded(row: "sa.Row[tuple[object, ...]]") -> Entry:
    source = Posted(channel=ChannelId(row.source_channel), ts=MessageTs(row.source_ts)) if row.source_ts else None
    return Entry(text=row.text, at=row.at, by=row.by, source=source, corrects=row.corrects)


def _digest(salt: str, kind: str, entry: Entry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    # The last part is left out where it is empty, as it was before there were corrections.
    corrects = (str(entry.corrects),) if entry.corrects else ()
    return _sha(salt, kind, at, entry.by or "", entry.text, entry.source.ts if entry.source else "", *corrects)


def _sha(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
