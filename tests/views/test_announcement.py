"""What stakeholders read."""

from datetime import timedelta

from bot.views.announcement import announcement
from bot.workflows.incident import Ending, Stamp
from bot.workflows.policy import COMMANDER, Phase
from tests.views.incidents import BEN, DECLARED, NOW, an_incident, labels, stamped


def test_an_open_incident() -> None:
    shown = announcement(an_incident(impact="A third of all payments fail", roles={COMMANDER: (BEN,)}), NOW)
    assert shown.text == (
        ":red_circle: SEV1 critical · *INC-7 checkout is failing*\n"
        "What it means for customers: A third of all payments fail\n"
        "Now: Finding out what is wrong · since "
        "<!date^1795419000^{date_short_pretty} {time}|2026-11-23 07:30 UTC>\n"
        "Incident commander: <@U0BEN>\n"
        "*Next update when something changes*; updates come in the thread below"
    )
    assert labels(shown) == ["[Join]"]
    assert shown.blocks[-1]["elements"][0]["value"] == "7"


def test_when_it_is_over_it_is_short_and_without_buttons() -> None:
    over = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(DECLARED + timedelta(hours=2))}
    learning = an_incident(phase=Phase.LEARNING, stamps=over)
    shown = announcement(learning, NOW)
    ended = "resolved <!date^1795426200^{date_short_pretty} {time}|2026-11-23 09:30 UTC>, 2 h after it was declared"
    assert shown.text == f"*INC-7 checkout is failing*\nOver; learning from it · {ended}"
    assert len(shown.blocks) == 1
    began = {**over, Stamp.IMPACT_STARTED: stamped(DECLARED - timedelta(minutes=18))}
    assert announcement(an_incident(phase=Phase.LEARNING, stamps=began), NOW).text.endswith(
        "2 h after it was declared; customers felt it for at most 2 h 18 min"
    )
    stopped = {**began, Stamp.CONTAINED: stamped(DECLARED + timedelta(minutes=20))}
    assert announcement(an_incident(phase=Phase.LEARNING, stamps=stopped), NOW).text.endswith(
        "2 h after it was declared; customers felt it for 38 min"
    )
    closed = announcement(an_incident(phase=Phase.LEARNING, stamps=over, ending=Ending.CLOSED), NOW)
    assert closed.text == f"*INC-7 checkout is failing*\nOver and closed · {ended}"
