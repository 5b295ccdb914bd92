"""The table of Web API methods: arguments, scopes and what answers them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.practice.errors import ApiError, invalid_arguments
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace, kind_of

# Bolt adds team_id to every call made through a context client; token may stand among the arguments.
ALWAYS_ALLOWED = frozenset({"team_id", "token"})
KINDS = ("channel", "group", "im")


@dataclass(frozen=True, kw_only=True)
class Argument:
    """One argument: its type (str, int, bool, list, dict, any) and whether it must be there."""

    kind: str
    required: bool


@dataclass(frozen=True, kw_only=True)
class Scopes:
    """The scopes of which one is needed, for a public channel, a private one and direct messages."""

    channel: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    im: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[str, ...]:
        """The scopes for one kind of channel."""
        found: tuple[str, ...] = getattr(self, kind)
        return found

    def all(self) -> tuple[str, ...]:
        """Every scope that lets the method do anything at all."""
        return tuple(dict.fromkeys(scope for kind in KINDS for scope in self.of(kind)))


def everywhere(*scopes: str) -> Scopes:
    """The same scopes for every kind of channel."""
    return Scopes(channel=scopes, group=scopes, im=scopes)


READ = Scopes(channel=("channels:read",), group=("groups:read",), im=("im:read",))
HISTORY = Scopes(channel=("channels:history",), group=("groups:history",), im=("im:history",))
MANAGE = Scopes(channel=("channels:manage",), group=("groups:write",))


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call as its method sees it: arguments of the right types, and what the app may do."""

    workspace: Workspace
    args: Json
    scopes: Scopes

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value: str = self.args.get(name, default)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean argument."""
        return bool(self.args.get(name, default))

    def need(self, wanted: tuple[str, ...]) -> None:
        """Refuse with `missing_scope` unless the app has one of these scopes (none wanted: fine)."""
        if wanted and not self.workspace.scopes.intersection(wanted):
            raise missing_scope(self.workspace, wanted)

    def channel(self, name: str = "channel", *, member: bool = False, writing: bool = False) -> Json:
        """The channel an argument names, if the bot can see it and has the scope for its kind."""
        channel = self.workspace.channels.get(self.text(name))
        joined = channel is not None and BOT_USER in channel["members"]
        if channel is None or (channel["is_private"] and not joined):
            raise ApiError("channel_not_found")
        self.need(self.scopes.of(kind_of(channel)))
        if member and not joined:
            raise ApiError("not_in_channel")
        if writing and channel["is_archived"]:
            raise ApiError("is_archived")
        return channel


Run = Callable[[Request], Json]


@dataclass(frozen=True, kw_only=True)
class Method:
    """One Web API method; `token` is bot, app or none."""

    name: str
    arguments: Mapping[str, Argument]
    scopes: Scopes
    token: str
    run: Run

    def read(self, raw: Mapping[str, Any]) -> Json:
        """The arguments in their types; `invalid_arguments` names what is unknown, missing or of a wrong type."""
        faults = [f"unknown argument: {name}" for name in raw if name not in {*self.arguments, *ALWAYS_ALLOWED}]
        given = {name: value for name, value in raw.items() if name in self.arguments and value is not None}
        faults += [
            f"missing required field: {name}"
            for name, argument in self.arguments.items()
            if argument.required and given.get(name) in (None, "")
        ]
        args: Json = {}
        for name, value in given.items():
            try:
                args[name] = READERS[self.arguments[name].kind](value)
            except (ValueError, TypeError):
                faults.append(f"must be of type {self.arguments[name].kind} [json-pointer:/{name}]")
        if faults:
            raise invalid_arguments(faults)
        return args


METHODS: dict[str, Method] = {}


def method(name: str, arguments: str = "", scopes: Scopes | None = None, token: str = "bot") -> Callable[[Run], Run]:  # noqa: S107
    """Enter a method into the table; `arguments` reads like "channel! limit:int blocks:list" (! is required)."""
    parsed = {}
    for word in arguments.split():
        label, _, kind = word.rstrip("!").partition(":")
        parsed[label] = Argument(kind=kind or "str", required=word.endswith("!"))

    def enter(run: Run) -> Run:
        METHODS[name] = Method(name=name, arguments=parsed, scopes=scopes or Scopes(), token=token, run=run)
        return run

    return enter


def missing_scope(workspace: Workspace, wanted: tuple[str, ...]) -> ApiError:
    """Slack's `missing_scope`, with what is needed and what the app has."""
    return ApiError("missing_scope", needed=",".join(wanted), provided=",".join(sorted(workspace.scopes)))


def _string(value: object) -> str:
    if isinstance(value, (dict, list, bool)):
        raise TypeError
    return str(value)


def _boolean(value: object) -> bool:
    known = {"1": True, "true": True, "0": False, "false": False, "": False}
    word = str(value).lower()
    if word not in known:
        raise ValueError(word)
    return known[word]


def _integer(value: object) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(str(value))


def _list(value: object) -> list[Any]:
    parsed = json.loads(value) if isinstance(value, str) else value
    if not isinstance(parsed, list):
        raise TypeError
    return parsed


def _dict(value: object) -> Json:
    parsed = json.loads(value) if isinstance(value, str) else value
    if not isinstance(parsed, dict):
        raise TypeError
    return parsed


READERS: dict[str, Callable[[Any], Any]] = {
    "str": _string,
    "bool": _boolean,
    "int": _integer,
    "list": _list,
    "dict": _dict,
    "any": lambda value: value,
}
