"""Slack in: payload → command → reply. One file per topic, each with `register(app, services)`."""

from slack_bolt.app.async_app import AsyncApp

from bot.handlers import (
    actions,
    announcement,
    backfill,
    checklist,
    command,
    declare,
    gate,
    handover,
    home,
    leftovers,
    membership,
    messages,
    more,
    noticing,
    pages,
    phases,
    playbooks,
    private,
    roles,
    severity,
    shortcuts,
    tasks,
    timeline,
    updates,
)
from bot.handlers.services import Services

TOPICS = (
    gate,
    command,
    backfill,
    declare,
    roles,
    handover,
    severity,
    phases,
    private,
    checklist,
    tasks,
    playbooks,
    actions,
    updates,
    timeline,
    more,
    pages,
    messages,
    noticing,
    membership,
    announcement,
    home,
    shortcuts,
    leftovers,
)


def register_all(app: AsyncApp, services: Services) -> None:
    """Let every topic take what belongs to it; the gate comes first, and what is left over last."""
    for topic in TOPICS:
        topic.register(app, services)
