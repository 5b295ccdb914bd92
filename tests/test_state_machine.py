"""Whatever people and the clock do, in whatever order: the invariants of an incident hold."""

import asyncio
import contextlib
import tempfile
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.engine import Engine
from bot.queries import Queries
from bot.storage import due, migrate, tables, timeline
from bot.storage.codec import EFFECTS
from bot.storage.database import Database
from bot.workflows.commands import Command, Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.due import DueKind, FallDue, due_times
from bot.workflows.endings import Close, Resolve
from bot.workflows.furnishing import RecordFailure, RecordPart, RecordRoom
from bot.workflows.incident import ChannelId, MessageTs, Part, Posted, Room, UserId
from bot.workflows.membership import Join
from bot.workflows.phases import Reopen
from bot.workflows.policy import DEFAULT_POLICY, Capacity
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.severity import SetSeverity
from bot.workflows.timeline import AddNote, MarkMessage

T = TypeVar("T")
WEEK = 7 * 24 * 60 + 1  # minutes after which a room is archived
PEOPLE = st.sampled_from([UserId(f"U{number}") for number in range(4)])
ROLES = st.sampled_from([role.key for role in DEFAULT_POLICY.roles])
SEVERITIES = st.sampled_from([severity.key for severity in DEFAULT_POLICY.severities])
MESSAGES = st.sampled_from([Posted(channel=ChannelId("C1"), ts=MessageTs(f"{number}.0")) for number in range(3)])


class Course(RuleBasedStateMachine):
    """One incident, driven by everybody at random."""

    @initialize(private=st.booleans(), severity=st.none() | SEVERITIES)
    def declare(self, private: bool, severity: Any) -> None:  # noqa: ANN401
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name)}/warroom.sqlite")
        migrate.migrate(self.database)
        self.time = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
        self.engine = Engine(self.database, DEFAULT_POLICY, lambda: self.time)
        self.queries = Queries(self.database, DEFAULT_POLICY)
        said = Declaration(title="checkout is failing", private=private, severity=severity)
        self.incident = _run(self.engine.execute(Declare(said=said, by=UserId("U0")))).incident

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    @rule(by=PEOPLE, role=ROLES)
    def claims(self, by: UserId, role: Any) -> None:  # noqa: ANN401
        self._do(ClaimRole(incident=self.incident.id, role=role, by=by))

    @rule(by=PEOPLE, to=PEOPLE, role=ROLES)
    def assigns(self, by: UserId, to: UserId, role: Any) -> None:  # noqa: ANN401
        self._do(AssignRole(incident=self.incident.id, role=role, to=to, by=by))

    @rule(by=PEOPLE, severity=SEVERITIES)
    def grades(self, by: UserId, severity: Any) -> None:  # noqa: ANN401
        self._do(SetSeverity(incident=self.incident.id, severity=severity, by=by))

    @rule(by=PEOPLE, text=st.text(max_size=20))
    def notes(self, by: UserId, text: str) -> None:
        self._do(
            AddNote(incident=self.incident.id, text=text.replace("\0", "").encode("utf-8", "ignore").decode(), by=by)
        )

    @rule(by=PEOPLE, message=MESSAGES)
    def marks(self, by: UserId, message: Posted) -> None:
        self._do(MarkMessage(incident=self.incident.id, message=message, said_at=self.time, by=by))

    @rule(by=PEOPLE)
    def joins(self, by: UserId) -> None:
        self._do(Join(incident=self.incident.id, by=by))

    @rule(by=PEOPLE)
    def resolves(self, by: UserId) -> None:
        self._do(Resolve(incident=self.incident.id, by=by))

    @rule(by=PEOPLE, reason=st.sampled_from(["", "done"]))
    def closes(self, by: UserId, reason: str) -> None:
        self._do(Close(incident=self.incident.id, by=by, reason=reason))

    @rule(by=PEOPLE)
    def reopens(self, by: UserId) -> None:
        self._do(Reopen(incident=self.incident.id, by=by, reason="again"))

    @rule()
    def room_opens(self) -> None:
        self._do(RecordRoom(incident=self.incident.id, room=Room(channel=ChannelId("C1"), name="inc-1")))

    @rule(part=st.sampled_from(list(Part)[1:]), message=MESSAGES)
    def is_furnished(self, part: Part, message: Posted) -> None:
        posted = message if part in (Part.CARD, Part.ANNOUNCEMENT) else None
        self._do(RecordPart(incident=self.incident.id, part=part, posted=posted))

    @rule(part=st.sampled_from(list(Part)))
    def a_delivery_fails(self, part: Part) -> None:
        self._do(RecordFailure(incident=self.incident.id, what="do it", why="no", remedy="By hand.", releases=(part,)))

    @rule(minutes=st.integers(1, 12) | st.just(WEEK), kind=st.sampled_from(list(DueKind)))
    def time_passes(self, minutes: int, kind: DueKind) -> None:
        self.time += timedelta(minutes=minutes)
        at = due_times(self.incident).get(kind)
        if at:
            self._do(FallDue(incident=self.incident.id, kind=kind, due_at=at))

    @invariant()
    def what_is_stored_is_what_was_decided(self) -> None:
        if hasattr(self, "incident"):
            assert _run(self.queries.incident(self.incident.id)) == self.incident

    @invariant()
    def a_role_for_one_has_at_most_one_holder(self) -> None:
        if hasattr(self, "incident"):
            for role in DEFAULT_POLICY.roles:
                holders = self.incident.holders(role.key)
                assert len(holders) == len(set(holders))
                assert role.capacity is Capacity.MANY or len(holders) <= 1

    @invariant()
    def closed_means_resolved_before(self) -> None:
        if hasattr(self, "incident"):
            assert self.incident.ending is None or not self.incident.is_open

    @invariant()
    def the_timeline_is_whole(self) -> None:
        if hasattr(self, "incident"):
            lines = _run(self.queries.timeline(self.incident.id))
            assert sorted(line.seq for line in lines) == list(range(1, len(lines) + 1))
            assert self._read(lambda connection: timeline.is_whole(connection, self.incident.id))

    @invariant()
    def due_rows_are_what_the_rules_say(self) -> None:
        if hasattr(self, "incident"):
            rows = self._read(lambda connection: due.fallen(connection, self.time + timedelta(days=8), 1000))
            assert {row.kind: row.at for row in rows} == due_times(self.incident)

    @invariant()
    def no_state_waits_twice_and_nothing_private_is_announced(self) -> None:
        if hasattr(self, "incident"):
            waiting = self._read(_waiting)
            states = [kind for kind in waiting if EFFECTS[kind].state]
            assert len(states) == len(set(states))
            if self.incident.private:
                assert not {"ShowAnnouncement", "PostUnderAnnouncement"} & set(waiting)

    def _do(self, command: Command) -> None:
        with contextlib.suppress(Refused):
            self.incident = _run(self.engine.execute(command)).incident

    def _read(self, work: Callable[[sa.Connection], T]) -> T:
        return _run(self.database.read(work))


def _waiting(connection: sa.Connection) -> list[str]:
    pending = tables.outbox.c.status == tables.PENDING
    return list(connection.execute(sa.select(tables.outbox.c.kind).where(pending)).scalars())


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(work)


Course.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestCourse = Course.TestCase
