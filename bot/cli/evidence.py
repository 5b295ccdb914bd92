"""`python -m bot playbooks report`: what became of the items of playbooks in the incidents that are stored."""

import argparse
import json
from functools import partial

from bot.cli.desk import Desk, at_the_desk
from bot.storage import incidents
from bot.views.evidence import table, values
from bot.workflows.evidence import report
from bot.workflows.incident import Incident, Stamp


def print_report(chosen: argparse.Namespace) -> int:
    """Print it as a table, or as JSON."""

    async def work(desk: Desk) -> None:
        found = await desk.database.read(partial(incidents.every, policy=desk.policy, over=True))
        wanted = report(incident for incident in found if _is_since(chosen, incident))
        if chosen.json:
            print(json.dumps(values(wanted, chosen.since), ensure_ascii=False, indent=1))
        else:
            print(table(wanted, chosen.since))

    return at_the_desk(work)


def _is_since(chosen: argparse.Namespace, incident: Incident) -> bool:
    """Whether it was declared on the day or later, in UTC."""
    declared = incident.at(Stamp.DECLARED)
    return chosen.since is None or (declared is not None and declared.date() >= chosen.since)
