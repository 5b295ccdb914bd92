"""The timeline page by page, for one person; and the whole of it as a file."""

from collections.abc import Sequence
from datetime import datetime

from bot.views.blocks import actions, button, fitted, section
from bot.views.chronicle import whole
from bot.views.facts import heading
from bot.views.lines import TimelineLine, shown
from bot.views.markdown import literal
from bot.views.message import TEXT_LIMIT, Block, Message
from bot.views.sources import Sources
from bot.workflows.incident import Incident
from bot.workflows.timeline import Excerpt, Part
from bot.workflows.times import in_utc, when

TURN = "timeline_page"  # the actions of all buttons that show another page begin with this
EXPORT = "timeline_export"
LABELS = {
    Excerpt.ALL: "All",
    Excerpt.NOTES: "Notes and marks",
    Excerpt.CHANGES: "Decisions and changes",
    Excerpt.UPDATES: "Updates",
}
INTRO = "{incident}\n{label}, {first}–{last} of {all}. The number before a line is the one to correct it by: {example}"
EXAMPLE = "`/incident note correct {line} …`"
EMPTY = "{incident}\n{label}: nothing yet."
TOGETHER = 5  # lines of one section, so that the longest fit into it
FILE_TITLE = "Timeline of {incident}"
FOLLOWS = "The timeline of {incident} follows as a file: {lines}."
FILE_HEAD = """\
# Timeline of {incident}: {title}

_Made on {now}. All times are UTC. The number in brackets is the line's own, in the order in which the lines were
written down; people appear by their roles._
"""


def page(incident: Incident, part: Part, lines: Sequence[TimelineLine]) -> Message:
    """One page, oldest line first, with the ways to the others."""
    return Message(
        fitted("\n".join([_intro(incident, part, lines), *map(_row, lines)]), TEXT_LIMIT),
        [section(_intro(incident, part, lines)), *_sections(lines), *_buttons(incident, part)],
    )


def exported(incident: Incident, lines: Sequence[TimelineLine], url: str, now: datetime) -> str:
    """The whole timeline as Markdown; `url` is the workspace's address with a slash at its end."""
    head = FILE_HEAD.format(incident=incident.name, title=literal(incident.title), now=in_utc(now))
    return "\n".join([head, whole(Sources(incident, lines, url)), ""])


def _intro(incident: Incident, part: Part, lines: Sequence[TimelineLine]) -> str:
    label = LABELS[part.excerpt]
    if not lines:
        return EMPTY.format(incident=heading(incident), label=label)
    first = part.first + 1
    return INTRO.format(
        incident=heading(incident), label=label, first=first, last=part.first + len(lines), all=part.total,
        example=EXAMPLE.format(line=lines[-1].seq),
    )  # fmt: skip


def _row(line: TimelineLine) -> str:
    return f"{line.seq} · {when(line.at)} · {shown(line)}"


def _sections(lines: Sequence[TimelineLine]) -> list[Block]:
    texts = [_row(line) for line in lines]
    return [section("\n".join(texts[begin : begin + TOGETHER])) for begin in range(0, len(texts), TOGETHER)]


def _buttons(incident: Incident, part: Part) -> list[Block]:
    def to(label: str, name: str, excerpt: Excerpt, number: int | None, style: str = "") -> Block:
        shown_page = "" if number is None else str(number)
        return button(label, f"{TURN}:{name}", f"{incident.id}:{excerpt}:{shown_page}", style=style)

    turns = [
        *([to("Older", "older", part.excerpt, part.number - 1)] if part.number > 0 else []),
        *([to("Newer", "newer", part.excerpt, part.number + 1)] if part.number < part.last_number else []),
    ]
    ways = [
        to(label, excerpt, excerpt, None, "primary" if excerpt is part.excerpt else "")
        for excerpt, label in LABELS.items()
    ]
    export = button("Export as a file", EXPORT, str(incident.id))
    return [*([actions(turns)] if turns else []), actions([*ways, export])]
