"""The form for roles: who holds which, taking one, handing over one's own, and giving one to somebody."""

from bot.views.blocks import button, context, field, modal, plain_text, section
from bot.views.controls import CLAIM
from bot.views.facts import holders, role_name
from bot.views.handover import HAND_OVER, WITHDRAW
from bot.views.message import Block, View
from bot.workflows.incident import Incident, UserId
from bot.workflows.offers import offer_of
from bot.workflows.policy import Capacity, RoleRule
from bot.workflows.text import escape, mention

CALLBACK = "roles"
GIVES = "give-"  # how the fields are called, with the role's key behind it
EXPLANATION = "Choosing somebody gives them the role; for a role of one person, in place of whoever holds it."
OFFERED = "\nOffered to {person}, who has not answered yet."
SHOWN_ROLES = 45  # two blocks each, of the 100 a form may have


def roles_modal(incident: Incident, viewer: UserId | None = None) -> View:
    """Per role who holds it, a button to take it, or to hand over one's own, and a field to give it to somebody."""
    blocks = [context(EXPLANATION)]
    for rule in incident.policy.roles[:SHOWN_ROLES]:
        blocks += [_held(incident, rule, viewer), _gift(rule)]
    title = f"Roles of {incident.name}"
    return modal(title, blocks, callback=CALLBACK, submit="Give roles", about=str(incident.id))


def _held(incident: Incident, rule: RoleRule, viewer: UserId | None) -> Block:
    taken, value = bool(incident.holders(rule.key)) and rule.capacity is Capacity.ONE, f"{incident.id}:{rule.key}"
    claim = None if taken else button("Take this role", CLAIM, value)
    if viewer in incident.holders(rule.key) and incident.ending is None:
        claim = button("Hand over", HAND_OVER, value)
    offer = offer_of(incident, rule.key, viewer)
    if offer:
        claim = button("Withdraw the offer", WITHDRAW, value)
    waits = OFFERED.format(person=mention(offer.to)) if offer else ""
    duty = f"\n{escape(rule.duties[0])}" if rule.duties else ""
    return section(f"*{role_name(incident, rule.key)}:* {holders(incident, rule.key)}{duty}{waits}", claim)


def _gift(rule: RoleRule) -> Block:
    # Nobody is chosen beforehand: a form that stood open for a while must not take a role from its new holder.
    people: Block = {"type": "users_select", "action_id": "value", "placeholder": plain_text("Nobody chosen", 150)}
    return field(f"{GIVES}{rule.key}", f"Give {rule.name} to", people, optional=True)
