"""`python -m bot playbooks …`: files checked and played through, without a database and without Slack."""

import argparse
import sys

from bot.config import ConfigError, check_playbooks, load_policy
from bot.config.playbooks import SHIPPED
from bot.settings import SettingsError, load_settings
from bot.workflows.checklist import items_of
from bot.workflows.policy import Playbook, Policy

FINE = "{count} playbooks: nothing is wrong with them."
ONE_FINE = "1 playbook: nothing is wrong with it."
NO_FILES = "There is no playbook in {where}: files end in .yml or .yaml."
WRONG, FAULTY = 1, 2  # exit statuses: something is wrong with a playbook; it could not be looked at


def check(chosen: argparse.Namespace) -> int:
    """Print what is wrong, one line for each problem."""
    paths = chosen.files or [load_settings().warroom_playbooks or SHIPPED]
    shelf = check_playbooks(paths, configured())
    if shelf.problems:
        print("\n".join(shelf.problems))
        return WRONG
    if not shelf.playbooks:
        print(NO_FILES.format(where=", ".join(map(str, paths))), file=sys.stderr)
        return FAULTY
    print("\n".join(f"{book.key}: {_about(book)}" for book in shelf.playbooks))
    print(FINE.format(count=len(shelf.playbooks)) if len(shelf.playbooks) > 1 else ONE_FINE)
    return 0


def configured() -> Policy:
    """The house rules that playbooks are checked against.

    Raises:
        SettingsError: the configuration cannot be used.
    """
    try:
        return load_policy(load_settings().warroom_config)
    except ConfigError as wrong:
        raise SettingsError(str(wrong)) from wrong


def _about(book: Playbook) -> str:
    items = items_of(book)
    signs = sum(item.sign is not None for item in items)
    return f"{book.name}, version {book.version}, {len(items)} items, {signs} of them tick themselves"
