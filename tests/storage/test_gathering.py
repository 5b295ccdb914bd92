"""Gathering in the outbox: one row speaks for those behind it, unless an attempt may have left one of them in Slack."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.engine import Delivered, Engine
from bot.storage import incidents, outbox, tables, timeline
from bot.storage.database import Database
from bot.storage.outbox import Parcel, Terms
from bot.workflows.effects import PostInRoom, RemindRoom, Rung
from bot.workflows.gathering import WAITED
from bot.workflows.incident import MessageTs, Posted
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.timeline import AddNote
from tests.values import ANA, NOW, ROOM, SEVEN, an_incident

LATER = NOW + WAITED
TERMS = Terms(lease=timedelta(seconds=15), limit=10)


def waits(database: Database, *texts: str, aloud: bool = False) -> None:
    def add(connection: sa.Connection) -> None:
        for text in texts:
            outbox.add(connection, an_incident(), PostInRoom(text=text, aloud=aloud, evidence=True), None, NOW)

    database.write_now(add)


def claimed(database: Database, now: datetime = LATER) -> list[Parcel]:
    return database.write_now(lambda connection: outbox.claim(connection, 1, now, TERMS)).parcels


def pending(database: Database) -> int:
    return database.write_now(lambda connection: outbox.waiting(connection, SEVEN))


def test_what_waits_is_one_parcel_with_everything_in_order(with_incident: Database) -> None:
    waits(with_incident, *"abcdefg")
    (parcel,) = claimed(with_incident)
    assert [line[-1] for line in parcel.payload["text"].splitlines()[1:]] == list("abcdefg")
    assert pending(with_incident) == 1
    stored = with_incident.write_now(
        lambda connection: connection.execute(
            sa.select(tables.outbox.c.payload).where(tables.outbox.c.id == parcel.id)
        ).scalar_one()
    )
    assert stored == parcel.payload


def test_it_stays_in_its_place_among_what_everybody_is_to_see(with_incident: Database) -> None:
    waits(with_incident, *"abcdefg")
    waits(with_incident, "loud", aloud=True)
    reminder = RemindRoom(rung=Rung.MISSED, promised=NOW)
    with_incident.write_now(lambda connection: outbox.add(connection, an_incident(), reminder, None, NOW))
    waits(with_incident, *"hijklmn")
    seen = []
    while parcels := claimed(with_incident):
        (parcel,) = parcels
        lines = str(parcel.payload.get("text", parcel.kind)).splitlines()
        seen.append("".join(line[-1] for line in lines[1:]) or lines[0])
        with_incident.write_now(lambda connection, row=parcel.id: outbox.settle(connection, row, LATER))  # type: ignore[misc]
    assert seen == ["abcdefg", "loud", "RemindRoom", "hijklmn"]


def test_one_that_may_have_arrived_already_is_sent_as_it_was(with_incident: Database) -> None:
    waits(with_incident, *"abcdefgh")
    (tried,) = claimed(with_incident, NOW)
    assert tried.payload["text"] == "a"
    with_incident.write_now(lambda connection: outbox.put_back(connection, tried, NOW, "503", certain=False))
    (again,) = claimed(with_incident)
    assert again.payload["text"] == "a"
    with_incident.write_now(lambda connection: outbox.settle(connection, again.id, LATER))
    (rest,) = claimed(with_incident)
    assert [line[-1] for line in rest.payload["text"].splitlines()[1:]] == list("bcdefgh")


def test_a_parcel_that_was_gathered_stays_the_same_when_it_is_tried_again(with_incident: Database) -> None:
    waits(with_incident, *"abcdefg")
    (first,) = claimed(with_incident)
    waits(with_incident, *"hijklmn")
    with_incident.write_now(lambda connection: outbox.put_back(connection, first, NOW, "503", certain=False))
    (second,) = claimed(with_incident)
    assert (second.key, second.payload) == (first.key, first.payload)


async def test_the_message_is_the_evidence_of_every_line_in_it(with_incident: Database) -> None:
    engine = Engine(with_incident, DEFAULT_POLICY, lambda: NOW)
    for step in range(7):
        await engine.execute(AddNote(incident=SEVEN, text=f"step {step}", by=ANA))
    (parcel,) = claimed(with_incident)
    posted = Posted(channel=ROOM.channel, ts=MessageTs("1795420000.000100"))
    await engine.settle(Delivered(parcel=parcel.id, posted=posted))
    lines = await with_incident.read(lambda connection: timeline.lines(connection, SEVEN))
    assert [line.evidence for line in lines] == [posted] * 7


@pytest.mark.parametrize("count", [1, 5])
def test_few_come_one_by_one(with_incident: Database, count: int) -> None:
    waits(with_incident, *"abcde"[:count])
    (parcel,) = claimed(with_incident)
    assert parcel.payload["text"] == "a"
    assert pending(with_incident) == count


def test_other_incidents_are_not_mixed_in(with_incident: Database) -> None:
    other = an_incident(id=8, room=None)
    with_incident.write_now(lambda connection: incidents.save(connection, other, 0))
    waits(with_incident, *"abcdefg")
    with_incident.write_now(lambda connection: outbox.add(connection, other, PostInRoom(text="z"), None, NOW))
    assert sorted(parcel.payload["text"][-1] for parcel in claimed(with_incident)) == ["g", "z"]
