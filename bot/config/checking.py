"""Every problem of a configuration at once: wrong types and unknown fields, and parts that contradict each other."""

import difflib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.models import ConfigFile, Part
from bot.config.problems import Place, Problem
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY

FORMS = {
    ("applies", "words"): "expected a word, or several",
    ("severities", "key"): "expected sev1 to sev9",
    ("invite", "people"): "expected the id of a person in Slack, such as U0123ABCD",
    ("invite", "groups"): "expected the id of a user group in Slack, such as S0123ABCD",
    ("severities", "emoji"): "expected an emoji's name between colons, such as :red_circle:",
}
SECTION_FORMS = {"permissions": "expected everyone, commander, or the id of a user group such as S0123ABCD"}
CONDITIONS = {"severities": "severity", "kinds": "kind", "services": "service"}
KEY_FORM = "expected a short name in small letters, digits and _, such as bad_deploy"
TYPES = {
    "string_type": "expected text",
    "list_type": "expected a list (lines that begin with -)",
    "dict_type": "expected fields below it (field: value)",
    "model_type": "expected fields below it (field: value)",
    "bool_type": "expected true or false",
    "missing": "is missing",
}
ELSEWHERE = {"playbooks": "are files of their own: name their folder with WARROOM_PLAYBOOKS and remove this section"}
PLAIN = (str, int, float, bool, date)

Raw = dict[str, Any]  # the file as YAML has read it: nothing is known yet about what is in it


def check(values: object) -> tuple[ConfigFile | None, list[Problem]]:
    """The file's content, or None with everything that is wrong with it."""
    if values is None:
        return ConfigFile(), []
    if not isinstance(values, dict):
        return None, [Problem(place=(), text="expected sections such as severities, roles or cadence")]
    problems = list(_contradictions(values))
    try:
        read = ConfigFile.model_validate(values)
    except ValidationError as wrong:
        return None, [problem_of(error, ConfigFile) for error in wrong.errors(include_url=False)] + problems
    return (None if problems else read), problems


def problem_of(error: ErrorDetails, file: type[Part]) -> Problem:
    """What pydantic found, in words for whoever wrote the file; `file` is what all of it should have been."""
    place = tuple(step for step in error["loc"] if step != "[key]")
    return Problem(place=place, text=f"{_expectation(error, place, file)}{_instead(error)}")


