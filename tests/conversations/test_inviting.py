"""Whom the configuration wants in the room is invited behind the declarer, by rule; the room reads who came."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.practice.faults import CallFault, Spoil
from bot.practice.workspace import Call
from bot.settings import Transport
from bot.workflows.policy import SEV1, InviteRule, ServiceRule
from tests.town import ANA, BEN, CLEO, DAN, EVE, GENERAL, HOUSE_RULES, Clock, Town, Ways, crowd, town

PAGED = "Nobody was paged"
POLICY = replace(
    HOUSE_RULES,
    services=(ServiceRule(key="payments", name="Payments"),),
    invites=(
        InviteRule(name="on call", groups=("S0ONCALL",)),  # Ben and Cleo
        InviteRule(name="leadership", severities=(SEV1,), people=("U0DAN", "U0ANA", "U0NOBODY")),
        InviteRule(name="care", services=("payments",), groups=("S0CARE",)),  # Eve
        InviteRule(name="security", severities=(SEV1,), private=True, people=("U0EVE",)),
    ),
)


@pytest.fixture
def ways(ways: Ways) -> Ways:
    """An installation with rules."""
    return replace(ways, policy=POLICY)


def members(place: Town, room: str) -> set[str]:
    return set(place.practice.workspace.channels[room]["members"])


async def test_the_declarer_comes_first_and_then_whom_the_rules_want(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    invited = [call.args["users"] for call in place.calls if call.method == "conversations.invite"]
    assert invited == ["U0ANA", "U0BEN,U0CLEO"]
    said = await place.thread(ANA, room)
    assert "Invited by rule (on call): @ben and @cleo.\nNobody was paged: call whoever is needed now." in said


async def test_a_worse_severity_invites_whom_it_wants_and_says_who_could_not_be(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.leaves(CLEO, room)
    await place.people.commands(BEN, room, "/incident severity 1")
    said = await place.told(ANA, room, PAGED)
    assert "Invited by rule (leadership, security): @dan and @eve." in said
    assert "Not invited: U0NOBODY: Slack does not know that person (user_not_found)." in said
    assert {"U0DAN", "U0EVE"} <= members(place, room)
    assert "U0CLEO" not in members(place, room)


async def test_who_left_by_themselves_is_named_and_left_alone(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev1")
    await place.people.leaves(DAN, room)
    await place.people.commands(ANA, room, "/incident severity 3")
    await place.people.commands(ANA, room, "/incident severity 1")
    await place.quiet()
    assert "Dan" in (await place.told(ANA, room, "left this room, or was taken out of it")).split("Not invited: ")[-1]
    assert "U0DAN" not in members(place, room)


async def test_saying_the_service_invites_its_people(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.commands(ANA, room, "/incident service payments")
    assert "Invited by rule (care): @eve." in await place.told(ANA, room, PAGED)


async def test_a_group_that_slack_does_not_tell_of_is_named_and_keeps_nobody_else_out(place: Town) -> None:
    await place.people.control(revoke=["usergroups:read"])
    room = await place.declares(ANA, "checkout is failing sev1")
    said = await place.told(ANA, room, PAGED)
    assert "the people of the user group S0ONCALL: the app lacks a permission (missing_scope)" in said
    assert "U0DAN" in members(place, room)


async def test_into_a_private_room_only_those_come_whose_rule_says_so(place: Town) -> None:
    room = await place.declares(ANA, "payroll leaked sev1 --private")
    await place.quiet()
    assert members(place, room) >= {"U0ANA", "U0EVE"}
    assert not members(place, room) & {"U0BEN", "U0CLEO", "U0DAN"}
    await place.people.commands(EVE, GENERAL, "/incident status INC-1")
    assert "payroll leaked" in await place.people.reads(EVE, GENERAL)
    await place.people.commands(BEN, GENERAL, "/incident status INC-1")
    assert "payroll" not in await place.people.reads(BEN, GENERAL)


@pytest_asyncio.fixture
async def later(ways: Ways, clock: Clock) -> AsyncIterator[Town]:
    """A workspace whose clock, Slack's too, can be put forward; requests that it signs would be too old."""
    async with town(replace(ways, transport=Transport.SOCKET, now=clock, slacks_now=clock)) as there:
        yield there


async def test_whoever_is_invited_late_is_shown_what_they_missed_once(later: Town, clock: Clock) -> None:
    room = await later.declares(ANA, "checkout is failing sev3")
    clock.forward(3600)
    await later.people.commands(ANA, room, "/incident severity 1")
    await later.told(DAN, room, "You came in while INC-1 was under way")
    await later.quiet()
    shown = [call.args["user"] for call in later.calls if call.method == "chat.postEphemeral"
             and "You came in" in str(call.args["text"])]  # fmt: skip
    assert sorted(shown) == ["U0DAN", "U0EVE"]


async def test_an_invitation_whose_answer_was_lost_is_told_once_with_everybody_it_brought(place: Town) -> None:
    room = await place.declares(ANA, "checkout is failing sev3")
    await place.people.control(calls=[{"method": "conversations.invite", "kind": "lost"}])
    await place.people.commands(ANA, room, "/incident severity 1")
    said = await place.told(ANA, room, PAGED)
    assert said.count("Invited by rule (leadership, security): @dan and @eve.") == 1
    await place.quiet()
    assert (await place.people.reads(ANA, room)).count(PAGED) == 1


async def test_of_more_than_a_hundred_all_are_told_of_also_when_slack_stops_between(ways: Ways) -> None:
    many = tuple(f"U0CROWD{number}" for number in range(120))
    rules = (InviteRule(name="all hands", severities=(SEV1,), people=many),)
    async with town(replace(ways, policy=replace(POLICY, invites=rules))) as place:
        room = await place.declares(ANA, "checkout is failing sev3")
        crowd(place.practice, GENERAL, len(many))
        hooks = place.practice.workspace.after_call

        async def spoil_the_next(call: Call) -> None:
            if call.method == "conversations.invite":
                hooks.remove(spoil_the_next)
                fault = CallFault(method="conversations.invite", kind=Spoil.THROTTLED, retry_after=1)
                place.practice.workspace.faults.calls.append(fault)

        hooks.append(spoil_the_next)
        await place.people.commands(ANA, room, "/incident severity 1")
        assert "and 100 more." in await place.told(ANA, room, PAGED)
        assert len(members(place, room)) >= len(many)
