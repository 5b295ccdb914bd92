"""What Slack delivers twice, late, in the wrong order, forged or broken: done once, or answered with a sentence."""

import asyncio
import random
import time
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.practice.delivery import Parcel, Transport
from bot.practice.errors import NotDelivered
from bot.practice.store import Json
from bot.practice.triggers import new_response_url, new_trigger
from bot.practice.workspace import TEAM_ID
from bot.settings import Transport as Way
from bot.views.lines import shown
from bot.views.refusals import GONE_BUTTON
from tests.town import ANA, BEN, GENERAL, SECRET, Town, Ways, town

EXPECTED = [
    "<@U0ANA> declared INC-1: checkout is failing",
    "The room was opened",
    "<@U0BEN> took the role of incident commander",
    "<@U0ANA>: the certificate ran out at 13:40",
    "<@U0BEN>: renewed it",
    "<@U0BEN>: _a marked message that was deleted_",
    "<@U0ANA> noted: rolled back to 4.2",
]


@dataclass
class Unreliable:
    """A transport that delivers every event twice, each after a while of its own, so that they overtake each other."""

    inner: Transport
    dice: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311 - the same disorder every time

    async def send(self, parcel: Parcel, patience: float) -> Json:
        """Hand over one payload: at once what a person waits for, an event late and twice."""
        if parcel.kind != "events_api":
            return await self.inner.send(parcel, patience)
        answers = await asyncio.gather(*(self._late(parcel, patience) for _ in range(2)))
        return answers[0]

    async def reachable(self, patience: float) -> bool:
        """As the real one."""
        return await self.inner.reachable(patience)

    async def close(self) -> None:
        """As the real one."""
        await self.inner.close()

    async def _late(self, parcel: Parcel, patience: float) -> Json:
        await asyncio.sleep(self.dice.uniform(0, 0.3))
        again = replace(parcel, attempt=1, reason="timeout")
        return await self.inner.send(self.dice.choice([parcel, again]), patience)


async def plays(place: Town) -> list[str]:
    """An incident with edits, replies, pushpins and a deletion; returns its timeline as people read it."""
    room = await place.declares(ANA, "checkout is failing")
    people = place.people
    await people.joins(BEN, room)
    await people.commands(BEN, room, "/incident claim commander")
    first = await people.says(ANA, room, "the certifcate ran out")
    await people.edits(ANA, room, first, "the certificate ran out")
    await people.reacts(BEN, room, first, "pushpin")
    await people.edits(ANA, room, first, "the certificate ran out at 13:40")
    reply = await people.says(BEN, room, "renewed it", thread_ts=first)
    gone = await people.says(BEN, room, "a password")
    for ts in (reply, gone):
        await people.reacts(ANA, room, ts, "pushpin")
    await people.deletes(BEN, room, gone)
    await people.commands(ANA, room, "/incident note rolled back to 4.2")
    assert await place.practice.workspace.delivery.settled()
    await place.quiet()
    assert place.warroom is not None
    return [shown(line) for line in await place.warroom.queries.timeline(1)]  # type: ignore[arg-type]


@pytest.mark.parametrize("orderly", [True, False])
async def test_the_timeline_is_the_same_however_events_arrive(place: Town, *, orderly: bool) -> None:
    delivery = place.practice.workspace.delivery
    if not orderly:
        delivery.transport = Unreliable(delivery.transport)
    assert await plays(place) == EXPECTED


async def test_the_same_command_payload_counts_once(place: Town) -> None:
    declare = command(place, "declare checkout is failing")
    note = command(place, "note INC-1 rolled back")
    for body in (declare, declare, note, note):
        assert (await sends(place, "slash_commands", body))["text"]
        await place.quiet()
    assert place.warroom is not None
    lines = [shown(line) for line in await place.warroom.queries.timeline(1)]  # type: ignore[arg-type]
    assert lines.count("<@U0ANA> noted: rolled back") == 1
    assert len(await place.warroom.queries.open_ones()) == 1


