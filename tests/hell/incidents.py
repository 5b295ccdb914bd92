"""Incidents in any state people can bring them into, with hostile words in every place for words."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from bot.config import load_playbooks
from bot.workflows.checklist import items_of, plan_of
from bot.workflows.course import COURSE
from bot.workflows.incident import (
    ActionItem,
    ActionState,
    ChannelId,
    CustomersTold,
    Ending,
    Handover,
    HandoverState,
    Incident,
    IncidentId,
    Item,
    ItemState,
    Part,
    Promise,
    Room,
    Stamp,
    Stamped,
    StatusUpdate,
    Step,
    UserId,
)
from bot.workflows.policy import DEFAULT_POLICY
from bot.workflows.updates import Said
from tests.hell.texts import stored
from tests.views.incidents import ANA, BEN, CARD, CLEO, NOW, ALine

HOUSE = load_playbooks(None, DEFAULT_POLICY).playbooks
DAY = timedelta(days=1)
people = st.sampled_from([ANA, BEN, CLEO, UserId("W0ENTERPRISE")])
moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 24)).map(lambda at: at.replace(tzinfo=NOW.tzinfo))  # noqa: DTZ001
kinds = st.sampled_from([rule.key for rule in DEFAULT_POLICY.kinds])
severities = st.sampled_from([rule.key for rule in DEFAULT_POLICY.severities])
roles = st.sampled_from([rule.key for rule in DEFAULT_POLICY.roles])
rooms = st.builds(Room, channel=st.just(ChannelId("C0ROOM")), name=st.just("inc-7"), archived=st.booleans())
stamped = st.builds(Stamped, at=moments, by=st.none() | people, set_at=moments)
steps = st.builds(Step, phase=st.sampled_from(COURSE), at=moments, by=people, reason=stored(500))
actions = st.builds(
    ActionItem, number=st.just(1), text=stored(300, 1), owner=people, due=moments, given_by=people, given_at=moments,
    state=st.sampled_from(ActionState), ended_by=people, ended_at=moments, reason=stored(500),
)  # fmt: skip
offers = st.builds(
    Handover, number=st.just(1), role=roles, holder=people, to=people, at=moments, worries=stored(500),
    state=st.sampled_from(HandoverState), asked=st.integers(1, 3),
)  # fmt: skip
updates = st.builds(
    StatusUpdate, number=st.integers(1, 99), happening=stored(1000, 1), affected=stored(400), doing=stored(1000),
    by=people, at=moments,
)  # fmt: skip
said = st.builds(
    Said, happening=stored(1000, 1), affected=stored(400), doing=stored(1000),
    next_in=st.none() | st.integers(1, 7 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)),
)  # fmt: skip
lines = st.lists(
    st.builds(
        ALine, text=stored(40_000), kind=st.sampled_from(["MessageMarked", "NoteAdded"]), at=moments,
        by=st.none() | people, marked=st.just(True), deleted=st.booleans(),
        files=st.lists(stored(255, 1), max_size=2).map(tuple),
    ),
    max_size=4,
)  # fmt: skip


# What an incident is made of, in few lines when a case fails; `incident_of` makes it.
Made = dict[str, Any]
items_made = st.fixed_dictionaries(
    {"playbook": st.integers(0, len(HOUSE) - 1), "reason": stored(500, 1), "owner": st.none() | people,
     "states": st.lists(st.sampled_from(ItemState), min_size=3, max_size=3)}
)  # fmt: skip
incidents: st.SearchStrategy[Made] = st.fixed_dictionaries(
    {
        "title": stored(150, 1), "summary": stored(3000), "impact": stored(3000), "fix": stored(1000),
        "kind": st.none() | kinds, "severity": st.none() | severities, "private": st.booleans(),
        "phase": st.sampled_from(COURSE), "course": st.lists(steps, min_size=1, max_size=3).map(tuple),
        "ending": st.none() | st.sampled_from(Ending), "room": st.none() | rooms, "declared_by": people,
        "roles": st.dictionaries(roles, st.lists(people, unique=True, max_size=3).map(tuple)),
        "promise": st.none() | st.builds(Promise, at=moments, made_at=moments),
        "update": st.none() | updates, "customers_told": st.none() | st.sampled_from(CustomersTold),
        "handovers": st.lists(offers, max_size=2).map(tuple),
        "actions": st.lists(actions, max_size=3), "checklist": items_made,
        "stamps": st.dictionaries(st.sampled_from(Stamp), stamped),
        "furnished": st.lists(st.sampled_from(Part), unique=True).map(tuple),
    }
)  # fmt: skip


def incident_of(made: Made) -> Incident:
    """An incident in the state that was drawn."""
    declared = Stamped(at=NOW - DAY, by=ANA, set_at=NOW - DAY)
    numbered = tuple(replace(item, number=number) for number, item in enumerate(made["actions"], 1))
    return Incident(
        **{
            **made, "id": IncidentId(7), "participants": (ANA, BEN), "card": CARD, "plan": plan_of(HOUSE[0]),
            "actions": numbered, "stamps": {Stamp.DECLARED: declared, **made["stamps"]},
            "checklist": _checklist(made["checklist"]),
        }
    )  # fmt: skip


def _checklist(made: Made) -> tuple[Item, ...]:
    """The items of a playbook, some of them done or left out."""
    owner, reason, states = made["owner"], made["reason"], made["states"]
    items = items_of(HOUSE[made["playbook"]])
    task = Item(
        number=len(items) + 1,
        key="task",
        phase=items[0].phase,
        text=reason[:150],
        help=reason,
        given_by=ANA,
        due_by=NOW,
    )
    return tuple(
        replace(item, state=states[item.number % 3], reason=reason, owner=owner, by=owner) for item in (*items, task)
    )
