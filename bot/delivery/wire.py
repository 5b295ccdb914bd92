"""What comes back over the wire, looked at before the SDK reads it.

The SDK takes every 200 for a JSON object: a plain text, a list or bytes that are no text raise a bug of its own, and a
failed upload is not told from a wrong argument (docs/libraries.md). Whatever nobody can read, of a gateway or of a
Slack that is half down, is one failure here, with the time it asks for.
"""

import json

import aiohttp
from aiohttp import ClientHandlerType, ClientRequest, ClientResponse

from bot.delivery.retry import Unreadable, seconds_asked_for

API = "/api/"  # of an address whose answers are JSON objects; uploads are answered in plain text


async def readable(request: ClientRequest, ask: ClientHandlerType) -> ClientResponse:
    """A middleware of the client session that all calls to Slack share.

    Raises:
        bot.delivery.retry.Unreadable: the answer is not what Slack answers with.
        aiohttp.ClientError: the connection ended, or what came over it cannot be unpacked.
    """
    response = await ask(request)
    is_api = API in request.url.path
    if response.status != 429 and not is_api and response.status < 400:
        return response
    body = await response.read()
    if is_api and _is_object(body):
        return response
    method = request.url.path.rpartition("/")[2] if is_api else ""
    raise Unreadable(response.status, method, seconds_asked_for(response.headers))


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False


def session(timeout: float, *traces: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """A session for calls to Slack, each of which may take `timeout` seconds."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=timeout), middlewares=(readable,), trace_configs=list(traces)
    )  # fmt: skip
