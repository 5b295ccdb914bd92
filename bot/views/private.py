"""Going private: what stays readable is said before, and what stakeholders and the old room read after."""

from collections.abc import Sequence

from bot.views.blocks import field, modal, section
from bot.views.facts import people
from bot.views.message import Block, Message, View
from bot.workflows.incident import Incident, UserId
from bot.workflows.private import coming, taking_part

GOING, INVITED = "go_private", "invited"
MOST = 100  # people a field proposes

WHAT_HAPPENS = (
    "{incident} goes on in a new, private room. What follows is there for the people in it only: no announcement, no "
    "list, no Home tab of others."
)
STAYS = "*What stays readable for everybody who could read it until now:*\n{lines}"
NUMBER = "the number {incident}, and that it went private"
ANNOUNCED = "the thread of the announcement in <#{channel}>, as it is now; the announcement itself becomes one line"
ROOM = "everything in <#{channel}>, also in search; that room is told that it goes on elsewhere, and is archived"
COPIES = "what was linked, copied, mailed or read before"
COMING = "*Invited:* {people}, since they declared it, hold a role or make it private."
WHO_ELSE = "Who else is invited?"
HINT = "Those who take part or have something to do are proposed. Others read nothing more; they can be invited later."
OPENING = "{incident} is private from now on. Its new room is being opened …"

WITHDRAWN = "{incident} was announced here. It goes on among fewer people; nothing more is told of it here."
GOES_ON = "{incident} goes on elsewhere, among fewer people. What was written here stays; this room is being archived."
LEFT = "{incident} goes on elsewhere. This card is not kept up to date any more."


def private_form(incident: Incident, by: UserId) -> View:
    """What it means, and who comes along."""
    certain = COMING.format(people=people(coming(incident, by)))
    blocks = [
        section(WHAT_HAPPENS.format(incident=incident.name)),
        section(STAYS.format(lines="\n".join(f"• {line}" for line in _staying(incident)))),
        section(certain),
        _invited(taking_part(incident, by)),
    ]
    title = f"Make {incident.name} private"
    return modal(title, blocks, callback=GOING, submit="Go private", about=str(incident.id))


def opening_view(incident: Incident) -> View:
    """What the form turns into, until the room is there."""
    return modal(incident.name, [section(OPENING.format(incident=incident.name))])


def withdrawn(incident: Incident) -> Message:
    """What the announcement becomes: its number is known, its title is not told again."""
    return _line(WITHDRAWN.format(incident=incident.name))


def left_card(incident: Incident) -> Message:
    """What the card in the room of before becomes."""
    return _line(LEFT.format(incident=incident.name))


def _staying(incident: Incident) -> list[str]:
    announced, room = incident.announcement, incident.room
    return [
        *([ANNOUNCED.format(channel=announced.channel)] if announced else []),
        *([ROOM.format(channel=room.channel)] if room else []),
        COPIES,
        NUMBER.format(incident=incident.name),
    ]


def _invited(proposed: Sequence[UserId]) -> Block:
    chosen: Block = {"type": "multi_users_select", "action_id": "value"}
    chosen |= {"initial_users": list(proposed[:MOST])} if proposed else {}
    return field(INVITED, WHO_ELSE, chosen, optional=True, hint=HINT)


def _line(text: str) -> Message:
    return Message(text, [section(text)])
