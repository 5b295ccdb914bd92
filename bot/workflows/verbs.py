"""How each verb reads what stands after it: a command, a refusal with an example, or None when it does not fit."""

import re
from collections.abc import Callable, Mapping

from bot.workflows.arguments import (
    Arguments,
    incident_number,
    looks_like_a_number,
    number_in_front,
    only_digits,
    parted,
    taken_apart,
    title_parts,
    without_person,
)
from bot.workflows.backfill_words import backfill
from bot.workflows.endings import FIX_LIMIT
from bot.workflows.factor_words import factor
from bot.workflows.link_words import merge, relate, unrelate
from bot.workflows.moments import is_time
from bot.workflows.parsed import (
    ActionsWords,
    ActionWords,
    CancelWords,
    CatchupWords,
    ChecklistWords,
    CheckWords,
    CloseWords,
    ContainedWords,
    CorrectWords,
    DeclareWords,
    HealthWords,
    HelpWords,
    ListWords,
    Malformed,
    NoteWords,
    Parsed,
    PhaseWords,
    PlaybooksWords,
    PlaybookWords,
    PostmortemWords,
    PrivateWords,
    RelatedWords,
    ReopenWords,
    RepairWords,
    ResolveWords,
    ServiceWords,
    SeverityWords,
    SkipWords,
    StartedWords,
    StatusWords,
    TaskWords,
    TimelineWords,
    Title,
    UpdateWords,
)
from bot.workflows.policy import Phase
from bot.workflows.role_words import claim, give, hand_over
from bot.workflows.text import cut, escape
from bot.workflows.words import BY_SPELLING, NOTE_LIMIT, REASON_LIMIT, Said, VerbName, Vocabulary, spelled

WHICH_SEVERITY = "Say how severe it is: {levels}."
NO_SUCH_SEVERITY = "There is no severity “{word}” here. Choose one of {levels}."
NO_CORRECTION = "Say what is right."
EMPTY_NOTE = "Say what to note."
TOO_LONG = "A {what} holds at most {limit:,} characters, this one has {length:,}. Say it shorter."
WHICH_SERVICE = "Say which service it is about. There are: {names}."
WHICH_PHASE = "Say which phase: detection, containment, recovery or learning."
WHICH_TIME = "Say when the impact began: a time such as 13:40, yesterday 22:10 or 20 min ago."
NO_REASON = "Say why it was a false alarm."
WHICH_ITEM = "Say the number of the item; `checklist` shows them."
WHAT_TASK = "Say what is to be done. An item that is there is ticked with `check` and its number."
WHY_SKIP = "Say why it is left out."
BAD_NUMBER = "“{word}” is not the number of an incident. Numbers look like INC-7."

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
_CORRECTION = re.compile(
    r"correct(?:ion of)? (?:line )?#?(?P<line>[1-9][0-9]{0,6})(?:[:,]?\s(?P<text>.*))?", re.I | re.S
)
_REPEATED = 40  # characters of a user's word that a sentence repeats
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
    message = NO_SUCH_SEVERITY.format(word=_shown(word), levels=", ".join(levels))
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


def _one_incident(command: Callable[[int | None], Parsed]) -> Callable[[Said], Parsed | None]:
    """The grammar of verbs that take nothing or the number of an incident."""

    def fit(said: Said) -> Parsed | None:
        args = taken_apart(said.rest)
        if args.empty:
            return command(args.incident)
        return _bad_number(said, args)

    return fit


def _one_incident_and_words(
    command: Callable[[int | None, str], Parsed], limit: int = REASON_LIMIT
) -> Callable[[Said], Parsed | None]:
    """The grammar of verbs that take nothing, the number of an incident, or words about it with or without one."""

    def fit(said: Said) -> Parsed | None:
        incident, words = number_in_front(said.rest)
        if (incident is None or not words) and (found := _one_incident(lambda number: command(number, ""))(said)):
            return found
        if incident is None and not (said.in_room and said.canonical):
            return None  # “resolve button is broken” is a title where no incident is being talked about
        return _too_long(said, "reason", words, limit) or command(incident, words)

    return fit


def _phase(said: Said) -> Parsed | None:
    words = said.rest.split()
    for count in range(min(4, len(words)), 0, -1):
        phase = PHASE_WORDS.get(spelled(" ".join(words[:count])))
        if phase:
            incident, reason = number_in_front(" ".join(words[count:]))
            if reason and incident is None and not said.in_room:
                return None  # “phase recovery of the pump is slow” is a title where no incident is being talked about
            return _too_long(said, "reason", reason, REASON_LIMIT) or PhaseWords(phase, incident, reason)
    return Malformed(said.verb, WHICH_PHASE, "phase containment") if said.in_room or not words else None


def _cancel(said: Said) -> Parsed | None:
    incident, reason = number_in_front(said.rest)
    if incident is None and reason and not (said.canonical and said.in_room):
        return None  # “cancel button is broken” is a title where no incident is being talked about
    if not reason:
        return Malformed(said.verb, NO_REASON, "cancel the alert was misread")
    return _too_long(said, "reason", reason, REASON_LIMIT) or CancelWords(reason, incident)


def _action(said: Said) -> Parsed | None:
    incident, words = number_in_front(said.rest)
    owners = taken_apart(words).users
    if words and not owners and incident is None and not (said.canonical and said.in_room):
        return None  # “ai gateway is down” is a title where nobody is named
    owner = owners[-1] if owners else None
    text = without_person(words, owner) if owner else words
    return ActionWords(text, owner, incident)


