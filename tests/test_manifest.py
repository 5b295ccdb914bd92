"""manifest.yml is one Slack takes, and asks for exactly what the code uses: commands, events and scopes."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest
from bot.delivery.installation import GROUPS_SCOPE, PRIVATE_SCOPES
from bot.practice.events import EVENT_SCOPES
from bot.practice.manifest import read_manifest
from bot.practice.methods import METHODS
from tests.manifest_schema import faults

ROOT = Path(__file__).parent.parent
URL = "https://x.example"
ADDRESS = f"{URL}/slack/events"
KNOWN = {name.replace(".", "_"): (name,) for name in METHODS} | {name: (name,) for name in METHODS}

DOCUMENT = manifest.load()
FEATURES, SETTINGS = DOCUMENT["features"], DOCUMENT["settings"]
ASKED: list[str] = DOCUMENT["oauth_config"]["scopes"]["bot"]
OPTIONAL: list[str] = DOCUMENT["oauth_config"]["scopes"]["bot_optional"]
EVENTS: list[str] = SETTINGS["event_subscriptions"]["bot_events"]


def nodes(*places: str) -> Iterator[ast.AST]:
    """Every node of the code in these files and folders of the bot."""
    for place in places:
        path = ROOT / "bot" / place
        for file in path.rglob("*.py") if path.is_dir() else [path]:
            yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def of_a_client(node: ast.AST) -> bool:
    """Whether this is something of a client's that is awaited: `client.chat_postMessage`."""
    return (
        isinstance(node, ast.Attribute)
        and ast.unparse(node.value).split(".")[-1] == "client"
        and inspect.iscoroutinefunction(getattr(AsyncWebClient, node.attr, None))
    )


def called() -> set[str]:
    """The Web API methods that the code speaks of, by the SDK's names, or by Slack's in `client.api_call("…")`."""
    spoken = list(nodes("app.py", "delivery", "doctor.py", "handlers", "web"))
    named = {node.attr for node in spoken if isinstance(node, ast.Attribute) and of_a_client(node)}
    literal = {
        ast.literal_eval(node.args[0])
        for node in spoken
        if isinstance(node, ast.Call) and of_a_client(node.func) and ast.unparse(node.func).endswith(".api_call")
    }
    return (named - {"api_call"}) | literal


def called_methods() -> set[str]:
    """Slack's own names of them."""
    return {method for name in called() for method in KNOWN[name]}


def listened(kind: str) -> list[str]:
    """What the listeners of a kind (event, command, shortcut, action, view) are for, as written in the code.

    Those for whatever is left are not among them.
    """
    return [
        ast.literal_eval(node.args[0]) if isinstance(node.args[0], ast.Constant) else ast.unparse(node.args[0])
        for node in nodes("handlers", "app.py")
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"app.{kind}" and ast.unparse(node.args[0]) != "ANY"
    ]


@pytest.fixture(scope="module")
def over_http() -> str:
    """What the command line prints for HTTP."""
    command = [sys.executable, "-m", "bot", "manifest", "--url", URL]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout


def test_slack_takes_it() -> None:
    assert list(faults(DOCUMENT)) == []


def test_the_practice_workspace_takes_it() -> None:
    taken = read_manifest(manifest.MANIFEST)
    assert (taken.scopes, taken.bot_events) == (tuple(ASKED), frozenset(EVENTS))
    assert set(EVENTS) <= set(EVENT_SCOPES)


def test_no_scope_or_event_is_there_twice() -> None:
    for listed in (ASKED, OPTIONAL, EVENTS):
        assert len(listed) == len(set(listed))


def test_commands_keep_mentions_and_are_answered() -> None:
    commands = FEATURES["slash_commands"]
    assert [(command["command"], command["should_escape"]) for command in commands] == [("/incident", True)]
    assert listened("command") == ["re.compile('.*')"]  # whatever an installation calls the command


def test_shortcuts_are_answered_and_the_reverse() -> None:
    assert {shortcut["callback_id"] for shortcut in FEATURES.get("shortcuts", [])} == set(listened("shortcut"))


def test_clicks_and_forms_are_sent_to_us() -> None:
    assert SETTINGS["interactivity"]["is_enabled"] is bool(listened("action") and listened("view"))


