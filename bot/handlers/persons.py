"""Who may be given something to do: people of this workspace, who can answer for it."""

from bot.handlers.services import Services
from bot.workflows.commands import Refused
from bot.workflows.incident import UserId

# Errors on fields are plain text, in which nobody can be named.
NOT_A_PERSON = "That is an app. This needs a person who can answer for it."
NOT_OF_OURS = "They are not of this workspace. Choose somebody who is."
NOT_HERE = "Their account was deactivated. Choose somebody who is here."
SLACKBOT = UserId("USLACKBOT")  # Slack does not say of its own bot that it is one


async def check_can_answer(services: Services, user: UserId, field: str) -> bool:
    """Let people of this workspace pass, and whoever Slack does not tell us about in time; whether they are a guest.

    Raises:
        Refused: it is an app, or somebody of another workspace; `field` names the field of the form.
    """
    person = await services.people.person(user)
    if user == SLACKBOT or (person and person.is_bot):
        raise Refused(NOT_A_PERSON, field=field)
    if person and person.is_gone:
        raise Refused(NOT_HERE, field=field)
    if person and person.is_stranger:
        raise Refused(NOT_OF_OURS, field=field)
    return person is not None and person.is_guest
