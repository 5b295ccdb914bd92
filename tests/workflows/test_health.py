"""What counts as trouble with Warroom itself."""

from datetime import timedelta

from bot.web.readiness import Readiness
from bot.workflows.health import LONG_WAIT, Health, Ledger, troubles
from tests.values import NOW

WELL = dict.fromkeys(("database", "schema", "disk", "slack", "clock", "deliveries"), "")


def health(ledger: Ledger | None = None, checks: dict[str, str] | None = None) -> Health:
    return Health(version="1", since=NOW, over="HTTP", checks=WELL | (checks or {}), ledger=ledger)


def test_without_anything_there_is_no_trouble() -> None:
    assert troubles(health(), NOW) == []
    assert troubles(health(Ledger(replicas=1, waiting=3, oldest=NOW - LONG_WAIT)), NOW) == []


def test_what_waits_long_is_trouble_and_what_to_do_is_said() -> None:
    (found,) = troubles(health(Ledger(replicas=1, waiting=3, oldest=NOW - timedelta(minutes=12))), NOW)
    assert found.what == "3 deliveries wait, the oldest for 12 min"
    (one,) = troubles(health(Ledger(replicas=1, waiting=1, oldest=NOW - timedelta(minutes=12))), NOW)
    assert one.what == "1 delivery waits, the oldest for 12 min"
    assert found.do == "tell people what cannot wait yourself; the rest follows in its order"


def test_late_reminders_are_trouble() -> None:
    (found,) = troubles(health(Ledger(replicas=1, overdue_since=NOW - timedelta(seconds=31))), NOW)
    assert found.what == "reminders are late by 31 s"


def test_every_check_of_readiness_has_words_of_its_own() -> None:
    for name in WELL:
        (found,) = troubles(health(checks={name: "<x>"}), NOW)
        assert "&lt;x&gt;" in found.what
        assert found.do != "look at Warroom's log"
    assert all(hasattr(Readiness, f"_{name}") for name in WELL)
