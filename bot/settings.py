"""Settings: read once from the environment or `.env`, checked, and passed on as plain values."""

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

APP_PAGE = "your app's page at https://api.slack.com/apps"

PREFIXES = {
    "slack_bot_token": ("xoxb-", f"copy the “Bot User OAuth Token” from “OAuth & Permissions” on {APP_PAGE}"),
    "slack_app_token": ("xapp-", f"make an “App-Level Token” (connections:write) in “Basic Information” on {APP_PAGE}"),
}

LOG_FORMATS = ("auto", "text", "json")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}
SERVER = re.compile(r"(\[[^]]*]|[^:/?]*)(:[0-9]+)?/[^/?]+(\?.*)?")  # host:port/name, after user and password
PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")
WEB_ADDRESS = re.compile(r"https?://[^/\s?#]+(/[^\s?#]*)?")


class Transport(StrEnum):
    """How Slack reaches us."""

    SOCKET = "socket"  # Socket Mode: no public address is needed
    HTTP = "http"  # Slack posts to PUBLIC_URL/slack/events
    NONE = "none"  # no tokens: there is only the practice workspace


class SettingsError(Exception):
    """A setting is missing or malformed; one sentence each: what to set, and where to get it."""


class Settings(BaseSettings):
    """What an installation may set. docs/settings.md says the same in a table, held in step by a test."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = "https://slack.com/api/"
    database_url: str = "sqlite:///.warroom/warroom.sqlite"
    host: str = "127.0.0.1"
    port: int = 3000
    public_url: str | None = None
    practice_port: int = 8377
    practice_bind: str = "127.0.0.1"
    incidents_channel: str = "incidents"
    warroom_config: Path | None = None
    warroom_playbooks: Path | None = None
    warroom_person: str | None = None
    log_level: str = "INFO"
    log_format: str = "auto"

    @property
    def transport(self) -> Transport:
        """Socket Mode with an app token, HTTP with a signing secret, nothing without a bot token."""
        if self.slack_bot_token is None:
            return Transport.NONE
        return Transport.SOCKET if self.slack_app_token else Transport.HTTP

    @field_validator("*", mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        """Secrets that come from files bring a line's end along."""
        return value.strip() if isinstance(value, str) else value

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _right_kind(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        prefix, where = PREFIXES[str(info.field_name)]
        if value is not None and not value.get_secret_value().startswith(prefix):
            raise ValueError(f"must begin with {prefix}: {where}.")
        return value

    @field_validator("port", "practice_port", mode="before")
    @classmethod
    def _a_port(cls, value: object, info: ValidationInfo) -> int:
        number = int(str(value)) if re.fullmatch(r"\s*[0-9]{1,5}\s*", str(value)) else 0
        if not 1 <= number <= 65535:
            usual = cls.model_fields[str(info.field_name)].default
            raise ValueError(f"must be a number from 1 to 65535, such as {usual}.")
        return number

    @field_validator("practice_bind")
    @classmethod
    def _an_address(cls, value: str) -> str:
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            raise ValueError("must be an IP address of this machine, or 0.0.0.0 for all of them.") from None

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_slash(cls, value: str) -> str:
        if not WEB_ADDRESS.fullmatch(value):
            raise ValueError("must be an address such as https://slack.com/api/ (leave it out for Slack itself).")
        return value if value.endswith("/") else f"{value}/"

    @field_validator("public_url")
    @classmethod
    def _a_public_address(cls, value: str | None) -> str | None:
        if value is not None and not WEB_ADDRESS.fullmatch(value):
            raise ValueError("must be the address Slack reaches you at, such as https://warroom.example.com.")
        return value.rstrip("/") if value else None

    @field_validator("database_url")
    @classmethod
    def _names_its_driver(cls, value: str) -> str:
        scheme, _, rest = value.partition("://")
        scheme = DRIVERS.get(scheme, scheme)
        if scheme == "sqlite" and (rest in ("", "/") or "memory" in rest.partition("?")[2] or ":memory:" in rest):
            raise ValueError("must name a file, such as sqlite:///.warroom/warroom.sqlite: memory forgets incidents.")
        server = scheme == DRIVERS["postgres"] and SERVER.fullmatch(rest.rpartition("@")[2])
        if not server and not (scheme == "sqlite" and rest.startswith("/")):
            raise ValueError("must look like postgresql://user:password@host/name or sqlite:///path/to/file.sqlite.")
        return f"{scheme}://{rest}"

    @field_validator("incidents_channel")
    @classmethod
    def _without_hash(cls, value: str) -> str:
        name = value.removeprefix("#").strip()
        if not name:
            raise ValueError("must be a channel's name or id, such as incidents or C024BE91L.")
        return name

    @field_validator("warroom_person")
    @classmethod
    def _a_person(cls, value: str | None) -> str | None:
        if value is not None and not PERSON.fullmatch(value):
            raise ValueError("must be a person's id in Slack, such as U0ANA (“Copy member ID” in their profile).")
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in LOG_LEVELS:
            raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}.")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value.lower() not in LOG_FORMATS:
            raise ValueError(f"must be one of {', '.join(LOG_FORMATS)}.")
        return value.lower()

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.slack_bot_token and not (self.slack_app_token or self.slack_signing_secret):
            raise ValueError(
                "SLACK_APP_TOKEN is not set: for Socket Mode "
                f"{PREFIXES['slack_app_token'][1]}; or, for HTTP, set SLACK_SIGNING_SECRET from “Basic Information”."
            )
        if (self.slack_app_token or self.slack_signing_secret) and not self.slack_bot_token:
            raise ValueError(f"SLACK_BOT_TOKEN is not set: {PREFIXES['slack_bot_token'][1]}.")
        return self


def load_settings(env_file: str | None = ".env") -> Settings:
    """Read the environment, and `.env` below it.

    Raises:
        SettingsError: with a sentence for each setting that is missing or malformed; secrets are never in it.
    """
    try:
        return Settings(_env_file=env_file)
    except ValidationError as wrong:
        raise SettingsError("\n".join(_sentence(error) for error in wrong.errors(include_url=False))) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"{env_file} cannot be read: it has to be UTF-8 text that Warroom's user may read."
        ) from None


def _sentence(error: ErrorDetails) -> str:
    name = str(error["loc"][0]).upper() if error["loc"] else ""
    text = error["msg"].removeprefix("Value error, ")
    if error["type"] == "value_error":
        return f"{name} {text}".strip()
    return f"{name} is not what was expected: {text[0].lower()}{text[1:]}; see docs/settings.md."
