"""The fields of the configuration file, with their types and limits; an absent section keeps the default."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.config.durations import EXPECTED, duration
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.text import plain


def _pace(written: object) -> timedelta | None:
    if written is None or written == "on change":
        return None
    try:
        return duration(written)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace(EXPECTED, f"{EXPECTED}, or on change")) from None


def _patience(written: object) -> timedelta | None:
    if written is None or written is False:  # YAML reads a bare `off` as false
        return None
    try:
        return duration(written)
    except ValueError as wrong:
        raise ValueError(str(wrong).replace(EXPECTED, f"{EXPECTED}, or off")) from None


def _said(written: str) -> str:
    if not plain(written):  # nothing would be seen of it
        raise ValueError("expected some text")
    return written


Pace = Annotated[timedelta | None, BeforeValidator(_pace)]
Patience = Annotated[timedelta | None, BeforeValidator(_patience)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")]
SAID = AfterValidator(_said)
Name = Annotated[str, Field(max_length=75), SAID]  # Slack's limit for the text of an option
Line = Annotated[str, Field(max_length=300), SAID]


class Part(BaseModel):
    """What all parts of the file share: nothing unknown, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SeverityPart(Part):
    """One severity; the first in the list is the worst."""

    key: Annotated[str, Field(pattern=r"^sev[1-9]$")]
    name: Name
    meaning: Line
    emoji: Annotated[str, Field(pattern=r"^(:[a-z0-9_+'-]+:)?$")] = ""


class RolePart(Part):
    """One role that people can claim."""

    key: Key
    name: Name
    capacity: Literal["one", "many"] = "one"
    duties: list[Line] = []
    aliases: list[Name] = []


class KindPart(Part):
    """One kind of incident."""

    key: Key
    name: Name


class ServicePart(Part):
    """One service."""

    key: Key
    name: Name
    aliases: list[Name] = []


class CadencePart(Part):
    """The promised pace of updates for each audience, in one phase at one severity; absent means on change."""

    internal: Pace = None
    executives: Pace = None
    customers: Pace = None
    first: Pace = None


class NudgesPart(Part):
    """How long the room waits before it says what is missing; an absent field keeps the default."""

    commander_missing: Patience = None
    commander_missing_worst: Patience = None
    roles_empty: Patience = None
    severity_unset: Patience = None
    silence: Patience = None
    long_phase: bool = True
    overdue_items: bool = True
    long_in_role: Patience = None


GROUP = "S[A-Z0-9]{5,20}"  # the id of a user group
PersonId = Annotated[str, Field(pattern=r"^[UW][A-Z0-9]{4,20}$")]
GroupId = Annotated[str, Field(pattern=rf"^{GROUP}$")]
Who = Annotated[str, Field(pattern=rf"^(everyone|commander|{GROUP})$")]


class PermissionsPart(Part):
    """Who may do what: everyone, the commander, or a user group by its id."""

    role: Who = "everyone"
    severity: Who = "everyone"
    phase: Who = "everyone"
    update: Who = "everyone"
    resolve: Who = "everyone"
    close: Who = "everyone"
    cancel: Who = "everyone"


Condition = Annotated[list[str], Field(max_length=100)]


class InvitePart(Part):
    """Whom Warroom invites by itself: all that is said of an incident has to hold."""

    name: Name
    severities: Condition = []
    kinds: Condition = []
    services: Condition = []
    private: bool = False
    people: Annotated[list[PersonId], Field(max_length=100)] = []
    groups: Annotated[list[GroupId], Field(max_length=20)] = []


class ConfigFile(Part):
    """The whole file."""

    severities: Annotated[list[SeverityPart], Field(min_length=1, max_length=9)] | None = None
    roles: Annotated[list[RolePart], Field(min_length=1, max_length=20)] | None = None
    kinds: Annotated[list[KindPart], Field(min_length=1, max_length=100)] | None = None
    services: Annotated[list[ServicePart], Field(max_length=100)] | None = None
    cadence: dict[str, dict[Literal["detection", "containment", "recovery"], CadencePart]] | None = None
    nudges: NudgesPart | None = None
    archive_after: Patience = DEFAULT_POLICY.archive_after
    guests_may_declare: bool = False
    permissions: PermissionsPart | None = None
    invite: Annotated[list[InvitePart], Field(max_length=100)] | None = None
    late_catchup: bool = True


PARTS: dict[str | int, type[Part]] = {
    "severities": SeverityPart,
    "roles": RolePart,
    "kinds": KindPart,
    "services": ServicePart,
    "cadence": CadencePart,
    "nudges": NudgesPart,
    "permissions": PermissionsPart,
    "invite": InvitePart,
}
