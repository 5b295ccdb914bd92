"""What is stored comes back equal, also when another version wrote it, and no moment is stored without its zone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import StatementError

from bot.storage import tables
from bot.storage.codec import EFFECTS, Undecodable, decode_effect, decode_incident, encode_effect, encode_incident
from bot.storage.database import Database
from bot.workflows.commands import Effect
from bot.workflows.effects import (
    ArchiveRoom,
    BriefPerson,
    CatchUp,
    CloseBrief,
    ComeBack,
    CopyDraft,
    FetchMessage,
    FileDraft,
    InviteByRule,
    LeaveRoom,
    LetIn,
    OpenRoom,
    PinCard,
    PostInRoom,
    PostUnderAnnouncement,
    RecallPast,
    RemindOfAction,
    RemindPerson,
    RemindRoom,
    Rung,
    SendTimeline,
    ShowAnnouncement,
    ShowCard,
    ShowTopic,
    TellOther,
    TellPrivately,
    TellSource,
    Tie,
    WithdrawAnnouncement,
)
from bot.workflows.incident import (
    ActionItem,
    ActionState,
    Activity,
    Amiss,
    ChannelId,
    CustomersTold,
    Ending,
    Factor,
    Graded,
    Handover,
    HandoverState,
    Held,
    Incident,
    IncidentId,
    Item,
    ItemState,
    Linked,
    MessageTs,
    Moved,
    Part,
    Plan,
    Posted,
    Promise,
    Stamp,
    Stamped,
    StatusUpdate,
    Step,
    Told,
)
from bot.workflows.policy import (
    COMMANDER,
    DEFAULT_POLICY,
    SEV1,
    TECHNICAL_LEAD,
    InviteRule,
    Phase,
    PhasePlan,
    Sign,
    When,
)
from tests.values import ANA, BEN, CLEO, DECLARED, NOW, ROOM, an_incident, stamped

FULL = an_incident(
    promise=Promise(at=NOW, made_at=DECLARED, told=("update_soon",), snoozed_until=NOW),
    update=StatusUpdate(number=2, happening="<x>", affected="", doing="y", by=BEN, at=NOW),
    course=(Step(phase=Phase.DETECTION, at=NOW, by=BEN, reason="x"),),
    told=(Told(number=1, sent=NOW, promised=NOW, happening="x", affected="y"),),
    grades=(Graded(severity=SEV1, at=NOW),), moves=(Moved(promised=NOW, to=None, at=NOW),),
    merged_into=Linked(incident=IncidentId(3), room=ChannelId("C1"), private=True),
    duplicates=(Linked(incident=IncidentId(4)),), related=(Linked(incident=IncidentId(5)),),
    backfilled=NOW, unannounced=True,
    left={CLEO: NOW}, draft_at=NOW, canvas="F1", fix="rolled back", customers_told=CustomersTold.NOT_YET,
    named_factors=(Factor(number=1, text="no <limit>", by=ANA, at=NOW, withdrawn=True),),
    actions=(ActionItem(number=1, text="<x>", owner=ANA, due=NOW, given_by=BEN, given_at=NOW,
                        state=ActionState.DROPPED, ended_by=BEN, ended_at=NOW, reason="y", reminded=NOW,
                        day=NOW.date(), zone="Europe/Berlin", since=NOW),),
    held=(Held(role=COMMANDER, user=BEN, since=DECLARED, until=NOW),
          Held(role=COMMANDER, user=ANA, since=NOW, nudged=True)),
    handovers=(Handover(number=1, role=COMMANDER, holder=ANA, to=BEN, at=NOW, worries="<x>", asked=2, asked_at=NOW,
                        briefs=(Posted(channel=ChannelId("D1"), ts=MessageTs("1.3")),),
                        state=HandoverState.DECLINED),),
    activity=Activity(at=NOW, look_at=NOW, nudged=True),
    other_plans=(Plan(key="q", name="Q", version="2", since=NOW, until=NOW),),
    plan=Plan(key="service-outage", name="x", version="1", phases={
        Phase.DETECTION: PhasePlan(objective="x", typically=timedelta(minutes=30), exits=("y",)),
    }, roles=(TECHNICAL_LEAD,)),
    noted={"changes": NOW}, linked_at=NOW,
    left_items=(Item(number=9, key="x", phase=Phase.DETECTION, text="<y>", at=NOW),),
    checklist=(
        Item(number=1, key="commander", phase=Phase.DETECTION, text="<x>", role=COMMANDER, required=True,
             due=timedelta(minutes=5), help="y", sign=Sign.ROLE_CLAIMED, sign_role=COMMANDER, state=ItemState.SKIPPED,
             sign_word="changes", called_at=NOW, when=When(
                 severities=(SEV1,), kinds=("outage",), services=("x",), held=(COMMANDER,), not_held=(TECHNICAL_LEAD,),
                 done=("x",), skipped=("y",),
             ),
             by=BEN, at=NOW, reason="z", owner=ANA, by_hand=True, nudged=True),
    ),
    summary="two lines\nof “it”", impact="🔥", kind="outage", severity=SEV1, private=True, phase=Phase.LEARNING,
    ending=Ending.CLOSED, ended_at=NOW, former_rooms=(replace(ROOM, archived=True, kept=True, left=True),),
    amiss=(Amiss.OUTSIDE, Amiss.UNPINNED), vacated_at=NOW, repaired_at=NOW,
    participants=(ANA, BEN), caught_up=(CLEO,), marked=(MessageTs("1.2"),), nudged=("severity_unset",),
    furnished=(Part.ROOM, Part.CARD), roles={COMMANDER: (ANA,), TECHNICAL_LEAD: (ANA, BEN)},
    stamps={Stamp.DECLARED: stamped(DECLARED), Stamp.IMPACT_STARTED: Stamped(at=DECLARED, by=None, set_at=NOW)},
)  # fmt: skip
POSTED = Posted(channel=ChannelId("C1"), ts=MessageTs("1.2"))
SENT: tuple[Effect, ...] = (
    ArchiveRoom(channel=ChannelId("C1")), ComeBack(channel=ChannelId("C1")),
    LeaveRoom(channel=ChannelId("C1"), card=POSTED), WithdrawAnnouncement(message=POSTED),
    OpenRoom(), ShowTopic(), ShowCard(), PinCard(), ShowAnnouncement(), FileDraft(),
    LetIn(users=(ANA, BEN), entrance=True), PostInRoom(text="<b>", aloud=True, evidence=True),
    PostUnderAnnouncement(text="x"), TellPrivately(user=ANA, text="x"), SendTimeline(user=ANA),
    RemindPerson(user=ANA, rung=Rung.SOON, promised=NOW, late=timedelta(minutes=3)),
    RemindOfAction(user=ANA, number=1), CopyDraft(), BriefPerson(user=ANA, number=1),
    CloseBrief(user=ANA, number=1, message=POSTED, whole=True),
    RecallPast(), CatchUp(user=ANA),
    InviteByRule(
        rules=(InviteRule(name="x", severities=(SEV1,), kinds=("outage",), services=("y",), private=True,
                          people=(ANA,), groups=("S0CARE",)),),
        aloud=True,
    ),
    TellOther(other=IncidentId(3), tie=Tie.MERGED, by=ANA),
    RemindRoom(rung=Rung.OVERDUE, promised=NOW),
    TellSource(channel=ChannelId("C1"), ts=MessageTs("1.2")),
    FetchMessage(channel=ChannelId("C1"), ts=MessageTs("1.2"), thread_ts=MessageTs("1.1")),
)  # fmt: skip
MOMENTS = sa.select(tables.receipts.c.at)


@pytest.mark.parametrize("incident", [FULL, an_incident(), Incident(id=IncidentId(1))])
def test_an_incident_comes_back_equal(incident: Incident) -> None:
    assert decode_incident(encode_incident(incident), DEFAULT_POLICY) == incident


def test_the_policy_is_not_stored_but_todays() -> None:
    assert "policy" not in encode_incident(FULL)
    assert decode_incident({**encode_incident(FULL), "policy": "of old"}, DEFAULT_POLICY).policy is DEFAULT_POLICY


def test_fields_of_a_newer_version_are_kept_and_of_an_older_one_have_defaults() -> None:
    body: dict[str, Any] = {**encode_incident(FULL), "mood": "calm"}
    body["room"] = {**body["room"], "bookmarks": 3}
    body["stamps"] = {key: {**stamp, "zone": "CET"} for key, stamp in body["stamps"].items()}
    assert decode_incident(body, DEFAULT_POLICY) == FULL
    assert encode_incident(decode_incident(body, DEFAULT_POLICY))["mood"] == "calm"
    assert decode_incident({"id": 1}, DEFAULT_POLICY) == Incident(id=IncidentId(1))


def test_an_incident_of_before_there_were_conditions_is_read_with_items_that_are_always_called_for() -> None:
    body = encode_incident(FULL)
    newer = ("sign_word", "when", "called_at")
    body["checklist"] = [{key: value for key, value in item.items() if key not in newer} for item in body["checklist"]]
    body["plan"] = {key: value for key, value in body["plan"].items() if key != "roles"}
    for name in ("noted", "linked_at"):
        del body[name]
    read = decode_incident(body, DEFAULT_POLICY)
    assert [(item.when, item.called_at, item.sign_word) for item in read.checklist] == [(None, None, "")]
    assert (read.noted, read.linked_at, read.plan and read.plan.roles) == ({}, None, ())


@pytest.mark.parametrize("effect", SENT, ids=lambda effect: type(effect).__name__)
def test_an_effect_comes_back_equal(effect: Effect) -> None:
    kind, payload = type(effect).__name__, encode_effect(effect)
    assert decode_effect(kind, payload) == effect
    assert decode_effect(kind, {**payload, "colour": "red"}) == effect


def test_every_effect_is_tried_here() -> None:
    abstract = {"Effect", "InTheRoom"}
    assert {type(effect).__name__ for effect in SENT} == EFFECTS.keys() - abstract


def test_an_effect_of_another_version_is_not_guessed_at() -> None:
    with pytest.raises(KeyError, match="RingTheBell"):
        decode_effect("RingTheBell", {})


def test_what_cannot_be_read_of_an_effect_is_not_repeated() -> None:
    with pytest.raises(Undecodable) as failed:
        decode_effect("PostInRoom", {"text": ["payroll leaked"]})
    assert (str(failed.value), failed.value.__cause__) == ("PostInRoom", None)


def test_a_moment_is_read_in_utc_in_whatever_zone_it_was_given(database: Database) -> None:
    summer = timezone(timedelta(hours=2))
    given = datetime(2026, 7, 1, 9, 30, 0, 123456, tzinfo=summer)
    database.write_now(lambda c: c.execute(tables.receipts.insert().values(key="k", at=given)))
    read = database.write_now(lambda c: c.execute(MOMENTS).scalar_one())
    assert read == given
    assert read.tzinfo is UTC


def test_moments_in_different_zones_are_compared_as_moments(database: Database) -> None:
    later = datetime(2026, 7, 1, 8, 0, tzinfo=timezone(timedelta(hours=-3)))
    database.write_now(lambda c: c.execute(tables.receipts.insert().values(key="k", at=later)))
    before = MOMENTS.where(tables.receipts.c.at < datetime(2026, 7, 1, 10, 0, tzinfo=UTC))
    assert database.write_now(lambda c: c.execute(before).all()) == []


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    bare = DECLARED.replace(tzinfo=None)
    with pytest.raises(StatementError, match="a datetime without a zone cannot be stored"):
        database.write_now(lambda c: c.execute(tables.receipts.insert().values(key="k", at=bare)))
