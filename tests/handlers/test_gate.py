"""The gate: whoever is not of our workspace is refused politely, and a failure is said in every way Slack asks."""

import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.installation import Installed
from bot.delivery.people import Person
from bot.engine import Engine
from bot.handlers import register_all
from bot.handlers.permits import Permitted
from bot.handlers.services import Services, utcnow
from bot.queries import Queries
from bot.storage.database import Database
from bot.storage.migrate import migrate
from bot.views.refusals import SORRY, STRANGER
from bot.workflows.health import Health
from bot.workflows.incident import IncidentId, UserId
from bot.workflows.policy import DEFAULT_POLICY

OURS, THEIRS = "T1", "T2"
PEOPLE = {
    "U1": Person(id=UserId("U1")),
    "UGUEST": Person(id=UserId("UGUEST"), is_guest=True),
    "UBOT": Person(id=UserId("UBOT"), is_bot=True),
}


class Everybody:
    """The people of the workspace, known without asking."""

    async def person(self, user: UserId) -> Person | None:
        return PEOPLE.get(user)

    def known_names(self, users: Iterable[str]) -> dict[str, str]:
        return {user: PEOPLE[UserId(user)].name for user in users if UserId(user) in PEOPLE}

    def notice(self, member: dict[str, Any]) -> None:
        return


class Welcome:
    """Slack takes what we say."""

    error = ""

    async def refused(self, error: str) -> None:
        return


class NothingBroken:
    """Nothing is to be repaired here."""

    def begin(self, number: IncidentId, by: UserId, response_url: str | None, *, anew: bool = False) -> None:
        return


class NoHurry:
    """Nobody waits for a room here."""

    def when_open(self, incident: IncidentId, *, view_id: str | None = None, response_url: str | None = None) -> None:
        return


class NobodyLooks:
    """Nobody has a Home tab open here."""

    async def opened(self, user: UserId, *, guest: bool = False) -> None:
        return


async def nobody_knows() -> Health:
    return Health(version="1", since=utcnow(), over="HTTP", checks={"database": "does not work (OperationalError)"})


async def _authorize() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id=OURS, bot_token="xoxb-x", bot_id="B1", bot_user_id="UWARROOM")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'gate.db'}")
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def app(database: Database) -> AsyncApp:
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-x", base_url="http://127.0.0.1:9/"), authorize=_authorize,
        request_verification_enabled=False, process_before_response=True,
    )  # fmt: skip
    installed = Installed(
        team_id=OURS, team="Ours", url="https://ours.example/", bot_user_id=UserId("UWARROOM"), bot_id="B1", scopes=()
    )
    services = Services(
        engine=Permitted(Engine(database, DEFAULT_POLICY, utcnow), Queries(database, DEFAULT_POLICY), nobody_in),
        queries=Queries(database, DEFAULT_POLICY),
        policy=DEFAULT_POLICY, people=Everybody(), answers=NoHurry(), homes=NobodyLooks(), installation=installed,
        health=nobody_knows,
        acceptance=Welcome(), repairs=NothingBroken(),
    )  # fmt: skip
    register_all(app, services)
    return app


async def nobody_in(group: str) -> frozenset[UserId]:
    return frozenset()


