"""How `claim`, `role` and `handover` are read, with the spellings `assign`, `lead`, `commander` and `set-ic`."""

from bot.workflows.arguments import (
    Arguments,
    around_person,
    incident_number,
    is_nearly,
    number_in_front,
    parted,
    taken_apart,
)
from bot.workflows.parsed import AssignWords, ClaimWords, HandoverWords, Malformed, Parsed, WithdrawWords
from bot.workflows.policy import RoleKey
from bot.workflows.reading import shown
from bot.workflows.words import Said, VerbName, Vocabulary, spelled

WHICH_ROLE = "Say which role: {roles}."
NO_SUCH_ROLE = "There is no role “{word}” here. The roles are {roles}."
WHICH_PERSON = "Say who: type @ and pick the person from the list."
UNKNOWN_PERSON = "Slack did not turn “{word}” into a person. Type @ and pick one person from the list that opens."
ONE_PERSON = "A role is given to one person at a time."

_COMMAND = ("commander", "incident commander", "incident lead")  # what `lead`, `commander` and `set-ic` mean
_WITHDRAW = frozenset({"withdraw", "cancel"})
_BETWEEN = frozenset({"to", "as", "the", "is"})  # assign commander to @ana


def claim(said: Said) -> Parsed | None:
    """`claim <role> [INC-n]`; with a person it gives the role to them."""
    args = taken_apart(said.rest)
    if said.word != VerbName.CLAIM:
        return _command_taken(said, args)
    if args.users or args.unresolved:
        return _given(said, args)
    role = role_named(args, said.vocabulary)
    return ClaimWords(role, args.incident) if role else _no_such_role(said, args, "claim {}")


def _command_taken(said: Said, args: Arguments) -> Parsed | None:
    """`commander`, `lead` and `set-ic`: the word is the role already, or at least a role of that name is meant."""
    known = (said.vocabulary.role(words) for words in (said.word, *_COMMAND))
    role = next((found for found in known if found), None)
    if role is None or [word for word in args.words if word not in _BETWEEN]:
        return None
    if args.users or args.unresolved:
        return _one_person(said, args) or AssignWords(role, args.users[0], args.incident)
    return ClaimWords(role, args.incident)


def give(said: Said) -> Parsed | None:
    """`role <role> @user [INC-n]`, the person before or after the role."""
    args = taken_apart(said.rest)
    if args.users or args.unresolved:
        return _given(said, args)
    if args.words and args.words[-1].lower() == "me":
        args = Arguments(words=args.words[:-1], incident=args.incident)
        role = role_named(args, said.vocabulary)
        return ClaimWords(role, args.incident) if role else _no_such_role(said, args, "claim {}")
    role = role_named(args, said.vocabulary)
    if role:
        return Malformed(said.verb, WHICH_PERSON, f"role {said.vocabulary.roles[role][0]} @ana")
    return _plainly_named(said, args, "role") or _no_such_role(said, args, "role {} @ana")


def hand_over(said: Said) -> Parsed | None:
    """`handover <role> @user [INC-n] [worries]`; the person may also stand before the role.

    `handover withdraw [role] [INC-n]` takes an offer back.
    """
    first, behind = parted(said.rest)
    if first.lower() in _WITHDRAW:
        return _withdrawn(said, taken_apart(behind))
    before, user, behind = around_person(said.rest)
    args = taken_apart(before)
    if user and args.empty:  # `handover @ana commander`
        args, behind = taken_apart(behind), ""
    role = role_named(args, said.vocabulary)
    if role is None and user and args.empty:
        number, worries = number_in_front(behind)
        return HandoverWords(None, user, number or args.incident, worries)
    if role is None:
        return _plainly_named(said, args, "handover") or _no_such_role(said, args, "handover {} @ana")
    if args.unresolved:
        example = f"handover {said.vocabulary.roles[role][0]} @ana"
        return Malformed(said.verb, UNKNOWN_PERSON.format(word=shown(args.unresolved)), example)
    number, worries = number_in_front(behind)
    if number is None and (bare := incident_number(worries, bare=True)):
        number, worries = bare, ""
    return HandoverWords(role, user, number or args.incident, worries)


def _withdrawn(said: Said, args: Arguments) -> Parsed | None:
    role = role_named(args, said.vocabulary)
    if role or not args.words:
        return WithdrawWords(role, args.incident)
    return _no_such_role(said, args, "handover withdraw {}")


def _given(said: Said, args: Arguments) -> Parsed | None:
    role = role_named(args, said.vocabulary)
    if role is None:
        return _no_such_role(said, args, "role {} @ana")
    return _one_person(said, args) or AssignWords(role, args.users[0], args.incident)


def _one_person(said: Said, args: Arguments) -> Malformed | None:
    example = f"role {said.vocabulary.role_names[0]} @ana"
    if args.unresolved:
        return Malformed(VerbName.ROLE, UNKNOWN_PERSON.format(word=shown(args.unresolved)), example)
    return Malformed(VerbName.ROLE, ONE_PERSON, example) if len(set(args.users)) > 1 else None


def _plainly_named(said: Said, args: Arguments, verb: str) -> Malformed | None:
    """The answer to a role and a name without @, in either order; outside of a room that is more likely a title."""
    if not said.in_room or len(args.words) < 2:
        return None
    halves = (args.words[:-1], args.words[1:])
    role = next((found for words in halves if (found := said.vocabulary.role(" ".join(words)))), None)
    return Malformed(said.verb, WHICH_PERSON, f"{verb} {said.vocabulary.roles[role][0]} @ana") if role else None


def role_named(args: Arguments, vocabulary: Vocabulary) -> RoleKey | None:
    """The role that the words are the name of, or None."""
    return vocabulary.role(_role_words(args))


def _role_words(args: Arguments) -> str:
    return " ".join(word for word in args.words if word.lower() not in _BETWEEN)


def _no_such_role(said: Said, args: Arguments, example: str) -> Malformed | None:
    """A refusal for no word, one word, or nearly a role; more words are a title (“claim forms return 500”)."""
    word = _role_words(args)
    known = [spelling for spellings in said.vocabulary.roles.values() for spelling in spellings]
    near = next((spelling for spelling in known if is_nearly(spelled(word), spelled(spelling))), None)
    if len(args.words) > 1 and near is None:
        return None
    names = said.vocabulary.role_names
    roles = ", ".join(names)
    message = NO_SUCH_ROLE.format(word=shown(word), roles=roles) if word else WHICH_ROLE.format(roles=roles)
    return Malformed(said.verb, message, example.format(near or next(iter(names), "")).strip())
