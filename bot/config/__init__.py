"""The house rules of an installation: the YAML file that WARROOM_CONFIG names, checked and made into a Policy."""

from bot.config.loading import load_policy
from bot.config.playbooks import check_playbooks, load_playbook, load_playbooks
from bot.config.problems import ConfigError

__all__ = ["ConfigError", "check_playbooks", "load_playbook", "load_playbooks", "load_policy"]
