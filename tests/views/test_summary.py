"""The summary of a draft: what happened, who was affected, how long, what ended it, how bad it was; with sources."""

from datetime import datetime, timedelta

import pytest

from bot.views.postmortem import draft
from bot.workflows.incident import (
    CustomersTold,
    Ending,
    Graded,
    Incident,
    MessageTs,
    Posted,
    Stamp,
    Stamped,
    StatusUpdate,
    Told,
)
from bot.workflows.policy import SEV1, SEV2, SEV3, Phase
from tests.views.incidents import ANA, BEN, DECLARED, NOW, ROOM, ALine, an_incident, stamped

URL = "https://practice.example/"
CARD = f"{URL}archives/C0ROOM/p1795419000000100"


def minutes(count: float) -> datetime:
    return DECLARED + timedelta(minutes=count)


def day(count: float) -> str:
    return f"{minutes(count):%Y-%m-%d %H:%M} UTC"


def message(number: int) -> Posted:
    return Posted(channel=ROOM, ts=MessageTs(f"17954229{number:02}.000500"))


def link(number: int) -> str:
    """The link to a message in the card's thread."""
    return f"{URL}archives/C0ROOM/p17954229{number:02}000500?thread_ts=1795419000.000100&cid=C0ROOM"


def resolved(stamps: dict[Stamp, Stamped] | None = None, **changes: object) -> Incident:
    known = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(minutes(40), BEN), **(stamps or {})}
    return an_incident(**{"phase": Phase.LEARNING, "stamps": known, **changes})


def rows(incident: Incident, *lines: ALine) -> list[str]:
    return draft(incident, lines, URL, NOW).split("## Summary\n\n")[1].split("\n\n")[0].splitlines()


def row(incident: Incident, name: str, *lines: ALine) -> str:
    return next(line for line in rows(incident, *lines) if line.startswith(f"- **{name}:**")).partition(":** ")[2]


def test_the_whole_of_an_incident_that_is_over() -> None:
    told = (Told(number=1, sent=minutes(4), happening="Card payments fail", affected="Everybody in Europe"),)
    incident = resolved(
        told=told, fix="Rolled *back*", customers_told=CustomersTold.NOT_YET, kind="outage", summary="# it\nbegan",
        impact="Payments fail",
    )  # fmt: skip
    lines = (
        ALine(kind="UpdateSent", text="<@U0BEN> sent update 1", at=minutes(4), evidence=message(4)),
        ALine(kind="IncidentResolved", text="<@U0BEN> resolved INC-7", at=minutes(40), evidence=message(40)),
    )
    assert rows(incident, *lines) == [
        f"- **What happened:** Card payments fail ([from update 1]({link(4)}))",
        f"- **Who was affected:** Payments fail ([said when it was declared]({CARD})); "
        f"Everybody in Europe ([from update 1]({link(4)}))",
        f"- **Customers felt it for:** _not known since when_; until [{day(40)}]({link(40)}) at the latest, "
        "when it was resolved",
        f"- **Resolved:** [{day(40)}]({link(40)}), 40 min after it was declared ([{day(0)}]({CARD}))",
        f"- **What ended it:** Rolled \\*back\\* ([source]({link(40)}))",
        f"- **Customers know that it is over:** [not yet, when it was resolved]({link(40)})",
        f"- **Severity:** [SEV1 critical]({CARD})",
        f"- **Kind:** [Service outage]({CARD})",
        f"- **Said when it was declared:** \\# it began ([source]({CARD}))",
        "- **Room:** [inc-7-checkout-is-failing](https://practice.example/archives/C0ROOM)",
    ]


def test_what_is_not_known_is_said() -> None:
    assert rows(an_incident(severity=None))[:5] == [
        f"- **What happened:** checkout is failing ([as it was declared]({CARD}))",
        "- **Who was affected:** _not said yet_",
        "- **Customers felt it for:** _not known since when_; it goes on",
        f"- **Not over yet:** 12 min after it was declared ([{day(0)}]({CARD}))",
        "- **Severity:** _not graded_",
    ]


BEGAN = {Stamp.IMPACT_STARTED: Stamped(at=minutes(-18), by=ANA, set_at=minutes(3))}
CONTAINED = {Stamp.CONTAINED: stamped(minutes(20), BEN)}
SAID = (
    ALine(kind="ImpactBegan", text="x", at=minutes(3), evidence=message(3)),
    ALine(kind="ImpactContained", text="x", at=minutes(20), evidence=message(20)),
)
END = f"[{day(40)}]({CARD}) at the latest, when it was resolved"
STOPPED = f"[{day(20)}]({link(20)}) (said by a responder)"