async def test_the_same_click_counts_once(place: Town) -> None:
    await place.declares(ANA, "checkout is failing")
    tap = click(place, "claim", value="1:commander")
    await asyncio.gather(*(sends(place, "interactive", tap) for _ in range(4)))
    await place.quiet()
    assert place.warroom is not None
    lines = [shown(line) for line in await place.warroom.queries.timeline(1)]  # type: ignore[arg-type]
    assert lines.count("<@U0ANA> took the role of incident commander") == 1


@pytest.mark.parametrize(
    ("stamp", "secret", "status"),
    [(0, SECRET, 200), (-3600, SECRET, 401), (3600, SECRET, 401), (0, "somebody else's", 401), (0, "", 401)],
)
async def test_only_what_slack_signed_just_now_is_taken(ways: Ways, stamp: int, secret: str, status: int) -> None:
    async with town(replace(ways, transport=Way.HTTP)) as place:
        assert place.warroom is not None
        url = f"http://127.0.0.1:{place.warroom.settings.port}/slack/events"
        body = urlencode(command(place, "declare checkout is failing"))
        moment = str(int(time.time()) + stamp)
        signature = SignatureVerifier(secret).generate_signature(timestamp=moment, body=body) if secret else None
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": moment}
        headers |= {"X-Slack-Signature": signature} if signature else {}
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            assert answer.status == status
        assert len(await place.warroom.queries.open_ones()) == (status == 200)


async def test_a_button_nobody_knows_is_answered(place: Town) -> None:
    for answers, action in enumerate(["from_an_older_version", "", "say:", "🔥", "x" * 255], 1):
        await sends(place, "interactive", click(place, action, value="1"))
        assert (await place.people.reads(ANA, GENERAL)).count(GONE_BUTTON) == answers


@pytest.mark.parametrize("action", ["claim", "roles", "close", "join"])
async def test_a_button_with_nonsense_in_it_is_answered(place: Town, action: str) -> None:
    await place.declares(BEN, "checkout is failing")
    nonsense = ("", "nonsense", "-1:x", "1" * 50, "2:\x00", "٣:commander", "9999999999:commander", "1:\x00")
    for answers, button in enumerate([{}, *({"value": value} for value in nonsense)], 1):
        await sends(place, "interactive", click(place, action, **button))
        said = await place.people.reads(ANA, GENERAL)
        forms = (await place.people.state(ANA))["views"]
        assert said.count("only visible to you") + len(forms) == answers
        assert "the reason is in its log" not in said


@pytest.mark.parametrize(
    "text",
    ["declare " + "checkout is failing " * 2000, "x" * 40_000, "declare check\x00out\x07 fails",
     "declare \u202egnilaf si tuokcehc\u202c", "declare " + "🔥" * 5000, "note " + "a" * 39_000,
     "'; DROP TABLE incidents; --", "declare %s {0} ${x} \\", "status INC-99999999999999999999", "sev " + "9" * 5000,
     "claim <@U0ANA", "role \n\n\t@", "\u2028"],
    ids=lambda text: ascii(text[:20]),
)  # fmt: skip
async def test_whatever_is_typed_is_answered(place: Town, text: str) -> None:
    answer = await sends(place, "slash_commands", command(place, text))
    assert answer.get("text") or await place.people.modal(ANA)
    assert "the reason is in its log" not in answer.get("text", "")
    assert place.warroom is not None
    for incident in await place.warroom.queries.open_ones():
        room = await place.room(incident.id)
        await place.quiet()
        assert not set("\x00\x07\u202e") & set(await place.people.reads(ANA, room))
        assert "could not" not in await place.people.reads(ANA, room)
        assert "could not" not in await place.people.reads(ANA, await place.people.direct_channel(ANA))


