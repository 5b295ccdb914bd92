"""Every effect against every way a call may end: one copy stands in the end, whatever became of the answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

import pytest
import pytest_asyncio

from bot.delivery.deliverer import SENDERS
from bot.delivery.posts import PERHAPS_TWICE
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Call
from bot.settings import Transport
from bot.storage import incidents
from bot.storage.database import Connection
from bot.storage.messages import is_known
from bot.workflows.commands import Effect
from bot.workflows.effects import (
    ArchiveRoom,
    BriefPerson,
    CatchUp,
    CloseBrief,
    ComeBack,
    CopyDraft,
    FetchMessage,
    FileDraft,
    InviteByRule,
    LeaveRoom,
    LetIn,
    PostInRoom,
    PostUnderAnnouncement,
    RemindOfAction,
    RemindPerson,
    RemindRoom,
    Rung,
    SendTimeline,
    TellPrivately,
    TellSource,
    WithdrawAnnouncement,
)
from bot.workflows.incident import ChannelId, Ending, IncidentId, MessageTs, UserId
from bot.workflows.policy import DEFAULT_POLICY, InviteRule
from tests.conversations.worst import (
    Trouble,
    answered,
    asks,
    ends,
    garbled,
    going_wrong,
    incident,
    json_of,
    page,
    served,
    settles,
)
from tests.town import ANA, BEN, GENERAL, Clock, Town, Ways, town

TROUBLES = [
    Trouble("reset before", ends),
    Trouble(
        "ratelimited",
        lambda: answered(b'{"ok": false, "error": "ratelimited"}', 429, headers={"Retry-After": "3"}),
        certain=True,
    ),
    Trouble("fatal_error", json_of(b'{"ok": false, "error": "fatal_error"}')),
    Trouble("page with 200", page(200)),
    Trouble("lost answer", ends, late=True),
    Trouble("late 5xx", json_of(b"", 503), late=True),
    Trouble("late page with 502", page(502), late=True),
    Trouble("late internal_error", json_of(b'{"ok": false, "error": "internal_error"}'), late=True),
]
BODIES = [
    Trouble("empty", json_of(b"")),
    Trouble("null", json_of(b"null")),
    Trouble("a list", json_of(b'["ok"]')),
    Trouble("a text", lambda: answered(b"upstream connect error", content_type="text/plain")),
    Trouble("late truncated", json_of(b'{"ok": true, "chan'), late=True),
    Trouble("late no text", json_of(b'{"ok": true, "ts": "\xff\xfe"}'), late=True),
    Trouble("late garbled", garbled, late=True),
    Trouble("late list with 500", json_of(b"[]", 500), late=True),
]
ANAS, BENS = UserId("U0ANA"), UserId("U0BEN")


@dataclass
class Act:
    """One effect that is asked for, in a place of its own: how, and where its copies are counted."""

    place: Town
    clock: Clock
    number: int
    room: str
    asked: Callable[[], Awaitable[None]] = field(init=False)
    copies: Callable[[], int] = field(init=False)

    def sends(self, effect: Effect, copies: Callable[[], int]) -> "Act":
        """An effect that is asked for by itself."""
        self.asked, self.copies = (lambda: asks(self.place, effect, self.number)), copies
        return self

    def said(self, channel: str) -> Callable[[], int]:
        """How much was said in a channel."""
        return lambda: len(self.place.practice.workspace.messages(channel))

    def files(self, channel: str) -> Callable[[], int]:
        """How many files stand in a channel."""
        return lambda: sum(len(message.get("files", ())) for message in self.messages(channel))

    def messages(self, channel: str) -> list[Json]:
        """What stands in a channel."""
        return list(self.place.practice.workspace.messages(channel).values())


async def declares(act: Act, copies: Callable[[str], int]) -> Act:
    """An incident is declared, and something of its furnishing counted: by the id of the room that comes."""
    number = rooms_so_far(act.place) + 1

    async def asked() -> None:
        await act.place.people.commands(ANA, GENERAL, f"/incident declare number {number} is failing sev3")

    def room() -> str:
        rooms = act.place.practice.workspace.channels
        return next((str(found["id"]) for found in rooms if found["name"].startswith(f"inc-{number}-")), "")

    act.asked, act.copies = asked, lambda: copies(room()) if room() else 0
    return act


def rooms_so_far(place: Town) -> int:
    return sum(found["name"].startswith("inc-") for found in place.practice.workspace.channels)


def channel_named(place: Town, name: str) -> str:
    return next(str(found["id"]) for found in place.practice.workspace.channels if found["name"] == name)


async def opens_room(act: Act) -> Act:
    start = f"inc-{rooms_so_far(act.place) + 1}-"
    names = act.place.practice.workspace.channels
    return await declares(act, lambda room: sum(found["name"].startswith(start) for found in names))


async def shows_topic(act: Act) -> Act:
    return await declares(act, lambda room: sum(m.get("subtype") == "channel_topic" for m in act.messages(room)))


async def shows_card(act: Act) -> Act:
    return await declares(act, lambda room: sum("blocks" in message for message in act.messages(room)))


async def pins_card(act: Act) -> Act:
    return await declares(act, lambda room: len(act.place.practice.workspace.channels[room]["pins"]))


async def shows_announcement(act: Act) -> Act:
    title, channel = f"number {rooms_so_far(act.place) + 1} is failing", channel_named(act.place, "incidents")
    return await declares(act, lambda room: sum(title in message["text"] for message in act.messages(channel)))


async def lets_in(act: Act) -> Act:
    members = act.place.practice.workspace.channels
    return act.sends(LetIn(users=(BENS,)), lambda: members[act.room]["members"].count("U0BEN"))


async def invites_by_rule(act: Act) -> Act:
    members, rule = act.place.practice.workspace.channels, InviteRule(name="on call", people=(BENS,))
    return act.sends(InviteByRule(rules=(rule,)), lambda: members[act.room]["members"].count("U0BEN"))


async def archives_room(act: Act) -> Act:
    rooms, number = act.place.practice.workspace.channels, IncidentId(act.number)

    def its_time_has_come(connection: Connection) -> None:
        found = incidents.load(connection, number, DEFAULT_POLICY)
        assert found
        assert found[0].room
        over = replace(found[0], room=replace(found[0].room, archiving=True), ending=Ending.CLOSED)
        incidents.save(connection, over, found[1])

    await served(act.place).database.write(its_time_has_come)
    return act.sends(ArchiveRoom(channel=ChannelId(act.room)), lambda: int(rooms[act.room]["is_archived"]))


async def leaves_room(act: Act) -> Act:
    room, said = act.place.practice.workspace.channels["C0ENGINEERING"], "goes on elsewhere"  # any will do, once open
    room["is_archived"], room["members"] = False, sorted({*room["members"], BOT_USER})
    return act.sends(
        LeaveRoom(channel=ChannelId(room["id"])),
        lambda: sum(said in str(message["text"]) for message in act.messages(room["id"])),
    )


async def withdraws_announcement(act: Act) -> Act:
    channel = channel_named(act.place, "incidents")
    standing = (await incident(act.place, act.number)).announcement
    assert standing is not None
    line = f"INC-{act.number} was announced here"
    return act.sends(
        WithdrawAnnouncement(message=standing),
        lambda: sum(message["text"].startswith(line) for message in act.messages(channel)),
    )


async def comes_back(act: Act) -> Act:
    rooms = act.place.practice.workspace.channels
    rooms[act.room]["members"].remove(BOT_USER)
    return act.sends(ComeBack(channel=ChannelId(act.room)), lambda: rooms[act.room]["members"].count(BOT_USER))


async def posts_in_room(act: Act) -> Act:
    return act.sends(PostInRoom(text="rolled back"), act.said(act.room))


async def posts_under_announcement(act: Act) -> Act:
    return act.sends(PostUnderAnnouncement(text="it is better"), act.said(channel_named(act.place, "incidents")))


async def tells_source(act: Act) -> Act:
    root = await act.place.people.says(ANA, GENERAL, "is it down?")
    return act.sends(TellSource(channel=ChannelId(GENERAL), ts=MessageTs(root)), act.said(GENERAL))


async def tells_privately(act: Act) -> Act:
    return act.sends(TellPrivately(user=ANAS, text="you lead"), act.said(await direct(act)))


async def catches_up(act: Act) -> Act:
    shown = act.place.practice.workspace.ephemerals

    def copies() -> int:
        return sum("came in while" in str(message) for _, message in shown.items())

    return act.sends(CatchUp(user=ANAS), copies)


async def reminds_person(act: Act) -> Act:
    promise = (await incident(act.place, act.number)).promise
    assert promise is not None
    return act.sends(RemindPerson(user=ANAS, rung=Rung.SOON, promised=promise.at), act.said(await direct(act)))


async def reminds_of_action(act: Act) -> Act:
    await act.place.people.commands(ANA, act.room, "/incident action Add an alert <@U0ANA> by friday")
    await settles(act.place, act.clock)
    item = (await incident(act.place, act.number)).actions[-1].number
    return act.sends(RemindOfAction(user=ANAS, number=item), act.said(await direct(act)))


async def briefs_person(act: Act) -> Act:
    await act.place.people.commands(ANA, act.room, "/incident claim commander")
    await act.place.people.commands(ANA, act.room, "/incident handover commander <@U0BEN>")
    await settles(act.place, act.clock)
    number = (await incident(act.place, act.number)).handovers[-1].number
    return act.sends(BriefPerson(user=ANAS, number=number), act.said(await direct(act)))


async def closes_brief(act: Act) -> Act:
    act = await briefs_person(act)
    await settles(act.place, act.clock)
    await act.place.people.commands(ANA, act.room, "/incident handover commander <@U0CLEO>")
    await settles(act.place, act.clock)
    ben = await act.place.people.direct_channel(BEN)
    offer = (await incident(act.place, act.number)).handovers[-2]
    (brief,) = (message for message in act.messages(ben) if message["ts"] == offer.briefs[-1].ts)
    brief["text"] = "as if it were not closed yet"
    closing = CloseBrief(user=UserId("U0BEN"), number=offer.number, message=offer.briefs[-1])
    return act.sends(closing, lambda: int("is over" in brief["text"]))


async def reminds_room(act: Act) -> Act:
    promise = (await incident(act.place, act.number)).promise
    assert promise is not None
    return act.sends(RemindRoom(rung=Rung.OVERDUE, promised=promise.at), act.said(act.room))


async def files_draft(act: Act) -> Act:
    return act.sends(FileDraft(), act.files(act.room))


async def sends_timeline(act: Act) -> Act:
    return act.sends(SendTimeline(user=ANAS), act.files(await direct(act)))


async def copies_draft(act: Act) -> Act:
    canvases = act.place.practice.workspace.canvases
    return act.sends(CopyDraft(), lambda: sum(canvas["channel"] == act.room for _, canvas in canvases.items()))


async def fetches_message(act: Act) -> Act:
    await act.place.people.control(events=[{"type": "message", "kind": "lose"}])
    ts = MessageTs(await act.place.people.says(ANA, act.room, "the cache is cold"))
    room = ChannelId(act.room)

    def copies() -> int:
        return served(act.place).database.write_now(lambda c: int(is_known(c, room, ts)))

    return act.sends(FetchMessage(channel=room, ts=ts), copies)


async def direct(act: Act) -> str:
    return await act.place.people.direct_channel(ANA)


# Each kind with the call that may have had its effect when it fails.
ACTS: dict[str, tuple[str, Callable[[Act], Awaitable[Act]]]] = {
    "OpenRoom": ("conversations.create", opens_room),
    "LetIn": ("conversations.invite", lets_in),
    "InviteByRule": ("conversations.invite", invites_by_rule),
    "ArchiveRoom": ("conversations.archive", archives_room),
    "ComeBack": ("conversations.join", comes_back),
    "LeaveRoom": ("chat.postMessage", leaves_room),
    "WithdrawAnnouncement": ("chat.update", withdraws_announcement),
    "ShowTopic": ("conversations.setTopic", shows_topic),
    "PinCard": ("pins.add", pins_card),
    "ShowCard": ("chat.postMessage", shows_card),
    "ShowAnnouncement": ("chat.postMessage", shows_announcement),
    "PostInRoom": ("chat.postMessage", posts_in_room),
    "PostUnderAnnouncement": ("chat.postMessage", posts_under_announcement),
    "TellSource": ("chat.postMessage", tells_source),
    "TellPrivately": ("chat.postMessage", tells_privately),
    "CatchUp": ("chat.postEphemeral", catches_up),
    "RemindPerson": ("chat.postMessage", reminds_person),
    "RemindOfAction": ("chat.postMessage", reminds_of_action),
    "BriefPerson": ("chat.postMessage", briefs_person),
    "CloseBrief": ("chat.update", closes_brief),
    "RemindRoom": ("chat.postMessage", reminds_room),
    "FileDraft": ("files.completeUploadExternal", files_draft),
    "SendTimeline": ("files.completeUploadExternal", sends_timeline),
    "CopyDraft": ("conversations.canvases.create", copies_draft),
    "FetchMessage": ("conversations.history", fetches_message),
}
# Without a scope to read a person's messages back, a second copy is sent, and says that it may be one.
ONCE_IN_A_ROOM = {
    "LetIn", "InviteByRule", "ArchiveRoom", "ComeBack", "CopyDraft", "WithdrawAnnouncement", "CloseBrief"
}  # fmt: skip
TO_PERSONS = {"CatchUp", "TellPrivately", "RemindPerson", "RemindOfAction", "BriefPerson", "SendTimeline"}


MEANT: dict[str, Callable[[Call], bool]] = {
    "ShowCard": lambda call: "Take command" in str(call.args.get("blocks")),
    "ShowAnnouncement": lambda call: "blocks" in call.args and "Take command" not in str(call.args["blocks"]),
}


@pytest_asyncio.fixture
async def there(database_url: str, clock: Clock) -> AsyncIterator[Town]:
    """A room with a commander, whose due rows are left alone."""
    async with town(Ways(database_url=database_url, transport=Transport.SOCKET, now=clock, slacks_now=clock)) as place:
        served(place).scheduler.stop()
        place.practice.workspace.channels[GENERAL]["members"].append(BOT_USER)
        yield place


# One calls nothing of Slack's, the other says something in the room, as `PostInRoom` does.
NOT_TRIED = {"TellOther", "RecallPast"}


def test_every_effect_is_in_the_table() -> None:
    assert ACTS.keys() | NOT_TRIED == SENDERS.keys(), (
        "a new effect says here which call of it may be spoiled, and what is counted"
    )


@pytest.mark.timeout(240)
async def test_every_effect_stands_once_whatever_becomes_of_its_call(there: Town, clock: Clock) -> None:
    doubled: list[str] = []
    number = await a_room(there, clock)
    for kind in ACTS:
        for trouble in TROUBLES if served(there).database.is_sqlite else TROUBLES[::3]:
            own = await a_room(there, clock) if kind in ONCE_IN_A_ROOM else number
            doubled += await spoils(there, clock, own, kind, trouble)
    assert not doubled


@pytest.mark.parametrize("kind", ["PostInRoom", "OpenRoom", "FileDraft"])
async def test_a_body_nobody_can_read_is_like_no_answer(there: Town, clock: Clock, kind: str) -> None:
    doubled: list[str] = []
    number = await a_room(there, clock)
    for trouble in BODIES:
        doubled += await spoils(there, clock, number, kind, trouble)
    assert not doubled


async def spoils(place: Town, clock: Clock, number: int, kind: str, trouble: Trouble) -> list[str]:
    """Ask for an effect whose call goes wrong once; returns what there is to complain of."""
    method, prepare = ACTS[kind]
    act = await prepare(Act(place, clock, number, await place.room(number)))
    before = act.copies()
    async with going_wrong(place, method, trouble, only=MEANT.get(kind, lambda call: True)) as spoiled:
        await act.asked()
        await settles(place, clock)
    doubt = kind in TO_PERSONS and not trouble.certain and PERHAPS_TWICE.strip() in await told(place, kind)
    wanted, found = 2 if doubt and trouble.late else 1, act.copies() - before
    backlog = await served(place).queries.backlog()
    right = found == wanted and len(spoiled) == 1 and not backlog.dead
    return (
        [] if right else [f"{kind}, {trouble}: {found} copies instead of {wanted}, {len(spoiled)} spoiled, {backlog}"]
    )


async def a_room(place: Town, clock: Clock) -> int:
    """A room of its own for what follows."""
    number = rooms_so_far(place) + 1
    await place.people.commands(ANA, GENERAL, f"/incident declare number {number} is failing sev1")
    await place.room(number)
    await settles(place, clock)
    return number


async def told(place: Town, kind: str) -> str:
    """The last that Ana was told privately, or shown in the room for her eyes only."""
    if kind == "CatchUp":
        return str([message for _, message in place.practice.workspace.ephemerals.items()][-1])
    channel = await place.people.direct_channel(ANA)
    return str(list(place.practice.workspace.messages(channel).values())[-2:])
