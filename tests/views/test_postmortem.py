"""The draft: facts with their sources, roles instead of people, and questions where nobody knows."""

from datetime import datetime, timedelta

from bot.views.postmortem import draft
from bot.workflows.incident import (
    Ending,
    Graded,
    Incident,
    Item,
    ItemState,
    MessageTs,
    Moved,
    Plan,
    Posted,
    Stamp,
    Stamped,
    Step,
    Told,
)
from bot.workflows.policy import COMMANDER, SCRIBE, SEV1, SEV3, TECHNICAL_LEAD, Phase, PhasePlan
from tests.views.incidents import ANA, BEN, CARD, CLEO, DECLARED, NOW, ROOM, ALine, an_incident, stamped

URL = "https://practice.example/"
LINK = "https://practice.example/archives/C0ROOM/p1795419000000100"  # the card, where nothing nearer is known


def resolved(**changes: object) -> Incident:
    stamps = {
        Stamp.DECLARED: stamped(DECLARED),
        Stamp.ACKNOWLEDGED: stamped(DECLARED + timedelta(minutes=3), BEN),
        Stamp.RESOLVED: stamped(DECLARED + timedelta(minutes=65), BEN),
    }
    fields: dict[str, object] = {
        "phase": Phase.LEARNING, "stamps": stamps, "roles": {COMMANDER: (BEN,), TECHNICAL_LEAD: (BEN, CLEO)},
        "impact": "Payments | fail for <@U0CLEO>", "summary": "# it\nbegan with a deploy", "kind": "outage",
    }  # fmt: skip
    return an_incident(**{**fields, **changes})


def minutes(count: float) -> datetime:
    return DECLARED + timedelta(minutes=count)


def section(text: str, name: str) -> str:
    return text.split(f"## {name}\n\n")[1].split("\n\n## ")[0]


def test_the_first_lines_tell_what_happened() -> None:
    text = draft(resolved(title="a | b #"), [], URL, NOW).splitlines()
    assert text[:5] == [
        r"# Post-mortem of INC-7: a \| b \#", "", "## Summary", "",
        rf"- **What happened:** a \| b \# ([as it was declared]({LINK}))",
    ]  # fmt: skip
    preamble = text[text.index("") :][text[text.index("") :].index("", 3) + 1]
    assert preamble.startswith("_A draft of 2026-11-23 07:42 UTC, made from the timeline. Facts link to the message")


def test_the_roles_name_people_and_link_to_them() -> None:
    assert section(draft(resolved(), [], URL, NOW), "Roles") == (
        "| Role | Held by |\n|---|---|\n"
        "| incident commander | [U0BEN](https://practice.example/team/U0BEN) |\n"
        "| technical lead | [U0BEN](https://practice.example/team/U0BEN), "
        "[U0CLEO](https://practice.example/team/U0CLEO) |\n"
        "| declared by | [U0ANA](https://practice.example/team/U0ANA) |\n\n"
        "Never taken: communications lead, scribe. _Did anybody miss them?_"
    )


def test_the_measures_with_who_gave_each_moment() -> None:
    assert section(draft(resolved(), [], URL, NOW), "Measures") == (
        "| How long it took | From | To | Span |\n|---|---|---|---|\n"
        "| Until it was declared | impact began | declared | _not known: impact began_ |\n"
        "| Until somebody took a role | declared | first role taken | 3 min |\n"
        "| Until we knew enough to act | declared | containment began | _not known: containment began_ |\n"
        "| Until the impact stopped | declared | impact stopped | _not known: impact stopped_ |\n"
        "| Until the cause was gone | declared | recovery began | _not known: recovery began_ |\n"
        "| Until it was resolved, from the declaration | declared | resolved | 1 h 5 min |\n"
        "| Until it was resolved, from the impact | impact began | resolved | _not known: impact began_ |\n\n"
        "| Moment | When | Given by |\n|---|---|---|\n"
        f"| declared | [2026-11-23 07:30 UTC]({LINK}) | the declarer |\n"
        f"| first role taken | [2026-11-23 07:33 UTC]({LINK}) | the incident commander |\n"
        f"| resolved | [2026-11-23 08:35 UTC]({LINK}) | the incident commander |"
    )


