"""The hand-over of a role: the brief with its two buttons, and the form that offers one."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.views.blocks import actions, button, field, fitted, modal, plain_text, section, text_input
from bot.views.catchup import NEWS, SHOWN_NEWS, last_update
from bot.views.checklist import whose
from bot.views.facts import grade, heading, impact, kind, next_update, people, room, service
from bot.views.lines import TimelineLine, shown
from bot.views.message import TEXT_LIMIT, Block, Message, View
from bot.views.refusals import asked
from bot.workflows.checklist import due_at, in_order
from bot.workflows.course import STOCK, doing
from bot.workflows.handover import WORRIES_LIMIT
from bot.workflows.incident import ActionState, Handover, HandoverState, Incident, Item, Stamp
from bot.workflows.parsed import Choice
from bot.workflows.policy import TECHNICAL_LEAD, RoleKey
from bot.workflows.text import escape, escape_prose, mention
from bot.workflows.times import named, when

HAND_OVER, ACCEPT, DECLINE, WITHDRAW = "hand_over", "handover_accept", "handover_decline", "handover_withdraw"
CALLBACK = "handover"
OFFERS = "{holder} offers you the role of *{role}* of {incident} · {room}. They keep it until you have it."
ASKED_AGAIN = "Asked again, as nobody has answered: "
CLOSED = "You are offered the role of *{role}* of {incident}. {why}What it is about you read once you have it."
PRIVATE = "It is private. "
TAKEN_OVER = "You took over as *{role}* of {incident} · {room} from {holder}. How it stood then:"
TOOK_OVER = "You took over as *{role}* of {incident}."
SAID_NOT_NOW = "You said “Not now” to the role of *{role}* of {incident}, which {holder} had offered you."
SOMEBODY = "somebody"
LAPSED = "The offer of the role of *{role}* of {incident} is over: {why}. There is nothing to answer any more."
WHY_ANY = (
    "it was withdrawn or not answered, another one replaced it, its holder no longer holds the role, the incident "
    "ended, or it goes on among others"
)
WHY_WITHDRAWN, WHY_EXPIRED = "{holder} withdrew it", "it was not answered within the hour"
WHY_ENDED, WHY_YOURS = "the incident is {ending}", "you have the role already"
WHY_MOVED, WHY_REPLACED = "{holder} no longer holds it", "another offer took its place"
YOURS = "You are {role} of {incident} · {room}. How it stands:"
EXPLANATION = (
    "They read how it stands in a direct message, and answer with a button. You keep the role until they have it."
)
OFFERED = "Offered to {person}, with a brief. You are {role} of {incident} until they have it."
WAY_BACK = "`/incident handover withdraw {key}` withdraws the offer; so does the form *Roles*."
INSTEAD = " The offer to {person} is withdrawn."
ONLY_NUMBER = " They do not see this incident: until they accept, they read no more than its number and the role."
PRIVATE_HINT = "They read no more than number and role, unless they are in the room; accepting lets them in."
WITHDRAWN = "Your offer of the role of {role} of {incident} to {person} is withdrawn. You are still it."
ACCEPTED = "You are {role} of {incident}{where}."
DECLINED = "{holder} is told that you cannot take it now."
SHOWN_ITEMS, ITEM_ROOM, IMPACT_ROOM, DOING_ROOM = 5, 200, 300, 300


def brief(
    incident: Incident, offer: Handover, lines: Sequence[TimelineLine], now: datetime, *, seen: bool
) -> Message:  # fmt: skip
    """What somebody needs to take over a role; who may not see the incident reads its number and the role alone."""
    if offer.state is not HandoverState.OFFERED and not seen:
        return offer_over(incident, offer, seen=False)
    head = _head(incident, offer, seen=seen)
    told = _told(incident, offer, lines, now, head) if seen else Message(head, [section(head)])
    answer = [_buttons(incident, offer)] if offer.state is HandoverState.OFFERED else []
    return Message(told.text, [*told.blocks, *answer])


def taken_over(incident: Incident, offer: Handover, lines: Sequence[TimelineLine], now: datetime) -> Message:
    """What the brief becomes when its offer was accepted: what is in it is still worth having."""
    names = {"role": _role(incident, offer.role), "incident": heading(incident), "holder": mention(offer.holder)}
    return _told(incident, offer, lines, now, TAKEN_OVER.format(**names, room=room(incident)))


def offer_over(incident: Incident, offer: Handover, *, seen: bool) -> Message:
    """What happened to an offer, in a line in place of its brief; of a private one number and role alone."""
    names = {"role": _role(incident, offer.role), "incident": incident.name}
    if offer.state is HandoverState.ACCEPTED:
        said = TOOK_OVER.format(**names)
    elif offer.state is HandoverState.DECLINED:
        said = SAID_NOT_NOW.format(**names, holder=mention(offer.holder) if seen else SOMEBODY)
    else:
        said = LAPSED.format(**names, why=_why_lapsed(incident, offer) if seen else WHY_ANY)
    return Message(said, [section(said)])


def handover_form(incident: Incident, role: RoleKey) -> View:
    """To whom, and what to watch."""
    everybody: Block = {"type": "users_select", "action_id": "value", "placeholder": plain_text("Choose", 150)}
    worries = text_input(placeholder="The cache: it fills again within an hour", multiline=True)
    blocks = [
        section(EXPLANATION),
        field("to", f"Who takes over as {incident.policy.role(role).name}?", everybody,
              hint=PRIVATE_HINT if incident.private else ""),
        field("worries", "What would you watch?", {**worries, "max_length": WORRIES_LIMIT}, optional=True),
    ]  # fmt: skip
    about = f"{incident.id}:{role}"
    return modal(f"Hand over, {incident.name}", blocks, callback=CALLBACK, submit="Offer", about=about)


def offered(incident: Incident, offer: Handover, before: Handover | None, *, seen: bool) -> Message:
    """What whoever offered a role reads, with a way back; `before` is an offer this one takes the place of."""
    undo = Choice("Withdraw the offer", f"handover withdraw {offer.role} {incident.name}")
    return asked(_offered(incident, offer, before, seen=seen), (undo,))


def offered_view(incident: Incident, offer: Handover, before: Handover | None, *, seen: bool) -> View:
    """The same in place of the form, with the way back in words."""
    text = f"{_offered(incident, offer, before, seen=seen)}\n{WAY_BACK.format(key=escape(offer.role))}"
    return modal(f"Hand over, {incident.name}", [section(text)])


def withdrawn_text(incident: Incident, offer: Handover) -> str:
    """What whoever took an offer back reads."""
    return WITHDRAWN.format(role=_role(incident, offer.role), incident=incident.name, person=mention(offer.to))


def accepted_text(incident: Incident, offer: Handover) -> str:
    """What whoever took it over reads."""
    where = f" · {room(incident)}" if incident.room else ""
    return ACCEPTED.format(role=_role(incident, offer.role), incident=incident.name, where=where)


def declined_text(incident: Incident, offer: Handover, *, seen: bool) -> str:
    """What whoever cannot take it reads."""
    return DECLINED.format(holder=mention(offer.holder) if seen else "Who offered it")


def _offered(incident: Incident, offer: Handover, before: Handover | None, *, seen: bool) -> str:
    words = OFFERED.format(person=mention(offer.to), role=_role(incident, offer.role), incident=incident.name)
    instead = INSTEAD.format(person=mention(before.to)) if before and before.to != offer.to else ""
    return f"{words}{'' if seen else ONLY_NUMBER}{instead}"


def _told(
    incident: Incident, offer: Handover, lines: Sequence[TimelineLine], now: datetime, head: str
) -> Message:  # fmt: skip
    facts = "\n".join([head, *_facts(incident, offer)])
    course = "\n".join([*_decided(lines), *_left(incident, offer, now), *_worries(offer)])
    blocks = [section(facts), *([section(course)] if course else [])]
    return Message(fitted(f"{facts}\n{course}", TEXT_LIMIT), blocks)


def _head(incident: Incident, offer: Handover, *, seen: bool) -> str:
    role = _role(incident, offer.role)
    if offer.state is not HandoverState.OFFERED:
        return YOURS.format(role=role, incident=heading(incident), room=room(incident))
    again = ASKED_AGAIN if offer.asked > 1 else ""
    if not seen:
        return again + CLOSED.format(role=role, incident=incident.name, why=PRIVATE if incident.private else "")
    return again + OFFERS.format(
        holder=mention(offer.holder), role=role, incident=heading(incident), room=room(incident)
    )


def _why_lapsed(incident: Incident, offer: Handover) -> str:
    holders = incident.holders(offer.role)
    if offer.state is HandoverState.WITHDRAWN:
        return WHY_WITHDRAWN.format(holder=mention(offer.holder))
    if offer.state is HandoverState.EXPIRED:
        return WHY_EXPIRED
    if incident.ending is not None:
        return WHY_ENDED.format(ending=incident.ending)
    if offer.to in holders:
        return WHY_YOURS
    return WHY_REPLACED if offer.holder in holders else WHY_MOVED.format(holder=mention(offer.holder))


def _buttons(incident: Incident, offer: Handover) -> Block:
    value = f"{incident.id}:{offer.number}"
    return actions([button("I have it", ACCEPT, value, style="primary"), button("Not now", DECLINE, value)])


def _facts(incident: Incident, offer: Handover) -> list[str]:
    """Impact, severity, what is known and what is not, and what is being done by whom."""
    known, unknown = [*_known(incident)], [*_unknown(incident)]
    return [
        f"*What customers see:* {' '.join(impact(incident, IMPACT_ROOM).split())}, {_since(incident)}",
        *_last_told(incident),
        f"*Severity:* {_severity(incident)}",
        *([f"*Known:* {'; '.join(known)}"] if known else []),
        *([f"*Not known yet:* {'; '.join(unknown)}"] if unknown else []),
        f"*Being done:* {_doing(incident, offer)}",
    ]


def _last_told(incident: Incident) -> list[str]:
    """What stakeholders were told last, and what was being done then where somebody said so."""
    said = incident.update.doing if incident.update else ""
    then = [] if not said or said.removesuffix(".") in STOCK else [f"*Being done then:* {_plain(said)}"]
    return [*last_update(incident), *then]


def _since(incident: Incident) -> str:
    began, declared = incident.at(Stamp.IMPACT_STARTED), incident.at(Stamp.DECLARED)
    if began:
        return f"since {when(began)}"
    return f"declared {when(declared)}" if declared else "since when is not known"


def _severity(incident: Incident) -> str:
    if incident.grade is None:
        return "not set; it counts as the second grade"
    meaning = f" ({escape(incident.grade.meaning)})" if incident.grade.meaning else ""
    set_at = f", set {when(incident.grades[-1].at)}" if incident.grades else ""
    return f"{grade(incident)}{meaning}{set_at}"


def _known(incident: Incident) -> Iterator[str]:
    if incident.kind:
        yield kind(incident)
    if incident.service:
        yield f"it is about {service(incident)}"
    contained = incident.at(Stamp.CONTAINED)
    if contained:
        yield f"the impact stopped {when(contained)}"
    if incident.fix:
        yield f"fixed by {fitted(escape_prose(' '.join(incident.fix.split())), ITEM_ROOM)}"


def _unknown(incident: Incident) -> Iterator[str]:
    if not (incident.impact or (incident.update and incident.update.affected)):
        yield "what customers see"
    if incident.at(Stamp.IMPACT_STARTED) is None:
        yield "since when they feel it (`/incident started`)"
    if incident.severity is None:
        yield "how severe it is (`/incident severity`)"
    if incident.is_open and incident.at(Stamp.CONTAINED) is None:
        yield "whether the impact has stopped (`/incident contained`)"


def _doing(incident: Incident, offer: Handover) -> str:
    lead = f"technical lead: {people(incident.holders(TECHNICAL_LEAD))}"
    theirs = [item for item in in_order(incident) if _is_anothers(item, offer)]
    return "; ".join([doing(incident), lead, *_items(incident, theirs)])


def _decided(lines: Sequence[TimelineLine]) -> list[str]:
    news = [line for line in lines if line.kind in NEWS and not (line.deleted or line.corrected)][-SHOWN_NEWS:]
    told = [f"• {when(line.at, near=True)} {shown(line)}" for line in news]
    return ["*Decided, found and ruled out last:*", *told] if told else []


def _left(incident: Incident, offer: Handover, now: datetime) -> list[str]:
    """What is promised by when, and what else is open, a line each."""
    open_actions = [item for item in incident.actions if item.state is ActionState.OPEN and item.day]
    promised = [next_update(incident, now)] + [
        f"action item {item.number} ({mention(item.owner)}) by {named(item.day)}"
        for item in open_actions[:SHOWN_ITEMS] if item.day
    ]  # fmt: skip
    promises = "; ".join(filter(None, promised))
    left = _items(incident, [item for item in in_order(incident) if not _is_anothers(item, offer)])
    return [
        *([f"*Promised:* {promises}"] if promises else []),
        *(["*Still to do:*", *(f"• {line}" for line in left)] if left else []),
    ]


def _is_anothers(item: Item, offer: Handover) -> bool:
    """Whether somebody does it who goes on with it, whoever has the role."""
    return item.owner not in (None, offer.holder, offer.to)


def _items(incident: Incident, items: Sequence[Item]) -> list[str]:
    """The first of them: each with whose it is and by when, and how many more there are."""
    more = len(items) - SHOWN_ITEMS
    theirs = [(item, "".join(f" ({who})" for who in whose(incident, item))) for item in items[:SHOWN_ITEMS]]
    shown = [f"{_item(item)}{who}{_by(incident, item)}" for item, who in theirs]
    return [*shown, *([f"{more} more (`/incident checklist`)"] if more > 0 else [])]


def _by(incident: Incident, item: Item) -> str:
    due = due_at(incident, item)
    return f" by {when(due)}" if due else ""


def _worries(offer: Handover) -> list[str]:
    return [f"*Worries of {mention(offer.holder)}:* {escape_prose(offer.worries)}"] if offer.worries else []


def _item(item: Item) -> str:
    return f"{item.number}. {fitted(escape_prose(item.text), ITEM_ROOM)}"


def _plain(text: str) -> str:
    return fitted(escape_prose(" ".join(text.split())), DOING_ROOM)


def _role(incident: Incident, role: RoleKey) -> str:
    return escape(incident.policy.role(role).name)
