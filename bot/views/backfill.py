"""The form that writes an incident down which is over."""

from collections.abc import Sequence

from bot.views.blocks import field, modal, option, select, text_input
from bot.views.declare import Wish, privacy
from bot.views.message import Block, View
from bot.workflows.policy import Policy

CALLBACK = "backfill"
ANNOUNCED = "announced"
TIMES = {
    "began": "When did customers begin to feel it?",
    "noticed": "When was it noticed?",
    "contained": "When did the impact stop?",
    "resolved": "When was it over?",
}
EXAMPLE = "2026-11-23 14:05, or yesterday 22:10"


def backfill_modal(policy: Policy, wish: Wish, missing_scopes: Sequence[str] = ()) -> View:
    """The form, with what was said filled in; what nobody knows any more stays empty."""
    severities = [option(rule.name, rule.key, rule.meaning) for rule in policy.severities]
    kinds = [option(rule.name, rule.key) for rule in policy.kinds]
    services = [option(rule.name, rule.key) for rule in policy.services]
    blocks = [
        field("title", "What was wrong?", text_input(wish.title, "Checkout was failing")),
        *([field("severity", "Severity", select(severities, "Not known", wish.severity), optional=True)]
          if severities else []),
        *([field("kind", "Kind", select(kinds, "Not known", wish.kind), optional=True)] if kinds else []),
        *([field("service", "Service", select(services, "Not known"), optional=True)] if services else []),
        field("impact", "What did customers see?", text_input(wish.impact, multiline=True), optional=True),
        *(field(name, label, text_input("", EXAMPLE), optional=name != "resolved") for name, label in TIMES.items()),
        field("fix", "What fixed it?", text_input("", multiline=True), optional=True),
        privacy(wish.private, missing_scopes),
        _announced(),
    ]  # fmt: skip
    return modal("Write down what is over", blocks, callback=CALLBACK, submit="Write it down")


def _announced() -> Block:
    only = option("Announce it, and remind of what is left", ANNOUNCED, "Otherwise only those in its room hear of it.")
    ticks: Block = {"type": "checkboxes", "action_id": "value", "options": [only]}
    return field(ANNOUNCED, "Who hears of it?", ticks, optional=True)