def test_of_a_false_alarm_only_what_is_known_is_measured_and_nothing_is_asked() -> None:
    text = draft(an_incident(ending=Ending.CANCELLED, ended_at=NOW, severity=None), [], URL, NOW)
    assert "_not known" not in text
    assert "Still to be found out" not in text


def test_a_moment_given_later_says_when_and_one_in_the_wrong_order_is_asked_about() -> None:
    late = Stamped(at=DECLARED + timedelta(minutes=1), by=CLEO, set_at=NOW)
    text = draft(resolved(stamps={**resolved().stamps, Stamp.IMPACT_STARTED: late}), [], URL, NOW)
    assert f"| impact began | [2026-11-23 07:31 UTC]({LINK}) | a technical lead, on 2026-11-23 07:42 UTC |" in text
    assert "| _not known: the two moments are in the wrong order; which one is right?_ |" in text


def test_every_line_of_the_timeline_links_to_its_source() -> None:
    posted = Posted(channel=ROOM, ts=MessageTs("1795419100.000200"))
    said = Posted(channel=ROOM, ts=MessageTs("1795419200.000300"))
    lines = [
        ALine(kind="IncidentDeclared", text="<@U0BEN> declared INC-7: a &amp; b | c"),
        ALine(kind="RoomOpened", text="The room <#C0ROOM> was opened", by=None),
        ALine(kind="RoleTaken", text="<@U0BEN> is incident commander", evidence=posted),
        ALine(text="<@U0BEN> noted: told <@U0DAN>", evidence=posted),
        ALine(marked=True, text="<b>it was</b>\nthe *cache*", evidence=said, files=("graph.png",)),
        ALine(marked=True, text="reply", evidence=said, thread_ts=MessageTs("1795419150.000100"), by=ANA),
        ALine(marked=True, text="gone", evidence=said, deleted=True),
    ]
    card = "https://practice.example/archives/C0ROOM/p1795419000000100"
    under = "https://practice.example/archives/C0ROOM/p1795419100000200?thread_ts=1795419000.000100&cid=C0ROOM"
    own = "https://practice.example/archives/C0ROOM/p1795419200000300"
    assert section(draft(resolved(), lines, URL, NOW), "Timeline") == (
        "### 2026-11-23\n\n"
        f"- [07:42]({card}) INC-7 was declared: a & b \\| c\n"
        f"- [07:42]({under}) A responder is incident commander\n"
        f"- [07:42]({under}) The incident commander noted: told a responder\n"
        f"- [07:42]({own}) The incident commander: \\<b>it was\\</b> the \\*cache\\* (with graph.png)\n"
        f"- [07:42]({own}?thread_ts=1795419150.000100&cid=C0ROOM) The declarer: reply\n"
        f"- [07:42]({own}) _A marked message stood here; it has been deleted._"
    )


def timeline(*lines: ALine, **changes: object) -> list[str]:
    return section(draft(resolved(**changes), lines, URL, NOW), "Timeline").splitlines()


def test_each_day_of_the_timeline_has_its_heading() -> None:
    lines = [ALine(text=f"line {number}", at=minutes(at)) for number, at in enumerate((0, 10, 1200))]
    assert timeline(*lines) == [
        "### 2026-11-23", "", f"- [07:30]({LINK}) line 0", f"- [07:40]({LINK}) line 1", "",
        "### 2026-11-24", "", f"- [03:30]({LINK}) line 2",
    ]  # fmt: skip


