"""`python -m bot playbooks …`: files checked and played through, without a database and without Slack."""

import argparse
import os
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from bot.cli.rehearsal import Cast, Happening, Rehearsal
from bot.cli.rehearsed import WIDTH, ends, page
from bot.config import ConfigError, check_playbooks, load_playbook, load_policy
from bot.config.playbooks import SHIPPED
from bot.settings import SettingsError, load_settings
from bot.workflows.checklist import items_of
from bot.workflows.policy import Playbook, Policy, RoleKey, SeverityKey
from bot.workflows.text import listed

FINE = "{count} playbooks: nothing is wrong with them."
ONE_FINE = "1 playbook: nothing is wrong with it."
NO_FILES = "There is no playbook in {where}: files end in .yml or .yaml."
NO_PLAYBOOK = "There is no file {file}, and no playbook of that name comes with Warroom; those are {known}."
NO_SUCH = "There is no {what} “{word}” here; known are {known}."
NOT_GRADED = "Severity not set"
PRIVATELY = ", privately"
BUSY = "People take a role each and do what is theirs, in time; when a phase has had its usual length, they go on."
IDLE = "People take a role each, and then nobody does anything."
MISSING = "Nobody is {roles}, and what is theirs nobody does."
DAY = date(2001, 1, 1)  # a day that is nobody's: only the time of day is shown
WRONG, FAULTY = 1, 2  # exit statuses: something is wrong with a playbook; it could not be looked at


def check(chosen: argparse.Namespace) -> int:
    """Print what is wrong, one line for each problem, and behind it what is only worth knowing."""
    paths = chosen.files or [load_settings().warroom_playbooks or SHIPPED]
    today = None if paths == [SHIPPED] else datetime.now(UTC).date()  # a clock that is behind is no mistake of ours
    shelf = check_playbooks(paths, configured(), today)
    print("".join(f"{line}\n" for line in (*shelf.problems, *(f"note: {hint}" for hint in shelf.hints))), end="")
    if shelf.problems:
        return WRONG
    if not shelf.playbooks:
        print(NO_FILES.format(where=", ".join(map(str, paths))), file=sys.stderr)
        return FAULTY
    print("\n".join(f"{book.key}: {_about(book)}" for book in shelf.playbooks))
    print(FINE.format(count=len(shelf.playbooks)) if len(shelf.playbooks) > 1 else ONE_FINE)
    return 0


def simulate(chosen: argparse.Namespace) -> int:
    """Print minute by minute what would happen."""
    policy = configured()
    try:
        book = load_playbook(_file(chosen.file), policy)
    except ConfigError as wrong:
        print(wrong)
        return WRONG
    cast = _cast(chosen, policy, book)
    for line in _played(cast, book, cast.at + chosen.lasting):
        print(line)
    return 0


def _played(cast: Cast, book: Playbook, until: datetime) -> Iterator[str]:
    rehearsal, told = Rehearsal(cast), list[Happening]()
    yield from (textwrap.fill(line, WIDTH) for line in _begins(cast, book))
    yield ""
    yield from page(_kept(rehearsal.minutes(until), told))
    yield ""
    yield from (textwrap.fill(line, WIDTH, subsequent_indent=" " * 8) for line in ends(told, rehearsal.now))


def configured() -> Policy:
    """The house rules that playbooks are checked against.

    Raises:
        SettingsError: the configuration cannot be used.
    """
    try:
        return load_policy(load_settings().warroom_config)
    except ConfigError as wrong:
        raise SettingsError(str(wrong)) from wrong


def _file(named: Path) -> Path:
    """The file that is named; a bare name may be that of a playbook that comes with Warroom.

    Raises:
        SettingsError: it is neither.
    """
    shipped = {path.stem: path for path in sorted(SHIPPED.glob("*.yml"))}
    if os.path.exists(named):
        return named
    if str(named) not in shipped:
        raise SettingsError(NO_PLAYBOOK.format(file=named, known=", ".join(shipped)))
    return shipped[str(named)]


def _cast(chosen: argparse.Namespace, policy: Policy, book: Playbook) -> Cast:
    applies = book.applies
    return Cast(
        policy=replace(policy, playbooks=(replace(book, default=True),)), at=datetime.combine(DAY, chosen.at, UTC),
        severity=_severity(policy, chosen.severity), kind=next(iter(applies.kinds), None),
        service=next(iter(applies.services), None), private=chosen.private,
        without=tuple(_role(policy, word) for said in chosen.without for word in said.split(",")), idle=chosen.idle,
    )  # fmt: skip


def _severity(policy: Policy, said: str | None) -> SeverityKey | None:
    """The severity that was said, as `sev1` or `1`.

    Raises:
        SettingsError: there is none of that name.
    """
    known = [rule.key for rule in policy.severities]
    found = next((key for key in known if said and said.lower() in (key, key.removeprefix("sev"))), None)
    if said and found is None:
        raise SettingsError(NO_SUCH.format(word=said, what="severity", known=", ".join(known)))
    return found


def _role(policy: Policy, said: str) -> RoleKey:
    """The role that was said by its key, its name or another word for it.

    Raises:
        SettingsError: there is none of that name.
    """
    word = said.strip().lower()
    for rule in policy.roles:
        if word in (rule.key, rule.name.lower(), *map(str.lower, rule.aliases)):
            return rule.key
    known = ", ".join(rule.key for rule in policy.roles)
    raise SettingsError(NO_SUCH.format(word=said, what="role", known=known))


def _begins(cast: Cast, book: Playbook) -> Iterator[str]:
    """What is played."""
    grade = cast.policy.severity(cast.severity)
    missing = listed(tuple(cast.policy.role(role).name for role in cast.without))
    yield f"{book.name} ({book.key}, version {book.version})"
    yield f"{grade.name if grade else NOT_GRADED}, declared at {cast.at:%H:%M}" + (PRIVATELY if cast.private else "")
    yield IDLE if cast.idle else BUSY
    if cast.without:
        yield MISSING.format(roles=missing)


def _kept(happenings: Iterator[Happening], told: list[Happening]) -> Iterator[Happening]:
    for happening in happenings:
        told.append(happening)
        yield happening


def _about(book: Playbook) -> str:
    items = items_of(book)
    signs = sum(item.sign is not None for item in items)
    return f"{book.name}, version {book.version}, {len(items)} items, {signs} of them tick themselves"