@pytest.mark.parametrize(
    ("stamps", "shown"),
    [
        ({**BEGAN, **CONTAINED}, f"38 min, from [{day(-18)}]({link(3)}) to {STOPPED}"),
        (CONTAINED, f"_not known since when_; until {STOPPED}"),
    ],
)
def test_customers_felt_it_until_the_impact_stopped(stamps: dict[Stamp, Stamped], shown: str) -> None:
    assert row(resolved(stamps), "Customers felt it for", *SAID) == shown


def test_until_it_was_resolved_is_the_most_that_is_known() -> None:
    assert (
        row(resolved(BEGAN), "Customers felt it for", SAID[0])
        == f"at most 58 min, from [{day(-18)}]({link(3)}) to {END}"
    )


def test_what_goes_on_is_felt_so_far() -> None:
    going_on = an_incident(stamps={Stamp.DECLARED: stamped(DECLARED), **BEGAN})
    assert row(going_on, "Customers felt it for", SAID[0]) == f"30 min so far, since [{day(-18)}]({link(3)})"
    back = row(going_on, "Customers felt it for", *SAID)
    assert back.endswith(f"; it had stopped [{day(20)}]({link(20)}), and came back")


def test_moments_in_the_wrong_order_are_asked_about() -> None:
    late = {Stamp.IMPACT_STARTED: stamped(minutes(30)), **CONTAINED}
    assert row(resolved(late), "Customers felt it for").startswith("_not known: the moments are in the wrong order")


def test_who_was_affected_is_told_from_every_update_that_said_something_else() -> None:
    words = ("A third", "", "A third", "Nobody any more")
    told = tuple(Told(number=n, sent=minutes(n), affected=said) for n, said in enumerate(words, start=1))
    assert row(resolved(told=told), "Who was affected") == (
        f"A third ([from update 1]({CARD})); Nobody any more ([from update 4]({CARD}))"
    )


def test_an_update_from_before_their_words_were_kept_is_the_last_one() -> None:
    update = StatusUpdate(number=2, happening="It fails", affected="All", doing="", by=BEN, at=minutes(5))
    old = resolved(update=update, told=(Told(number=1, sent=minutes(2)), Told(number=2, sent=minutes(5))))
    assert row(old, "Who was affected") == f"All ([from update 2]({CARD}))"
    assert row(old, "What happened").startswith("checkout is failing")


def test_the_worst_severity_stands_before_the_last() -> None:
    grades = tuple(Graded(severity=key, at=minutes(at)) for key, at in ((SEV2, 0), (SEV1, 5), (SEV3, 60)))
    lines = [
        ALine(kind="SeverityChanged", text="<@U0BEN> changed it", at=minutes(at), evidence=message(at))
        for at in (5, 60)
    ]
    assert row(resolved(severity=SEV3, grades=grades), "Severity", *lines) == (
        f"[SEV1 critical]({link(5)}) at its worst; [SEV3 minor]({link(60)}) when it was resolved"
    )
    still = an_incident(severity=SEV3, grades=grades)
    assert row(still, "Severity", *lines).endswith("now")


def test_a_false_alarm_says_so_first_and_asks_nothing_of_its_impact() -> None:
    stamps = {Stamp.DECLARED: stamped(DECLARED), **BEGAN}
    cancelled = an_incident(ending=Ending.CANCELLED, ended_at=minutes(50), stamps=stamps)
    line = ALine(kind="IncidentCancelled", text="<@U0BEN> cancelled INC-7: it was a test: mine", at=minutes(50),
                 evidence=message(50))  # fmt: skip
    shown = rows(cancelled, line)
    assert shown[0] == f"- **Cancelled as a false alarm:** it was a test: mine ([{day(50)}]({link(50)}))"
    assert f"- **Cancelled:** [{day(50)}]({link(50)}), 50 min after it was declared ([{day(0)}]({CARD}))" in shown
    names = [line.partition(":**")[0] for line in shown]
    assert not {"- **Who was affected", "- **Customers felt it for", "- **What ended it", "- **Not over yet"} & {*names}


def test_an_end_that_was_none_is_told_as_an_earlier_one() -> None:
    again = an_incident(fix="Rolled back", customers_told=CustomersTold.NOT_YET)
    lines = (
        ALine(
            kind="IncidentResolved", text="<@U0BEN> resolved INC-7: Rolled back", at=minutes(40), evidence=message(40)
        ),
        ALine(kind="IncidentClosed", text="<@U0BEN> closed INC-7", at=minutes(45)),
        ALine(kind="PhaseChanged", text="<@U0ANA> reopened it: it broke again", at=minutes(50), evidence=message(50)),
    )
    shown = rows(again, *lines)
    assert (
        f"- **Ended once already:** a responder resolved INC-7: Rolled back ([{day(40)}]({link(40)})); "
        f"the declarer reopened it: it broke again ([{day(50)}]({link(50)}))"
    ) in shown
    assert not any(line.startswith(("- **What ended it", "- **Customers know")) for line in shown)
    assert "Ended once" not in "".join(rows(resolved(), lines[0]))
