"""`playbooks report` on a database: a table, JSON, and only since a day."""

import asyncio
import json

from bot.cli.desk import utcnow
from bot.engine import Engine
from bot.storage.database import Database
from bot.workflows.checklist import SkipItem, TickItem
from bot.workflows.commands import Command
from bot.workflows.declare import Declaration, Declare
from bot.workflows.incident import IncidentId
from tests.cli.conftest import Types
from tests.town import HOUSE_RULES
from tests.values import ANA

ONE, TWO = IncidentId(1), IncidentId(2)


async def _executed(engine: Engine, *commands: Command) -> None:
    for command in commands:
        await engine.execute(command)


def test_a_report_is_printed_and_private_words_are_not_in_it(database: Database, types: Types) -> None:
    asyncio.run(
        _executed(
            Engine(database, HOUSE_RULES, utcnow),
            Declare(said=Declaration(title="checkout is failing"), by=ANA),
            Declare(said=Declaration(title="a leak", private=True), by=ANA),
            TickItem(incident=ONE, number=4, by=ANA),
            SkipItem(incident=ONE, number=9, by=ANA, reason="the alert named the cause"),
            SkipItem(incident=TWO, number=9, by=ANA, reason="whisper"),
        )
    )
    said = types("playbooks", "report")
    assert said.status == 0
    assert said.out.startswith("2 incidents; private, counted without their words: 1\n")
    assert "Service outage (service-outage), in " in said.out
    assert "left out in INC-1: the alert named the cause" in said.out
    told = json.loads(types("playbooks", "report", "--json").out)
    assert told["incidents"] == 2
    items = {item["key"]: item for book in told["playbooks"] for item in book["items"]}
    assert items["severity"]["never_reached"] == 0
    assert "whisper" not in said.out + str(told)


def test_only_since_a_day_and_nothing_is_said_plainly(database: Database, types: Types) -> None:
    asyncio.run(
        _executed(Engine(database, HOUSE_RULES, utcnow), Declare(said=Declaration(title="checkout is failing"), by=ANA))
    )
    assert types("playbooks", "report", "--since", "2199-01-01").out == (
        "No incident since 2199-01-01 was run by a playbook.\n"
    )
