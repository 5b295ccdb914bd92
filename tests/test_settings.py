"""Every wrong setting gets one whole sentence, no secret is ever in it, and docs/settings.md tells all of them."""

import re
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, Transport, load_settings

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"

BOT_TOKEN = (
    "copy the “Bot User OAuth Token” from “OAuth & Permissions” on your app's page at https://api.slack.com/apps."
)
APP_TOKEN = (
    "make an “App-Level Token” (connections:write) in “Basic Information” on your app's page at "
    "https://api.slack.com/apps"
)
NOT_REACHABLE = (
    f"SLACK_APP_TOKEN is not set: for Socket Mode {APP_TOKEN}; "
    "or, for HTTP, set SLACK_SIGNING_SECRET from “Basic Information”."
)
PORT = "PORT must be a number from 1 to 65535, such as 3000."
PRACTICE_PORT = "PRACTICE_PORT must be a number from 1 to 65535, such as 8377."
PERSON = "WARROOM_PERSON must be a person's id in Slack, such as U0ANA (“Copy member ID” in their profile)."
API_URL = "SLACK_API_URL must be an address such as https://slack.com/api/ (leave it out for Slack itself)."
PUBLIC_URL = "PUBLIC_URL must be the address Slack reaches you at, such as https://warroom.example.com."
DATABASE = "DATABASE_URL must look like postgresql://user:password@host/name or sqlite:///path/to/file.sqlite."
IN_MEMORY = "DATABASE_URL must name a file, such as sqlite:///.warroom/warroom.sqlite: memory forgets incidents."
LOG_FORMAT = "LOG_FORMAT must be one of auto, text, json."
LOG_LEVEL = "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL."
CHANNEL = "INCIDENTS_CHANNEL must be a channel's name or id, such as incidents or C024BE91L."


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which nothing of ours is set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def complaint(environment: pytest.MonkeyPatch, **values: str) -> str:
    for name, value in values.items():
        environment.setenv(name, value)
    with pytest.raises(SettingsError) as wrong:
        load_settings(env_file=None)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, f"SLACK_BOT_TOKEN must begin with xoxb-: {BOT_TOKEN}"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, f"SLACK_APP_TOKEN must begin with xapp-: {APP_TOKEN}."),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, NOT_REACHABLE),
        ({"SLACK_APP_TOKEN": "xapp-1"}, f"SLACK_BOT_TOKEN is not set: {BOT_TOKEN}"),
        ({"SLACK_SIGNING_SECRET": "5ecre7"}, f"SLACK_BOT_TOKEN is not set: {BOT_TOKEN}"),
        ({"PORT": "0"}, PORT),
        ({"PORT": "65536"}, PORT),
        ({"PORT": "-1"}, PORT),
        ({"PORT": "http"}, PORT),
        ({"PORT": "3000.0"}, PORT),
        ({"PORT": "9" * 5000}, PORT),
        ({"PRACTICE_PORT": "99999"}, PRACTICE_PORT),
        ({"PRACTICE_PORT": "8377/tcp"}, PRACTICE_PORT),
        ({"SLACK_API_URL": "slack.com/api"}, API_URL),
        ({"WARROOM_PERSON": "ana"}, PERSON),
        ({"WARROOM_PERSON": "C0GENERAL"}, PERSON),
        ({"SLACK_API_URL": "https://"}, API_URL),
        ({"PUBLIC_URL": "warroom.example.com"}, PUBLIC_URL),
        ({"PUBLIC_URL": "ftp://warroom.example.com"}, PUBLIC_URL),
        ({"PUBLIC_URL": "https://warroom example com"}, PUBLIC_URL),
        ({"DATABASE_URL": "warroom.sqlite"}, DATABASE),
        ({"DATABASE_URL": "sqlite:warroom.sqlite"}, DATABASE),
        ({"DATABASE_URL": "sqlite://warroom.sqlite"}, DATABASE),
        ({"DATABASE_URL": "mysql://root@localhost/warroom"}, DATABASE),
        ({"DATABASE_URL": "postgresql://warroom:5ecre7@db"}, DATABASE),
        ({"DATABASE_URL": "postgresql://warroom:5ecre7@db:port/warroom"}, DATABASE),
        ({"DATABASE_URL": "sqlite://"}, IN_MEMORY),
        ({"DATABASE_URL": "sqlite:///:memory:"}, IN_MEMORY),
        ({"DATABASE_URL": "sqlite:///file:warroom?mode=memory&uri=true"}, IN_MEMORY),
        ({"INCIDENTS_CHANNEL": "#"}, CHANNEL),
        ({"LOG_LEVEL": "loud"}, LOG_LEVEL),
        ({"LOG_FORMAT": "xml"}, LOG_FORMAT),
        ({"PORT": "none", "LOG_LEVEL": "loud"}, f"{PORT}\n{LOG_LEVEL}"),
    ],
)
def test_a_wrong_setting_gets_one_sentence(
    environment: pytest.MonkeyPatch, values: dict[str, str], sentence: str
) -> None:
    assert complaint(environment, **values) == sentence


