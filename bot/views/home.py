"""The Home tab: what is open, what is the viewer's own, what was resolved lately; right for whoever looks at it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from bot.views.blocks import actions, button, context, section
from bot.views.facts import commander, ended, grade, heading, marked_grade, next_update, phase, role_name, room
from bot.views.message import Block, View
from bot.workflows.actions import day_of
from bot.workflows.checklist import still_open
from bot.workflows.incident import ActionItem, ActionState, Incident, Item, Stamp, UserId
from bot.workflows.policy import Playbook
from bot.workflows.preparation import LOOKED_BACK, Untaken, often_untaken
from bot.workflows.reviews import owner_of, review_of
from bot.workflows.text import counted, escape, escape_prose, listed, mention
from bot.workflows.times import named

DECLARE, DRAFT = "home_declare", "home_draft"
LATELY = timedelta(days=7)  # how long a resolved incident is shown
READ_BACK = max(LATELY, LOOKED_BACK)
SHOWN_OPEN, SHOWN_MINE, SHOWN_RESOLVED = 30, 10, 5
TITLE_ROOM = 150
UNGRADED_RANK = 2  # an incident that nobody has graded counts as the second grade

QUIET = (
    "*No incident is open.* If something looks wrong, say so early: a few words are enough, and a false alarm is fine."
)
OPEN_NOW = "*Open now: {count}*"
MORE = "… and {count} more; `/incident list` names the newest, `/incident status INC-7` shows any of them."
MINE = "*You hold a role in*"
TO_DO, SHOWN_TO_DO = "*You have to do*", 10
TO_DO_MORE = "… and {count} more; `/incident checklist` and `/incident actions` have all of them."
MORE_OF_MINE = "… and in {count} more."
RESOLVED = "*Resolved in the last 7 days*"
PREPARING, SHOWN_OVERDUE = "*Preparation: what needs someone*", 5
MORE_OVERDUE = "… and {books}; `/incident playbooks` has all of them."
UNTAKEN, SHOWN_UNTAKEN = "• Nobody was {role} in {count} of the last {total} incidents that called for one", 3
NEVER_TAKEN = "• Nobody was {role} in the last {total} incidents that called for one"
HOW_TO_FILL = "_What would make it easy to take? Agree beforehand who can, and let them try it in a small incident._"
HOW_TO_REVIEW = "_Read it through with those who use it, and write the day into its file as `reviewed`._"
PRIVATE = "private"
DIVIDER: Block = {"type": "divider"}


@dataclass(frozen=True)
class Boards:
    """What everybody's boards are made from, read and put in order once for all."""

    open_ones: Sequence[Incident] = ()  # the most urgent first
    resolved: Sequence[Incident] = ()  # lately, the last first
    after: Sequence[Incident] = ()  # with action items that are still to be done
    playbooks: Sequence[Playbook] = ()  # all there are
    untaken: Sequence[Untaken] = ()  # roles that often nobody took
    to_do: Mapping[UserId, Sequence[tuple[Incident, Item]]] = field(default_factory=dict)  # of checklists, by owner

    @classmethod
    def of(
        cls,
        read: tuple[Sequence[Incident], Sequence[Incident], Sequence[Incident]],
        playbooks: Sequence[Playbook],
        now: datetime,
    ) -> Self:
        """From the open incidents, those resolved since `READ_BACK`, and those with action items to be done."""
        open_ones, over, after = read
        ended = [(incident.at(Stamp.RESOLVED) or now, incident) for incident in over]
        ended.sort(key=lambda pair: pair[0], reverse=True)
        lately = [incident for at, incident in ended if at >= now - LATELY]
        urgent = sorted(open_ones, key=_urgency)
        return cls(urgent, lately, after, playbooks, often_untaken(over, now), _by_owner(urgent))


