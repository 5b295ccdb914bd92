"""Incidents at the command line: read, written and refused as in Slack."""

import asyncio
from datetime import timedelta

import pytest

from bot.cli.desk import utcnow
from bot.engine import Engine
from bot.storage import activity, timeline
from bot.storage.database import Database
from bot.storage.timeline import Line
from bot.workflows.declare import Declaration, Declare
from bot.workflows.endings import Cancel
from bot.workflows.incident import IncidentId
from tests.cli.conftest import Types
from tests.town import HOUSE_RULES
from tests.values import ANA, BEN

ONE = IncidentId(1)


@pytest.fixture
def engine(database: Database) -> Engine:
    """An engine that declared INC-1, and INC-2 in private."""
    engine = Engine(database, HOUSE_RULES, utcnow)
    for title, private in (("checkout is failing", False), ("a leak", True)):
        said = Declaration(title=title, private=private)
        asyncio.run(_executed(engine, Declare(said=said, by=ANA)))
    return engine


async def _executed(engine: Engine, command: Declare | Cancel) -> None:
    await engine.execute(command)


def lines(database: Database) -> list[Line]:
    return database.write_now(lambda connection: timeline.lines(connection, ONE))


@pytest.mark.usefixtures("engine")
def test_private_ones_are_listed_and_marked(types: Types) -> None:
    said = types("incident", "list")
    assert said.status == 0
    newest, older, last = said.out.strip().split("\n\n")
    assert newest.startswith("INC-2 a leak")
    assert "private" in newest
    assert older.startswith("INC-1 checkout is failing")
    assert last == "1 of them private: whoever may read this database may read them too."


@pytest.mark.usefixtures("engine")
def test_a_note_says_who_when_and_no_secret(types: Types, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    minute = f"{utcnow() - timedelta(minutes=20):%H:%M}"
    said = types("incident", "note", "INC-1", f"{minute} rolled back, token=abcdef123 <!channel>", "--as", BEN)
    assert said.status == 0
    assert f"{minute} UTC. What looked like a secret in it was masked. The room is told" in said.out
    monkeypatch.setenv("WARROOM_PERSON", ANA)
    assert types("incident", "note", 1, "and", "again").status == 0
    monkeypatch.delenv("WARROOM_PERSON")
    assert types("incident", "note", 1, "nobody by name").status == 0
    earlier, *_, second, third = lines(database)
    assert (earlier.by, f"{earlier.at:%H:%M}") == (BEN, minute)
    assert earlier.text == f"<@{BEN}> noted: rolled back, token=[masked] @\u200bchannel"
    assert (second.by, second.text) == (ANA, f"<@{ANA}> noted: and again")
    assert third.text == "somebody at the command line noted: nobody by name"
    assert "command line noted: nobody by name" in types("incident", "show", 1).out
    heard = database.write_now(lambda connection: activity.last(connection, ONE))
    assert heard == third.recorded_at


@pytest.mark.usefixtures("engine")
def test_an_item_is_ticked_once(types: Types, database: Database) -> None:
    shown = types("incident", "show", 1).out
    assert "    2 [ ] " in shown
    assert types("incident", "check", 1, 2, "--as", ANA).out.startswith("Ticked: ")
    assert types("incident", "check", 1, 2).out.endswith("was ticked already.\n")
    assert "    2 [x] " in types("incident", "show", 1).out
    assert lines(database)[-1].text.startswith(f"<@{ANA}> ticked: ")


def test_a_refusal_is_in_the_words_of_slack(types: Types, engine: Engine) -> None:
    asyncio.run(_executed(engine, Cancel(incident=ONE, by=ANA, reason="a drill")))
    for words, reason in (
        (("check", 1, 2), "INC-1 was cancelled as a false alarm already. If not, `/incident reopen INC-1`.\n"),
        (("note", 1, " "), "A note needs some words: `/incident note rolled back to 4.2`.\n"),
        (("note", 2, "x" * 3001), "A note holds at most 3,000 characters, this one has 3,001. "),
        (("check", 2, 99), "INC-2 has no item 99. "),
        (("show", 77), "There is no incident INC-77. "),
    ):
        said = types("incident", *words)
        assert (said.status, said.out) == (1, "")
        assert said.err.startswith(reason)


@pytest.mark.parametrize(
    "words", [("show", "INC-x"), ("note", "1"), ("check", "1", "two"), ("note", "1", "x", "--as", "Ana")]
)
def test_what_is_no_command_is_said(types: Types, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        types("incident", *words)
    assert ended.value.code == 2
    assert "usage: python -m bot incident" in capsys.readouterr().err
