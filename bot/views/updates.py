"""Status updates: the draft, the form, the preview, and the reminder of one that is promised."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from bot.views.blocks import actions, button, context, field, fitted, modal, option, section, select, text_input
from bot.views.facts import title
from bot.views.lines import LINE_ROOM, TimelineLine
from bot.views.message import TEXT_LIMIT, Message, View
from bot.workflows.cadence import rule_of
from bot.workflows.course import STOCK, doing
from bot.workflows.effects import Rung
from bot.workflows.incident import Incident, UserId
from bot.workflows.text import cut, plain
from bot.workflows.timeline import NOTED, RIGHT
from bot.workflows.times import lasting, soon
from bot.workflows.updates import BULLET, LABELS, LIMITS, Said, as_update, update_text

CALLBACK, PREVIEW = "update", "update_preview"
SEND, EDIT, SNOOZE = "update_send", "update_edit", "update_snooze"
WAITS = tuple(timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240, 480, 1440))
ON_CHANGE = "change"
NEWS = frozenset({"NoteAdded", "MessageMarked"})  # what people wrote down themselves
TOLD = 5  # of it, the newest
_CODE = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")

HINTS = {
    "happening": "As somebody outside sees it: no names of machines, no guesses.",
    "affected": "Which customers, and what they cannot do. Say so too when it is not known yet.",
    "doing": "What is being tried now; leave out when it will be over.",
}
WHERE = "Goes to {places}."
THREAD = "the thread of the announcement"
ROOM = "the room"
PROMISED = {
    Rung.SOON: "The next update of {incident} is promised by {when}. This would be sent:",
    Rung.MISSED: "The update of {incident} was promised by {when}, and nothing was sent. This would be:",
    Rung.OVERDUE: "The update of {incident} was promised by {when}, and nobody has sent it. Anyone can. This would be:",
}
CHANGED = (
    ":warning: Nothing was sent: something was noted, corrected or decided since this was drafted. "
    "This is how it would read now."
)
LATE = "_(This reminder comes {late} late: Warroom could not give it in time.)_"


def unseen(incident: Incident) -> Said:
    """An update made of nothing but what is public already, so that it can be sent as it stands: what was said last,
    and the present phase in place of the words for an earlier one."""
    last = incident.update
    said = last.doing if last and last.doing.removesuffix(".") not in STOCK else ""
    return Said(
        happening=cut(last.happening if last else incident.title, LIMITS["happening"]),
        affected=cut(last.affected if last else incident.impact, LIMITS["affected"]),
        doing=cut(said or f"{doing(incident)}.", LIMITS["doing"]),
        next_in=rule_of(incident).internal,
    )


def draft(incident: Incident, lines: Sequence[TimelineLine], until: datetime) -> Said:
    """The same for the form, where somebody reads it first: with what people have written down since the last one."""
    last = incident.update
    since = last.at if last else datetime.min.replace(tzinfo=until.tzinfo)
    fresh = [line for line in _news(lines) if since < line.recorded_at <= until and not line.deleted]
    news = [line for line in fresh if not line.corrected][-TOLD:]
    words = "\n".join(filter(None, (_noted(incident, line) for line in news)))
    said = unseen(incident)
    return replace(said, doing=cut(words, LIMITS["doing"])) if words else said


def update_form(incident: Incident, said: Said) -> View:
    """The form with a draft in it; sending it shows a preview first."""
    inputs = [
        field(name, LABELS[name], text_input(getattr(said, name), multiline=True),
              optional=name != "happening", hint=HINTS[name])
        for name in LIMITS
    ]  # fmt: skip
    waits = sorted({*WAITS, *([said.next_in] if said.next_in else [])})
    choices = [*(option(f"in {lasting(wait)}", str(int(wait.total_seconds()))) for wait in waits),
               option("when something changes", ON_CHANGE)]  # fmt: skip
    chosen = str(int(said.next_in.total_seconds())) if said.next_in else ON_CHANGE
    following = field("next", "Next update", select(choices, "Choose", chosen))
    about = str(incident.id)
    return modal(f"Update of {incident.name}", [*inputs, following], callback=CALLBACK, submit="Preview", about=about)


def preview(incident: Incident, said: Said, by: UserId, now: datetime) -> View:
    """The exact text and where it goes."""
    about = _packed(incident, said)
    blocks = [section(_text(incident, said, by, now)), context(WHERE.format(places=_places(incident)))]
    return modal(f"Update of {incident.name}", blocks, callback=PREVIEW, submit="Send", about=about)


def previewed(about: str) -> tuple[int, Said]:
    """The incident's number and the words a preview carries.

    Raises:
        ValueError: it carries something else.
    """
    head, _, words = about.partition("|")
    number, seconds, first, second = map(int, head.split(":"))
    if not (0 < number < 10**9 and 0 <= seconds < 10**7):
        raise ValueError("no number of an incident, or no wait")
    said = words[:first], words[first : first + second], words[first + second :]
    return number, Said(happening=said[0], affected=said[1], doing=said[2], next_in=span(seconds))


def span(seconds: int | None) -> timedelta | None:
    """A wait as forms and buttons carry it; None for on change."""
    return timedelta(seconds=seconds) if seconds else None


def reminder(incident: Incident, rung: Rung, said: Said, now: datetime, late: timedelta | None = None) -> Message:
    """What the person whose turn it is reads: the promise, the draft, and what to do with it."""
    promise = incident.promise
    if promise is None:
        raise ValueError(f"{incident.name} promises nothing")
    intro = PROMISED[rung].format(incident=f"*{title(incident).replace('*', '')}*", when=soon(promise.at, now))
    words = _text(incident, said, UserId(""), now)
    value = f"{incident.id}:{promise.at.timestamp():.6f}:{now.timestamp():.6f}:{fingerprint(incident, said)}"
    snooze = [button("Remind me shortly", SNOOZE, value)] if rung is Rung.SOON else []
    buttons = [button("Send", SEND, value, style="primary"), button("Edit", EDIT, value), *snooze]
    parts = [intro, words, *([LATE.format(late=lasting(late))] if late else [])]
    blocks = [section(intro), section(words), *map(context, parts[2:]), actions(buttons)]
    return Message(fitted("\n".join(parts), TEXT_LIMIT), blocks)


def changed(incident: Incident, said: Said, now: datetime) -> Message:
    """The reminder once more, for whoever would have sent words that are no longer what stood there."""
    promised = incident.promise.at if incident.promise else now
    shown = reminder(incident, Rung.SOON if now < promised else Rung.MISSED, said, now)
    return Message(f"{CHANGED}\n{shown.text}", [section(CHANGED), *shown.blocks])


def fingerprint(incident: Incident, said: Said) -> str:
    """What a draft is known by: words, wait, and the grade it is sent under; the minute follows from the wait."""
    seconds = said.next_in.total_seconds() if said.next_in else 0
    grade = incident.grade.name if incident.grade else ""
    words = (said.happening, said.affected, said.doing, grade, str(seconds))
    return sha256("\0".join(words).encode(errors="replace")).hexdigest()[:16]


def _text(incident: Incident, said: Said, by: UserId, now: datetime) -> str:
    return update_text(incident, as_update(incident, said, by, now), now + said.next_in if said.next_in else None)


def _places(incident: Incident) -> str:
    return f"{ROOM} only, since this is private" if incident.private else f"{THREAD} and {ROOM}"


def _packed(incident: Incident, said: Said) -> str:
    """The words behind their lengths: nothing is escaped, so what fits an update fits a view's 3,000 characters."""
    seconds = int(said.next_in.total_seconds()) if said.next_in else 0
    head = f"{incident.id}:{seconds}:{len(said.happening)}:{len(said.affected)}"
    return f"{head}|{said.happening}{said.affected}{said.doing}"


def _news(lines: Sequence[TimelineLine]) -> list[TimelineLine]:
    """What people wrote down, and the corrections of it."""
    noted: set[int] = set()
    for line in sorted(lines, key=lambda line: line.seq):
        noted |= {line.seq} if line.kind in NEWS or line.corrects in noted else set()
    return [line for line in lines if line.seq in noted]


def _noted(incident: Incident, line: TimelineLine) -> str:
    """What was written down, without who wrote it, without names and blocks of code: updates are for everybody."""

    def called(found: re.Match[str]) -> str:
        held = [rule.name for rule in incident.policy.roles if found[1] in incident.holders(rule.key)]
        return f"the {held[0]}" if held else "somebody"

    words = line.text if line.marked else plain(line.text.partition(RIGHT if line.corrects else NOTED)[2])
    shown = " ".join(_MENTION.sub(called, _CODE.sub(" ", words)).split())
    return f"{BULLET}{cut(shown, LINE_ROOM)}" if shown else ""
