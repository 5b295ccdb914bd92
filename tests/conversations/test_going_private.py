"""Going private: said before, done once, and from then on there for nobody but those who were chosen."""

from dataclasses import replace

import pytest

from bot.practice.faults import CallFault, Spoil
from bot.workflows.policy import InviteRule
from tests.conversations.looking import announced, cards, direct, incident, repairs, settled, timeline
from tests.conversations.test_private import _taps, all_of, answered, declined  # noqa: F401 - a fixture
from tests.town import ANA, BEN, CLEO, DAN, EVE, FIN, GENERAL, HOUSE_RULES, Town, Ways, town

SECRET = "the payroll export was copied"


async def public(place: Town) -> str:
    """A public incident with Ana, with Ben who leads it, and with Cleo who came to help; returns its room."""
    room = await place.declares(ANA, "checkout is failing sev2")
    await place.people.clicks(CLEO, "incidents", "Join")
    await place.people.clicks(BEN, room, "Take command")
    await place.people.commands(ANA, room, "/incident note the pool is exhausted")
    await settled(place)
    return room


async def goes_private(place: Town, room: str, invited: list[str] | None = None, person: str = ANA) -> str:
    """Confirm it, with those who are proposed or others; returns the new room."""
    await place.people.commands(person, room, "/incident private")
    await place.people.submits(person, {} if invited is None else {"Who else is invited?": invited})
    await settled(place)
    found = (await incident(place)).room
    assert found is not None
    return str(found.channel)


async def test_what_stays_readable_and_who_is_invited_is_said_before(place: Town) -> None:
    room = await public(place)
    await place.people.commands(ANA, room, "/incident private")
    form = await place.people.reads_modal(ANA)
    for said in (
        "the thread of the announcement in #incidents", "everything in #inc-1-checkout-is-failing, also in search",
        "what was linked, copied, mailed or read before", "the number INC-1", "@ana and @ben, since they declared it",
    ):  # fmt: skip
        assert said in form
    view = await place.people.modal(ANA)
    assert view is not None
    assert [block["element"]["initial_users"] for block in view["blocks"] if block["type"] == "input"] == [["U0CLEO"]]
    assert not (await incident(place)).private


async def test_who_was_offered_a_role_and_is_not_chosen_does_not_come_in_by_it(place: Town) -> None:
    room = await public(place)
    await place.people.commands(ANA, room, "/incident claim scribe")
    await place.people.commands(ANA, room, "/incident handover scribe @dan")
    await settled(place)
    direct = await place.people.direct_channel(DAN)
    assert "I have it" in await place.people.reads(DAN, direct)
    again = await goes_private(place, room, ["U0CLEO"])
    assert "The offer of the role of scribe to @dan is withdrawn" in await place.people.reads(ANA, again)
    read = await place.people.reads(DAN, direct)
    assert "I have it" not in read
    assert "There is nothing to answer any more." in read
    assert "U0DAN" not in place.practice.workspace.channels[again]["members"]


async def test_it_goes_on_in_a_private_room_among_those_who_were_chosen(place: Town) -> None:
    room = await public(place)
    again = await goes_private(place, room, ["U0DAN"])
    channel = place.practice.workspace.channels[again]
    assert again != room
    assert channel["is_private"]
    assert set(channel["members"]) == {"U0ANA", "U0BEN", "U0DAN", "U0WARROOM"}
    (card,) = cards(place, again)
    assert "checkout is failing" in str(card)
    assert card["pinned_to"] == [again]
    assert "made INC-1 private: it goes on here" in await place.people.reads(BEN, again)
    assert any("made INC-1 private" in line for line in await timeline(place))
    assert "the pool is exhausted" in await answered(place, BEN, "timeline INC-1")


async def test_the_old_room_is_told_that_it_goes_on_and_not_where(place: Town) -> None:
    room = await public(place)
    again = await goes_private(place, room)
    assert place.practice.workspace.channels[room]["is_archived"]
    left = str(list(place.practice.workspace.messages(room).values()))
    assert left.count("goes on elsewhere, among fewer people") == 1
    assert "This card is not kept up to date any more" in left
    assert again not in left
    former = (await incident(place)).former_rooms
    assert [(was.channel, was.archived) for was in former] == [(room, True)]


async def test_the_announcement_becomes_a_line_without_title_and_hears_nothing_more(place: Town) -> None:
    room = await public(place)
    again = await goes_private(place, room)
    (line,) = [m for m in await place.people.messages(EVE, "incidents") if m.get("blocks")]
    assert line["text"].startswith("INC-1 was announced here.")
    assert "checkout" not in str(line)
    before = await announced(place)
    await place.people.commands(ANA, again, f"/incident note {SECRET}")
    await place.people.commands(ANA, again, "/incident sev 1")
    await place.people.commands(ANA, again, "/incident phase containment found it")
    await place.resolves(ANA, again, fix=SECRET)
    assert await announced(place) == before
    assert SECRET not in await all_of(place, EVE)


async def test_whoever_was_not_chosen_knows_no_more_of_it(place: Town) -> None:
    room = await public(place)
    await place.people.commands(ANA, room, "/incident action Add an alert @eve by friday")
    await place.people.opens_home(CLEO)
    await place.people.commands(CLEO, room, "/incident checklist")
    again = await goes_private(place, room, [])
    for person in (CLEO, EVE):
        assert "no incident INC-1" in await answered(place, person, "status INC-1")
        assert "no incident INC-1" in await answered(place, person, "claim scribe INC-1")
    await place.people.clicks_in_modal(CLEO, "1:9:done")
    assert "no incident INC-1" in await place.people.reads_modal(CLEO)
    for action in ("join", "timeline_export"):
        await _taps(place, action, "1", "U0CLEO")
    await settled(place)
    assert set(place.practice.workspace.channels[again]["members"]) == {"U0ANA", "U0BEN", "U0WARROOM"}
    assert ".md" not in await direct(place, CLEO)
    await place.people.until(lambda: _home_is_empty(place))


