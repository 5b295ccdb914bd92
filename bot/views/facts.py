"""The facts of an incident in the words every message uses for them."""

from datetime import datetime

from bot.views.blocks import fitted
from bot.workflows.course import PHASES
from bot.workflows.felt import felt
from bot.workflows.incident import Ending, Incident, Stamp, UserId
from bot.workflows.policy import COMMANDER, RoleKey
from bot.workflows.text import escape, escape_prose, listed, mention
from bot.workflows.times import lasting, soon, when

TITLE_ROOM = 600  # characters for an escaped title: 150 of them, each up to five
GRADE_ROOM = 100
LET_IN = "This is private: whoever you choose is let into its room."
NAMED_AT_ONCE = 8  # people named in one line; the rest are counted

UNGRADED = "Severity not set"
ENDINGS = {Ending.CLOSED: "Closed", Ending.CANCELLED: "Cancelled", Ending.MERGED: "Merged"}


def title(incident: Incident, limit: int = TITLE_ROOM) -> str:
    """`INC-7 checkout is failing`, escaped."""
    return f"{incident.name} {fitted(escape(incident.title), limit)}"


def heading(incident: Incident, limit: int = TITLE_ROOM) -> str:
    """The title in bold; asterisks of its own are left out, or they would end the bold."""
    return f"*{title(incident, limit).replace('*', '')}*"


def grade(incident: Incident) -> str:
    """The severity by its name: `SEV1 critical`."""
    return fitted(escape(incident.grade.name), GRADE_ROOM) if incident.grade else UNGRADED


def kind(incident: Incident) -> str:
    """What kind it is, by its name; only for one of which that is known."""
    return escape(incident.policy.kind(incident.kind or "").name)


def service(incident: Incident) -> str:
    """The service it is about, by its name; only for one that has one."""
    return escape(incident.policy.service(incident.service or "").name)


def marked_grade(incident: Incident) -> str:
    """The severity with its sign in front of the name."""
    sign = incident.grade.emoji if incident.grade else ""
    return f"{sign} {grade(incident)}" if sign else grade(incident)


def phase(incident: Incident) -> str:
    """The phase by its name, or how the incident ended."""
    return ENDINGS[incident.ending] if incident.ending else escape(PHASES[incident.phase].name)


def playbooks(incident: Incident) -> str:
    """Which playbooks it is run by, as the files were then; empty where none is for it."""
    named = tuple(f"{escape(plan.name)}, version {escape(plan.version)}" for plan in incident.running)
    return f"Playbook{'s' if len(named) > 1 else ''}: {'; '.join(named)}" if named else ""


def commander(incident: Incident) -> str:
    """Who is incident commander."""
    return people(incident.holders(COMMANDER), nothing="nobody yet")


def holders(incident: Incident, role: RoleKey) -> str:
    """Who holds a role."""
    return people(incident.holders(role))


def people(users: tuple[UserId, ...], nothing: str = "nobody") -> str:
    """People by name, at most eight of them: `@ana, @ben and 12 more`."""
    shown = tuple(mention(user) for user in users[:NAMED_AT_ONCE])
    left = len(users) - len(shown)
    return listed((*shown, f"{left} more") if left else shown, nothing)


def let_in_hint(incident: Incident) -> str:
    """What whoever chooses somebody for something of a private incident is told."""
    return LET_IN if incident.private else ""


def role_name(incident: Incident, role: RoleKey) -> str:
    """A role's name with a capital letter, escaped."""
    name = incident.policy.role(role).name
    return escape(name[:1].upper() + name[1:])


def since(incident: Incident) -> str:
    """When it was declared."""
    declared = incident.at(Stamp.DECLARED) or incident.backfilled
    return when(declared) if declared else "just now"


def began(incident: Incident) -> str:
    """When customers began to feel it, as a sentence; empty while nobody has said it."""
    moment = incident.at(Stamp.IMPACT_STARTED)
    return f"Customers began to feel it {when(moment)}" if moment else ""


def ended(incident: Incident) -> str:
    """When it was resolved, how long after it was declared, and how long customers felt it; empty while it goes on."""
    declared, resolved, known = incident.at(Stamp.DECLARED), incident.at(Stamp.RESOLVED), felt(incident)
    if resolved is None:
        return ""
    most = "" if known.exact else "at most "
    customers = f"; customers felt it for {most}{lasting(known.span)}" if known.span is not None else ""
    noticed = "noticed" if incident.backfilled else "declared"
    took = f", {lasting(resolved - declared)} after it was {noticed}" if declared else ""
    return f"resolved {when(resolved)}{took}{customers}"


def impact(incident: Incident, limit: int) -> str:
    """What customers see, in the words of the last update, else in the declarer's."""
    said = (incident.update.affected if incident.update else "") or incident.impact
    return fitted(escape_prose(said), limit) if said else "not said yet"


def room(incident: Incident) -> str:
    """The room as a link, or its number while there is none."""
    return f"<#{incident.room.channel}>" if incident.room else incident.name


def next_update(incident: Incident, now: datetime) -> str:
    """By when stakeholders hear next, or that they should have; empty when nothing more is promised."""
    if not incident.is_open:
        return ""
    if incident.promise is None:
        return "Next update when something changes"
    late = now >= incident.promise.at
    return (
        f"The update promised by {soon(incident.promise.at, now)} is late"
        if late
        else (f"Next update by {soon(incident.promise.at, now)}")
    )