@dataclass(frozen=True, kw_only=True)
class Board:
    """What one person may see of the incidents: those they hold a role in first, then the most urgent."""

    viewer: UserId
    open_ones: tuple[Incident, ...]
    resolved: tuple[Incident, ...]
    after: tuple[Incident, ...]  # with action items that are still to be done, open or over
    at: datetime  # when it is looked at
    to_do: tuple[tuple[Incident, Item], ...] = ()  # the viewer's items of checklists
    overdue: tuple[Playbook, ...] = ()  # playbooks to be reviewed, the viewer's own first
    untaken: tuple[Untaken, ...] = ()  # roles that often nobody took

    @classmethod
    def of(cls, viewer: UserId, boards: Boards, now: datetime, *, guest: bool = False) -> Self:
        """The viewer's board, from what there is for anybody."""

        def is_seen(incident: Incident) -> bool:
            return incident.is_seen_by(viewer, guest=guest)

        seen, over = list(filter(is_seen, boards.open_ones)), list(filter(is_seen, boards.resolved))
        to_do = [pair for pair in boards.to_do.get(viewer, ()) if is_seen(pair[0])]
        seen.sort(key=lambda incident: not incident.roles_of(viewer))
        to_do.sort(key=lambda pair: not pair[0].roles_of(viewer))
        after = [incident for incident in boards.after if is_seen(incident) and _owned(incident, viewer)]
        overdue = () if guest else _overdue(boards.playbooks, viewer, now)
        return cls(
            viewer=viewer, open_ones=tuple(seen), resolved=tuple(over), after=tuple(after), at=now,
            to_do=tuple(to_do), overdue=overdue, untaken=() if guest else tuple(boards.untaken),
        )  # fmt: skip


def home(board: Board) -> View:
    """The Home tab of one person."""
    return {"type": "home", "callback_id": "home", "blocks": [block for part in PARTS for block in part(board)]}


def _declaring(board: Board) -> list[Block]:
    return [actions([button("Declare an incident", DECLARE, "declare", style="primary")])]


def _mine(board: Board) -> list[Block]:
    mine = [incident for incident in board.open_ones if incident.roles_of(board.viewer)]
    if not mine:
        return []
    lines = [MINE, *(_held(incident, board.viewer) for incident in mine[:SHOWN_MINE])]
    if len(mine) > SHOWN_MINE:
        lines.append(MORE_OF_MINE.format(count=len(mine) - SHOWN_MINE))
    return [section("\n".join(lines))]


def _to_do(board: Board) -> list[Block]:
    """What the viewer has to do: items of checklists that are theirs, and action items, the nearest day first."""
    items = [
        f"• {incident.name}, {item.number}. {escape_prose(item.text)}"
        for incident, item in board.to_do
    ]  # fmt: skip
    owned = [(item.due, incident, item) for incident in board.after for item in _owned(incident, board.viewer)]
    owned.sort(key=lambda found: found[0])
    items += [
        f"• {incident.name}, action item {item.number}: {escape_prose(item.text)} "
        f"({'*late*, ' if item.due < board.at else ''}by {named(day_of(item))})"
        for _, incident, item in owned
    ]
    if not items:
        return []
    more = [TO_DO_MORE.format(count=len(items) - SHOWN_TO_DO)] if len(items) > SHOWN_TO_DO else []
    return [section("\n".join([TO_DO, *items[:SHOWN_TO_DO], *more]))]


def _by_owner(incidents: Sequence[Incident]) -> Mapping[UserId, Sequence[tuple[Incident, Item]]]:
    found: dict[UserId, list[tuple[Incident, Item]]] = {}
    for incident in incidents:
        for item in still_open(incident):
            if item.owner:
                found.setdefault(item.owner, []).append((incident, item))
    return found


def _owned(incident: Incident, viewer: UserId) -> list[ActionItem]:
    open_items = [item for item in incident.actions if item.state is ActionState.OPEN]
    return [item for item in open_items if item.owner == viewer]


