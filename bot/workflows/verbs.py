"""How each verb reads what stands after it: a command, a refusal with an example, or None when it does not fit."""

import re
from collections.abc import Callable, Mapping

from bot.workflows.arguments import (
    Arguments,
    incident_number,
    number_in_front,
    only_digits,
    taken_apart,
    title_parts,
)
from bot.workflows.backfill_words import backfill
from bot.workflows.endings import FIX_LIMIT
from bot.workflows.factor_words import factor
from bot.workflows.link_words import merge, relate, unrelate
from bot.workflows.moments import is_time
from bot.workflows.parsed import (
    ActionsWords,
    CancelWords,
    CatchupWords,
    ChecklistWords,
    CloseWords,
    ContainedWords,
    CorrectWords,
    DeclareWords,
    HealthWords,
    HelpWords,
    KindWords,
    ListWords,
    Malformed,
    NoteWords,
    Parsed,
    PhaseWords,
    PlaybooksWords,
    PostmortemWords,
    PrivateWords,
    RelatedWords,
    ReopenWords,
    RepairWords,
    ResolveWords,
    ServiceWords,
    SeverityWords,
    StartedWords,
    StatusWords,
    TimelineWords,
    Title,
    UpdateWords,
)
from bot.workflows.policy import Phase
from bot.workflows.reading import one_incident, one_incident_and_words, shown, too_long
from bot.workflows.role_words import claim, give, hand_over
from bot.workflows.task_words import action, check, playbook, skip, task, uncheck
from bot.workflows.text import escape
from bot.workflows.updates import HAPPENING_LIMIT
from bot.workflows.words import BY_SPELLING, NOTE_LIMIT, REASON_LIMIT, Said, VerbName, Vocabulary, spelled

WHICH_SEVERITY = "Say how severe it is: {levels}."
NO_SUCH_SEVERITY = "There is no severity “{word}” here. Choose one of {levels}."
NO_CORRECTION = "Say what is right."
EMPTY_NOTE = "Say what to note."
WHICH_SERVICE = "Say which service it is about. There are: {names}."
WHICH_KIND = "Say which kind of incident it is. There are: {names}."
NO_SERVICES = "No services are set up here: whoever runs Warroom names them in its configuration. A note says it, too."
WHICH_PHASE = "Say which phase: detection, containment, recovery or learning."
WHICH_TIME = "Say when the impact began: a time such as 13:40, yesterday 22:10 or 20 min ago."
NO_REASON = "Say why it was a false alarm."

# What people call the phases, in words of other tools too.
PHASE_WORDS: Mapping[str, Phase] = {
    **dict.fromkeys(("preparation", "prepare"), Phase.PREPARATION),
    **dict.fromkeys(
        ("detection", "detect", "analysis", "analyse", "analyze", "detection & analysis", "detection and analysis",
         "investigating"),
        Phase.DETECTION,
    ),
    **dict.fromkeys(
        ("containment", "contain", "eradication", "eradicate", "containment & eradication",
         "containment and eradication", "identified", "mitigating"),
        Phase.CONTAINMENT,
    ),
    **dict.fromkeys(("recovery", "recover", "monitoring"), Phase.RECOVERY),
    **dict.fromkeys(("learning", "post incident learning", "resolved"), Phase.LEARNING),
}  # fmt: skip
_CORRECTION = re.compile(r"correct(?:ion of)? (?:line )?#?(?P<line>[0-9]{1,7})(?:[:,]?\s(?P<text>.*))?", re.I | re.S)
_JUST_AN_INCIDENT = frozenset({"incident", "an incident", "a new incident", "new incident"})


def read(said: Said) -> Parsed | None:
    """The command this reading makes, or None when the rest does not fit the verb's grammar."""
    if said.verb is not VerbName.NOTE and said.rest.lower() in ("help", "?", "--help", "-h"):
        return HelpWords(said.verb)
    return _READERS[said.verb](said)


def no_such_severity(verb: VerbName, word: str, vocabulary: Vocabulary) -> Malformed:
    """The answer to `sev9`."""
    example = "declare checkout is failing {}" if verb is VerbName.DECLARE else "severity {}"
    levels = vocabulary.severity_names
    message = NO_SUCH_SEVERITY.format(word=shown(word), levels=", ".join(levels))
    return Malformed(verb, message, example.format(levels[min(1, len(levels) - 1)] if levels else "").strip())