def _expectation(error: ErrorDetails, place: Place, file: type[Part]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden" and len(place) == 1 and place[0] in ELSEWHERE:
        return ELSEWHERE[str(place[0])]
    if kind == "extra_forbidden":
        return f"is not known here{_did_you_mean(str(place[-1]), _fields(file, place[:-1]))}"
    if kind == "literal_error":
        return f"expected {context['expected'].replace(chr(39), '')}"
    if kind == "string_pattern_mismatch":
        field = next(step for step in reversed(place) if isinstance(step, str))
        return FORMS.get((str(place[0]), field)) or SECTION_FORMS.get(str(place[0]), KEY_FORM)
    if kind.endswith(("too_long", "too_short")):
        return f"expected {_size(error)}"
    return TYPES.get(kind, error["msg"].removeprefix("Value error, "))


def _size(error: ErrorDetails) -> str:
    context, text = error.get("ctx", {}), error["type"].startswith("string")
    if context.get("min_length") == 1 and not text:
        return "at least one entry"
    bound = f"at most {context['max_length']}" if "max_length" in context else f"at least {context['min_length']}"
    return f"{bound} {'characters' if text else 'entries'}"


def _instead(error: ErrorDetails) -> str:
    """What stands there; texts of any length are shortened, since this goes to a terminal."""
    if error["type"] in ("extra_forbidden", "missing") or error["type"].endswith(("too_long", "too_short")):
        return ""
    found = error["input"]
    if found is None:
        return ", found nothing"
    return f", found {str(found)[:40]!r}" if isinstance(found, PLAIN) else ""


def _fields(part: type[Part], steps: Place) -> Iterable[str]:
    """The fields there are at a place, found by walking down the models."""
    inside: Any = part
    for step in steps:
        if isinstance(inside, type) and issubclass(inside, Part):
            inside = _bare(inside.model_fields[str(step)].annotation)
        else:
            inside = _bare(get_args(inside)[-1])  # an entry of a list, or a value of a mapping
    return inside.model_fields if isinstance(inside, type) and issubclass(inside, Part) else ()


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - a type annotation
    """The annotation without its limits, and without the None that it may be."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    return _bare(choices[0]) if type(None) in get_args(annotation) else annotation


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(known) or 'none'}"


def _contradictions(values: Raw) -> Iterator[Problem]:
    yield from _unknown_severities(values)
    yield from _unheard_of(values)
    for section in ("severities", "roles", "kinds", "services"):
        yield from _repeated(((section, index, "key"), item.get("key")) for index, item in _items(values, section))
    yield from _repeated(_words(values, "roles"))
    yield from _repeated(_words(values, "services"))
    yield from _no_commander(values)


def _unknown_severities(values: Raw) -> Iterator[Problem]:
    cadence = values.get("cadence")
    known = _keys(values, "severities")
    for key in cadence if isinstance(cadence, dict) else ():
        if key not in known:
            yield Problem(place=("cadence", key), text=f"is not a severity{_did_you_mean(key, known)}")


def _unheard_of(values: Raw) -> Iterator[Problem]:
    """Rules of invitation that name what there is not, or nobody at all."""
    for index, item in _items(values, "invite"):
        for section, one in CONDITIONS.items():
            yield from _unknown(item.get(section), ("invite", index, section), one, _keys(values, section))
        if not (item.get("people") or item.get("groups")):
            yield Problem(place=("invite", index), text="expected people or groups: it invites nobody")


def _unknown(named: object, place: Place, one: str, known: list[str]) -> Iterator[Problem]:
    for at, key in enumerate(named if isinstance(named, list) else []):
        if key not in known:
            yield Problem(place=(*place, at), text=f"is not a {one}{_did_you_mean(str(key), known)}")


def _keys(values: Raw, section: str) -> list[str]:
    """The keys of a section of the file, or of the defaults where it is not there."""
    own = [str(item.get("key")) for _, item in _items(values, section)]
    return own or [str(rule.key) for rule in getattr(DEFAULT_POLICY, section)]


def _words(values: Raw, section: str) -> Iterator[tuple[Place, object]]:
    """Names and aliases: whoever types one has to reach exactly one role, or one service."""
    for index, item in _items(values, section):
        aliases = item.get("aliases")
        words = {("name",): item.get("name")} | {
            ("aliases", at): alias for at, alias in enumerate(aliases if isinstance(aliases, list) else [])
        }
        own: set[str] = set()
        for inside, word in words.items():
            if isinstance(word, str) and word.lower() not in own:
                own.add(word.lower())
                yield (section, index, *inside), word.lower()


def _repeated(words: Iterable[tuple[Place, object]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, word in words:
        if isinstance(word, str) and word in seen:
            yield Problem(place=place, text=f"{word!r} is taken by an earlier entry")
        seen.add(str(word))


def _no_commander(values: Raw) -> Iterator[Problem]:
    roles = _items(values, "roles")
    commander = [(index, item) for index, item in roles if item.get("key") == COMMANDER]
    if roles and not commander:
        yield Problem(place=("roles",), text=f"expected one role with the key {COMMANDER}: somebody has to decide")
    for index, item in commander:
        if item.get("capacity") == "many":
            yield Problem(place=("roles", index, "capacity"), text="expected one: exactly one person decides")


def _items(values: Raw, section: str) -> list[tuple[int, Raw]]:
    found = values.get(section)
    return [
        (index, item) for index, item in enumerate(found if isinstance(found, list) else []) if isinstance(item, dict)
    ]