def _open(board: Board) -> list[Block]:
    if not board.open_ones:
        return [DIVIDER, section(QUIET)]
    rows = [section(_row(incident, board.at)) for incident in board.open_ones[:SHOWN_OPEN]]
    left = len(board.open_ones) - SHOWN_OPEN
    more = [context(MORE.format(count=left))] if left > 0 else []
    return [DIVIDER, section(OPEN_NOW.format(count=len(board.open_ones))), *rows, *more]


def _resolved(board: Board) -> list[Block]:
    if not board.resolved:
        return []
    rows = [section(_over(incident), _draft(incident)) for incident in board.resolved[:SHOWN_RESOLVED]]
    return [DIVIDER, section(RESOLVED), *rows]


def _preparing(board: Board) -> list[Block]:
    """What in the preparation needs someone: playbooks nobody has reviewed for too long, roles nobody takes."""
    books = [_to_review(book, board) for book in board.overdue[:SHOWN_OVERDUE]]
    if len(board.overdue) > SHOWN_OVERDUE:
        books.append(MORE_OVERDUE.format(books=counted(len(board.overdue) - SHOWN_OVERDUE, "more playbook")))
    roles = [_untaken(role) for role in board.untaken[:SHOWN_UNTAKEN]]
    parts = [(books, HOW_TO_REVIEW), (roles, HOW_TO_FILL)]
    lines = [line for rows, how in parts if rows for line in (*rows, how)]
    return [DIVIDER, section("\n".join([PREPARING, *lines]))] if lines else []


def _untaken(found: Untaken) -> str:
    said = NEVER_TAKEN if found.untaken == found.called_for else UNTAKEN
    return said.format(role=escape(found.role.name), count=found.untaken, total=found.called_for)


def _to_review(book: Playbook, board: Board) -> str:
    owner = owner_of(book)
    whose = "*yours*" if owner == board.viewer else mention(owner) if owner else escape(book.owner) or "nobody's"
    due = review_of(book, board.at.date()).due
    since = f"overdue for review since {named(due)}" if due else "never reviewed"
    return f"• Playbook {escape(book.name)} ({whose}): {since}"


def _overdue(books: Sequence[Playbook], viewer: UserId, now: datetime) -> tuple[Playbook, ...]:
    found = [book for book in books if review_of(book, now.date()).overdue]
    return tuple(sorted(found, key=lambda book: owner_of(book) != viewer))


# What the tab is made of, from the top to the bottom; each part is given the viewer's board.
PARTS: tuple[Callable[[Board], list[Block]], ...] = (_declaring, _mine, _to_do, _open, _resolved, _preparing)


def _urgency(incident: Incident) -> tuple[int, int]:
    return incident.grade.rank if incident.grade else UNGRADED_RANK, -incident.id


def _row(incident: Incident, now: datetime) -> str:
    """Short lines, since a phone breaks long ones anywhere."""
    lines = [
        heading(incident, TITLE_ROOM),
        f"{marked_grade(incident)} · {phase(incident)}{_privacy(incident)}",
        f"Incident commander: {commander(incident)}",
        next_update(incident, now),
        *_way(incident),
    ]
    return "\n".join(lines)


def _held(incident: Incident, viewer: UserId) -> str:
    """The room's name says what it is about."""
    roles = listed(tuple(role_name(incident, role).lower() for role in incident.roles_of(viewer)[:3]))
    return f"• {room(incident)}: {roles}"


def _over(incident: Incident) -> str:
    over = ended(incident)
    lines = [
        heading(incident, TITLE_ROOM),
        f"{grade(incident)} · {phase(incident)}{_privacy(incident)}",
        *([f"{over[0].upper()}{over[1:]}"] if over else []),
        *_way(incident),
    ]
    return "\n".join(lines)


def _way(incident: Incident) -> list[str]:
    return [room(incident)] if incident.room else []


def _privacy(incident: Incident) -> str:
    return f" · {PRIVATE}" if incident.private else ""


def _draft(incident: Incident) -> Block | None:
    """A fresh draft goes into the room, so there has to be one."""
    return button("Draft", DRAFT, str(incident.id)) if incident.room and not incident.room.archived else None
