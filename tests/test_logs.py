"""The log tells what happened and to which incident, and never a secret, nor anybody's words."""

import io
import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import logs
from bot.practice.workspace import APP_TOKEN, BOT_TOKEN
from bot.settings import Settings
from bot.storage.database import Database, DatabaseAway
from tests.conversations.test_gate import command, sends
from tests.town import ANA, BEN, GENERAL, SECRET, Town, Ways, town

CANARY = "kanarienvogel"
LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp", "asyncio", "apscheduler", "sqlalchemy", "urllib3")
KEPT = ("slack_bolt.AsyncApp",)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, with every library at DEBUG; afterwards as it was before."""
    stream, root, hook = io.StringIO(), logging.getLogger(), sys.excepthook
    handlers, level, of_all_tests = root.handlers[:], root.level, structlog.get_config()
    loggers = [logging.getLogger(name) for name in (*LIBRARIES, *KEPT)]
    before = [logger.level for logger in loggers]
    given: dict[str, Any] = {"slack_bot_token": SecretStr(BOT_TOKEN), "slack_app_token": SecretStr(APP_TOKEN),
               "slack_signing_secret": SecretStr(SECRET),
               "database_url": "postgresql://warroom:pass%20word@db.example/warroom"}  # fmt: skip
    logs.configure(Settings(_env_file=None, log_level="DEBUG", log_format="json", **given), stream)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield stream
    for logger, number in zip(loggers, before, strict=True):
        logger.setLevel(number)
    root.handlers[:], root.level, sys.excepthook = handlers, level, hook
    logging.captureWarnings(capture=False)
    structlog.configure(**of_all_tests)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Every line; each has to be one JSON object."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


async def speaks(place: Town) -> str:
    """A dialogue in which people write the canary wherever they can; returns the room."""
    room = await place.declares(ANA, f"checkout {CANARY} is failing sev1\n{CANARY} in the summary")
    await place.people.clicks(ANA, room, "Take command")
    await place.people.invites(ANA, room, BEN)
    await place.people.says(BEN, room, f"it is the {CANARY}")
    await place.people.commands(BEN, room, f"/incident note the {CANARY} sings")
    await place.people.commands(ANA, room, "/incident update")
    await place.people.submits(ANA, {"What is happening": f"the {CANARY} sings"})
    await place.people.submits(ANA)
    await place.people.commands(ANA, room, f"/incident {CANARY} {CANARY}")
    await place.people.commands(ANA, room, f"/incident status INC-9{CANARY}")
    await place.people.commands(BEN, GENERAL, f"/incident declare {CANARY} sev9")
    return room


async def meets_faults(place: Town, room: str) -> None:
    """The same when everything goes wrong: Slack's errors, pages, resets and time-outs, and a failure of our own."""
    faults = [{"method": "chat.*", "kind": kind, "times": 1} for kind in ("html", "broken", "dropped", "late_5xx")]
    refused = {"method": "pins.add", "kind": "error", "error": "is_archived", "times": 2}
    await place.people.control(calls=[*faults, refused, {"method": "views.*", "kind": "html", "times": 1}])
    await place.people.commands(BEN, room, f"/incident note once more the {CANARY}")
    await place.people.tries(BEN, "command", channel=room, command="/incident", text="update")
    body = command(place, f"declare {CANARY}")
    del body["user_id"]
    body["response_url"] = f"https://hooks.slack.com/commands/T0/1/{CANARY}"
    await sends(place, "slash_commands", body)
    await sends(place, "slash_commands", command(place, f"note {CANARY}", response_url=None, channel_id=7))
    assert place.warroom is not None
    raising = place.warroom.engine.on_commit

    def fail(outcome: object) -> None:
        raise ValueError(f"{CANARY} {outcome}")

    raising.insert(0, fail)
    await place.people.tries(BEN, "command", channel=room, command="/incident", text=f"note {CANARY}")
    raising.remove(fail)
    await place.practice.workspace.sockets.disconnect()
    await place.quiet(40)


