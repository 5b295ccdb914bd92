"""Requests at the door: only what Slack signed is read at all, and what cannot be read is sent away without a fuss."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_bolt_request
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

# What comes of reading a body that is no JSON, no form, in no known letters, or of other types than Slack's.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)

SSL_CHECK_LIMIT = 500  # bytes
Answered = Callable[[Mapping[str, Any], int, float], None]  # told of a payload, the status, and the seconds it took


class NotTaken(Exception):
    """A request that is not answered: the HTTP status, and why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def received(request: web.Request, verifier: SignatureVerifier) -> AsyncBoltRequest:
    """The request, once it is known that Slack made it within the last five minutes.

    Raises:
        NotTaken: it is not signed, too old, or cannot be read.
    """
    if not _is_signed(await request.read(), request, verifier):
        raise NotTaken(401, "not signed by Slack, or too old")
    try:
        return await to_bolt_request(request)
    except UNREADABLE as failure:
        raise NotTaken(400, f"cannot be read: {type(failure).__name__}") from None


async def is_ssl_check(request: web.Request) -> bool:
    """Whether Slack looks at our certificate: it does so without a signature, and wants nothing but a 200."""
    body = await request.read()
    return len(body) < SSL_CHECK_LIMIT and ("ssl_check", "1") in parse_qsl(body.decode("ascii", "replace"))


def _is_signed(body: bytes, request: web.Request, verifier: SignatureVerifier) -> bool:
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signature = request.headers.get("X-Slack-Signature", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and signature.isascii()):
        return False
    try:
        return verifier.is_valid(body, stamp, signature)
    except UnicodeDecodeError:  # Slack signs texts
        return False
