"""The timeline as Markdown: each line under its day, linked to its message, with what was put right beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.views.blocks import fitted
from bot.views.lines import TimelineLine
from bot.views.markdown import literal
from bot.views.sources import DECLARED, MOVES, TAKEN, Sources, linked
from bot.workflows.incident import Stamp
from bot.workflows.text import escape_prose
from bot.workflows.timeline import RIGHT

DELETED = "_A marked message stood here; it has been deleted._"
EMPTY = "_A marked message; follow the link to read it._"
CORRECTED = " — _corrected since ({when}):_ {right}"
WHOLE = " ([the whole of it]({link}))"
FELT = "**Customers began to feel it** ({said})"
LINE_ROOM = 300  # characters of a line that stand in a draft; the message has the rest
BEFORE_ROLES = frozenset({*DECLARED, *TAKEN})  # told with the roles of just before them
# What nobody looks for in a draft: the bot's own doings, and corrections, which stand beside what they correct.
NOISE = frozenset({"RoomOpened", "DraftFiled"})
HAS_DECLARED = " declared "


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its moment, and its words with their link."""

    at: datetime
    words: str


def chronicle(sources: Sources) -> str:
    """The timeline of a draft: without noise and repetitions, and with the moment the impact began."""
    lines = sorted((line for line in sources.lines if _is_told(sources, line)), key=lambda line: line.at)
    rows = [*_felt(sources), *(Row(at=line.at, words=_row(sources, line, _short(sources, line))) for line in lines)]
    return "\n".join(_by_day(sorted(rows, key=lambda row: row.at)))


def whole(sources: Sources) -> str:
    """Every line at its full length, with its number."""
    rows = (
        Row(at=line.at, words=f"({line.seq}) {_row(sources, line, _full(sources, line))}") for line in sources.lines
    )
    return "\n".join(_by_day(rows))


def _by_day(rows: Sequence[Row] | Iterator[Row]) -> Iterator[str]:
    day = None
    for row in rows:
        date = row.at.astimezone(UTC).date()
        if date != day:
            yield from ("", f"### {date}", "") if day else (f"### {date}", "")
            day = date
        yield f"- {row.words}"


def _is_told(sources: Sources, line: TimelineLine) -> bool:
    if line.kind in NOISE or line.corrects in sources.by_number:
        return False
    # What was left out on the way on is told with the phases.
    left_behind = line.kind == "ItemSkipped" and any(other.kind in MOVES for other in sources.at_moment(line.at))
    return not left_behind


def _felt(sources: Sources) -> Iterator[Row]:
    began = sources.incident.stamps.get(Stamp.IMPACT_STARTED)
    if began:
        link = sources.of_stamp(Stamp.IMPACT_STARTED)
        said = f"said by {sources.person(began.by, began.set_at)}, {sources.shown(began.set_at)}"
        yield Row(at=began.at, words=f"{linked(_clock(began.at), link)} {FELT.format(said=said)}")


def _row(sources: Sources, line: TimelineLine, words: str) -> str:
    return f"{linked(_clock(line.at), sources.of(line))} {_capital(words)}{_put_right(sources, line)}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M}"


def _put_right(sources: Sources, line: TimelineLine) -> str:
    """What is right, as it was said last: a correction may have been corrected itself."""
    known, right = sources.by_number, line
    while right.corrected and right.corrected in known and right.corrected > right.seq:
        right = known[right.corrected]
    if right is line:
        return ""
    when = linked(_clock(right.at), sources.of(right))
    return CORRECTED.format(when=when, right=sources.prose(right.text.partition(RIGHT)[2], right.recorded_at))


def _short(sources: Sources, line: TimelineLine) -> str:
    """A line at a length that can be read, without fences of code; the declaration without its person."""
    if line.kind in DECLARED:
        name, _, rest = line.text.partition(HAS_DECLARED)[2].partition(sources.incident.name)
        if not name:
            return sources.prose(f"{sources.incident.name} was declared{rest}", line.at)
    if line.deleted:
        return _full(sources, line)
    text = " ".join((escape_prose(line.text) if line.marked else line.text).replace("```", " ").split())
    shown = fitted(text, LINE_ROOM)
    more = WHOLE.format(link=sources.of(line)) if shown != text and sources.of(line) else ""
    return f"{_words(sources, line, shown)}{more}"


def _full(sources: Sources, line: TimelineLine) -> str:
    if line.deleted:
        return DELETED
    return _words(sources, line, escape_prose(line.text) if line.marked else line.text)


def _words(sources: Sources, line: TimelineLine, text: str) -> str:
    """What a line says, in Slack text. A note may be about an earlier time than it was written at, and whoever wrote
    it has the role of then."""
    if not line.marked:
        return sources.prose(text, line.recorded_at, before=line.kind in BEFORE_ROLES)
    said = sources.prose(text, line.at) or EMPTY
    files = f" (with {', '.join(literal(name) for name in line.files)})" if line.files else ""
    return f"{sources.person(line.by, line.at)}: {said}{files}" if line.by else f"{said}{files}"


def _capital(line: str) -> str:
    """A person's role begins the sentence, as most lines do."""
    return line[0].upper() + line[1:] if line.startswith(("the ", "a ")) else line
