"""The form for grading an incident."""

from bot.views.blocks import field, modal, option, section, select
from bot.views.facts import grade
from bot.views.message import View
from bot.workflows.incident import Incident

CALLBACK = "severity"


def severity_modal(incident: Incident) -> View:
    """The severities with what they mean; the present one is chosen."""
    choices = [option(rule.name, rule.key, rule.meaning) for rule in incident.policy.severities]
    if not choices:
        return modal(f"Severity of {incident.name}", [section("No severities are configured here.")])
    blocks = [
        section(f"Now: *{grade(incident)}*"),
        field("severity", "Severity", select(choices, "Choose a severity", incident.severity)),
    ]
    title = f"Severity of {incident.name}"
    return modal(title, blocks, callback=CALLBACK, submit="Set", about=str(incident.id))
