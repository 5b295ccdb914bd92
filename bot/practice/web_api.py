"""The Web API over HTTP: who calls, with which arguments, and Slack's answer."""

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.practice.errors import ApiError
from bot.practice.faults import AFTER_THE_EFFECT, CallFault, spoiled, throttled
from bot.practice.methods import METHODS
from bot.practice.methods.registry import Method, Request, missing_scope
from bot.practice.store import Json
from bot.practice.workspace import CALLS_KEPT, Call, Workspace


class WebApi:
    """Answers /api/<method> for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    async def handle(self, request: web.Request) -> web.Response:
        """The route: read, delay, run, record, answer."""
        workspace, name = self._workspace, request.match_info["method"]
        try:
            raw = await _arguments(request)
        except ApiError as refused:
            return self._respond(refused.answer())
        token = _token(request, raw)
        call = Call(method=name, args={key: raw[key] for key in raw if key != "token"}, at=workspace.now())
        workspace.calls.append(call)
        del workspace.calls[:-CALLS_KEPT]
        await asyncio.sleep(workspace.faults.latency(name))
        for hook in workspace.before_call:
            await hook(call)
        fault = workspace.faults.of_call(name)
        if fault and fault.kind not in AFTER_THE_EFFECT:
            call.ok, call.error = False, fault.kind.value
            return spoiled(fault)
        return await self._run(call, raw, token, fault)

    async def _run(self, call: Call, raw: Json, token: str, fault: CallFault | None) -> web.Response:
        workspace = self._workspace
        wait = workspace.limits.seconds_to_wait(call.method, raw)
        if wait:
            call.ok, call.error = False, "ratelimited"
            return throttled(wait)
        answer = self.answer(call.method, raw, token)
        call.ok, call.error = answer["ok"], answer.get("error")
        for hook in workspace.after_call:
            await hook(call)
        return spoiled(fault) if fault else self._respond(answer)

    def answer(self, name: str, raw: Json, token: str) -> Json:
        """Run one call, and hand back Slack's answer to it."""
        entry = METHODS.get(name)
        try:
            if entry is None:
                raise ApiError("unknown_method", req_method=name)
            self._admit(entry, token)
            args = entry.read(raw)
            return {"ok": True, **entry.run(Request(workspace=self._workspace, args=args, scopes=entry.scopes))}
        except ApiError as refused:
            return refused.answer()

    def _admit(self, entry: Method, token: str) -> None:
        if entry.token == "none":  # noqa: S105 - a kind of token, not one
            return
        settings = self._workspace.settings
        if not token:
            raise ApiError("not_authed")
        refused = self._workspace.faults.token_error
        if refused and token == settings.bot_token:
            raise ApiError(refused)
        if token not in (settings.bot_token, settings.app_token):
            raise ApiError("invalid_auth")
        if (token == settings.app_token) != (entry.token == "app"):  # noqa: S105 - likewise
            raise ApiError("not_allowed_token_type")
        wanted = entry.scopes.all()
        if wanted and not self._workspace.scopes.intersection(wanted):
            raise missing_scope(self._workspace, wanted)

    def _respond(self, answer: Json) -> web.Response:
        scopes = ",".join(sorted(self._workspace.scopes))
        return web.json_response(answer, headers={"x-oauth-scopes": scopes})


async def _arguments(request: web.Request) -> Json:
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise ApiError("invalid_json") from None
        if not isinstance(body, dict):
            raise ApiError("json_not_object")
        return {**raw, **body}
    form = await request.post()
    return {**raw, **{name: value for name, value in form.items() if isinstance(value, str)}}


def _token(request: web.Request, raw: Json) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else str(raw.get("token", ""))