async def test_a_command_that_lacks_a_field_hurts_nobody(place: Town) -> None:
    for missing in ("user_id", "channel_id", "text", "trigger_id", "response_url", "team_id"):
        body = command(place, "list")
        del body[missing]
        await tries(place, "slash_commands", body)
    await place.declares(ANA, "checkout is failing")


async def test_an_event_that_lacks_everything_hurts_nobody(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    where: dict[str, Any] = {"type": "message", "channel": room}
    for event in (
        {}, {"type": "somebody_sneezed"}, {"type": "message"}, {**where, "user": None, "ts": "x"},
        {**where, "subtype": "message_changed", "message": None}, {**where, "subtype": "message_deleted"},
        {"type": "reaction_added"}, {"type": "reaction_added", "user": "U0ANA", "reaction": "pushpin"},
        {"type": "reaction_added", "user": "U0ANA", "reaction": "pushpin", "item": {**where, "ts": "x"}},
    ):  # fmt: skip
        body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": event}
        await tries(place, "events_api", body)
    await place.people.commands(ANA, room, "/incident note still here")
    await place.quiet()
    assert "still here" in await place.thread(BEN, room)


async def test_a_message_with_null_bytes_is_kept_without_them(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    event = {"type": "message", "channel": room, "user": "U0ANA", "ts": "1795419000.000100", "text": "a\x00b" * 10_000,
             "files": [{"name": "c\x00.png"}]}  # fmt: skip
    body = {"type": "event_callback", "team_id": TEAM_ID, "event_id": "Ev1", "event": event}
    await sends(place, "events_api", body)
    assert place.warroom is not None
    assert await place.warroom.queries.knows_message(room, "1795419000.000100")  # type: ignore[arg-type]


async def sends(place: Town, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """Hand the bot a payload as Slack would; returns what it is acknowledged with."""
    return dict(await place.practice.workspace.delivery.ask(kind, body))


async def tries(place: Town, kind: str, body: dict[str, Any]) -> None:
    """The same, for a payload that Slack never sends: it may go without an acknowledgement."""
    try:
        await asyncio.wait_for(sends(place, kind, body), 0.5)
    except (NotDelivered, TimeoutError):
        return


def command(place: Town, text: str) -> dict[str, Any]:
    """Ana's slash command in #general."""
    practice = place.practice.workspace
    return {
        "command": "/incident", "text": text, "team_id": TEAM_ID, "channel_id": GENERAL, "user_id": "U0ANA",
        "trigger_id": new_trigger(practice, "U0ANA"),
        "response_url": new_response_url(practice, practice.channels[GENERAL], "U0ANA"),
    }  # fmt: skip


def click(place: Town, action: str, **button: str) -> dict[str, Any]:
    """Ana taps a button in a message in #general."""
    practice = place.practice.workspace
    return {
        "type": "block_actions", "user": {"id": "U0ANA", "team_id": TEAM_ID}, "team": {"id": TEAM_ID},
        "trigger_id": new_trigger(practice, "U0ANA"), "channel": {"id": GENERAL, "name": "general"},
        "response_url": new_response_url(practice, practice.channels[GENERAL], "U0ANA"),
        "container": {"type": "message", "channel_id": GENERAL},
        "actions": [{"type": "button", "action_id": action, "block_id": "b", **button}],
    }  # fmt: skip


async def test_a_marked_message_that_is_gone_before_it_is_read_is_no_failure(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing")
    await place.people.control(events=[{"type": "message", "kind": "lose", "times": 2}])
    ts = await place.people.says(ANA, room, "Restarting the gateway")
    await place.people.control(latency_ms={"conversations.history": 300})
    await place.people.reacts(ANA, room, ts, "pushpin")
    await place.people.deletes(ANA, room, ts)
    await place.people.until(lambda: _read(place))
    await place.quiet()
    assert "could not" not in await place.people.reads(ANA, room)


async def _read(place: Town) -> bool:
    return any(call.method == "conversations.replies" for call in place.calls)