def test_no_complaint_ever_shows_what_was_set(environment: pytest.MonkeyPatch) -> None:
    secret = "5ecre7"
    for name in Settings.model_fields:
        environment.setenv(name.upper(), f" {secret} ")
    assert secret not in complaint(environment)


def test_without_any_setting_there_is_only_practice(environment: pytest.MonkeyPatch) -> None:
    assert load_settings(env_file=None).transport is Transport.NONE


@pytest.mark.parametrize(
    ("also", "transport"),
    [
        ({"SLACK_APP_TOKEN": "xapp-1"}, Transport.SOCKET),
        ({"SLACK_SIGNING_SECRET": "5ecre7"}, Transport.HTTP),
        ({"SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "5ecre7"}, Transport.SOCKET),
    ],
)
def test_the_tokens_choose_the_transport(
    environment: pytest.MonkeyPatch, also: dict[str, str], transport: Transport
) -> None:
    for name, value in {"SLACK_BOT_TOKEN": "xoxb-1", **also}.items():
        environment.setenv(name, value)
    assert load_settings(env_file=None).transport is transport


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("database_url", "postgres://u:p#:/@db/warroom", "postgresql+psycopg://u:p#:/@db/warroom"),
        (
            "database_url",
            "postgresql://[::1]:5433/w?sslmode=require",
            "postgresql+psycopg://[::1]:5433/w?sslmode=require",
        ),
        ("database_url", "postgresql:///w?host=/run/postgresql", "postgresql+psycopg:///w?host=/run/postgresql"),
        ("database_url", "sqlite:////data/in-memory-of/w.sqlite", "sqlite:////data/in-memory-of/w.sqlite"),
        ("slack_api_url", "https://slack-gov.com/api", "https://slack-gov.com/api/"),
        ("public_url", "https://warroom.example.com/", "https://warroom.example.com"),
        ("incidents_channel", "#incidents", "incidents"),
        ("log_level", "critical", "CRITICAL"),
        ("port", " 65535 ", 65535),
        ("warroom_config", "nowhere.yml", Path("nowhere.yml")),
        ("host", "", "127.0.0.1"),
        ("slack_bot_token", "xoxb-1\n", SecretStr("xoxb-1")),
    ],
)
def test_what_is_written_is_read_as_it_is_meant(
    environment: pytest.MonkeyPatch, name: str, written: str, meant: object
) -> None:
    environment.setenv("SLACK_SIGNING_SECRET" if name == "slack_bot_token" else "HOST", "localhost")
    environment.setenv(name.upper(), written)
    assert getattr(load_settings(env_file=None), name) == meant


def test_an_env_file_is_read_and_the_environment_goes_before_it(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / ".env"
    path.write_text("PORT=4000\nHOST=0.0.0.0\nSOMETHING_ELSE=1\n", encoding="utf-8")
    environment.setenv("PORT", "5000")
    settings = load_settings(env_file=str(path))
    assert (settings.host, settings.port) == ("0.0.0.0", 5000)  # noqa: S104 (what the file says)


def test_an_env_file_that_cannot_be_read_gets_a_sentence(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"HOST=\xff\n")
    with pytest.raises(SettingsError, match=r"\.env cannot be read: it has to be UTF-8 text"):
        load_settings(env_file=str(path))


def test_every_setting_is_documented_with_its_default_and_the_reverse() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    defaults = {name.upper(): field.default for name, field in Settings.model_fields.items()}
    assert dict(rows) == {name: "–" if value is None else f"`{value}`" for name, value in defaults.items()}
    assert [name for name, _ in rows] == list(defaults)
