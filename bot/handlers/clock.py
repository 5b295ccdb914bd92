"""By which clock somebody tells the times they type."""

from dataclasses import replace
from datetime import timedelta

from bot.handlers.services import Services
from bot.workflows.incident import UserId
from bot.workflows.moments import LONGEST_AGO, Clock


async def clock_of(services: Services, user: UserId, longest: timedelta = LONGEST_AGO) -> Clock:
    """The time now and the person's zone; UTC where Slack does not tell it in time."""
    person = await services.people.person(user)
    clock = Clock(at=services.now(), longest=longest)
    return replace(clock, zone=person.zone) if person else clock
