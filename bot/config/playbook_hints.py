"""Conditions that hold only in incidents the playbook is not taken for: allowed, and worth knowing."""

from collections.abc import Iterator

from bot.config.playbook_parts import PlaybookFile
from bot.config.problems import Problem

CHANGED = (
    "the playbook is for {own}, so this holds only once somebody has changed the {field}, or chosen the "
    "playbook by hand"
)
FIELDS = {"severities": "severity", "services": "service", "kinds": "kind"}


def hints(part: PlaybookFile) -> Iterator[Problem]:
    """One for each such condition; a playbook for all others is taken for any incident."""
    applies = part.applies
    owns = {
        "severities": applies.severities,
        "services": applies.services,
        "kinds": [*dict.fromkeys((*part.kinds, *applies.kinds))],
    }
    items = [(phase, *entry) for phase, content in part.phases.items() for entry in enumerate(content.items)]
    for phase, index, item in items if not part.default else ():
        for field, own in owns.items():
            wanted = getattr(item.when, field)
            if own and wanted and not {*own} & {*wanted}:
                place = ("phases", phase, "items", index, "when", field)
                yield Problem(place=place, text=CHANGED.format(own=", ".join(own), field=FIELDS[field]))