def test_the_moment_the_impact_began_has_a_line_of_its_own() -> None:
    began = Stamped(at=minutes(-18), by=BEN, set_at=minutes(3))
    line = ALine(kind="IncidentDeclared", text="<@U0ANA> declared INC-7 as SEV1: x", at=DECLARED)
    assert timeline(line, stamps={**resolved().stamps, Stamp.IMPACT_STARTED: began})[2:] == [
        f"- [07:12]({LINK}) **Customers began to feel it** (said by the incident commander, 07:33)",
        f"- [07:30]({LINK}) INC-7 was declared as SEV1: x",
    ]


def test_a_long_message_is_cut_and_its_code_is_not_fenced() -> None:
    said = Posted(channel=ROOM, ts=MessageTs("1795419200.000300"))
    own = "https://practice.example/archives/C0ROOM/p1795419200000300"
    long = ALine(marked=True, text="OOM:\n```\nkilled\n```\n" + "x " * 400, evidence=said)
    (line,) = timeline(long)[2:]
    assert line.startswith(f"- [07:42]({own}) The incident commander: OOM: killed x x x")
    assert line.endswith(f"x… ([the whole of it]({own}))")
    assert len(line) < 500


def test_a_correction_stands_beside_its_line_as_it_was_said_last_and_nowhere_else() -> None:
    lines = [
        ALine(seq=901, text="<@U0BEN> noted: to 4.2", corrected=902),
        ALine(seq=902, kind="LineCorrected", text="<@U0BEN> corrected line 901: to 4.3", corrects=901, corrected=903),
        ALine(seq=903, kind="LineCorrected", text="<@U0BEN> corrected line 902: to 4.4", corrects=902, at=minutes(30)),
    ]
    assert timeline(*lines)[2:] == [
        f"- [07:42]({LINK}) The incident commander noted: to 4.2 — _corrected since ([08:00]({LINK})):_ to 4.4"
    ]


def test_what_was_left_out_on_the_way_on_is_told_with_the_phases_alone() -> None:
    lines = [
        ALine(kind="ItemSkipped", text="left behind", at=minutes(20)),
        ALine(kind="PhaseChanged", text="moved on", at=minutes(20)),
        ALine(kind="ItemSkipped", text="left out by hand", at=minutes(30)),
        ALine(kind="DraftFiled", text="The draft was put into the room", at=minutes(40)),
    ]
    assert timeline(*lines)[2:] == [f"- [07:50]({LINK}) moved on", f"- [08:00]({LINK}) left out by hand"]


def test_without_a_card_lines_link_to_the_room_and_without_a_room_to_nothing() -> None:
    line = [ALine(text="something happened")]
    assert "- [07:42](https://practice.example/archives/C0ROOM) something" in draft(
        an_incident(card=None), line, URL, NOW
    )
    assert "- 07:42 something" in draft(an_incident(card=None, room=None), line, URL, NOW)


def test_a_card_that_was_posted_elsewhere_is_no_thread_of_the_evidence() -> None:
    elsewhere = Posted(channel=CARD.channel, ts=CARD.ts)
    text = draft(an_incident(), [ALine(text="x", evidence=elsewhere)], URL, NOW)
    assert "p1795419000000100)" in text


def test_of_one_moment_each_fact_links_to_its_own_message() -> None:
    moved, updated, began = (Posted(channel=ROOM, ts=MessageTs(f"1795422900.00050{n}")) for n in range(3))
    lines = [
        ALine(kind="ItemSkipped", text="left out", at=minutes(20)),
        ALine(kind="ImpactBegan", text="began", at=minutes(20), evidence=began),
        ALine(kind="UpdateSent", text="sent", at=minutes(20), evidence=updated),
        ALine(kind="PhaseChanged", text="moved on", at=minutes(20), evidence=moved),
    ]
    item = Item(number=2, key="b", phase=Phase.DETECTION, text="List changes", state=ItemState.SKIPPED, by=BEN,
                at=minutes(20), reason="clear")  # fmt: skip
    course = (Step(phase=Phase.DETECTION, at=DECLARED), Step(phase=Phase.CONTAINMENT, at=minutes(20)))
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.IMPACT_STARTED: Stamped(at=DECLARED, by=BEN, set_at=minutes(20))}
    incident = an_incident(course=course, checklist=(item,), told=(Told(number=1, sent=minutes(20)),), stamps=stamps)
    text = draft(incident, lines, URL, minutes(30))

    def link(posted: Posted) -> str:
        return f"p{posted.ts.replace('.', '')}?thread_ts=1795419000.000100&cid=C0ROOM)"

    assert link(moved) in next(line for line in text.splitlines() if line.startswith("| Containment"))
    assert link(moved) in next(line for line in text.splitlines() if "List changes" in line)
    assert link(updated) in next(line for line in text.splitlines() if "[Update 1]" in line)
    assert link(began) in next(line for line in text.splitlines() if line.startswith("| impact began"))