async def test_no_secret_and_nobodys_words_are_ever_logged(ways: Ways, written: io.StringIO) -> None:
    async with town(ways) as place:
        response_urls: list[str] = []
        triggers: list[str] = []
        asked = place.practice.workspace.delivery.ask

        async def noting(kind: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - as `ask`
            response_urls.append(str(body.get("response_url") or "none"))
            triggers.append(str(body.get("trigger_id") or "none"))
            return await asked(kind, body)

        place.practice.workspace.delivery.ask = noting  # type: ignore[method-assign, assignment]
        room = await speaks(place)
        await meets_faults(place, room)
    text = written.getvalue()
    assert len(lines(written)) > 40
    secrets = {BOT_TOKEN, APP_TOKEN, SECRET, CANARY, *response_urls, *triggers} - {"none"}
    assert len(secrets) > 10
    assert {secret for secret in secrets if secret.lower() in text.lower()} == set()
    assert "ticket=" not in text
    assert "ValueError: (message withheld)" in text
    assert "Slack did not open a form" in text


async def test_a_line_can_be_followed_from_the_request_to_the_delivery(ways: Ways, written: io.StringIO) -> None:
    async with town(ways) as place:
        room = await place.declares(ANA, "checkout is failing")
        await place.people.clicks(ANA, room, "Take command")
        await place.quiet()
    told = lines(written)
    commands = [line for line in told if line["event"] == "command" and "effect_id" not in line]
    assert [line["command"] for line in commands] == ["Declare", "ClaimRole"]
    assert len({line["request"] for line in commands}) == 2
    deliveries = [line for line in told if line["event"] == "delivery"]
    assert {line["effect"] for line in deliveries} >= {"OpenRoom", "LetIn", "ShowCard", "ShowTopic", "PinCard"}
    assert all({"incident", "effect_id", "attempt", "outcome", "ms", "timestamp"} <= line.keys() for line in deliveries)
    asked = {number: line["request"] for line in commands for number in line["asks"]}
    assert {line["effect_id"] for line in deliveries if line["effect"] == "OpenRoom"} <= asked.keys()


@pytest.fixture
def ways(database_url: str) -> Ways:
    """Both databases."""
    return Ways(database_url=database_url)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("token xoxb-12-34-aBc and xapp-1-A1-b2", "token xoxb-… and xapp-…"),
        ("xoxe.xoxp-1-Mi0yLTEw", "xoxe-…"),
        ("https://hooks.slack.com/commands/T0/12/abc", "https://hooks.slack.com/…"),
        ("url: https://slack.com/api/chat.postMessage)", "url: https://slack.com/api/chat.postMessage)"),
        ("wss://wss-primary.slack.com/link/?ticket=a1b2&app_id=c3", "wss://wss-primary.slack.com/…"),
        ("postgresql://warroom:hush@db/warroom", "postgresql://db/…"),
        ("trigger 13345224609.738474920.8088930838d88f008e0", "trigger 13345224609.738474920.…"),
        ({"inner": ["xoxb-1-2", 7, None, True]}, {"inner": ["xoxb-…", 7, None, True]}),
        ("the word is swordfish!", "the word is …!"),
    ],
)
def test_the_mask_knows_shapes_and_values(said: object, logged: object) -> None:
    assert logs.Mask(["swordfish"]).masked(said) == logged


def test_the_password_of_the_database_is_a_secret(written: io.StringIO) -> None:
    structlog.get_logger().info("with pass%20word or pass word")
    assert lines(written)[0]["event"] == "with … or …"


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (ValueError(f"{CANARY}"), "ValueError: (message withheld)"),
        (KeyError(CANARY), "KeyError: (message withheld)"),
        (OSError(28, "No space left on device"), "OSError: [Errno 28] No space left on device"),
        (AttributeError("no attribute x"), "AttributeError: no attribute x"),
        (aiohttp.ClientConnectionError("Connection lost"), "ClientConnectionError: Connection lost"),
    ],
)
def test_a_failure_keeps_its_words_only_where_they_are_its_own(failure: Exception, told: str) -> None:
    assert logs.in_words(failure) == told


def test_an_error_of_slacks_is_told_by_its_name() -> None:
    data = {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": [CANARY]}}
    answer = AsyncSlackResponse(
        client=None, http_verb="POST", api_url="x", req_args={}, data=data, headers={}, status_code=200
    )
    failure = SlackApiError(f"it failed {CANARY}", answer)  # type: ignore[no-untyped-call]
    assert logs.in_words(failure) == "SlackApiError: invalid_blocks"


def test_a_database_does_not_repeat_what_it_was_given(database_url: str) -> None:
    import sqlalchemy as sa

    database = Database(database_url)
    with pytest.raises(DatabaseAway) as refused:
        database.write_now(lambda connection: connection.execute(sa.text("SELECT :x FROM nowhere"), {"x": CANARY}))
    assert CANARY not in "".join(traceback.format_exception(refused.value))
    database.close()


def test_libraries_are_told_in_one_line_each(written: io.StringIO) -> None:
    logger = logging.getLogger("slack_sdk.somewhere")
    logger.debug("Sending %s", CANARY)
    logger.info("a body of %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError as failure:
        logger.exception(f"Failed: {failure}\nand more")
    (line,) = lines(written)
    assert (line["event"], line["logger"], line["level"]) == (
        "Failed: (message withheld)", "slack_sdk.somewhere", "error",
    )  # fmt: skip
    assert re.search(r"test_logs\.py.*\nValueError: \(message withheld\)$", line["exception"], re.S)


def test_without_a_terminal_it_is_for_machines(written: io.StringIO) -> None:
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None), stream)
    structlog.get_logger().info("stopped", incident=7)
    assert json.loads(stream.getvalue())["incident"] == 7


def test_text_is_for_eyes(capsys: pytest.CaptureFixture[str], written: io.StringIO) -> None:
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None, log_format="text"), stream)
    structlog.get_logger().info("stopped", incident=7)
    assert re.search(r"\[info +] stopped +incident=7$", stream.getvalue().strip())
