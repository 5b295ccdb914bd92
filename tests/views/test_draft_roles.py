"""Each line of the draft calls people by the role they held at that moment; the table says who held which when."""

from datetime import datetime, timedelta

from bot.views.postmortem import draft
from bot.workflows.incident import Held, Incident, Stamp, UserId
from bot.workflows.policy import COMMANDER, COMMUNICATIONS_LEAD, TECHNICAL_LEAD
from tests.views.incidents import ANA, BEN, CLEO, DECLARED, ALine, an_incident, stamped

URL = "https://practice.example/"
DAN = UserId("U0DAN")


def minutes(count: float) -> datetime:
    return DECLARED + timedelta(minutes=count)


def handed_over() -> Incident:
    """Ana leads for three hours, then Ben, who was technical lead; Dan speaks for an hour, then Cleo."""
    held = (
        Held(role=COMMANDER, user=ANA, since=minutes(1), until=minutes(180)),
        Held(role=TECHNICAL_LEAD, user=BEN, since=minutes(2)),
        Held(role=COMMUNICATIONS_LEAD, user=DAN, since=minutes(2), until=minutes(240)),
        Held(role=COMMANDER, user=BEN, since=minutes(180)),
        Held(role=COMMUNICATIONS_LEAD, user=CLEO, since=minutes(240)),
    )
    roles = {COMMANDER: (BEN,), TECHNICAL_LEAD: (BEN,), COMMUNICATIONS_LEAD: (CLEO,)}
    contained = {Stamp.DECLARED: stamped(DECLARED), Stamp.CONTAINED: stamped(minutes(100), BEN)}
    return an_incident(held=held, roles=roles, stamps=contained)


def said(line: ALine) -> str:
    return draft(handed_over(), [line], URL, minutes(300)).split("## Timeline")[1].split(") ", 1)[1].splitlines()[0]


def event(kind: str, text: str, at: float) -> ALine:
    return ALine(kind=kind, text=text, at=minutes(at))


def test_a_line_has_the_roles_of_its_own_moment() -> None:
    moved = event("PhaseChanged", "<@U0ANA> moved on to Recovery", 24)
    assert said(moved) == "The incident commander moved on to Recovery"
    assert said(event("ImpactContained", "<@U0BEN> said so", 100)) == "The technical lead said so"
    assert said(event("UpdateSent", "<@U0DAN> sent update 1: x", 4)) == "The communications lead sent update 1: x"
    assert said(event("UpdateSent", "<@U0DAN> sent update 9: x", 250)) == "A responder sent update 9: x"
    assert said(event("SeverityChanged", "<@U0ANA> changed it", 190)) == "The declarer changed it"


def test_whoever_gives_a_role_away_still_has_it_and_whoever_takes_it_does_not_yet() -> None:
    given = event("RoleTaken", "<@U0ANA> gave the role of incident commander to <@U0BEN>", 180)
    assert said(given) == "The incident commander gave the role of incident commander to the technical lead"
    to_nobody = event("RoleTaken", "<@U0BEN> gave the role of communications lead to <@U0CLEO>", 240)
    assert said(to_nobody) == "The incident commander gave the role of communications lead to a responder"
    assert said(event("RoleTaken", "<@U0ANA> took the role of incident commander", 1)).startswith("The declarer took")


def test_a_note_about_an_earlier_time_is_by_the_role_of_when_it_was_written() -> None:
    late = ALine(text="<@U0DAN> noted: first alert", at=minutes(-5), recorded=minutes(12))
    assert said(late) == "The communications lead noted: first alert"
    marked = ALine(text="it was <@U0ANA>", marked=True, by=BEN, at=minutes(200), recorded=minutes(260))
    assert said(marked) == "The incident commander: it was the declarer"


def test_the_table_tells_who_held_which_role_from_when_to_when() -> None:
    table = draft(handed_over(), [], URL, minutes(300)).split("## Roles\n\n")[1].split("\n\n")[0]
    card = "https://practice.example/archives/C0ROOM/p1795419000000100"

    def at(clock: str) -> str:
        return f"[{clock}]({card})"

    def person(user: str) -> str:
        return f"[{user}](https://practice.example/team/{user})"

    assert table.splitlines()[2:] == [
        f"| incident commander | {person('U0ANA')} ({at('07:31')}–{at('10:30')}), "
        f"then {person('U0BEN')} (from {at('10:30')}) |",
        f"| technical lead | {person('U0BEN')} (from {at('07:32')}) |",
        f"| communications lead | {person('U0DAN')} ({at('07:32')}–{at('11:30')}), "
        f"then {person('U0CLEO')} (from {at('11:30')}) |",
        f"| declared by | {person('U0ANA')} |",
    ]


def test_whoever_gave_a_moment_is_called_by_the_role_they_gave_it_in() -> None:
    text = draft(handed_over(), [], URL, minutes(300))
    assert "| the technical lead |" in next(line for line in text.splitlines() if line.startswith("| impact stopped |"))
    assert "| the declarer |" in next(line for line in text.splitlines() if line.startswith("| declared |"))
