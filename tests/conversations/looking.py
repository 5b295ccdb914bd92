"""What dialogues about repairs look at: answers, cards, the timeline, and what was asked of Slack."""

from typing import Any

from tests.town import ANA, EVE, Town

ANSWERS = ("Made:", "Already there:", "Could not be made:", "has everything")

WRITING = ("chat.postMessage", "chat.update", "pins.add", "conversations.setTopic", "conversations.invite",
           "conversations.create", "conversations.join")  # fmt: skip


async def settled(place: Town) -> None:
    """Wait until every event has arrived, and everything that follows from it has been delivered."""
    assert await place.practice.workspace.delivery.settled(10)
    await place.quiet(30)


async def repairs(place: Town, person: str, channel: str, words: str = "") -> str:
    """Have it repaired; returns the answer that follows."""
    before = len(await answers(place, person, channel))
    await place.people.commands(person, channel, f"/incident repair {words}".rstrip())
    await place.people.until(lambda: more_than(place, person, channel, before), 25)
    await settled(place)
    return (await answers(place, person, channel))[-1]


async def answers(place: Town, person: str, channel: str) -> list[str]:
    """The answers of repairs that a person has read in a channel."""
    found = await place.people.messages(person, channel)
    return [m["text"] for m in found if m.get("is_ephemeral") and any(word in m["text"] for word in ANSWERS)]


async def more_than(place: Town, person: str, channel: str, count: int) -> bool:
    """Whether a person has read more such answers than so many."""
    return len(await answers(place, person, channel)) > count


async def timeline(place: Town, number: int = 1) -> list[str]:
    """The lines of an incident's timeline."""
    assert place.warroom is not None
    return [line.text for line in await place.warroom.queries.timeline(number)]  # type: ignore[arg-type]


async def incident(place: Town, number: int = 1) -> Any:  # noqa: ANN401 - the incident, or None
    """An incident as it is stored."""
    assert place.warroom is not None
    return await place.warroom.queries.incident(number)  # type: ignore[arg-type]


async def direct(place: Town, person: str) -> str:
    """What a person reads in their messages with Warroom."""
    return await place.people.reads(person, await place.people.direct_channel(person))


async def announced(place: Town) -> str:
    """What stakeholders read in the thread of the newest announcement."""
    found = [m for m in await place.people.messages(EVE, "incidents") if m.get("blocks")]
    return await place.people.reads(EVE, "incidents", thread=found[-1]["ts"])


def incidents(place: Town) -> str:
    """The id of #incidents."""
    return next(str(found["id"]) for found in place.practice.workspace.channels if found["name"] == "incidents")


def cards(place: Town, channel: str) -> list[dict[str, Any]]:
    """The cards or announcements that stand in a channel."""
    kept = place.practice.workspace.messages(channel).values()
    return [m for m in kept if "metadata" in m and "blocks" in m]


def called(place: Town, *methods: str) -> int:
    """How often Slack was asked for these."""
    return sum(call.method in methods for call in place.calls)


async def said_of(place: Town, room: str) -> str:
    """What the status of an incident says."""
    await place.people.commands(ANA, room, "/incident status")
    return (await place.people.reads(ANA, room)).rsplit("(only visible to you): ", 1)[-1]
