"""The house rules that a command of the command line runs under: those of the serving process."""

from dataclasses import replace

import structlog

from bot.settings import Settings, SettingsError
from bot.workflows.policy import Policy


def house_rules(settings: Settings) -> Policy:
    """What the configuration and the playbooks say.

    Raises:
        SettingsError: the configuration cannot be used.
    """
    from bot.config import ConfigError, load_playbooks, load_policy

    try:
        policy = load_policy(settings.warroom_config)
    except ConfigError as wrong:
        raise SettingsError(str(wrong)) from wrong
    shelf = load_playbooks(settings.warroom_playbooks, policy)
    for problem in shelf.problems:  # a playbook that cannot be used keeps nothing else from serving
        structlog.get_logger().warning("a playbook is left out", problem=problem)
    return replace(policy, playbooks=shelf.playbooks)