def _declare(said: Said) -> Parsed | None:
    parts = title_parts(said.rest, said.vocabulary)
    if not parts.title or parts.title.lower() in _JUST_AN_INCIDENT:
        return Title("", parts.summary, parts.severity, parts.private)
    if not said.canonical:
        return None
    if parts.unknown_severity:
        return no_such_severity(said.verb, parts.unknown_severity, said.vocabulary)
    if "private" in (parts.words[0], parts.words[-1]) and not parts.private:
        # It may be a wish or a part of the title: asking is cheap, opening a secret in public is not.
        return Title(parts.title, parts.summary, parts.severity, private=True)
    return DeclareWords(parts.title, parts.summary, parts.severity, parts.private)


def _phase(said: Said) -> Parsed | None:
    words = said.rest.split()
    for count in range(min(4, len(words)), 0, -1):
        phase = PHASE_WORDS.get(spelled(" ".join(words[:count])))
        if phase:
            incident, reason = number_in_front(" ".join(words[count:]))
            if reason and incident is None and not said.in_room:
                return None  # “phase recovery of the pump is slow” is a title where no incident is being talked about
            return too_long(said, "reason", reason, REASON_LIMIT) or PhaseWords(phase, incident, reason)
    return Malformed(said.verb, WHICH_PHASE, "phase containment") if said.in_room or not words else None


def _cancel(said: Said) -> Parsed | None:
    incident, reason = number_in_front(said.rest)
    if incident is None and reason and not (said.canonical and said.in_room):
        return None  # “cancel button is broken” is a title where no incident is being talked about
    if not reason:
        return Malformed(said.verb, NO_REASON, "cancel the alert was misread")
    return too_long(said, "reason", reason, REASON_LIMIT) or CancelWords(reason, incident)


def _service(said: Said) -> Parsed | None:
    words = said.vocabulary
    if not words.services:
        asked = said.in_room and said.canonical and not _people_in(said)
        return Malformed(said.verb, NO_SERVICES, "note it is about checkout") if asked else None
    return _known(said, words.services, words.service, ServiceWords, WHICH_SERVICE)


def _kind(said: Said) -> Parsed | None:
    return _known(said, said.vocabulary.kinds, said.vocabulary.kind, KindWords, WHICH_KIND)


def _known(
    said: Said, named: Mapping[str, tuple[str, ...]], find: Callable[[str], str | None],
    meant: Callable[[str, int | None], Parsed], which: str,
) -> Parsed | None:  # fmt: skip
    """One of the things that have names here; more words than one that are none of them are a title."""
    args = taken_apart(said.rest)
    words = " ".join(args.words)
    if _people_in(said):
        return None
    if key := find(words):
        return meant(key, args.incident)
    if words and not (said.in_room and len(args.words) == 1):
        return None  # “service desk is down” is a title
    names = [known[0] for known in named.values()]
    return Malformed(said.verb, which.format(names=escape(", ".join(names))), f"{said.verb} {escape(names[0])}")


def _people_in(said: Said) -> bool:
    args = taken_apart(said.rest)
    return bool(args.users or args.unresolved)


def _started(said: Said) -> Parsed | None:
    incident, text = number_in_front(said.rest)
    words = text.split()
    if len(words) > 1 and incident is None and (number := incident_number(words[-1])):
        incident, text = number, " ".join(words[:-1])
    if is_time(text):
        return StartedWords(text, incident)
    begins_like_one = said.canonical and said.in_room and len(words) < 4 and text[:1].isdigit()
    return Malformed(said.verb, WHICH_TIME, "started 13:40") if not text or begins_like_one else None


def _note(said: Said) -> Parsed | None:
    incident, text = number_in_front(said.rest)
    if not said.canonical and not said.in_room and text and incident is None:
        return None  # “event pipeline is failing” is a title where no incident is being talked about
    if not text:
        return Malformed(said.verb, EMPTY_NOTE, "note rolled back to the release of 14:05")
    if incident is None and text.lower().startswith("correct "):
        incident, right = number_in_front(text[len("correct ") :])
        text = f"correct {right}" if incident else text
    correction = _CORRECTION.fullmatch(text)
    if correction and not correction["text"]:
        return Malformed(said.verb, NO_CORRECTION, f"note correct {correction['line']} it was 4.3")
    words = CorrectWords(int(correction["line"]), correction["text"], incident) if correction else None
    return too_long(said, "note", text, NOTE_LIMIT) or words or NoteWords(text, incident)


