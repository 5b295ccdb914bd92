"""The report on playbooks as a terminal shows it, and as JSON."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from bot.views.terminal import printed
from bot.workflows.evidence import Became, BookEvidence, Evidence, Report
from bot.workflows.masking import masked
from bot.workflows.text import counted, cut, escape, escape_prose

FORMAT, VERSION = "warroom-playbooks-report", 1
NOTHING = "No incident{since} was run by a playbook."
COUNTED = "{incidents}{since}; private, counted without their words: {private}"
DOUBTFUL = "nobody ever did it: is it still right?"
GIVEN = "Tasks that were given in the rooms, which no playbook knew: {count}"
COLUMNS = (
    ("itself", Became.BY_ITSELF), ("hand", Became.BY_HAND), ("left out", Became.SKIPPED), ("open", Became.OPEN),
    ("not yet", Became.NOT_YET),
    ("not reached", Became.NEVER_REACHED), ("not called for", Became.NOT_CALLED_FOR),
    ("switched", Became.LEFT),
)  # fmt: skip
LATE = "late"
TEXT_ROOM, REASON_ROOM = 52, 100


def table(report: Report, since: date | None) -> str:
    """A table for each playbook, with the reasons below the items that were left out."""
    asked = f" since {since.isoformat()}" if since else ""
    if not report.books:
        return NOTHING.format(since=asked)
    parts = [COUNTED.format(incidents=counted(report.incidents, "incident"), since=asked, private=report.private)]
    parts += ["\n".join(_book(book)) for book in report.books]
    if report.tasks_given:
        tasks = [f"  {name}: {_plain(text)}" for name, text in report.tasks]
        parts.append("\n".join([GIVEN.format(count=report.tasks_given), *tasks]))
    return "\n\n".join(parts)


def values(report: Report, since: date | None) -> dict[str, Any]:
    """The same for programs."""
    return {
        "format": FORMAT, "version": VERSION, "since": since.isoformat() if since else None,
        "incidents": report.incidents, "private": report.private,
        "playbooks": [_book_values(book) for book in report.books],
        "tasks_given": report.tasks_given,
        "tasks": [{"incident": name, "text": masked(text)} for name, text in report.tasks],
    }  # fmt: skip


def _book(book: BookEvidence) -> Iterator[str]:
    versions = ", ".join(f"{version} ({count})" for version, count in book.versions.items())
    yield f"{_plain(book.name)} ({book.key}), in {counted(book.incidents, 'incident')}; versions {versions}"
    heads = [head for head, _ in COLUMNS] + [LATE]
    yield f"  {'':<{TEXT_ROOM}}  {'  '.join(heads)}"
    for item in book.items:
        numbers = [*(item.became[of] for _, of in COLUMNS), item.late]
        columns = "  ".join(f"{number:>{len(head)}}" for number, head in zip(numbers, heads, strict=True))
        yield f"  {cut(_plain(item.text), TEXT_ROOM):<{TEXT_ROOM}}  {columns}"
        yield from (f"      left out in {name}: {_why(reason)}" for name, reason in item.reasons)
        if item.is_doubtful:
            yield f"      {DOUBTFUL}"


def _book_values(book: BookEvidence) -> dict[str, Any]:
    return {
        "key": book.key, "name": book.name, "incidents": book.incidents, "versions": dict(book.versions),
        "items": [_item_values(item) for item in book.items],
    }  # fmt: skip


def _item_values(item: Evidence) -> dict[str, Any]:
    return {
        "key": item.key, "phase": item.phase.value, "text": item.text,
        **{of.value: item.became[of] for of in Became}, "late": item.late, "doubtful": item.is_doubtful,
        "reasons": [{"incident": name, "reason": masked(reason)} for name, reason in item.reasons],
    }  # fmt: skip


def _plain(text: str) -> str:
    return printed(escape(masked(text)))


def _why(reason: str) -> str:
    return cut(" ".join(printed(escape_prose(masked(reason))).split()), REASON_ROOM)