def _task(said: Said) -> Parsed | None:
    incident, words = number_in_front(said.rest)
    owners = taken_apart(words).users
    if words and not owners and incident is None and not (said.canonical and said.in_room):
        return None  # “task queue is stuck” is a title where no incident is being talked about
    if only_digits(words.removeprefix("#")):
        return Malformed(said.verb, WHAT_TASK, "task call the vendor in 20m")
    owner = owners[-1] if owners else None
    return TaskWords(without_person(words, owner) if owner else words, owner, incident)


def _playbook(said: Said) -> Parsed | None:
    incident, name = number_in_front(said.rest)
    if name and incident is None and not (said.canonical and said.in_room):
        return _one_incident(lambda number: PlaybookWords(incident=number))(said)  # else it is a title
    return PlaybookWords(name, incident)


def _check(said: Said) -> Parsed | None:
    item, rest = _item_number(said)
    if item is None:
        return Malformed(said.verb, WHICH_ITEM, "check 3") if said.canonical and not said.rest else None
    args = taken_apart(rest)
    return CheckWords(item, args.incident) if args.empty else None


def _skip(said: Said) -> Parsed | None:
    item, rest = _item_number(said)
    if item is None:
        return Malformed(said.verb, WHICH_ITEM, "skip 3 the flag is off already") if not said.rest else None
    incident, reason = number_in_front(rest)
    if not reason:
        return Malformed(said.verb, WHY_SKIP, f"skip {item} the flag is off already")
    return _too_long(said, "reason", reason, REASON_LIMIT) or SkipWords(item, reason, incident)


def _item_number(said: Said) -> tuple[int | None, str]:
    """The number of an item, and what stands after it; `#3` is one too."""
    first, rest = parted(said.rest)
    digits = first.removeprefix("#").rstrip(".,:")
    return (int(digits), rest) if only_digits(digits) and len(digits) < 4 else (None, said.rest)


def _service(said: Said) -> Parsed | None:
    args, services = taken_apart(said.rest), said.vocabulary.services
    words = " ".join(args.words)
    if args.users or args.unresolved or not services:
        return None
    if service := said.vocabulary.service(words):
        return ServiceWords(service, args.incident)
    if words and not (said.in_room and len(args.words) == 1):
        return None  # “service desk is down” is a title
    names = [known[0] for known in services.values()]
    return Malformed(said.verb, WHICH_SERVICE.format(names=escape(", ".join(names))), f"service {escape(names[0])}")


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
    correction = _CORRECTION.fullmatch(text)
    if correction and not correction["text"]:
        return Malformed(said.verb, NO_CORRECTION, f"note correct {correction['line']} it was 4.3")
    words = CorrectWords(int(correction["line"]), correction["text"], incident) if correction else None
    return _too_long(said, "note", text, NOTE_LIMIT) or words or NoteWords(text, incident)


def _repair(said: Said) -> Parsed | None:
    incident, rest = number_in_front(said.rest)
    anew = spelled(rest) in ("new", "new room")
    return RepairWords(incident, anew=True) if anew else _one_incident(RepairWords)(said)


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
    if not args.words:
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


def _bad_number(said: Said, args: Arguments) -> Malformed | None:
    if len(args.words) != 1 or args.users or args.incident or not looks_like_a_number(args.words[0]):
        return None
    return Malformed(said.verb, BAD_NUMBER.format(word=_shown(args.words[0])), f"{said.verb} INC-7")


def _too_long(said: Said, what: str, text: str, limit: int) -> Malformed | None:
    if len(text) <= limit:
        return None
    example = "note rolled back to the release of 14:05" if what == "note" else "close INC-7 all follow-ups are filed"
    return Malformed(said.verb, TOO_LONG.format(what=what, limit=limit, length=len(text)), example)


def _shown(word: str) -> str:
    return escape(cut(word, _REPEATED))


_READERS: Mapping[VerbName, Callable[[Said], Parsed | None]] = {
    VerbName.DECLARE: _declare,
    VerbName.BACKFILL: backfill,
    VerbName.STATUS: _one_incident(StatusWords),
    VerbName.LIST: _list,
    VerbName.CLAIM: claim,
    VerbName.ROLE: give,
    VerbName.HANDOVER: hand_over,
    VerbName.SEVERITY: _severity,
    VerbName.SERVICE: _service,
    VerbName.UPDATE: _one_incident(UpdateWords),
    VerbName.PHASE: _phase,
    VerbName.NEXT: _one_incident(lambda incident: PhaseWords(incident=incident)),
    VerbName.CONTAINED: _one_incident(ContainedWords),
    VerbName.REOPEN: _one_incident_and_words(ReopenWords),
    VerbName.CANCEL: _cancel,
    VerbName.PRIVATE: _one_incident(PrivateWords),
    VerbName.STARTED: _started,
    VerbName.NOTE: _note,
    VerbName.TIMELINE: _one_incident(TimelineWords),
    VerbName.FACTOR: factor,
    VerbName.ACTION: _action,
    VerbName.ACTIONS: _one_incident(ActionsWords),
    VerbName.CATCHUP: _one_incident(CatchupWords),
    VerbName.CHECKLIST: _one_incident(ChecklistWords),
    VerbName.TASK: _task,
    VerbName.PLAYBOOK: _playbook,
    VerbName.PLAYBOOKS: _playbooks,
    VerbName.CHECK: _check,
    VerbName.SKIP: _skip,
    VerbName.RESOLVE: _one_incident_and_words(ResolveWords, FIX_LIMIT),
    VerbName.CLOSE: _one_incident_and_words(CloseWords),
    VerbName.MERGE: merge,
    VerbName.RELATE: relate,
    VerbName.UNRELATE: unrelate,
    VerbName.RELATED: _one_incident(RelatedWords),
    VerbName.POSTMORTEM: _one_incident(PostmortemWords),
    VerbName.HEALTH: _health,
    VerbName.REPAIR: _repair,
    VerbName.HELP: _help,
}