async def _home_is_empty(place: Town) -> bool:
    return "No incident is open" in await place.people.reads_home(CLEO)


async def test_somebody_invited_there_by_hand_takes_part(place: Town) -> None:
    again = await goes_private(place, await public(place), [])
    await place.people.invites(ANA, again, CLEO)
    await settled(place)
    assert "checkout is failing" in await answered(place, CLEO, "status INC-1")


@pytest.mark.parametrize(
    ("person", "before", "says"),
    [
        (EVE, "", "Only somebody who takes part in INC-1 can make it private"),
        (ANA, "/incident cancel INC-1 misread", "`/incident reopen INC-1` opens it again"),
    ],
)
async def test_it_is_refused_with_what_to_do_instead(place: Town, person: str, before: str, says: str) -> None:
    await public(place)
    if before:
        await place.people.commands(ANA, GENERAL, before)
    told = await answered(place, person, "private INC-1")
    assert says.replace("`", "") in told.replace("`", "")
    assert await place.people.modal(person) is None


async def test_whoever_is_in_the_room_may_though_they_did_nothing_yet(place: Town) -> None:
    room = await public(place)
    await place.people.joins(EVE, room)
    await goes_private(place, room, ["U0CLEO"], EVE)
    assert (await incident(place)).participants == ("U0EVE", "U0BEN", "U0ANA", "U0CLEO")


async def test_what_is_left_to_do_of_people_who_are_not_invited_is_given_anew(place: Town) -> None:
    room = await public(place)
    await place.people.commands(ANA, room, "/incident task Read the logs @dan")
    await place.people.commands(ANA, room, "/incident private")
    view = await place.people.modal(ANA)
    assert view is not None
    (chosen,) = [block["element"]["initial_users"] for block in view["blocks"] if block["type"] == "input"]
    assert chosen == ["U0CLEO", "U0DAN"]
    await place.people.submits(ANA, {"Who else is invited?": ["U0CLEO"]})
    await settled(place)
    (task,) = [item for item in (await incident(place)).checklist if item.text == "Read the logs"]
    assert task.owner is None
    went = (await incident(place)).room
    assert went is not None
    said = f"Item {task.number} had an owner who was not invited, and is nobody's now"
    assert said in await place.people.reads(ANA, went.channel)


async def test_no_rule_brings_in_who_was_not_chosen_and_an_account_that_is_gone_holds_nobody_up(ways: Ways) -> None:
    rule = InviteRule(name="security", kinds=("security",), private=True, people=("U0DAN",))
    async with town(replace(ways, policy=replace(HOUSE_RULES, invites=(rule,)))) as place:
        room = await place.declares(ANA, "records were read sev2")
        await place.people.commands(ANA, room, "/incident task Look at the laptop @dan")
        await place.people.commands(ANA, room, "/incident action Change the locks @cleo by 2027-01-08")
        again = await goes_private(place, room, ["U0BEN"])
        assert "Action item 1 is of somebody who was not invited" in await place.people.reads(ANA, again)
        await place.people.commands(ANA, again, "/incident kind security")
        await settled(place)
        assert "or was not chosen when it went private" in await place.people.reads(ANA, again)
        assert set(place.practice.workspace.channels[again]["members"]) == {"U0ANA", "U0BEN", "U0WARROOM"}


async def test_one_that_is_private_is_not_made_so_again(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked --private")
    await place.people.commands(ANA, room, "/incident private")
    assert "INC-1 is private already" in await place.people.reads(ANA, room)
    assert "There is no incident INC-1" in await answered(place, EVE, "private INC-1")


async def test_without_the_scopes_it_is_refused_before_anything_is_done(declined: Town) -> None:  # noqa: F811
    room = await declined.declares(ANA, "checkout is failing")
    await declined.people.commands(ANA, room, "/incident private")
    assert "groups:write" in await declined.people.reads(ANA, room)
    assert await declined.people.modal(ANA) is None


async def test_two_who_confirm_at_once_make_one_room(place: Town) -> None:
    room = await public(place)
    for person in (ANA, BEN):
        await place.people.commands(person, room, "/incident private")
    await place.people.submits(ANA)
    await place.people.submits(BEN)
    assert "INC-1 is private already" in await place.people.reads_modal(BEN)
    await settled(place)
    rooms = [channel for channel in place.practice.workspace.channels if channel["name"].startswith("inc-1-")]
    assert len(rooms) == 2


async def test_a_guest_is_invited_by_choice_only(place: Town) -> None:
    room = await public(place)
    await place.people.invites(ANA, room, FIN)
    again = await goes_private(place, room, ["U0FIN"])
    assert "U0FIN" in place.practice.workspace.channels[again]["members"]
    assert "checkout is failing" in await answered(place, FIN, "status INC-1")


async def test_where_the_new_room_comes_late_the_old_one_is_archived_then(place: Town) -> None:
    room = await public(place)
    fault = CallFault(method="conversations.create", kind=Spoil.ERROR, error="restricted_action", times=1)
    place.practice.workspace.faults.calls.append(fault)
    await place.people.commands(ANA, room, "/incident private")
    await place.people.submits(ANA, {})
    await settled(place)
    assert (await incident(place)).room is None
    assert not place.practice.workspace.channels[room]["is_archived"]
    await repairs(place, ANA, GENERAL, "INC-1")
    again = (await incident(place)).room
    assert again is not None
    assert place.practice.workspace.channels[room]["is_archived"]
    assert again.channel not in str(list(place.practice.workspace.messages(room).values()))