def test_the_phases_with_their_length_and_what_was_left_out() -> None:
    plan = Plan(key="p", name="Outage", version="abc", ready=("Keep a | rota",), phases={
        Phase.DETECTION: PhasePlan(objective="x", typically=timedelta(minutes=30)),
    })  # fmt: skip
    course = (
        Step(phase=Phase.DETECTION, at=DECLARED),
        Step(phase=Phase.RECOVERY, at=minutes(20), by=BEN, reason="all fine"),
        Step(phase=Phase.DETECTION, at=minutes(30), by=BEN, reason="errors | back"),
        Step(phase=Phase.RECOVERY, at=minutes(40), by=BEN),
        Step(phase=Phase.LEARNING, at=minutes(65), by=BEN),
    )  # fmt: skip
    checklist = (
        Item(number=1, key="a", phase=Phase.DETECTION, text="Take command", state=ItemState.DONE),
        Item(number=2, key="b", phase=Phase.DETECTION, text="List changes", required=True, state=ItemState.SKIPPED,
             by=BEN, at=minutes(20), reason="none for <@U0CLEO>"),
        Item(number=3, key="c", phase=Phase.RECOVERY, text="Watch it"),
        Item(number=4, key="d", phase=Phase.CONTAINMENT, text="Never reached"),
    )  # fmt: skip
    incident = resolved(plan=plan, course=course, checklist=checklist)
    text = draft(incident, [], URL, minutes(70))
    assert section(text, "Phases") == (
        "Run by the playbook “Outage” (version abc).\n\n"
        "| Phase | Began | Lasted | Usually | Checklist |\n|---|---|---|---|---|\n"
        f"| Detection & Analysis | [07:30]({LINK}) | 20 min | 30 min |  |\n"
        f"| Recovery | [07:50]({LINK}) | 10 min | – |  |\n"
        f"| Detection & Analysis, again: errors \\| back | [08:00]({LINK}) | 10 min | 30 min | 1 of 2 done |\n"
        f"| Recovery | [08:10]({LINK}) | 25 min | – | 0 of 1 done |\n"
        f"| Post-Incident Learning | [08:35]({LINK}) | 5 min so far | – | – |\n\n"
        "Left out, with the reason given:\n\n"
        f"- [List changes (Detection & Analysis, required)]({LINK}): none for a technical lead "
        "(said by the incident commander)\n\n"
        "Never ticked. _Was it not needed, or not seen?_\n\n- Watch it"
    )
    assert section(text, "Preparation").endswith("- [ ] Keep a \\| rota")
    assert "Post-Incident Learning" not in section(draft(incident, [], URL, minutes(65)), "Phases")


def test_the_playbooks_it_was_run_by_one_after_the_other() -> None:
    first = Plan(key="a", name="Outage", version="1", until=minutes(20), ready=("No longer asked",))
    second = Plan(key="b", name="Bad *deploy*", version="2", since=minutes(20), ready=("Keep the way back",))
    beside = Plan(key="c", name="Capacity", version="3", since=minutes(25))
    incident = resolved(plan=second, other_plans=(first, beside), course=(Step(phase=Phase.DETECTION, at=DECLARED),))
    text = draft(incident, [], URL, minutes(70))
    named = section(text, "Phases").splitlines()[0]
    assert named.startswith(
        "Run by the playbooks “Outage” (version 1, until 07:50), “Bad \\*deploy\\*” (version 2, from "
    )
    assert "07:50" in named
    assert "and “Capacity” (version 3, from " in named
    assert section(text, "Preparation").endswith("- [ ] Keep the way back")


