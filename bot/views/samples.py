"""Every message and form of ours, filled in to the brim, so that Slack can be asked whether it would take them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.views import help as helping
from bot.views.actions import change_form, drop_form, give_form, listed_actions
from bot.views.actions import reminder as action_reminder
from bot.views.announcement import announcement
from bot.views.backfill import backfill_modal
from bot.views.card import Waiting, card
from bot.views.catchup import catchup, for_latecomer
from bot.views.checklist import assign_form, checklist_form, help_view, skip_form
from bot.views.declare import Wish, already_view, declare_modal, opened_view, opening_view
from bot.views.factors import listed_factors, named_answer
from bot.views.handover import brief, handover_form
from bot.views.health import health_text
from bot.views.home import Board, Boards, home
from bot.views.message import Message
from bot.views.pages import page
from bot.views.past import alike
from bot.views.phases import going_on_form, resolve_form
from bot.views.refusals import refusal_view, refused
from bot.views.repair import Report, reported
from bot.views.roles import roles_modal
from bot.views.severity import severity_modal
from bot.views.similar import question, question_form
from bot.views.status import listing, status
from bot.views.timeline import note_modal
from bot.views.updates import changed, draft, preview, reminder, update_form
from bot.workflows.actions import MOST
from bot.workflows.commands import Refused
from bot.workflows.course import COURSE
from bot.workflows.declare import Declaration
from bot.workflows.effects import Rung
from bot.workflows.endings import Resolve
from bot.workflows.factors import MOST as MOST_FACTORS
from bot.workflows.health import GivenUp, Health, Ledger
from bot.workflows.incident import (
    ActionItem,
    ActionState,
    ChannelId,
    Ending,
    Factor,
    Handover,
    Incident,
    IncidentId,
    Item,
    ItemState,
    Linked,
    MessageTs,
    Plan,
    Posted,
    Promise,
    Room,
    Stamp,
    Stamped,
    Step,
    UserId,
)
from bot.workflows.parsed import Choice, Malformed, Question, TrayWithTitle
from bot.workflows.past import Match
from bot.workflows.policy import COMMANDER, Capacity, Phase, PhasePlan, Policy, Sign
from bot.workflows.preparation import Untaken
from bot.workflows.repair import Findings, Piece
from bot.workflows.timeline import PAGE, Excerpt, part_of
from bot.workflows.updates import Said
from bot.workflows.words import VerbName

WORST = "&" * 150
ANA = UserId("U0SAMPLEANA")
WORDY = Said(happening="x" * 1000, affected='"' * 400, doing="\n" * 1000, next_in=timedelta(minutes=35))
FILLED = Wish(WORST, "s" * 3000, private=True, impact="<" * 3000, source="C0SAMPLE/1.0")
LINKS = tuple(Linked(incident=IncidentId(100_000 + n), room=ChannelId(f"C0SAMPLE{n:03}")) for n in range(20))
CROWD = tuple(UserId(f"U0SAMPLE{number:03}") for number in range(200))


@dataclass(frozen=True)
class WordyLine:
    """A line as long as it can be."""

    seq: int = 99_999
    kind: str = "MessageMarked"
    at: datetime = datetime(2026, 11, 23, tzinfo=UTC)
    recorded_at: datetime = at
    by: UserId | None = ANA
    text: str = "&<>" * 1000
    evidence: Posted | None = None
    thread_ts: MessageTs | None = None
    deleted: bool = False
    marked: bool = True
    files: tuple[str, ...] = ("&" * 255,)
    corrects: int | None = None
    corrected: int | None = 100_000


def everything(policy: Policy, now: datetime) -> Iterator[tuple[str, str, Any]]:
    """Name, kind (`blocks` or `view`) and content of each."""
    for name, message in _messages(policy, now).items():
        yield name, "blocks", message.blocks
    yield from ((name, "view", view) for name, view in _views(policy, now).items())


def _checklist(policy: Policy) -> tuple[Item, ...]:
    """Twenty items in each phase, every third one open, each with all that an item can have."""
    role = policy.roles[0].key if policy.roles else None
    return tuple(
        Item(
            number=number + 1, key=f"item_{number}", phase=COURSE[number // 20], text=WORST, role=role, required=True,
            due=timedelta(hours=30), help="&" * 600, sign=Sign.SEVERITY_SET, owner=ANA,
            state=tuple(ItemState)[number % 3], reason="<" * 500 if number % 3 == 2 else "", by=ANA,
        )
        for number in range(20 * len(COURSE))
    )  # fmt: skip


def _actions(now: datetime) -> tuple[ActionItem, ...]:
    """As many as there may be, with all that one can have."""
    return tuple(
        ActionItem(
            number=number + 1, text="&" * 300, owner=ANA, due=now - timedelta(days=1), given_by=ANA, given_at=now,
            state=tuple(ActionState)[number % 3], ended_by=ANA, ended_at=now, reason="<" * 500,
        )
        for number in range(MOST)
    )  # fmt: skip


def _factors(now: datetime) -> tuple[Factor, ...]:
    return tuple(Factor(number=number + 1, text="&" * 300, by=ANA, at=now) for number in range(MOST_FACTORS))


def _untaken(policy: Policy) -> list[Untaken]:
    return [Untaken(role=replace(rule, name="&" * 75), untaken=9, called_for=10) for rule in policy.roles]


def _boards(policy: Policy, full: Incident, over: Incident, now: datetime) -> Boards:
    boards = Boards.of(([full] * 150, [], [full] * 50), (), now)
    return replace(boards, resolved=[over] * 20, untaken=_untaken(policy))


def _plan() -> Plan:
    phase = PhasePlan(objective="&" * 300, typically=timedelta(hours=2), exits=("<" * 300,) * 10)
    return Plan(key="sample", name="&" * 75, version="12345678", phases=dict.fromkeys(COURSE, phase))


def sample(policy: Policy, now: datetime, **changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    """An incident whose texts are as long, and as hostile, as they can be."""
    declared = now - timedelta(hours=2)
    incident: dict[str, Any] = {
        "id": IncidentId(123_456), "title": WORST, "summary": "<!channel> " * 270, "impact": "&<>*_`" * 500,
        "kind": policy.kinds[0].key if policy.kinds else None,
        "service": policy.services[0].key if policy.services else None,
        "severity": policy.severities[0].key if policy.severities else None,
        "declared_by": ANA, "participants": CROWD, "room": Room(channel=ChannelId("C0SAMPLE"), name="inc-123456"),
        "former_rooms": (Room(channel=ChannelId("C0SAMPLEOLD"), name="inc-123456", archived=True),) * 5,
        "stamps": dict.fromkeys((Stamp.IMPACT_STARTED, Stamp.DECLARED), Stamped(at=declared, by=ANA, set_at=declared)),
        "roles": {rule.key: CROWD if rule.capacity is Capacity.MANY else (ANA,) for rule in policy.roles},
        "policy": policy, "plan": _plan(), "checklist": _checklist(policy),
        "actions": _actions(now), "named_factors": _factors(now),
        "course": (Step(phase=Phase.DETECTION, at=declared),),
        "duplicates": LINKS, "related": LINKS,
    }  # fmt: skip
    return Incident(**{**incident, **changes})


def _messages(policy: Policy, now: datetime) -> dict[str, Message]:
    full, free = sample(policy, now), sample(policy, now, roles={}, private=True)
    resolved = {**full.stamps, Stamp.RESOLVED: Stamped(at=now, by=ANA, set_at=now)}
    over = sample(policy, now, phase=Phase.LEARNING, stamps=resolved)
    closed = sample(policy, now, phase=Phase.LEARNING, stamps=resolved, ending=Ending.CLOSED)
    promising = sample(policy, now, promise=Promise(at=now + timedelta(minutes=5), made_at=now))
    said = draft(promising, (), now)
    refusal = Refused("&amp;" * 1000, offer=Resolve(incident=full.id, by=ANA))
    offered = Handover(number=1, role=COMMANDER, holder=ANA, to=ANA, at=now, worries="&" * 500)
    return {
        **_of_words(full, free),
        "card, waiting": card(full, now, Waiting(since=now, whats=("tell the thread it was declared from",) * 8)),
        **{f"card, {name}": card(incident, now) for name, incident in _named(full, free, over, closed)},
        **{f"announcement, {name}": announcement(incident, now) for name, incident in _named(full, free, over, closed)},
        "status": status(over, (), now),
        "catch-up": catchup(full, (), now),
        "catch-up of a latecomer": for_latecomer(full, (), now),
        "action items": listed_actions(full, now),
        "reminder of an action": action_reminder(full, full.actions[0], now),
        "brief of a role": brief(full, offered, [WordyLine()] * 4, now, seen=True),
        "brief of a role, unseen": brief(free, replace(offered, asked=2), (), now, seen=False),
        "list": listing([full] * 100),
        "factors": listed_factors(full),
        "a factor named": named_answer(full, full.factors[0]),
        "similar of the past": alike(
            full, [Match(incident=over, words=("&" * 150,) * 20, service=True, kind=True, factors=("&" * 300,) * 9)] * 3
        ),
        "health": health_text(_unwell(now), now),
        "timeline": page(full, part_of(Excerpt.ALL, 1, 25), [WordyLine()] * PAGE),
        "timeline, empty": page(full, part_of(Excerpt.UPDATES, None, 0), ()),
        "refusal": refused(refusal),
        "repair, made": reported(Report(incident=full, looks=[_broken(now), _whole(now)])),
        "repair, failed": reported(Report(incident=full, looks=[_broken(now)], waits=True)),
        "open already": question(Declaration(title=WORST, summary='"' * 700), [full] * 3, "command:1") or Message(""),
        "a reminder that has changed": changed(promising, said, now),
        **{f"reminder, {rung}": reminder(promising, rung, said, now, timedelta(hours=1)) for rung in Rung},
    }


def _of_words(full: Incident, free: Incident) -> dict[str, Message]:
    """What is answered to words, whatever they are about."""
    return {
        "overview": helping.overview([full] * 100, "/incident"),
        "tray": helping.tray(free, "/incident", TrayWithTitle(WORST, "s" * 1000)),
        "help": helping.help_text(None, "/incident"),
        "question": helping.question(Question("done", (Choice("Resolve", "resolve"), Choice("Close", "close")))),
        "picker": helping.picker("Which?", [(full, "status INC-123456")] * 10, "/incident"),
        "malformed": helping.malformed(Malformed(VerbName.CLAIM, "Say which role.", "claim commander"), "/incident"),
    }


def _unwell(now: datetime) -> Health:
    long_ago = now - timedelta(days=400)
    given_up = (GivenUp(what="&" * 60, why="<" * 100, times=99_999),) * 30
    ledger = Ledger(replicas=99, waiting=99_999, oldest=long_ago, overdue_since=long_ago, given_up=given_up,
                    kept=9_999, promised=99_999, closed=("conversations.canvases.create",) * 12)  # fmt: skip
    checks = dict.fromkeys(("database", "schema", "disk", "slack", "clock", "deliveries"), "<" * 80)
    throttled = {f"conversations.{number}": 999 for number in range(20)}
    return Health(version="10.10.10", since=long_ago, over="Socket Mode", checks=checks, throttled=throttled,
                  ledger=ledger)  # fmt: skip


def _broken(now: datetime) -> Findings:
    return Findings(at=now, missing=dict.fromkeys(Piece, "restricted_action_read_only_channel" * 3))


def _whole(now: datetime) -> Findings:
    return Findings(at=now, there=tuple(Piece))


def _named(*incidents: Incident) -> list[tuple[str, Incident]]:
    return list(zip(("open", "private and free", "resolved", "closed"), incidents, strict=True))


def _views(policy: Policy, now: datetime) -> dict[str, dict[str, Any]]:
    full = sample(policy, now)
    resolved = {**full.stamps, Stamp.RESOLVED: Stamped(at=now, by=ANA, set_at=now)}
    over = sample(policy, now, phase=Phase.LEARNING, stamps=resolved, ending=Ending.CLOSED)
    severity = policy.severities[0].key if policy.severities else None
    return {
        "declare": declare_modal(policy, Wish(WORST, "s" * 3000, severity, private=True)),
        "backfill": backfill_modal(policy, Wish(WORST, "", severity, private=True)),
        "declare, no private rooms": declare_modal(policy, missing_scopes=("groups:write", "groups:read")),
        "declare, open already": question_form(policy, FILLED, [full] * 3, ()),
        "opening": opening_view(full),
        "opened": opened_view(full),
        "already": already_view(full),
        "roles": roles_modal(full),
        "roles, one's own": roles_modal(full, ANA),
        "hand over": handover_form(full, COMMANDER),
        "severity": severity_modal(full),
        "note": note_modal(full),
        "update": update_form(full, WORDY),
        "preview of an update": preview(full, WORDY, ANA, now),
        "checklist": checklist_form(full),
        "skip an item": skip_form(full, full.checklist[0]),
        "assign an item": assign_form(full, full.checklist[0]),
        "help of an item": help_view(full.checklist[0]),
        "give an action": give_form(full, "&" * 300, ANA, now.date(), vague=True),
        "change an action": change_form(full, full.actions[0]),
        "drop an action": drop_form(full, full.actions[0]),
        "go on": going_on_form(full, Phase.CONTAINMENT),
        "resolve": resolve_form(full, "&" * 1000),
        "home": home(Board.of(ANA, _boards(policy, full, over, now), now)),
        "home of a quiet day": home(Board.of(ANA, Boards(), now)),
        "refusal in a form": refusal_view("&amp;" * 1000),
    }
