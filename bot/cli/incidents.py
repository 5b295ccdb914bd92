"""`python -m bot incident …`: the same commands and rules as in Slack, on the same database, while Slack is down."""

import argparse
from functools import partial

from bot.cli.desk import Desk, at_the_desk, utcnow
from bot.cli.files import print_export
from bot.engine import NoSuchIncident
from bot.storage import incidents, outbox
from bot.views.terminal import listed, shown_whole
from bot.workflows.checklist import TickItem, item_numbered
from bot.workflows.incident import COMMAND_LINE, Incident, IncidentId, UserId
from bot.workflows.masking import MASK, masked
from bot.workflows.moments import Clock, moment_in_front
from bot.workflows.text import plain
from bot.workflows.timeline import AddNote
from bot.workflows.times import in_utc

LINES = 20  # of the timeline that are shown
NO_INCIDENT = "There is no incident INC-{number}. `python -m bot incident list --all` shows those there are."
NOTED = "Noted on the timeline of {incident}{under}."
LATER = "The room is told as soon as Slack can be reached."
WAS_MASKED = "What looked like a secret in it was masked."
TICKED = "Ticked: {item}"
WAS_TICKED = "{item} was ticked already."


def list_them(chosen: argparse.Namespace) -> int:
    """Print the incidents."""

    async def work(desk: Desk) -> None:
        found = await desk.database.read(partial(incidents.every, policy=desk.policy, over=chosen.all))
        print(listed(found[::-1], over=chosen.all))

    return at_the_desk(work)


def show(chosen: argparse.Namespace) -> int:
    """Print one incident."""

    async def work(desk: Desk) -> None:
        incident = await _incident(desk, chosen.number)
        lines = await desk.queries.newest(incident.id, LINES)
        waiting = await desk.database.read(lambda connection: outbox.waiting(connection, incident.id))
        print(shown_whole(incident, lines, utcnow(), waiting))

    return at_the_desk(work)


def note(chosen: argparse.Namespace) -> int:
    """Write a line into a timeline."""

    async def work(desk: Desk) -> None:
        incident = await _incident(desk, chosen.number)
        said = masked(plain(" ".join(chosen.text)))
        at, text = moment_in_front(said, Clock(at=utcnow()))
        await desk.engine.execute(AddNote(incident=incident.id, text=text, by=_who(desk, chosen), happened_at=at))
        answer = NOTED.format(incident=incident.name, under=f" under {in_utc(at)}" if at else "")
        print(" ".join([answer, *([WAS_MASKED] if MASK in text else []), LATER]))

    return at_the_desk(work)


def check(chosen: argparse.Namespace) -> int:
    """Tick an item."""

    async def work(desk: Desk) -> None:
        incident = await _incident(desk, chosen.number)
        item = item_numbered(incident, chosen.item)
        command = TickItem(incident=incident.id, number=item.number, by=_who(desk, chosen))
        outcome = await desk.engine.execute(command)
        print((TICKED if outcome.events else WAS_TICKED).format(item=plain(item.text)))

    return at_the_desk(work)


def export(chosen: argparse.Namespace) -> int:
    """Print everything of one incident as JSON; whoever names a private one wants it."""

    async def work(desk: Desk) -> None:
        incident = await _incident(desk, chosen.number)
        await print_export(desk, [incident.id], url=chosen.url)

    return at_the_desk(work)


async def _incident(desk: Desk, number: int) -> Incident:
    found = await desk.queries.incident(IncidentId(number))
    if found is None:
        raise NoSuchIncident(NO_INCIDENT.format(number=number))
    return found


def _who(desk: Desk, chosen: argparse.Namespace) -> UserId:
    return UserId(chosen.person or desk.settings.warroom_person or COMMAND_LINE)
