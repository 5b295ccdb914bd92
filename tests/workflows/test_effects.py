"""Properties of everything the bot says: nothing of a private incident is announced, and no text calls a channel."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from inspect import isabstract

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows import effects
from bot.workflows.actions import AddAction, ChangeAction, DropAction, FinishAction
from bot.workflows.archiving import RecordArchived
from bot.workflows.backfill import Backfill, Past
from bot.workflows.checklist import AssignItem, SkipItem, TickItem, UndoItem
from bot.workflows.commands import Command, Effect, Event, Refused
from bot.workflows.declare import Declaration, Declare
from bot.workflows.departures import NoticeDeactivated, NoticeLeft
from bot.workflows.due import LADDER, NUDGES, SEVERAL, DueKind, FallDue, due_times
from bot.workflows.effects import LetIn, OpenRoom, PostUnderAnnouncement, ShowAnnouncement, Tie
from bot.workflows.endings import Cancel, Close, Resolve
from bot.workflows.factors import NameFactor, WithdrawFactor
from bot.workflows.furnishing import Forgo, RecordFailure, RecordPart, RecordRoom, ShowAnew
from bot.workflows.handover import AcceptHandover, DeclineHandover, OfferHandover, RecordBrief, WithdrawHandover
from bot.workflows.hearing import HearOf
from bot.workflows.incident import (
    ActionItem,
    ActionState,
    Amiss,
    CustomersTold,
    Ending,
    Factor,
    Fate,
    Handover,
    HandoverState,
    Incident,
    IncidentId,
    Item,
    ItemState,
    Linked,
    MessageTs,
    Part,
    Plan,
    Posted,
    Promise,
    Step,
)
from bot.workflows.inviting import RecordInvited
from bot.workflows.kind import SetKind
from bot.workflows.linking import Target
from bot.workflows.membership import Join, RecordCameIn, RecordLeft, TakePart
from bot.workflows.merging import Merge
from bot.workflows.noticing import (
    Change,
    NoticeAccepted,
    NoticeChannel,
    NoticeDeleted,
    NoticeLockedOut,
    NoticeRenamed,
    NoticeUnpinned,
)
from bot.workflows.phases import Contain, MovePhase, Reopen
from bot.workflows.policy import DEFAULT_POLICY, Phase, PhasePlan, Sign
from bot.workflows.postmortem import PrepareDraft, RecordCanvas, RecordDraft
from bot.workflows.private import GoPrivate
from bot.workflows.relating import Relate, Unrelate
from bot.workflows.repair import Findings, Piece, Repair
from bot.workflows.roles import AssignRole, ClaimRole
from bot.workflows.service import SetService
from bot.workflows.severity import SetSeverity
from bot.workflows.started import SayStarted
from bot.workflows.switching import UsePlaybook
from bot.workflows.tasks import AddTask
from bot.workflows.timeline import AddNote, CorrectLine, ExportTimeline, MarkMessage
from bot.workflows.updates import Said, SendUpdate, SnoozeReminder
from tests.hell.profile import cases
from tests.values import ANA, ANNOUNCEMENT, BEN, CARD, CLEO, NOW, ROOM, SEVEN, an_incident

OF_EACH = 25  # cases of each command; by night 300
# The only tokens Slack may see are of people, channels, web pages and moments, never `<!channel>` and its kin.
TOKEN = re.compile(r"<(@[UW][A-Z0-9]+|#C[A-Z0-9]+|https?://[^<>]+|!date\^[0-9]+\^[^<>|]+\|[^<>|]+)>")

people = st.sampled_from([ANA, BEN, CLEO])
words = st.lists(
    st.sampled_from(["<!channel>", "<!here|x>", "&lt;!channel&gt;", "<@U1>", "<https://x.example|<!here>>", "<", ">",
                     "|", "<https://a.example><!everyone>", "<#C1>", "&", "cache", "\n", "<!subteam^S1>"]),
    min_size=1, max_size=6,
).map(" ".join) | st.text(max_size=40)  # fmt: skip
severities = st.sampled_from([rule.key for rule in DEFAULT_POLICY.severities])
role_keys = st.sampled_from([rule.key for rule in DEFAULT_POLICY.roles])
parts = st.sampled_from(list(Part))
moments = st.sampled_from([NOW + timedelta(minutes=minutes) for minutes in (-30, -2, 0, 1, 20)])
promises = st.builds(
    Promise, at=moments, made_at=st.just(NOW - timedelta(hours=1)), told=st.sampled_from([(), ("update_soon",)])
)


numbers = st.integers(min_value=0, max_value=4)
items = st.builds(
    Item, number=numbers, key=st.just("x"), phase=st.sampled_from(list(Phase)), text=words, required=st.booleans(),
    due=st.none() | st.just(timedelta(minutes=5)), state=st.sampled_from(ItemState), owner=st.none() | people,
    sign=st.none() | st.sampled_from(Sign), sign_role=st.none() | role_keys, reason=words,
)  # fmt: skip
action_items = st.lists(
    st.builds(
        ActionItem, number=numbers, text=words, owner=people, due=moments, given_by=people, given_at=moments,
        state=st.sampled_from(ActionState), reason=words, reminded=st.none() | moments,
    ), max_size=3, unique_by=lambda item: item.number,
)  # fmt: skip
checklists = st.lists(items, max_size=4, unique_by=lambda item: item.number)
courses = st.lists(st.builds(Step, phase=st.sampled_from(list(Phase)), at=moments), max_size=2).map(tuple)
plans = st.builds(
    Plan, key=st.just("p"), name=words, version=st.just("1"),
    phases=st.dictionaries(
        st.sampled_from(list(Phase)),
        st.builds(
            PhasePlan, objective=words, typically=st.just(timedelta(minutes=30)), exits=st.lists(words).map(tuple)
        ),
        max_size=2,
    ),
)  # fmt: skip


numbered = st.sampled_from([IncidentId(3), SEVEN, IncidentId(9)])
links = st.builds(Linked, incident=numbered, room=st.none() | st.just(ROOM.channel), private=st.booleans())
targets = st.builds(
    Target, id=numbered, room=st.none() | st.just(ROOM.channel), private=st.booleans(),
    ending=st.none() | st.sampled_from(Ending), merged_into=st.none() | links,
)  # fmt: skip

factors = st.lists(
    st.builds(Factor, number=numbers, text=words, by=people, at=moments, withdrawn=st.booleans()),
    max_size=3, unique_by=lambda factor: factor.number,
).map(tuple)  # fmt: skip
offers = st.builds(
    Handover, number=numbers, role=role_keys, holder=people, to=people, at=moments, worries=words,
    state=st.sampled_from(HandoverState), asked=st.integers(min_value=1, max_value=3),
)  # fmt: skip

rooms = st.sampled_from([None, ROOM, replace(ROOM, archived=True), replace(ROOM, archiving=True)])


@st.composite
def incidents(draw: st.DrawFn) -> Incident:
    return an_incident(
        title=draw(words), severity=draw(severities | st.none()), private=draw(st.booleans()),
        phase=draw(st.sampled_from(list(Phase))), ending=draw(st.none() | st.sampled_from(list(Ending))),
        furnished=tuple(draw(st.sets(parts))), room=draw(rooms),
        ended_at=draw(st.none() | moments), named_factors=draw(factors),
        card=draw(st.sampled_from([None, CARD])), announcement=draw(st.sampled_from([None, ANNOUNCEMENT])),
        promise=draw(st.none() | promises), checklist=tuple(draw(checklists)), course=draw(courses),
        plan=draw(st.none() | plans), actions=tuple(draw(action_items)),
        amiss=tuple(draw(st.sets(st.sampled_from(Amiss)))), left=draw(st.dictionaries(people, moments)),
        merged_into=draw(st.none() | links), duplicates=tuple(draw(st.lists(links, max_size=2))),
        fate=draw(st.none() | st.sampled_from(Fate)),
        related=tuple(draw(st.lists(links, max_size=2))),
        handovers=tuple(draw(st.lists(offers, max_size=3, unique_by=lambda offer: offer.number))),
        roles=draw(st.dictionaries(role_keys, st.sampled_from([(ANA,), (BEN,)]))),
    )  # fmt: skip


messages = st.builds(Posted, channel=st.just(ROOM.channel), ts=st.sampled_from([MessageTs("1.0"), CARD.ts]))
declarations = st.builds(
    Declaration, title=words, summary=words, impact=words, severity=severities | st.none(), private=st.booleans()
)
pasts = st.builds(
    Past, said=declarations, began=st.none() | moments, noticed=st.none() | moments, contained=st.none() | moments,
    resolved=st.none() | moments, fix=words, announced=st.booleans(),
)  # fmt: skip
updates = st.builds(
    Said, happening=words, affected=words, doing=words, next_in=st.none() | st.just(timedelta(minutes=30))
)
places = st.sampled_from([ROOM.channel, ANNOUNCEMENT.channel])
some_parts = st.lists(parts, max_size=2).map(tuple)
pieces = st.sampled_from(Piece)
findings = st.builds(
    Findings, at=moments, room=places, name=words, archived=st.booleans(),
    there=st.sets(pieces).map(tuple), missing=st.dictionaries(pieces, st.just("x"), max_size=3),
    closed=st.just((ROOM.channel,)), absent=st.just((CLEO,)), deactivated=st.sets(people, max_size=1).map(tuple),
)  # fmt: skip
here = {"incident": st.just(SEVEN)}
COMMANDS: dict[type[Command], st.SearchStrategy[Command]] = {
    Declare: st.builds(Declare, said=declarations, by=people),
    Merge: st.builds(Merge, **here, into=targets, by=people),
    Relate: st.builds(Relate, **here, to=targets, by=people),
    Unrelate: st.builds(Unrelate, **here, to=targets, by=people),
    HearOf: st.builds(
        HearOf, **here, other=links, tie=st.sampled_from(Tie), by=people, people=st.lists(people).map(tuple),
        severity=severities | st.none(), fate=st.none() | st.sampled_from(Fate),
    ),
    Backfill: st.builds(Backfill, past=pasts, by=people),
    ClaimRole: st.builds(ClaimRole, **here, role=role_keys, by=people),
    AssignRole: st.builds(AssignRole, **here, role=role_keys, to=people, by=people),
    WithdrawHandover: st.builds(WithdrawHandover, **here, role=st.none() | role_keys, by=people),
    OfferHandover: st.builds(OfferHandover, **here, role=role_keys, to=people, by=people, worries=words),
    AcceptHandover: st.builds(AcceptHandover, **here, number=numbers, by=people),
    DeclineHandover: st.builds(DeclineHandover, **here, number=numbers, by=people),
    SendUpdate: st.builds(SendUpdate, **here, said=updates, by=people, expects=st.none() | moments),
    SnoozeReminder: st.builds(SnoozeReminder, **here, by=people, expects=moments),
    SetKind: st.builds(SetKind, **here, kind=st.sampled_from([rule.key for rule in DEFAULT_POLICY.kinds]), by=people),
    SetService: st.builds(SetService, **here, service=words, by=people),
    SetSeverity: st.builds(SetSeverity, **here, severity=severities, by=people),
    SayStarted: st.builds(SayStarted, **here, began=moments, by=people),
    AddNote: st.builds(AddNote, **here, text=words, by=people, happened_at=st.none() | moments),
    ExportTimeline: st.builds(ExportTimeline, **here, by=people),
    CorrectLine: st.builds(CorrectLine, **here, line=st.just(3), text=words, by=people),
    MarkMessage: st.builds(MarkMessage, **here, message=messages, said_at=st.just(NOW), by=people),
    MovePhase: st.builds(MovePhase, **here, by=people, to=st.none() | st.sampled_from(list(Phase)), reason=words),
    AddAction: st.builds(AddAction, **here, text=words, owner=people, due=moments, by=people),
    FinishAction: st.builds(FinishAction, **here, number=numbers, by=people),
    NameFactor: st.builds(NameFactor, **here, text=words, by=people),
    WithdrawFactor: st.builds(WithdrawFactor, **here, number=numbers, by=people),
    DropAction: st.builds(DropAction, **here, number=numbers, by=people, reason=words),
    ChangeAction: st.builds(ChangeAction, **here, number=numbers, owner=people, due=moments, by=people),
    TickItem: st.builds(TickItem, **here, number=numbers, by=people),
    SkipItem: st.builds(SkipItem, **here, number=numbers, by=people, reason=words),
    AddTask: st.builds(
        AddTask, **here, text=words, by=people, owner=st.none() | people, due_by=st.none() | moments, more=words
    ),
    UsePlaybook: st.builds(UsePlaybook, **here, key=st.sampled_from(["a", "b", "?"]), by=people, add=st.booleans()),
    AssignItem: st.builds(AssignItem, **here, number=numbers, to=people, by=people),
    UndoItem: st.builds(UndoItem, **here, number=numbers, by=people),
    Reopen: st.builds(Reopen, **here, by=people, reason=words),
    Contain: st.builds(Contain, **here, by=people),
    Cancel: st.builds(Cancel, **here, by=people, reason=words),
    Resolve: st.builds(
        Resolve, **here, by=people, fix=words, reason=words, customers_told=st.none() | st.sampled_from(CustomersTold)
    ),
    Close: st.builds(Close, **here, by=people, reason=words),
    PrepareDraft: st.builds(PrepareDraft, **here, by=people),
    RecordCanvas: st.builds(RecordCanvas, **here, canvas=st.just("F1")),
    RecordDraft: st.builds(RecordDraft, **here),
    Forgo: st.builds(Forgo, **here, parts=some_parts),
    NoticeChannel: st.builds(
        NoticeChannel, **here, channel=places, change=st.sampled_from(Change), by=people | st.none(),
        releases=some_parts,
    ),
    NoticeRenamed: st.builds(NoticeRenamed, **here, channel=places, name=words),
    NoticeUnpinned: st.builds(NoticeUnpinned, **here, message=messages, by=people | st.none()),
    NoticeDeleted: st.builds(NoticeDeleted, **here, message=messages | st.just(ANNOUNCEMENT)),
    NoticeLeft: st.builds(NoticeLeft, **here, user=people, channel=places),
    NoticeDeactivated: st.builds(NoticeDeactivated, **here, user=people),
    NoticeLockedOut: st.builds(NoticeLockedOut, **here, error=words),
    NoticeAccepted: st.builds(NoticeAccepted, **here),
    Repair: st.builds(Repair, **here, found=findings, by=people, anew=st.booleans()),
    Join: st.builds(Join, **here, by=people),
    TakePart: st.builds(TakePart, **here, by=people),
    GoPrivate: st.builds(GoPrivate, **here, by=people, invited=st.lists(people, max_size=2).map(tuple)),
    RecordArchived: st.builds(RecordArchived, **here, channel=st.just(ROOM.channel)),
    RecordLeft: st.builds(RecordLeft, **here, user=people, channel=st.just(ROOM.channel), at=moments),
    RecordCameIn: st.builds(RecordCameIn, **here, user=people, channel=st.just(ROOM.channel), at=moments),
    RecordInvited: st.builds(
        RecordInvited, **here, room=st.just(ROOM.channel),
        rules=st.lists(words, max_size=2).map(tuple), invited=st.lists(people).map(tuple),
        outside=st.lists(words, max_size=2).map(tuple), aloud=st.booleans(),
    ),
    RecordRoom: st.builds(RecordRoom, **here, room=st.just(ROOM)),
    ShowAnew: st.builds(ShowAnew, **here),
    RecordBrief: st.builds(RecordBrief, **here, number=numbers, message=messages),
    RecordPart: st.builds(RecordPart, **here, part=parts, posted=messages | st.none()),
    RecordFailure: st.builds(
        RecordFailure, **here, what=st.just("pin the card"), why=words, remedy=st.just("Pin it."),
        releases=st.lists(parts, max_size=2).map(tuple), person=st.none() | people, words=st.sampled_from(["", "x"]),
    ),
    FallDue: st.builds(
        FallDue, **here, kind=st.sampled_from(list(DueKind)), due_at=moments, heard=st.none() | moments
    ),
}  # fmt: skip
decided = st.tuples(st.one_of(*COMMANDS.values()), incidents())


def course(command: Command, incident: Incident) -> Iterator[tuple[Event, Incident]]:
    """The events of a command, each with the incident after it."""
    try:
        events: Sequence[Event] = command.decide(incident, NOW)
    except Refused:
        return
    for event in events:
        incident = event.apply(incident)
        yield event, incident


def asked(command: Command, incident: Incident) -> list[Effect]:
    return [effect for event, after in course(command, incident) for effect in event.effects(after)]


def test_every_command_there_is_is_tried_here() -> None:
    assert set(_concrete(Command.__subclasses__())) == COMMANDS.keys()


def _concrete(kinds: Iterable[type[Command]]) -> Iterator[type[Command]]:
    for kind in kinds:
        yield from _concrete(kind.__subclasses__())
        if kind.__module__.startswith("bot.") and not isabstract(kind):
            yield kind


@pytest.mark.parametrize("kind", COMMANDS)
@cases(OF_EACH)
@given(data=st.data(), incident=incidents())
def test_nothing_of_a_private_incident_is_ever_announced(
    kind: type[Command], data: st.DataObject, incident: Incident
) -> None:
    command = data.draw(COMMANDS[kind])
    if isinstance(command, Declare):
        command = replace(command, said=replace(command.said, private=True))
    if isinstance(command, Backfill):
        command = replace(command, past=replace(command.past, said=replace(command.past.said, private=True)))
    for event, after in course(command, replace(incident, private=True)):
        assert after.private
        assert not [what for what in event.effects(after) if isinstance(what, ShowAnnouncement | PostUnderAnnouncement)]


@given(incidents())
def test_an_announcement_that_was_asked_for_before_it_became_private_is_not_wanted(incident: Incident) -> None:
    private = replace(incident, private=True)
    assert not ShowAnnouncement().wanted(private)
    assert not PostUnderAnnouncement(text="x").wanted(private)


@pytest.mark.parametrize("kind", COMMANDS)
@cases(OF_EACH)
@given(data=st.data(), incident=incidents())
def test_no_text_can_call_a_channel(kind: type[Command], data: st.DataObject, incident: Incident) -> None:
    for event, after in course(data.draw(COMMANDS[kind]), incident):
        entry = event.tells(after)
        texts = [entry.text] if entry else []
        texts += [str(getattr(effect, "text", "")) for effect in event.effects(after)]
        for text in texts:
            assert "<" not in TOKEN.sub("", text), text


@given(decided)
def test_what_is_said_in_a_room_waits_for_one(given_: tuple[Command, Incident]) -> None:
    incident = replace(given_[1], room=None)
    waiting = [what for what in asked(given_[0], incident) if isinstance(what, effects.InTheRoom)]
    assert all(not what.wanted(incident) or what.needs for what in waiting)


@given(decided)
def test_the_same_command_on_the_same_incident_says_the_same(given_: tuple[Command, Incident]) -> None:
    assert asked(*given_) == asked(*given_)


@given(decided)
def test_what_has_ended_promises_nothing_and_what_was_resolved_only_items_and_offers(
    given_: tuple[Command, Incident],
) -> None:
    for _, after in course(*given_):
        if after.ending is not None:
            assert due_times(after).keys() <= {DueKind.ROOM_ARCHIVED, DueKind.ACTIONS_DUE}
        elif not after.is_open:
            still = {DueKind.ITEMS_OVERDUE, DueKind.ACTIONS_DUE, DueKind.HANDOVER_UNANSWERED}
            assert due_times(after).keys() <= still


def test_lanes_keep_incidents_apart_and_one_places_news_together() -> None:
    incident = an_incident()
    lanes = {type(effect).__name__: effect.lane(incident) for effect in EVERY}
    assert lanes == {
        "OpenRoom": "inc-7:room", "LetIn": "inc-7:people", "InviteByRule": "inc-7:people",
        "ShowTopic": "inc-7:topic", "ShowCard": "inc-7:card",
        "PinCard": "inc-7:pin", "ShowAnnouncement": "announcements", "PostInRoom": "inc-7:posts",
        "PostUnderAnnouncement": "announcements", "TellPrivately": "person:U0ANA", "FetchMessage": "inc-7:messages",
        "FileDraft": "inc-7:posts", "TellSource": "inc-7:source", "RemindPerson": "person:U0ANA",
        "CopyDraft": "inc-7:canvas", "RemindRoom": "inc-7:posts", "RemindOfAction": "person:U0ANA",
        "SendTimeline": "person:U0ANA", "ArchiveRoom": "inc-7:posts", "ComeBack": "inc-7:room",
        "TellOther": "inc-7:others", "CatchUp": "inc-7:people", "RecallPast": "inc-7:past",
        "BriefPerson": "person:U0ANA", "CloseBrief": "person:U0ANA",
        "LeaveRoom": "inc-7:posts", "WithdrawAnnouncement": "announcements",
    }  # fmt: skip


def test_only_what_is_shown_as_it_is_now_is_a_state() -> None:
    states = {type(effect).__name__ for effect in EVERY if effect.state}
    assert states == {"ShowTopic", "ShowCard", "ShowAnnouncement"}


def test_every_piece_of_furnishing_is_provided_by_somebody() -> None:
    provided = {part for effect in EVERY for part in effect.provides}
    assert provided | {Part.ENTRANCE} == set(Part)  # the entrance is provided by an invitation marked so


def test_a_reminder_of_what_is_missing_exists_for_every_kind() -> None:
    assert NUDGES.keys() | LADDER.keys() | SEVERAL.keys() | {DueKind.SILENCE, DueKind.ROOM_ARCHIVED} == set(DueKind)


EVERY: tuple[Effect, ...] = (
    OpenRoom(), LetIn(users=(ANA,)), effects.ShowTopic(), effects.ShowCard(), effects.PinCard(), ShowAnnouncement(),
    effects.PostInRoom(text=""), PostUnderAnnouncement(text=""), effects.TellPrivately(user=ANA, text=""),
    effects.FetchMessage(channel=ROOM.channel, ts=CARD.ts), effects.FileDraft(),
    effects.TellSource(channel=ROOM.channel, ts=CARD.ts),
    effects.RemindPerson(user=ANA, rung=effects.Rung.SOON, promised=NOW),
    effects.ArchiveRoom(channel=ROOM.channel),
    effects.ComeBack(channel=ROOM.channel),
    effects.LeaveRoom(channel=ROOM.channel, card=CARD), effects.WithdrawAnnouncement(message=ANNOUNCEMENT),
    effects.CopyDraft(),
    effects.RemindOfAction(user=ANA, number=1),
    effects.BriefPerson(user=ANA, number=1),
    effects.CloseBrief(user=ANA, number=1, message=CARD),
    effects.SendTimeline(user=ANA),
    effects.RecallPast(),
    effects.CatchUp(user=ANA),
    effects.InviteByRule(rules=()),
    effects.TellOther(other=SEVEN, tie=effects.Tie.MERGED, by=ANA),
    effects.RemindRoom(rung=effects.Rung.OVERDUE, promised=NOW),
)  # fmt: skip