def _repair(said: Said) -> Parsed | None:
    incident, rest = number_in_front(said.rest)
    anew = spelled(rest) in ("new", "new room")
    return RepairWords(incident, anew=True) if anew else one_incident(RepairWords)(said)


def _list(said: Said) -> Parsed | None:
    return None if said.rest else ListWords()


def _playbooks(said: Said) -> Parsed | None:
    return None if said.rest else PlaybooksWords()


def _health(said: Said) -> Parsed | None:
    return None if said.rest else HealthWords()


def _help(said: Said) -> Parsed | None:
    if not said.rest:
        return HelpWords()
    verb = BY_SPELLING.get(spelled(said.rest))
    if verb is None:
        return None
    return HelpWords(verb.name)


def _severity(said: Said) -> Parsed | None:
    args = _graded(said)
    if args.users or args.unresolved:
        return None
    typed = said.rest.split()
    if not args.words or (said.in_room and len(typed) > 1 and only_digits("".join(typed))):  # `1 2`: which is meant?
        levels = said.vocabulary.severity_names
        message = WHICH_SEVERITY.format(levels=", ".join(levels))
        return Malformed(said.verb, message, f"severity {levels[0]}" if levels else "severity")
    word = " ".join(args.words)
    if severity := said.vocabulary.severity(word):
        return SeverityWords(severity, args.incident)
    return no_such_severity(said.verb, word, said.vocabulary) if len(args.words) == 1 else None


def _graded(said: Said) -> Arguments:
    """In `sev 2` and `severity sev 1` the last digit is the level, not an incident."""
    incident, level = number_in_front(said.rest)
    if incident and level:
        return Arguments(words=tuple(level.split()), incident=incident)
    args = taken_apart(said.rest)
    as_typed = tuple(said.rest.split())
    if said.vocabulary.severity(" ".join(as_typed)) or (args.incident and not args.words and only_digits(said.rest)):
        return Arguments(words=as_typed)
    return args


_READERS: Mapping[VerbName, Callable[[Said], Parsed | None]] = {
    VerbName.DECLARE: _declare,
    VerbName.BACKFILL: backfill,
    VerbName.STATUS: one_incident(StatusWords),
    VerbName.LIST: _list,
    VerbName.CLAIM: claim,
    VerbName.ROLE: give,
    VerbName.HANDOVER: hand_over,
    VerbName.SEVERITY: _severity,
    VerbName.KIND: _kind,
    VerbName.SERVICE: _service,
    VerbName.UPDATE: one_incident_and_words(UpdateWords, HAPPENING_LIMIT, "update"),
    VerbName.PHASE: _phase,
    VerbName.NEXT: one_incident(lambda incident: PhaseWords(incident=incident)),
    VerbName.CONTAINED: one_incident(ContainedWords),
    VerbName.REOPEN: one_incident_and_words(ReopenWords),
    VerbName.CANCEL: _cancel,
    VerbName.PRIVATE: one_incident(PrivateWords),
    VerbName.STARTED: _started,
    VerbName.NOTE: _note,
    VerbName.TIMELINE: one_incident(TimelineWords),
    VerbName.FACTOR: factor,
    VerbName.ACTION: action,
    VerbName.ACTIONS: one_incident(ActionsWords),
    VerbName.CATCHUP: one_incident(CatchupWords),
    VerbName.CHECKLIST: one_incident(ChecklistWords),
    VerbName.TASK: task,
    VerbName.PLAYBOOK: playbook,
    VerbName.PLAYBOOKS: _playbooks,
    VerbName.CHECK: check,
    VerbName.UNCHECK: uncheck,
    VerbName.SKIP: skip,
    VerbName.RESOLVE: one_incident_and_words(ResolveWords, FIX_LIMIT),
    VerbName.CLOSE: one_incident_and_words(CloseWords),
    VerbName.MERGE: merge,
    VerbName.RELATE: relate,
    VerbName.UNRELATE: unrelate,
    VerbName.RELATED: one_incident(RelatedWords),
    VerbName.POSTMORTEM: one_incident(PostmortemWords),
    VerbName.HEALTH: _health,
    VerbName.REPAIR: _repair,
    VerbName.HELP: _help,
}