def test_the_updates_as_promised_and_sent() -> None:
    times = ((4, 5), (21, 20), (25, 25.5), (30, None))
    told = tuple(
        Told(number=number, sent=minutes(sent), promised=None if promised is None else minutes(promised))
        for number, (sent, promised) in enumerate(times, start=1)
    )
    moves = (
        Moved(promised=minutes(40), to=minutes(35), at=minutes(22)),
        Moved(promised=minutes(1500), to=None, at=minutes(31)),
    )  # fmt: skip
    assert section(draft(resolved(told=told, moves=moves), [], URL, NOW), "Status updates").splitlines() == [
        "| Update | Promised by | Sent | Kept |",
        "|---|---|---|---|",
        f"| [Update 1]({LINK}) | 07:35 | 07:34 | in time |",
        f"| [Update 2]({LINK}) | 07:50 | 07:51 | 1 min late |",
        f"| [Update 3]({LINK}) | 07:55 | 07:55 | in time |",
        f"| [Update 4]({LINK}) | not promised | 08:00 |  |",
        "",
        "Promises that a change of severity or phase moved:",
        "",
        f"- [07:52]({LINK}): 08:05 instead of 08:10",
        f"- [08:01]({LINK}): none instead of 2026-11-24 08:30",
    ]
    assert section(draft(resolved(), [], URL, NOW), "Status updates") == "None was sent. _Who waited for one?_"


def test_what_nobody_knows_is_asked_of_a_role_and_long_silences_too() -> None:
    lines = [ALine(text=str(at), at=minutes(at)) for at in (0, 10, 40, 42, 64, 200)]
    asked = section(draft(resolved(impact=""), lines, URL, NOW), "Still to be found out").splitlines()
    assert asked == [
        "- [ ] **Technical lead:** since when did customers feel it, and what shows that?",
        "- [ ] **Incident commander:** what did customers see, and how many of them?",
        "- [ ] **Technical lead:** what ended the impact?",
        "- [ ] **Technical lead:** when did the impact stop?",
        "- [ ] **Incident commander:** have customers been told that it is over?",
        f"- [ ] **Whoever was there (nobody was scribe):** the timeline says nothing [07:40]({LINK})–[08:10]({LINK}), "
        f"[08:12]({LINK})–[08:34]({LINK}): what happened then?",
    ]
    quiet = draft(resolved(severity=SEV3), lines, URL, NOW)
    assert "the timeline says nothing" not in quiet
    graded = (Graded(severity=SEV1, at=DECLARED), Graded(severity=SEV3, at=minutes(30)))
    assert "the timeline says nothing" in draft(resolved(severity=SEV3, grades=graded), lines, URL, NOW)


def test_questions_go_to_roles_that_somebody_held() -> None:
    lines = [ALine(text="a", at=minutes(0)), ALine(kind="ImpactContained", text="b", at=minutes(40))]
    text = draft(resolved(roles={SCRIBE: (CLEO,)}), lines, URL, NOW)
    assert "- [ ] **Scribe:** the timeline says nothing" in text
    assert "- [ ] **Whoever knows:** when did the impact stop for good?" in text


def test_the_open_sections_blame_nobody() -> None:
    text = draft(resolved(), [], URL, NOW)
    for name in ("What happened", "Contributing factors", "What went well", "What was hard", "What we learnt"):
        assert "- [ ]" in section(text, name)
    assert "| Action | Owner | Due |" in section(text, "Action items")
    assert "root cause" not in text.lower()
