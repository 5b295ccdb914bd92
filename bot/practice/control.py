"""The control interface: faults, limits, sockets, scopes and the token, for whoever tests or trains on this machine."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any, TypeVar

from aiohttp import web

from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.faults import CallFault, EventFault, Faults, Spoil, Upset
from bot.practice.people.registry import refusal
from bot.practice.people.routes import read_body
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace

Fault = TypeVar("Fault", CallFault, EventFault)
Setting = Callable[["Control", Any], Awaitable[None]]
TIMES_MAX, SECONDS_MAX = 10_000, 3600.0


class SocketWord(StrEnum):
    """What can be done to the app's open sockets."""

    DROP = "drop"  # cut without a word
    DEAF = "deaf"  # open, and nothing goes through
    HEARING = "hearing"  # as before
    WARNING = "warning"  # a disconnect message; they stay open
    REFRESH = "refresh"  # a disconnect message, and closed


class Control:
    """Answers /practice/control for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def add_routes(self, app: web.Application) -> None:
        """Enter the routes."""
        app.router.add_get("/practice/control", self.show)
        app.router.add_post("/practice/control", self.change)

    async def show(self, request: web.Request) -> web.Response:
        """What is in force."""
        return web.json_response({"ok": True, **self.state()})

    async def change(self, request: web.Request) -> web.Response:
        """Change one thing or several, in the order of `SETTINGS`; nothing is changed when a word is not known."""
        try:
            body = await read_body(request)
            unknown = sorted(body.keys() - SETTINGS.keys())
            if unknown:
                known = ", ".join(SETTINGS)
                raise refusal("unknown_control", f"There is no control called {unknown[0]}; there are {known}.")
            for name, setting in SETTINGS.items():
                if name in body:
                    await setting(self, body[name])
        except ApiError as refused:
            return web.json_response(refused.answer(), status=400)
        return web.json_response({"ok": True, **self.state()})

    def state(self) -> Json:
        """Faults still to come, whether the limits are on, the scopes, and how many sockets are open."""
        workspace = self.workspace
        scopes, sockets = sorted(workspace.scopes), workspace.sockets.connection_count
        return {**workspace.faults.listing(), "limits": workspace.limits.on, "scopes": scopes, "sockets": sockets}


async def _reset(control: Control, value: object) -> None:
    """Take away every fault and the limits, and give the token and the scopes back."""
    faults, fresh = control.workspace.faults, Faults()
    for entry in fields(Faults):
        setattr(faults, entry.name, getattr(fresh, entry.name))
    control.workspace.limits.switch(on=False)
    control.workspace.sockets.deafen(deaf=False)
    control.workspace.revoked = frozenset()


async def _latency(control: Control, value: object) -> None:
    if not isinstance(value, Mapping) or not all(_is_number(ms) for ms in value.values()):
        raise refusal("invalid_control", 'latency_ms is milliseconds by method, such as {"*": 100}.')
    control.workspace.faults.latency_ms = {str(name): float(ms) for name, ms in value.items()}


async def _limits(control: Control, value: object) -> None:
    if not isinstance(value, bool):
        raise refusal("invalid_control", "limits is true or false.")
    control.workspace.limits.switch(on=value)


async def _calls(control: Control, value: object) -> None:
    control.workspace.faults.calls += _read(value, CallFault, "calls", Spoil)


async def _events(control: Control, value: object) -> None:
    control.workspace.faults.events += _read(value, EventFault, "events", Upset)


async def _sockets(control: Control, value: object) -> None:
    sockets, word = control.workspace.sockets, _word(value, SocketWord, "sockets")
    if word is SocketWord.DROP:
        sockets.cut()
    elif word is SocketWord.WARNING:
        await sockets.warn()
    elif word is SocketWord.REFRESH:
        await sockets.disconnect()
    else:
        sockets.deafen(deaf=word is SocketWord.DEAF)


async def _revoke(control: Control, value: object) -> None:
    control.workspace.revoked |= _scopes(control, value, "revoke")


async def _grant(control: Control, value: object) -> None:
    control.workspace.revoked -= _scopes(control, value, "grant")


async def _token(control: Control, value: object) -> None:
    if value not in ("revoked", "valid"):
        raise refusal("invalid_control", "token is revoked or valid.")
    if value == "revoked" and not control.workspace.faults.token_revoked:
        emit(control.workspace, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
    control.workspace.faults.token_revoked = value == "revoked"


SETTINGS: Mapping[str, Setting] = {
    "reset": _reset,
    "latency_ms": _latency,
    "limits": _limits,
    "calls": _calls,
    "events": _events,
    "sockets": _sockets,
    "revoke": _revoke,
    "grant": _grant,
    "token": _token,
}


def _read(value: object, shape: type[Fault], name: str, kinds: type[StrEnum]) -> list[Fault]:
    """A list of faults, each checked against its dataclass."""
    known = {entry.name: entry.type for entry in fields(shape)}
    found = []
    for entry in value if isinstance(value, list) else [value]:
        if not isinstance(entry, Mapping) or not known.keys() >= entry.keys():
            raise refusal("invalid_control", f"Each of {name} is an object with some of {', '.join(known)}.")
        given = {**entry, "kind": _word(entry.get("kind"), kinds, f"kind of {name}")}
        pattern = next(iter(known))
        if not isinstance(given.get(pattern), str):
            raise refusal("invalid_control", f"Each of {name} names its {pattern}, such as chat.* or *.")
        if not 1 <= _number(given.get("times", 1), "times") <= TIMES_MAX:
            raise refusal("invalid_control", f"times is between 1 and {TIMES_MAX:,}.")
        for seconds in ("retry_after", "seconds"):
            if not 0 <= _number(given.get(seconds, 0), seconds) <= SECONDS_MAX:
                raise refusal("invalid_control", f"{seconds} is between 0 and {SECONDS_MAX:,.0f}.")
        found.append(shape(**given))
    return found


def _word(value: object, kinds: type[StrEnum], name: str) -> Any:  # noqa: ANN401 - a member of `kinds`
    if value not in [kind.value for kind in kinds]:
        raise refusal("invalid_control", f"The {name} is one of {', '.join(kinds)}.")
    return kinds(value)


def _number(value: object, name: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise refusal("invalid_control", f"{name} is a number.")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scopes(control: Control, value: object, name: str) -> frozenset[str]:
    manifest = control.workspace.settings.manifest
    asked = {*manifest.scopes, *manifest.optional_scopes}
    named = frozenset(str(scope) for scope in (value if isinstance(value, list) else [value]))
    if not named <= asked:
        raise refusal("invalid_control", f"{name} takes scopes the manifest asks for, not {sorted(named - asked)[0]}.")
    return named
