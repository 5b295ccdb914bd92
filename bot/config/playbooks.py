"""Playbooks: those that come with Warroom, and your own beside them; a bad file keeps no other from serving."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.config.checking import problem_of
from bot.config.document import Document, read
from bot.config.loading import line_of, text_of
from bot.config.playbook_checks import claimed, contradictions
from bot.config.playbook_hints import hints
from bot.config.playbook_parts import NOTED, ItemPart, PhasePart, PlaybookFile, WhenPart
from bot.config.problems import ConfigError, Problem
from bot.workflows.policy import Applies, ItemRule, Phase, PhasePlan, Playbook, Policy, RoleKey, SeverityKey, Sign, When

SHIPPED = Path(__file__).parents[1] / "playbooks"
SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True)
class Shelf:
    """The playbooks that can be used, a line for all that is wrong with the others, and what is worth knowing."""

    playbooks: tuple[Playbook, ...]
    problems: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    def __add__(self, other: "Shelf") -> "Shelf":
        return Shelf(
            (*self.playbooks, *other.playbooks), (*self.problems, *other.problems), (*self.hints, *other.hints)
        )


def load_playbooks(folder: Path | None, policy: Policy) -> Shelf:
    """The shipped playbooks, and those of a folder in front of them: a file of the same name replaces a shipped one."""
    own = _folder(folder, policy) if folder else Shelf(())
    shipped = _folder(SHIPPED, policy)
    replaced = {book.key for book in own.playbooks}
    left = replace(shipped, playbooks=tuple(book for book in shipped.playbooks if book.key not in replaced))
    both = own + left
    return replace(both, playbooks=tuple(_one_default(both.playbooks)))


def load_playbook(path: Path, policy: Policy) -> Playbook:
    """The playbook in a file.

    Raises:
        ConfigError: with a line for each problem: file, line, field, and what was expected.
    """
    book, _ = _opened(path, policy)
    return book


def check_playbooks(paths: Sequence[Path], policy: Policy, today: date | None) -> Shelf:
    """The playbooks in files and folders, as they would serve together, and all that is wrong with them.

    A review that is still to come, `today` in UTC, is wrong here alone, and only where a day is given: no playbook is
    left out by a clock that is.
    """
    found = [_files(path) if os.path.isdir(path) else ([path], []) for path in paths]
    unread = tuple(line for _, wrong in found for line in wrong)
    return Shelf((), unread) + _read([file for files, _ in found for file in files], policy, today)


def _opened(path: Path, policy: Policy, today: date | None = None) -> tuple[Playbook, list[str]]:
    text = text_of(path, "it is one of the playbooks")
    document = read(text)
    part, problems = _checked(document, policy, today)
    wrong = sorted({*document.problems, *problems}, key=lambda problem: (document.line(problem.place), problem.text))
    if wrong or part is None:
        raise ConfigError([line_of(path, document, problem) for problem in wrong])
    book = _playbook(path.stem, hashlib.sha256(text.encode()).hexdigest()[:8], part)
    return book, [line_of(path, document, hint) for hint in hints(part)]


def _folder(folder: Path, policy: Policy) -> Shelf:
    files, wrong = _files(folder)
    return Shelf((), tuple(wrong)) + _read(files, policy)


def _files(folder: Path) -> tuple[list[Path], list[str]]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in SUFFIXES), []
    except OSError as failure:
        return [], [f"{folder}: cannot be read ({failure.strerror}); WARROOM_PLAYBOOKS names it."]


def _read(files: Sequence[Path], policy: Policy, today: date | None = None) -> Shelf:
    shelf = Shelf(())
    for path in files:
        try:
            book, known = _opened(path, policy, today)
        except ConfigError as wrong:
            shelf += Shelf((), wrong.problems)
            continue
        twice = _served(book, shelf.playbooks)
        problems = tuple(f"{path}: kinds: {kind} is served by {other} already." for kind, other in twice.items())
        left = tuple(kind for kind in book.applies.kinds if kind not in twice)
        shelf += Shelf((replace(book, applies=replace(book.applies, kinds=left)),), problems, tuple(known))
    return shelf


def _served(book: Playbook, found: Sequence[Playbook]) -> dict[str, str]:
    """The kinds of a playbook that an earlier one serves under the same conditions, and which one does."""
    same = [other for other in found if other.applies == replace(book.applies, kinds=other.applies.kinds)]
    return {kind: other.key for other in same for kind in other.applies.kinds if kind in book.applies.kinds}


def _one_default(books: Sequence[Playbook]) -> Iterator[Playbook]:
    """The first that wants to serve every other kind does; the others serve their own."""
    first = next((book.key for book in books if book.default), None)
    for book in books:
        yield book if book.default == (book.key == first) else replace(book, default=False)


def _checked(document: Document, policy: Policy, today: date | None) -> tuple[PlaybookFile | None, list[Problem]]:
    """All that is wrong at once; of one place no more than what is said of it first."""
    told = {problem.place for problem in document.problems}
    if document.values is None or () in told:
        nothing = [] if told else [Problem(place=(), text="expected a playbook, found an empty file")]
        return None, nothing
    part, misfits = _parsed(document.values)
    problems = [problem for problem in misfits if problem.place not in told]
    told |= {problem.place for problem in problems}
    further = contradictions(document.values, policy, today)
    return part, [*problems, *(problem for problem in further if problem.place not in told)]


def _parsed(values: object) -> tuple[PlaybookFile | None, list[Problem]]:
    try:
        return PlaybookFile.model_validate(values), []
    except ValidationError as wrong:
        return None, [problem_of(error, PlaybookFile) for error in wrong.errors(include_url=False)]


def _playbook(key: str, version: str, part: PlaybookFile) -> Playbook:
    return Playbook(
        key=key, name=part.name, version=version, applies=_applies(part), default=part.default,
        owner=part.owner or "", reviewed=part.reviewed, review_every=part.review_every,
        roles=tuple(map(RoleKey, part.roles)),
        phases={Phase(name): _plan(content) for name, content in part.phases.items()},
        items=tuple(_item(Phase(name), item) for name, content in part.phases.items() for item in content.items),
    )  # fmt: skip


def _applies(part: PlaybookFile) -> Applies:
    kinds = dict.fromkeys((*part.kinds, *part.applies.kinds))  # a bare `kinds` is short for the one below `applies`
    severities = tuple(map(SeverityKey, part.applies.severities))
    return Applies(
        kinds=tuple(kinds),
        words=tuple(part.applies.words),
        services=tuple(part.applies.services),
        severities=severities,
    )


def _plan(part: PhasePart) -> PhasePlan:
    return PhasePlan(objective=part.objective, typically=part.typically, exits=tuple(part.exits))


def _item(phase: Phase, part: ItemPart) -> ItemRule:
    return ItemRule(
        key=part.key, phase=phase, text=part.do, role=RoleKey(part.role) if part.role else None,
        required=part.required, due=part.due, help=part.help, when=_when(part.when), **_sign(part),
    )  # fmt: skip


def _when(part: WhenPart) -> When | None:
    when = When(
        severities=tuple(map(SeverityKey, part.severities)), kinds=tuple(part.kinds), services=tuple(part.services),
        held=tuple(map(RoleKey, part.held)), not_held=tuple(map(RoleKey, part.not_held)),
        done=tuple(part.done), skipped=tuple(part.skipped),
    )  # fmt: skip
    return when if when != When() else None


def _sign(part: ItemPart) -> dict[str, Any]:
    role, written = claimed(part.done_when), part.done_when
    if role:
        return {"sign": Sign.ROLE_CLAIMED, "sign_role": RoleKey(role)}
    if written and written.startswith(NOTED):
        return {"sign": Sign.NOTED, "sign_word": written.removeprefix(NOTED)}
    return {"sign": Sign(written)} if written else {}
