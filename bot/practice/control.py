"""The control interface: faults, limits, sockets, scopes and the token, for whoever tests or trains on this machine."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields
from enum import StrEnum
from functools import partial
from typing import Any, TypeGuard, TypeVar

from aiohttp import web

from bot.practice.errors import ApiError
from bot.practice.events import emit
from bot.practice.faults import CallFault, EventFault, Faults, Spoil, Upset
from bot.practice.people.registry import refusal
from bot.practice.people.routes import read_body
from bot.practice.store import Json
from bot.practice.workspace import BOT_USER, Workspace

Fault = TypeVar("Fault", CallFault, EventFault)
Change = Callable[[], Awaitable[None] | None]
Setting = Callable[["Control", Any], Change]
MS_MAX = 3_600_000
WHOLE = {"times": (1, 10_000), "retry_after": (0, 3_600), "status": (400, 599)}  # numbers of a fault, and their bounds
SECONDS_MAX = 3_600


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
        """Change one thing or several, in the order of `SETTINGS`; nothing is changed when a part of it is wrong."""
        try:
            body = await read_body(request)
            unknown = sorted(body.keys() - SETTINGS.keys())
            if unknown:
                known = ", ".join(SETTINGS)
                raise refusal("unknown_control", f"There is no control called {unknown[0]}; there are {known}.")
            changes = [setting(self, body[name]) for name, setting in SETTINGS.items() if name in body]
        except ApiError as refused:
            return web.json_response(refused.answer(), status=400)
        for change in changes:
            under_way = change()
            if under_way is not None:
                await under_way
        return web.json_response({"ok": True, **self.state()})

    def state(self) -> Json:
        """Faults still to come, whether the limits are on, the scopes, and how many sockets are open."""
        workspace = self.workspace
        scopes, sockets = sorted(workspace.scopes), workspace.sockets.connection_count
        return {**workspace.faults.listing(), "limits": workspace.limits.on, "scopes": scopes, "sockets": sockets}


# Each reads one control and hands back the change to make, so that a request with a fault in it changes nothing.


def _reset(control: Control, value: object) -> Change:
    """Take away every fault and the limits, and give the token and the scopes back."""
    if value is not True:
        raise refusal("invalid_control", "reset is true, or left out.")

    def change() -> None:
        faults, fresh = control.workspace.faults, Faults()
        for entry in fields(Faults):
            setattr(faults, entry.name, getattr(fresh, entry.name))
        control.workspace.limits.switch(on=False)
        control.workspace.sockets.deafen(deaf=False)
        control.workspace.revoked = frozenset()

    return change


def _latency(control: Control, value: object) -> Change:
    fits = isinstance(value, Mapping) and all(_is_number(ms) and 0 <= ms <= MS_MAX for ms in value.values())
    if not isinstance(value, Mapping) or not fits:
        raise refusal("invalid_control", f'latency_ms is 0 to {MS_MAX:,} milliseconds by method, such as {{"*": 100}}.')
    latency = {str(name): float(ms) for name, ms in value.items()}
    return partial(setattr, control.workspace.faults, "latency_ms", latency)


def _limits(control: Control, value: object) -> Change:
    if not isinstance(value, bool):
        raise refusal("invalid_control", "limits is true or false.")
    return partial(control.workspace.limits.switch, on=value)


def _calls(control: Control, value: object) -> Change:
    return partial(control.workspace.faults.calls.extend, _read(value, CallFault, "calls", Spoil))


def _events(control: Control, value: object) -> Change:
    return partial(control.workspace.faults.events.extend, _read(value, EventFault, "events", Upset))


def _sockets(control: Control, value: object) -> Change:
    sockets, word = control.workspace.sockets, _word(value, SocketWord, "sockets")
    changes: Mapping[SocketWord, Change] = {
        SocketWord.DROP: sockets.cut,
        SocketWord.WARNING: sockets.warn,
        SocketWord.REFRESH: sockets.disconnect,
        SocketWord.DEAF: partial(sockets.deafen, deaf=True),
        SocketWord.HEARING: partial(sockets.deafen, deaf=False),
    }
    return changes[word]


def _revoke(control: Control, value: object) -> Change:
    scopes = _scopes(control, value, "revoke")

    def change() -> None:
        control.workspace.revoked |= scopes

    return change


def _grant(control: Control, value: object) -> Change:
    scopes = _scopes(control, value, "grant")

    def change() -> None:
        control.workspace.revoked -= scopes

    return change


def _token(control: Control, value: object) -> Change:
    if value not in ("revoked", "uninstalled", "valid"):
        raise refusal("invalid_control", "token is revoked, uninstalled or valid.")

    def change() -> None:
        faults = control.workspace.faults
        if value != "valid" and not faults.token_error:
            emit(control.workspace, {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [BOT_USER]}})
        if value == "uninstalled" and not faults.uninstalled:
            emit(control.workspace, {"type": "app_uninstalled"})
        faults.token_revoked, faults.uninstalled = value != "valid", value == "uninstalled"

    return change


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
        _check_numbers(given)
        if not (isinstance(given.get("error", "error"), str) and given.get("error", "error")):
            raise refusal("invalid_control", "error is one of Slack's names of errors, such as internal_error.")
        found.append(shape(**given))
    return found


def _word(value: object, kinds: type[StrEnum], name: str) -> Any:  # noqa: ANN401 - a member of `kinds`
    if value not in [kind.value for kind in kinds]:
        raise refusal("invalid_control", f"The {name} is one of {', '.join(kinds)}.")
    return kinds(value)


def _check_numbers(given: Mapping[str, object]) -> None:
    for name, (least, most) in WHOLE.items():
        value = given.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise refusal("invalid_control", f"{name} is a whole number from {least} to {most:,}.")
    seconds = given.get("seconds", 0)
    if not _is_number(seconds) or not 0 <= seconds <= SECONDS_MAX:
        raise refusal("invalid_control", f"seconds is a number from 0 to {SECONDS_MAX:,}.")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _scopes(control: Control, value: object, name: str) -> frozenset[str]:
    manifest = control.workspace.settings.manifest
    asked = {*manifest.scopes, *manifest.optional_scopes}
    named = frozenset(str(scope) for scope in (value if isinstance(value, list) else [value]))
    if not named <= asked:
        raise refusal("invalid_control", f"{name} takes scopes the manifest asks for, not {sorted(named - asked)[0]}.")
    return named
