"""From the YAML file to the house rules: absent sections keep the defaults, given ones replace them."""

import stat
from pathlib import Path

from bot.config.checking import check
from bot.config.document import Document, read
from bot.config.models import CadencePart, ConfigFile, NudgesPart, PermissionsPart
from bot.config.problems import ConfigError, Problem, field_path
from bot.workflows.permissions import EVERYONE
from bot.workflows.policy import (
    DEFAULT_POLICY,
    CadenceRule,
    CadenceTable,
    Capacity,
    InviteRule,
    KindRule,
    NudgeRule,
    Phase,
    Policy,
    RoleKey,
    RoleRule,
    ServiceRule,
    SeverityKey,
    SeverityRule,
)


def load_policy(path: Path | None) -> Policy:
    """The house rules in the file, or the defaults without one.

    Raises:
        ConfigError: with a line for each problem: file, line, field, and what was expected.
    """
    if path is None:
        return DEFAULT_POLICY
    document = read(text_of(path, "WARROOM_CONFIG names it"))
    broken = document.values is None and document.problems
    checked, problems = (None, []) if broken else check(document.values)
    wrong = sorted({*document.problems, *problems}, key=lambda problem: (document.line(problem.place), problem.text))
    if wrong or checked is None:
        raise ConfigError([line_of(path, document, problem) for problem in wrong])
    return _policy(checked)


def text_of(path: Path, why: str) -> str:
    """The text of a file; `why` says what made us read it.

    Raises:
        ConfigError: it cannot be read, is no file (a pipe would be waited for), or is no text.
    """
    try:
        kind = path.stat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise ConfigError([f"{path}: cannot be read (it is a pipe or a device, not a file); {why}."])
        return path.read_text(encoding="utf-8")
    except OSError as failure:
        raise ConfigError([f"{path}: cannot be read ({failure.strerror}); {why}."]) from failure
    except UnicodeDecodeError as failure:
        raise ConfigError([f"{path}: is not UTF-8 text; {why}."]) from failure


def line_of(path: Path, document: Document, problem: Problem) -> str:
    """A problem as a line: where it stands, what it is about, and what was expected."""
    line, name = document.line(problem.place), field_path(problem.place)
    return f"{path}:{line}: {f'{name}: ' if name else ''}{problem.text}{'' if problem.text.endswith('?') else '.'}"


def _policy(file: ConfigFile) -> Policy:
    severities = _severities(file)
    return Policy(
        severities=severities,
        roles=_roles(file),
        kinds=tuple(KindRule(key=kind.key, name=kind.name) for kind in file.kinds or ()) or DEFAULT_POLICY.kinds,
        services=_services(file),
        cadence=_cadence(file, {rule.key for rule in severities}),
        nudges=_nudges(file.nudges),
        archive_after=file.archive_after,
        guests_may_declare=file.guests_may_declare,
        permissions=_permissions(file.permissions),
        invites=_invites(file),
        late_catchup=file.late_catchup,
    )


def _severities(file: ConfigFile) -> tuple[SeverityRule, ...]:
    rules = (
        SeverityRule(key=SeverityKey(part.key), rank=rank, name=part.name, meaning=part.meaning, emoji=part.emoji)
        for rank, part in enumerate(file.severities or (), start=1)
    )
    return tuple(rules) or DEFAULT_POLICY.severities


def _roles(file: ConfigFile) -> tuple[RoleRule, ...]:
    rules = (
        RoleRule(
            key=RoleKey(part.key),
            name=part.name,
            capacity=Capacity(part.capacity),
            duties=tuple(part.duties),
            aliases=tuple(part.aliases),
        )
        for part in file.roles or ()
    )
    return tuple(rules) or DEFAULT_POLICY.roles


def _services(file: ConfigFile) -> tuple[ServiceRule, ...]:
    return tuple(
        ServiceRule(key=part.key, name=part.name, aliases=tuple(part.aliases)) for part in file.services or ()
    )  # fmt: skip


def _invites(file: ConfigFile) -> tuple[InviteRule, ...]:
    return tuple(
        InviteRule(
            name=part.name, severities=tuple(map(SeverityKey, part.severities)), kinds=tuple(part.kinds),
            services=tuple(part.services), private=part.private, people=tuple(part.people), groups=tuple(part.groups),
        )
        for part in file.invite or ()
    )  # fmt: skip


def _cadence(file: ConfigFile, severities: set[SeverityKey]) -> CadenceTable:
    """The defaults of the severities there are, with the rows of the file in their place."""
    table = {row: rule for row, rule in DEFAULT_POLICY.cadence.items() if row[0] in severities}
    for severity, phases in (file.cadence or {}).items():
        table |= {(SeverityKey(severity), Phase(phase)): _cadence_rule(part) for phase, part in phases.items()}
    return table


def _cadence_rule(part: CadencePart) -> CadenceRule:
    return CadenceRule(internal=part.internal, executives=part.executives, customers=part.customers, first=part.first)


def _permissions(part: PermissionsPart | None) -> dict[str, str]:
    """What is reserved; what everyone may do needs no line."""
    return {deed: who for deed, who in part.model_dump().items() if who != EVERYONE} if part else {}


def _nudges(part: NudgesPart | None) -> NudgeRule:
    return NudgeRule(**part.model_dump(exclude_unset=True)) if part else NudgeRule()
