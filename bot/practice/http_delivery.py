"""Delivery to the app's request URL: signed posts, as Slack makes them without Socket Mode."""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.practice.delivery import Parcel
from bot.practice.errors import NotDelivered
from bot.practice.store import Json


class HttpTransport:
    """Posts every payload to one URL, signed with the app's signing secret."""

    def __init__(self, request_url: str, signing_secret: str, clock: Callable[[], float]) -> None:
        self._url = request_url
        self._signer = SignatureVerifier(signing_secret)
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def send(self, parcel: Parcel, patience: float) -> Json:
        """Post one payload; any answer but 2xx, or none in time, counts as not delivered."""
        body, content_type = _body(parcel)
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientTimeout(total=patience)
        headers = self._headers(parcel, body, content_type)
        try:
            async with self._session.post(self._url, data=body, headers=headers, timeout=timeout) as response:
                return await _answer(response, parcel)
        except TimeoutError:
            raise NotDelivered("http_timeout") from None
        except aiohttp.ClientError:
            raise NotDelivered("connection_failed") from None

    async def reachable(self, patience: float) -> bool:
        """An URL is always worth a try."""
        await asyncio.sleep(0)
        return True

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _headers(self, parcel: Parcel, body: str, content_type: str) -> dict[str, str]:
        stamp = str(int(self._clock()))
        signature = self._signer.generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature or "",
            "User-Agent": "Slackbot 1.0 (practice workspace)",
        }
        if parcel.attempt:
            headers |= {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        return headers


def _body(parcel: Parcel) -> tuple[str, str]:
    form = "application/x-www-form-urlencoded"
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload), "application/json"
    if parcel.kind == "slash_commands":
        return urlencode(parcel.payload), form
    return urlencode({"payload": json.dumps(parcel.payload)}), form


async def _answer(response: aiohttp.ClientResponse, parcel: Parcel) -> Json:
    text = await response.text()
    if not 200 <= response.status < 300:
        raise NotDelivered("http_error", final=response.headers.get("x-slack-no-retry") == "1")
    if not text.strip():
        return {}
    if response.content_type == "application/json":
        try:
            answer = json.loads(text)
        except ValueError:
            raise NotDelivered("http_error") from None
        return answer if isinstance(answer, dict) else {}
    return {"text": text} if parcel.kind == "slash_commands" else {}
