"""How a no is said: why, and what to do instead, with the right button where there is one."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.views.blocks import VALUE_LIMIT, actions, button, fitted, modal, section
from bot.views.message import TEXT_LIMIT, Block, Message, View
from bot.workflows.commands import Command, Refused
from bot.workflows.endings import Close, Resolve
from bot.workflows.parsed import Choice
from bot.workflows.roles import AssignRole, ClaimRole

SORRY = (
    "Warroom could not finish that; the reason is in its log. Please try once more: doing it twice does no harm. "
    "If it goes on, tell whoever runs Warroom."
)
SLACK_DID_NOT = (
    "{why} Nothing was lost: try once more in a moment, or type what you want. `/incident help` lists the words."
)
SLACK_WHY: Mapping[str, str] = {
    "ratelimited": "Slack is too busy to open that form just now.",
    "expired_trigger_id": "Slack took too long, and opens that form no more.",
    "invalid_trigger_id": "Slack took too long, and opens that form no more.",
    "trigger_expired": "Slack took too long, and opens that form no more.",
    "push_limit_reached": "Slack lays only three forms over each other: close one of them.",
    "not_found": "The form it belongs to is closed.",
    "exchanged_trigger_id": "That form was asked for twice, and Slack opens it once.",
}
STRANGER = "Warroom works only for members of the workspace it is installed in."
NAMELESS = "Slack did not say who this is from, so nothing was done. Please try once more."
GONE_FORM = "That form is from an older version of Warroom, so nothing was done. Close it and open it once more."
GONE_BUTTON = "That button is from an older version of Warroom. `/incident status` shows how things stand now."

# The buttons that refusals offer: what is on it, and what tapping it means, as if typed.
_OFFERS: Mapping[type[Command], Callable[[Any], Choice]] = {
    Resolve: lambda offer: Choice(f"Resolve INC-{offer.incident}", f"resolve INC-{offer.incident}"),
    Close: lambda offer: Choice(f"Close INC-{offer.incident}", f"close INC-{offer.incident}"),
    ClaimRole: lambda offer: Choice("Take the role", f"claim {offer.role} INC-{offer.incident}"),
    AssignRole: lambda offer: Choice("Give the role", f"role {offer.role} <@{offer.to}> INC-{offer.incident}"),
}


def refused(refusal: Refused) -> Message:
    """The reason, with the command it offers as a button."""
    offer = _OFFERS.get(type(refusal.offer)) if refusal.offer else None
    return asked(refusal.reason, (offer(refusal.offer),) if offer else ())


def slack_did_not(error: str) -> str:
    """What is said when Slack does not open a form; `error` is its name for the reason."""
    return SLACK_DID_NOT.format(why=SLACK_WHY.get(error, f"Slack did not open that form ({error})."))


def told(text: str) -> Message:
    """A short answer."""
    return Message(fitted(text, TEXT_LIMIT), [section(text)])


def asked(text: str, choices: tuple[Choice, ...]) -> Message:
    """A text with a button for each choice; a choice that is too long for a button is left out."""
    buttons = [say(choice, index) for index, choice in enumerate(choices) if len(choice.command_text) <= VALUE_LIMIT]
    return Message(fitted(text, TEXT_LIMIT), [section(text), *([actions(buttons)] if buttons else [])])


def say(choice: Choice, index: int) -> Block:
    """A button that does what typing its words would do."""
    return button(choice.label, f"say:{index}", choice.command_text)


def refusal_view(text: str) -> View:
    """A refusal on top of a form, which stays as it was filled in below it."""
    return modal("That did not work", [section(text)])
