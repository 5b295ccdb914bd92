"""Slack is too busy to show an answer: whoever asked gets another, or Slack's own word that it did not work."""

from collections.abc import Callable

import pytest
from aiohttp import web

from bot.practice.client import PracticeRefused
from bot.practice.faults import CallFault, Spoil
from bot.practice.server import SlackSide
from tests.conversations.worst import served
from tests.town import ANA, BEN, GENERAL, Town


def spoils(place: Town, method: str, kind: Spoil = Spoil.THROTTLED, times: int = 1, error: str = "") -> None:
    """The next calls of a method go wrong."""
    fault = CallFault(method=method, kind=kind, times=times, retry_after=30, error=error or "internal_error")
    place.practice.workspace.faults.calls.append(fault)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Makes every response_url answer with a status."""
    real = SlackSide.response
    statuses: list[int] = []

    async def response(side: SlackSide, request: web.Request) -> web.Response:
        return web.Response(status=statuses[0], text="no") if statuses else await real(side, request)

    monkeypatch.setattr(SlackSide, "response", response)
    return statuses.append


@pytest.mark.parametrize("words", ["checkout is failing", "update", "checklist"])
async def test_a_form_that_slack_does_not_open_is_answered_in_words(place: Town, words: str) -> None:
    room = await place.declares(ANA, "search is slow sev2") if words != "checkout is failing" else GENERAL
    spoils(place, "views.open")
    await place.people.commands(ANA, room, f"/incident {words}")
    said = await place.people.reads(ANA, room)
    assert "Slack is too busy to open that form just now. Nothing was lost" in said
    await place.people.commands(ANA, room, f"/incident {words}")
    assert await place.people.modal(ANA)


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        (Spoil.ERROR, "expired_trigger_id", "took too long"), (Spoil.HTML, "", "Unreadable"),
        (Spoil.DROPPED, "", "ServerDisconnectedError"), (Spoil.ERROR, "internal_error", "internal_error"),
    ],
)  # fmt: skip
async def test_so_is_a_click(place: Town, kind: Spoil, error: str, said: str) -> None:
    room = await place.declares(ANA, "search is slow sev2")
    spoils(place, "views.open", kind, error=error)
    await place.people.clicks(ANA, room, "Update")
    assert said in await place.people.reads(ANA, room)


@pytest.mark.parametrize("status", [404, 429, 500])
async def test_an_answer_that_no_response_url_takes_comes_as_an_ephemeral_message(
    busy: Callable[[int], None], place: Town, status: int
) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.joins(BEN, room)
    busy(status)
    spoils(place, "chat.update", times=9)  # the card keeps the button that Ana clicks
    await place.people.clicks(BEN, room, "Take command")
    await place.people.clicks(ANA, room, "Take command")
    asked = [call.args["user"] for call in place.calls if call.method == "chat.postEphemeral"]
    assert asked[-1] == "U0ANA"
    assert "@ben is already incident commander" in await place.people.reads(ANA, room)


async def test_when_nothing_can_be_said_slack_itself_says_that_it_did_not_work(
    busy: Callable[[int], None], place: Town
) -> None:
    room = await place.declares(ANA, "checkout is failing sev2")
    spoils(place, "chat.update", times=9)  # the card keeps the button that Ana clicks
    await place.people.clicks(BEN, room, "Take command")
    busy(429)
    spoils(place, "chat.postEphemeral")
    with pytest.raises(PracticeRefused):
        await place.people.clicks(ANA, room, "Take command")


async def test_the_room_is_shown_in_the_form_when_slack_is_less_busy(place: Town) -> None:
    place.practice.workspace.faults.calls.append(
        CallFault(method="views.update", kind=Spoil.THROTTLED, retry_after=1, times=1)
    )
    await place.people.commands(ANA, GENERAL, "/incident checkout is failing")
    await place.people.submits(ANA)
    await place.room()
    await place.people.until(lambda: _shows_room(place))
    assert not (await served(place).queries.backlog()).dead


async def _shows_room(place: Town) -> bool:
    return "inc-1-checkout" in await place.people.reads_modal(ANA)
