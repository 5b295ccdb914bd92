"""How incidents stand, as whole texts."""

from datetime import timedelta

from bot.views.status import listing, status
from bot.workflows.incident import Ending, IncidentId, Plan, UserId
from bot.workflows.policy import COMMANDER, SCRIBE
from tests.views.incidents import ANA, BEN, DECLARED, NOW, ALine, an_incident, words

SINCE = "<!date^1795419000^{date_short_pretty} {time}|2026-11-23 07:30 UTC>"


def test_status_says_the_facts_and_what_happened_last() -> None:
    incident = an_incident(impact="Payments fail", roles={COMMANDER: (ANA,), SCRIBE: (BEN,)})
    said = ALine(text="rolled <back> & fine", marked=True, at=DECLARED, by=BEN, files=("a.png",))
    shown = status(incident, [ALine(text="old")] * 9 + [said], NOW)
    assert shown.text.splitlines()[:7] == [
        "*INC-7 checkout is failing*",
        f":red_circle: SEV1 critical · Detection &amp; Analysis · since {SINCE}, for 12 min",
        "What customers see: Payments fail",
        "Next update when something changes",
        "Incident commander: <@U0ANA>",
        "Scribe: <@U0BEN>",
        "Room: <#C0ROOM>",
    ]
    assert shown.text.splitlines()[-1] == f"• {SINCE} <@U0BEN>: rolled &lt;back&gt; &amp; fine [a.png]"
    assert shown.text.count("• ") == 5
    assert words(shown.blocks)[-1].startswith("Last on the timeline:\n• ")


def test_status_says_which_playbook_it_is_run_by_in_which_version() -> None:
    plan = Plan(key="tls", name="Certificate <ran out>", version="1a2b3c4d")
    shown = status(an_incident(plan=plan), [], NOW)
    assert "Playbook: Certificate &lt;ran out&gt;, version 1a2b3c4d" in shown.text
    assert "Playbook" not in status(an_incident(), [], NOW).text


def test_status_of_a_private_one_says_so() -> None:
    assert " · private\n" in status(an_incident(private=True), [], NOW).text


def test_a_deleted_message_is_not_repeated() -> None:
    shown = status(an_incident(), [ALine(text="secret", marked=True, deleted=True, by=None)], NOW)
    assert shown.text.endswith("_a marked message that was deleted_")


def test_the_list() -> None:
    shown = listing([an_incident(), an_incident(id=IncidentId(3), severity=None, room=None, private=True)])
    assert shown.text == (
        "Open now: 2\n"
        "*INC-7 checkout is failing* · <#C0ROOM>\n"
        f"SEV1 critical · Detection &amp; Analysis · incident commander: nobody yet · since {SINCE}\n"
        "*INC-3 checkout is failing* · private\n"
        f"Severity not set · Detection &amp; Analysis · incident commander: nobody yet · since {SINCE}"
    )


def test_a_long_list_is_cut_aloud_and_an_empty_one_says_what_to_do() -> None:
    assert listing([an_incident()] * 40).blocks[-1]["text"]["text"] == (
        "… and 25 more; `/incident status INC-n` shows any of them."
    )
    assert listing([]).text == "No incident is open. `/incident checkout is failing` declares one."


def test_an_hour_reads_as_an_hour() -> None:
    later = DECLARED + timedelta(hours=26, minutes=5)
    assert "for 1 d 2 h" in status(an_incident(declared_by=UserId("U1")), [], later).text


def test_what_was_cancelled_or_merged_goes_on_no_more() -> None:
    for ending in (Ending.CANCELLED, Ending.MERGED):
        said = status(an_incident(ending=ending, ended_at=NOW), [], NOW + timedelta(hours=3)).text
        assert f"{ending.value.capitalize()} · since <!date^" in said
        assert ", for " not in said
