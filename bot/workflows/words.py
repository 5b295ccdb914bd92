"""The words people type: every verb with its spellings and usage, the limits, and what an installation adds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from bot.workflows.course import REASON_LIMIT as REASON_LIMIT

# The limits belong to the rules that hold them; the words only have to know them.
from bot.workflows.declare import TITLE_LIMIT as TITLE_LIMIT
from bot.workflows.policy import Policy, RoleKey, RoleRule, SeverityKey, SeverityRule
from bot.workflows.timeline import NOTE_LIMIT as NOTE_LIMIT


class VerbName(StrEnum):
    """The canonical verbs, in the order help tells them."""

    DECLARE = "declare"
    STATUS = "status"
    BACKFILL = "backfill"
    LIST = "list"
    CLAIM = "claim"
    ROLE = "role"
    HANDOVER = "handover"
    PHASE = "phase"
    NEXT = "next"
    CONTAINED = "contained"
    SEVERITY = "severity"
    KIND = "kind"
    SERVICE = "service"
    STARTED = "started"
    CHECKLIST = "checklist"
    TASK = "task"
    CHECK = "check"
    UNCHECK = "uncheck"
    SKIP = "skip"
    PLAYBOOK = "playbook"
    PLAYBOOKS = "playbooks"
    UPDATE = "update"
    NOTE = "note"
    TIMELINE = "timeline"
    CATCHUP = "catchup"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"
    MERGE = "merge"
    RELATE = "relate"
    UNRELATE = "unrelate"
    RELATED = "related"
    PRIVATE = "private"
    POSTMORTEM = "postmortem"
    FACTOR = "factor"
    ACTION = "action"
    ACTIONS = "actions"
    HEALTH = "health"
    REPAIR = "repair"
    HELP = "help"


@dataclass(frozen=True)
class Verb:
    """One verb: what it is called, how else people spell it, and how it is used."""

    name: VerbName
    spellings: tuple[str, ...]  # besides the name; a hyphen may be typed as a space
    usage: str  # what may stand after the command, such as "claim <role> [INC-n]"
    help: str  # one line, without a full stop


# The one place where verbs are listed: help, the documentation and the grammar read it.
VERBS: tuple[Verb, ...] = (
    Verb(VerbName.DECLARE, ("new", "create", "open", "start", "report", "trigger"),
         "declare [title] [sev1] [--private]", "open an incident at once; without a title, through a form"),
    Verb(VerbName.STATUS, ("overview", "info"), "status [INC-n]", "how an incident stands"),
    Verb(VerbName.BACKFILL, ("backdate", "back-date"), "backfill [title]",
         "write an incident down that is over already, through a form; nobody is alarmed"),
    Verb(VerbName.LIST, ("ls",), "list", "the open incidents"),
    Verb(VerbName.CLAIM, ("commander", "lead", "set-ic"), "claim <role> [INC-n]", "take a role yourself"),
    Verb(VerbName.ROLE, ("roles", "assign"), "role <role> @user [INC-n]", "give a role to somebody"),
    Verb(VerbName.HANDOVER, ("handoff", "hand-off", "hand-over"), "handover <role> @user [INC-n] [worries]",
         "offer your role to somebody with a brief; you keep it until they have it; `handover withdraw` withdraws it"),
    Verb(VerbName.PHASE, ("stage",), "phase <phase> [INC-n] [reason]",
         "move to a phase; back to an earlier one with a reason"),
    Verb(VerbName.NEXT, ("advance",), "next [INC-n]", "move to the next phase"),
    Verb(VerbName.CONTAINED, ("mitigated", "mitigate"), "contained [INC-n]",
         "the impact has stopped, the cause is still there"),
    Verb(VerbName.SEVERITY, ("sev",), "severity <1-4> [INC-n]", "grade the incident"),
    Verb(VerbName.KIND, (), "kind <kind> [INC-n]", "say which kind of incident it is: bad deploy, security, network"),
    Verb(VerbName.SERVICE, (), "service <name> [INC-n]", "say which service the incident is about"),
    Verb(VerbName.STARTED, ("began", "since"), "started <time> [INC-n]",
         "say when the impact really began: 13:40, yesterday 22:10, 20 min ago"),
    Verb(VerbName.CHECKLIST, ("tasks", "todo"), "checklist [INC-n]", "what is to be done in this phase, and what was"),
    Verb(VerbName.TASK, ("add-task",), "task [INC-n] [text] [@owner] [in 20m]",
         "put something to be done on the checklist, by a time such as `at 15:00`; without words, through a form"),
    Verb(VerbName.CHECK, ("done", "tick"), "check <n> [INC-n]", "tick an item of the checklist"),
    Verb(VerbName.UNCHECK, ("undo", "untick"), "uncheck <n> [INC-n]", "take a tick back, or what was left out"),
    Verb(VerbName.SKIP, (), "skip <n> [INC-n] <reason>", "leave an item of the checklist out"),
    Verb(VerbName.PLAYBOOK, ("runbook",), "playbook [INC-n] [name]",
         "which playbook an incident is run by; choose another, or one more"),
    Verb(VerbName.PLAYBOOKS, ("runbooks",), "playbooks",
         "all playbooks: what for, whose, reviewed when, and what is overdue"),
    Verb(VerbName.UPDATE, ("post", "status-update"), "update [INC-n] [what is happening]",
         "tell stakeholders how it stands, and when they hear next"),
    Verb(VerbName.NOTE, ("comment", "event", "notes"), "note [INC-n] [time] <text>",
         "write a line into the timeline, of now or of `14:05`; `note correct 12 it was 4.3` puts line 12 right"),
    Verb(VerbName.TIMELINE, ("log",), "timeline [INC-n]", "what happened so far, page by page; also as a file"),
    Verb(VerbName.CATCHUP, ("catch-up", "summarize", "summary", "tldr"), "catchup [INC-n]",
         "where it stands and what was decided, in a few lines, for you alone"),
    Verb(VerbName.RESOLVE, ("resolved", "fixed"), "resolve [INC-n] [what fixed it]",
         "the impact is over; asks what fixed it, and makes a post-mortem draft"),
    Verb(VerbName.CLOSE, ("end",), "close [INC-n] [reason]", "nothing is left to do"),
    Verb(VerbName.REOPEN, ("restart",), "reopen [INC-n] [reason]", "it broke again"),
    Verb(VerbName.CANCEL, ("decline", "false-alarm"), "cancel [INC-n] <reason>", "it was a false alarm"),
    Verb(VerbName.MERGE, ("duplicate",), "merge [INC-n into] INC-n",
         "this one is the same as another, and goes on there; `reopen` undoes it"),
    Verb(VerbName.RELATE, ("related-to",), "relate [INC-n to] INC-n", "this one has to do with another; both know it"),
    Verb(VerbName.UNRELATE, (), "unrelate [INC-n from] INC-n", "it has nothing to do with it after all"),
    Verb(VerbName.RELATED, ("similar",), "related [INC-n]", "similar incidents of the past, and why they match"),
    Verb(VerbName.PRIVATE, ("restrict",), "private [INC-n]",
         "go on in a private room, among those you choose; says first what stays readable"),
    Verb(VerbName.POSTMORTEM, ("pm", "post-mortem", "review", "draft"), "postmortem [INC-n]", "the post-mortem draft"),
    Verb(VerbName.FACTOR, ("factors", "contributing-factor"), "factor [INC-n] [text]",
         "name what contributed, so that a later incident is matched by it; `factor drop 2` when it did not"),
    Verb(VerbName.ACTION, ("followup", "follow-up", "ai"), "action [INC-n] <text> @owner by <day>",
         "give somebody something to do, remembered until it is done"),
    Verb(VerbName.ACTIONS, ("followups", "follow-ups"), "actions [INC-n]", "the action items"),
    Verb(VerbName.HEALTH, ("health-check",), "health", "whether Warroom itself is well"),
    Verb(VerbName.REPAIR, ("mend",), "repair [INC-n]",
         "make what is missing in Slack: the room, the card, its pin, the topic, the announcement"),
    Verb(VerbName.HELP, ("?",), "help [verb]", "what you can type"),
)  # fmt: skip


def spelled(words: str) -> str:
    """A word or two as they are compared: lower case, hyphens and underscores as single spaces."""
    return " ".join(words.lower().replace("-", " ").replace("_", " ").split()) or words


BY_SPELLING: Mapping[str, Verb] = {
    spelled(spelling): verb for verb in VERBS for spelling in (verb.name, *verb.spellings)
}


@dataclass(frozen=True)
class Vocabulary:
    """The words an installation's own roles and severities are known by; the first spelling is the one shown."""

    roles: Mapping[RoleKey, tuple[str, ...]]
    severities: Mapping[SeverityKey, tuple[str, ...]]
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, policy: Policy) -> Self:
        """The vocabulary of a policy; where two would share a spelling, the first one in the policy keeps it."""
        ranked = sorted(policy.severities, key=lambda rule: rule.rank)
        return cls(
            roles={rule.key: _role_spellings(rule) for rule in policy.roles},
            severities={rule.key: _severity_spellings(rule) for rule in ranked},
            services={rule.key: (rule.name, spelled(rule.key), *rule.aliases) for rule in policy.services},
            kinds={rule.key: (rule.name, spelled(rule.key)) for rule in policy.kinds},
        )

    def role(self, words: str) -> RoleKey | None:
        """The role that is spelled so, or None."""
        return next((key for key, known in self.roles.items() if spelled(words) in map(spelled, known)), None)

    def severity(self, word: str) -> SeverityKey | None:
        """The severity meant by `1`, `sev1`, `SEV-1`, `p1` or a configured name such as `critical`, or None."""
        tidy = spelled(word)
        exact = next((key for key, known in self.severities.items() if tidy in map(spelled, known)), None)
        level = _LEVEL.fullmatch(tidy)
        return exact if exact or level is None else self.severity(level[1])

    def service(self, words: str) -> str | None:
        """The key of the service that is spelled so, or None."""
        return next((key for key, known in self.services.items() if spelled(words) in map(spelled, known)), None)

    def kind(self, words: str) -> str | None:
        """The key of the kind that is spelled so, or the only one in whose name these words are; or None."""
        named = {key: [*map(spelled, known)] for key, known in self.kinds.items()}
        exact = next((key for key, known in named.items() if spelled(words) in known), None)
        wanted = set(spelled(words).split())
        among = [key for key, known in named.items() if wanted and wanted <= set(" ".join(known).split())]
        return exact or (among[0] if len(among) == 1 else None)

    @property
    def role_names(self) -> tuple[str, ...]:
        """One word or two for each role, as people would type it."""
        return tuple(known[0] for known in self.roles.values() if known)

    @property
    def severity_names(self) -> tuple[str, ...]:
        """One word for each severity, the worst first."""
        return tuple(known[0] for known in self.severities.values() if known)


_LEVEL = re.compile(r"(?:sev|severity|p) ?([0-9]{1,2})")


def _role_spellings(rule: RoleRule) -> tuple[str, ...]:
    return tuple(dict.fromkeys((spelled(rule.key), rule.name, *rule.aliases)))


def _severity_spellings(rule: SeverityRule) -> tuple[str, ...]:
    """The key, its number (the rank where the key has none), the whole name and each word of the name."""
    number = "".join(letter for letter in rule.key if letter in "0123456789") or str(rule.rank)
    return (rule.key, number, rule.name, *rule.name.split())


@dataclass(frozen=True)
class Said:
    """One reading of a line: this word is the verb, and that is the rest."""

    line: str
    word: str  # as `spelled` gives it
    verb: VerbName
    rest: str
    in_room: bool
    vocabulary: Vocabulary

    @property
    def canonical(self) -> bool:
        """Whether the verb was called by its own name."""
        return self.word == self.verb
