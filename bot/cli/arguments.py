"""What one can type after `python -m bot` for incidents and files, and which function carries it out."""

import argparse
import re
from collections.abc import Callable
from datetime import date, time, timedelta
from importlib import import_module
from pathlib import Path

from bot.settings import PERSON, WEB_ADDRESS

Command = Callable[[argparse.Namespace], int]
Add = Callable[[str, str, Command], argparse.ArgumentParser]

NUMBER = re.compile(r"(?:INC-|#)?([0-9]{1,9})", re.IGNORECASE)


def add_incident(add: Add) -> None:
    """`incident`: read and write incidents on the database, with or without Slack."""
    parser = add("incident", "read and write incidents without Slack (`incident --help` for what it can do)", _no)
    verbs = parser.add_subparsers(required=True, metavar="WHAT")

    def verb(name: str, does: str, function: str) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=does, description=does)
        added.set_defaults(command=_later("bot.cli.incidents", function))
        return added

    listing = verb("list", "the open incidents", "list_them")
    listing.add_argument("--all", action="store_true", help="also those that are over")
    numbered(verb("show", "how one stands, its checklist and timeline", "show"))
    note = numbered(verb("note", "put a line on the timeline", "note"))
    note.add_argument("text", nargs="+", metavar="TEXT", help="may begin with a time in UTC: `14:05 rolled back`")
    check = numbered(verb("check", "tick an item of the checklist", "check"))
    check.add_argument("item", type=int, metavar="ITEM", help="the item's number")
    for writes in (note, check):
        writes.add_argument(
            "--as", dest="person", type=person, metavar="U0ANA",
            help="who says so, by their id in Slack (default: WARROOM_PERSON, else nobody by name)",
        )  # fmt: skip
    export = numbered(verb("export", "print everything of one as JSON", "export"))
    _with_url(export)


def add_files(add: Add) -> None:
    """`export`, `backup` and `restore`."""
    export = add("export", "write incidents as JSON (docs/export.md)", _later("bot.cli.files", "export"))
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="where to (default: standard output)")
    export.add_argument("--all", action="store_true", help="also incidents that are over")
    export.add_argument("--private", action="store_true", help="also private ones")
    _with_url(export)
    backup = add("backup", "write all of the database to a file, while it is served", _later("bot.cli.files", "backup"))
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = add("restore", "make a database what a backup holds", _later("bot.cli.files", "restore"))
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--replace", action="store_true", help="although there are incidents, which are lost then")


def add_playbooks(add: Add) -> None:
    """`playbooks`: check the files without a database or Slack, and play them through."""
    parser = add("playbooks", "check playbooks and play them through (`playbooks --help` for what it can do)", _no)
    verbs = parser.add_subparsers(required=True, metavar="WHAT")

    def verb(name: str, does: str, command: Command) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=does, description=does)
        added.set_defaults(command=command)
        return added

    check = verb("check", "say what is wrong with playbooks, one line each; the exit status is 1 then",
                 _later("bot.cli.playbooks", "check"))  # fmt: skip
    check.add_argument(
        "files", nargs="*", type=Path, metavar="FILE",
        help="files or folders (default: the folder that WARROOM_PLAYBOOKS names, else those that come with Warroom)",
    )  # fmt: skip
    _add_simulate(verb)
    report = verb("report", "say what became of their items in the incidents that are stored",
                  _later("bot.cli.evidence", "print_report"))  # fmt: skip
    report.add_argument("--since", type=day, metavar="DATE", help="only incidents declared on this day or later (UTC)")
    report.add_argument("--json", action="store_true", help="as JSON")


def _add_simulate(add: Add) -> None:
    simulate = add("simulate", "play one through and print minute by minute what would happen",
                   _later("bot.cli.playbooks", "simulate"))  # fmt: skip
    simulate.add_argument(
        "file", type=Path, metavar="FILE", help="the file, or the name of one that comes with Warroom"
    )
    simulate.add_argument("--severity", metavar="SEV", help="sev1 or 1 (default: nobody grades it until that is due)")
    simulate.add_argument("--at", type=clock, default="02:00", metavar="HH:MM", help="when it is declared (02:00)")
    simulate.add_argument(
        "--without", action="append", default=[], metavar="ROLE", help="a role nobody takes; several divided by commas"
    )
    simulate.add_argument("--idle", action="store_true", help="people take their roles, and then do nothing")
    simulate.add_argument("--private", action="store_true", help="it is declared in private")
    simulate.add_argument(
        "--for", dest="lasting", type=span, default="12h", metavar="SPAN", help="how long at most, such as 2h (12h)"
    )


def day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, such as 2026-11-28") from None


def clock(text: str) -> time:
    """A time of day."""
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time of day, such as 02:00") from None


def span(text: str) -> timedelta:
    """A span of time."""
    from bot.config.durations import duration

    try:
        return duration(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None


def numbered(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """A command about one incident."""
    parser.add_argument("number", type=number, metavar="N", help="its number: 7 or INC-7")
    return parser


def number(text: str) -> int:
    """The number in `7` or `INC-7`."""
    found = NUMBER.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not an incident's number, such as 7 or INC-7")
    return int(found[1])


def address(text: str) -> str:
    """The address of a workspace."""
    if not WEB_ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an address, such as https://example.slack.com")
    return text


def person(text: str) -> str:
    """A person's id in Slack."""
    if not PERSON.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a person's id in Slack, such as U0ANA")
    return text


def _with_url(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--url", type=address, help="the workspace's address for links (default: Slack is asked, if it answers)"
    )


def _later(module: str, function: str) -> Command:
    """Carry it out without loading what it needs before it is wanted."""

    def run(chosen: argparse.Namespace) -> int:
        command: Command = getattr(import_module(module), function)
        return command(chosen)

    return run


def _no(chosen: argparse.Namespace) -> int:
    return 2
