"""By which clock somebody tells the times they type."""

from bot.handlers.services import Services
from bot.workflows.incident import UserId
from bot.workflows.moments import Clock


async def clock_of(services: Services, user: UserId) -> Clock:
    """The time now and the person's zone; UTC where Slack does not tell it in time."""
    person = await services.people.person(user)
    return Clock(at=services.now(), zone=person.zone) if person else Clock(at=services.now())