def test_there_is_a_home_tab_and_messages_that_can_be_read_but_not_written() -> None:
    assert FEATURES["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": True,
    }


def test_every_event_is_listened_to_and_the_reverse() -> None:
    assert {event.partition(".")[0] for event in EVENTS} == set(listened("event"))


def test_every_event_may_be_heard() -> None:
    assert [event for event in EVENTS if EVENT_SCOPES[event] and not set(ASKED) & set(EVENT_SCOPES[event])] == []


def test_every_method_that_is_called_is_known() -> None:
    assert called() - set(KNOWN) == set()
    assert {"chat_postMessage", "views_open", "auth_test", "blocks.validate"} <= called()  # the search finds them


@pytest.mark.parametrize("kind", ["channel", "group"])
def test_every_method_that_is_called_is_allowed(kind: str) -> None:
    wanted = {name: METHODS[name].scopes.of(kind) for name in called_methods()}
    assert {name for name, scopes in wanted.items() if scopes and not set(ASKED) & set(scopes)} == set()


def test_every_scope_is_needed() -> None:
    needed = {
        scope for name in called_methods() for kind in ("channel", "group") for scope in METHODS[name].scopes.of(kind)
    }
    needed |= {scope for event in EVENTS for scope in EVENT_SCOPES[event]}
    needed |= {"commands"} if FEATURES["slash_commands"] else set()
    assert set(ASKED) - needed == set()


def test_what_may_be_declined_takes_only_what_is_named_here_along() -> None:
    assert set(OPTIONAL) == {*PRIVATE_SCOPES, "channels:join", "canvases:write", "pins:read", GROUPS_SCOPE}
    required = set(ASKED) - set(OPTIONAL)
    public = {name: METHODS[name].scopes.channel for name in called_methods()}
    assert {name for name, scopes in public.items() if scopes and not required & set(scopes)} == {
        "conversations.join", "conversations.canvases.create", "usergroups.users.list",
    }  # fmt: skip
    closed = {event for event in EVENTS if EVENT_SCOPES[event] and not required & set(EVENT_SCOPES[event])}
    assert closed == {"pin_removed"} | {event for event in EVENTS if event.startswith("group_")} | {"message.groups"}


def test_over_http_slack_takes_it_and_knows_where_to_post(over_http: str, tmp_path: Path) -> None:
    printed: dict[str, Any] = yaml.safe_load(over_http)
    assert list(faults(printed)) == []
    path = tmp_path / "manifest.yml"
    path.write_text(over_http, encoding="utf-8")
    assert read_manifest(path) == read_manifest(manifest.MANIFEST)
    assert printed["settings"]["socket_mode_enabled"] is False
    assert printed["settings"]["event_subscriptions"].pop("request_url") == ADDRESS
    assert printed["settings"]["interactivity"].pop("request_url") == ADDRESS
    assert [command.pop("url") for command in printed["features"]["slash_commands"]] == [ADDRESS]
    assert {**printed, "settings": {**printed["settings"], "socket_mode_enabled": True}} == DOCUMENT


def test_a_slash_at_the_end_of_the_address_changes_nothing(over_http: str) -> None:
    assert manifest.text(f"{URL}/") == over_http


@pytest.mark.parametrize(
    ("place", "value", "fault"),
    [
        (("features", "slash_commands", 0, "command"), "incident", "features.slash_commands.0.command: begins with /"),
        (("features", "slash_commands", 0, "hint"), "x", "features.slash_commands.0: hint is not known"),
        (("display_information", "name"), "W" * 36, "display_information.name: 1 to 35 characters"),
        (("display_information", "description"), "W" * 141, "display_information.description: 1 to 140 characters"),
        (("settings", "socket_mode_enabled"), "yes", "settings.socket_mode_enabled: is not bool"),
        (("settings", "socket_mode_enabled"), False, "settings.event_subscriptions.request_url: is missing"),
        (("oauth_config", "scopes", "bot_optional"), ["im:history"], "bot_optional: im:history is not in bot"),
        (("oauth_config", "scopes", "bot"), [], "bot: commands is missing"),
    ],
)
def test_a_wrong_manifest_would_be_noticed(place: tuple[str | int, ...], value: object, fault: str) -> None:
    wrong: Any = manifest.load()
    inside = wrong
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    assert fault in list(faults(wrong))