async def sent(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


def command(text: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the payload
    body = {"command": "/incident", "text": text, "team_id": OURS, "user_id": "U1", "channel_id": "C1",
            "trigger_id": "1.2"}  # fmt: skip
    return {**body, **changes}


def form(values: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the payload
    blocks = [{"type": "input", "block_id": name} for name in ("title", "severity", "private")]
    view = {"id": "V1", "callback_id": "declare", "type": "modal", "blocks": blocks, "state": {"values": values}}
    user = {"id": "U1", "team_id": OURS}
    return {"type": "view_submission", "team": {"id": OURS}, "user": user, "view": view, **changes}


def titled(title: str | None) -> dict[str, Any]:
    return {"title": {"value": {"type": "plain_text_input", "value": title}}}


async def test_a_command_of_another_workspace_is_refused_politely(app: AsyncApp) -> None:
    response = await sent(app, command("declare it", team_id=THEIRS))
    assert response.status == 200
    assert json.loads(response.body)["text"] == STRANGER


async def test_a_form_of_a_stranger_is_refused_on_top(app: AsyncApp) -> None:
    response = await sent(app, form(titled("it"), user={"id": "U9", "team_id": THEIRS}))
    answer = json.loads(response.body)
    assert answer["response_action"] == "push"
    assert answer["view"]["blocks"][0]["text"]["text"] == STRANGER


async def test_a_click_and_an_event_of_another_workspace_are_taken_and_left(app: AsyncApp) -> None:
    click = {"type": "block_actions", "user": {"id": "U9", "team_id": THEIRS}, "team": {"id": THEIRS},
             "actions": [{"action_id": "claim", "block_id": "b", "type": "button"}]}  # fmt: skip
    event = {"type": "event_callback", "team_id": THEIRS, "event": {"type": "message", "channel": "C1"}}
    for body in (click, event):
        response = await sent(app, body)
        assert (response.status, response.body) == (200, "")


@pytest.mark.parametrize("name", ["/incident", "/inc", "/störung"])
async def test_any_command_that_is_routed_here_is_taken(app: AsyncApp, name: str) -> None:
    response = await sent(app, command("declare checkout is failing", command=name))
    assert json.loads(response.body)["text"] == "Opening INC-1 checkout is failing …"


async def test_the_same_command_twice_is_one_incident(app: AsyncApp) -> None:
    for _ in range(2):
        response = await sent(app, command("declare checkout is failing"))
    assert "This was already declared as *INC-1" in json.loads(response.body)["text"]


@pytest.mark.parametrize(
    ("user", "said"), [("UGUEST", "Guests cannot declare"), ("UBOT", "declared by people"), ("U404", "Opening INC-1")]
)
async def test_who_may_declare(app: AsyncApp, user: str, said: str) -> None:
    response = await sent(app, command("declare checkout is failing", user_id=user))
    assert said in json.loads(response.body)["text"]


async def test_an_error_marks_its_field(app: AsyncApp) -> None:
    response = await sent(app, form(titled("  ")))
    answer = json.loads(response.body)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["title"]


async def test_a_form_without_values_is_answered_too(app: AsyncApp) -> None:
    view = {"id": "V1", "callback_id": "declare", "type": "modal"}
    response = await sent(app, form({}, view=view))
    assert json.loads(response.body)["response_action"] == "push"


async def test_a_private_wish_is_never_opened_in_public(app: AsyncApp) -> None:
    ticked = {"private": {"value": {"type": "checkboxes", "selected_options": [{"value": "private"}]}}}
    response = await sent(app, form({**titled("secret"), **ticked}))
    error = json.loads(response.body)["errors"]["private"]
    assert "Nothing was opened" in error
    assert "OAuth & Permissions" in error


async def test_a_form_turns_into_opening_and_then_says_what_was_declared(app: AsyncApp) -> None:
    first = json.loads((await sent(app, form(titled("it is &lt;slow&gt;")))).body)
    assert first["response_action"] == "update"
    assert first["view"]["blocks"][0]["text"]["text"] == "Opening INC-1 it is &lt;slow&gt; …"
    again = json.loads((await sent(app, form(titled("something else")))).body)
    assert "already declared as *INC-1" in again["view"]["blocks"][0]["text"]["text"]


async def test_health_is_told_when_the_database_is_away(app: AsyncApp, database: Database) -> None:
    database.close()
    told = json.loads((await sent(app, command("health"))).body)["text"]
    assert told.startswith("*Warroom has trouble:* the database does not work (OperationalError). What to do: see that")
    assert "What waits and what was promised is not known" in told


async def test_our_own_failure_is_said_kindly_and_an_event_comes_again(app: AsyncApp, database: Database) -> None:
    database.close()
    response = await sent(app, command("list"))
    assert (response.status, json.loads(response.body)["text"]) == (200, SORRY)
    message = {"type": "message", "channel": "C1", "user": "U1", "ts": "1.2", "text": "x"}
    event = {"type": "event_callback", "team_id": OURS, "event_id": "Ev1", "event": message}
    assert (await sent(app, event)).status == 500


async def test_a_list_that_is_typed_into_and_a_form_that_is_closed_are_no_events(app: AsyncApp) -> None:
    user, team = {"id": "U9", "team_id": THEIRS}, {"id": THEIRS}
    typing = {"type": "block_suggestion", "user": user, "team": team, "action_id": "x", "block_id": "b", "value": "y"}
    answer = await sent(app, typing)
    assert (answer.status, json.loads(answer.body)) == (200, {"options": []})
    closed = {"type": "view_closed", "user": user, "team": team, "view": {"id": "V1", "callback_id": "declare"}}
    answer = await sent(app, closed)
    assert (answer.status, answer.body) == (200, "")


async def test_a_refusal_calls_the_command_what_it_is_called(app: AsyncApp) -> None:
    told = json.loads((await sent(app, command("status INC-404", command="/störung"))).body)["text"]
    assert "`/störung list` shows the open ones." in told
    assert "/incident" not in told
