"""The catch-up: everything in fewer than fifteen lines, whatever was written."""

from datetime import timedelta

from bot.views.catchup import catchup
from bot.views.samples import sample
from bot.workflows.incident import Item, Promise, StatusUpdate
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, Phase
from tests.views.incidents import ANA, BEN, DECLARED, NOW, ALine, an_incident

TIME = "<!date^{0}^{{time}}|2026-11-23 07:42 UTC>"


def test_it_says_where_we_are_who_does_what_and_what_comes_next() -> None:
    incident = an_incident(
        impact="Payments\nfail", roles={COMMANDER: (ANA,), SCRIBE: (BEN,)},
        promise=Promise(at=NOW + timedelta(minutes=3), made_at=DECLARED),
        update=StatusUpdate(number=2, happening="Cards\nfail", affected="A <third>", doing="", by=ANA, at=NOW),
        checklist=tuple(
            Item(number=number, key=str(number), phase=Phase.DETECTION, text=f"Do {number}", required=number == 4)
            for number in range(1, 6)
        ),
    )  # fmt: skip
    lines = [
        ALine(kind="RoomOpened", text="The room was opened"), ALine(text="<@U0BEN> noted: one\ntwo"),
        ALine(marked=True, kind="MessageMarked", text="the <cache>", deleted=False),
        ALine(marked=True, kind="MessageMarked", text="gone", deleted=True),
    ]  # fmt: skip
    at = TIME.format(int(NOW.timestamp()))
    assert catchup(incident, lines, NOW).text.splitlines() == [
        "*INC-7 checkout is failing* · <#C0ROOM>",
        ":red_circle: SEV1 critical · Detection &amp; Analysis · since "
        "<!date^1795419000^{date_short_pretty} {time}|2026-11-23 07:30 UTC>, for 12 min",
        "What customers see: A &lt;third&gt;",
        "Incident commander: <@U0ANA> · Scribe: <@U0BEN>",
        "*Last:*",
        f"• {at} <@U0BEN> noted: one two",
        f"• {at} <@U0BEN>: the &lt;cache&gt;",
        "*Still to do:* 4. Do 4; 1. Do 1; 2. Do 2 and 2 more (`/incident checklist`)",
        f"*Update 2*, {at}: Cards fail",
        "Next update by <!date^1795419900^{time}|2026-11-23 07:45 UTC>",
    ]


def test_it_is_short_whatever_there_is_to_say() -> None:
    update = StatusUpdate(number=2, happening="\n" * 900, affected="a\n" * 200, doing="", by=ANA, at=NOW)
    full = sample(DEFAULT_POLICY, NOW, update=update, promise=Promise(at=NOW, made_at=NOW))
    lines = [ALine(text="x\n" * 3000)] * 50
    text = catchup(full, lines, NOW).text
    assert len(text.splitlines()) < 15
    assert len(text) < 3900


def test_a_new_incident_has_little_to_say() -> None:
    text = catchup(an_incident(room=None), [], NOW).text
    assert "Last:" not in text
    assert "Still to do" not in text
    assert "Incident commander: nobody yet" in text
