"""Events late, twice and in the wrong order, of rooms we know and of others: stored as it was, once."""

import itertools
import json
from typing import Any

import pytest

from bot.practice.workspace import TEAM_ID
from tests.conversations.test_backfill import texts
from tests.conversations.test_redelivered import sends
from tests.conversations.worst import incident, served
from tests.town import ANA, BEN, Town


def told(room: str, **event: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of an event
    """An event of a room's."""
    body = {"channel": room, **event}
    return {"type": "event_callback", "team_id": TEAM_ID, "event_id": f"Ev{hash(json.dumps(body))}", "event": body}


def life(room: str, ts: str) -> list[dict[str, Any]]:
    """A message, its edits and what stands there in the end, in the order it happened."""
    said = {"user": "U0ANA", "ts": ts}
    edits = [{**said, "text": f"edit {n}", "edited": {"user": "U0ANA", "ts": f"{float(ts) + n:.6f}"}} for n in (1, 2)]
    changes = [told(room, type="message", subtype="message_changed", ts=ts, message=edit) for edit in edits]
    return [told(room, type="message", text="first", **said), *changes]


@pytest.mark.parametrize("gone", [True, False])
async def test_in_whatever_order_the_last_word_stands(place: Town, *, gone: bool) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    end = told(room, type="message", subtype="message_deleted", deleted_ts="", previous_message={"user": "U0ANA"})
    orders = list(itertools.permutations(range(4 if gone else 3)))
    for number, order in enumerate(orders):
        ts = f"{1795419000 + number * 10}.000100"
        events = [*life(room, ts), {**end, "event": {**end["event"], "deleted_ts": ts}}]
        for which in order:
            await sends(place, "events_api", events[which])
            await sends(place, "events_api", events[which])
    assert await texts(served(place)) == ["" if gone else "edit 2"] * len(orders)


async def test_an_hour_late_it_stands_where_it_happened(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    now = await place.people.says(ANA, room, "now")
    before = f"{float(now) - 3600:.6f}"
    await sends(place, "events_api", told(room, type="message", user="U0BEN", text="an hour ago", ts=before))
    mark = {"type": "reaction_added", "user": "U0ANA", "reaction": "pushpin", "item_user": "U0BEN"}
    item = {"type": "message", "channel": room, "ts": before}
    taken_away = {**mark, "type": "reaction_removed", "item": item}
    for event in (taken_away, {**mark, "item": item}, {**mark, "item": item}, taken_away):
        await sends(place, "events_api", told(room, **event))
    await place.quiet()
    assert (await incident(place)).marked == (before,)
    lines = await served(place).queries.timeline((await incident(place)).id)
    assert [line.text for line in lines if line.marked] == ["an hour ago"]
    assert lines[0].text == "an hour ago"  # by the time it was said, before the declaration
    assert (await texts(served(place)))[:2] == ["an hour ago", "now"]


async def test_events_of_rooms_that_are_not_ours_are_taken_and_left(place: Town) -> None:
    await place.declares(ANA, "checkout is failing sev3")
    for kind in ("message", "channel_archive", "channel_rename", "member_joined_channel", "pin_removed", "of_tomorrow"):
        await sends(place, "events_api", told("C0NOWHERE", type=kind, user="U0BEN", ts="1795419000.000100", text="x"))
    assert await texts(served(place)) == []
    await place.people.commands(BEN, "general", "/incident list")
