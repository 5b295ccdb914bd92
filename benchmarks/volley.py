"""Commands at a steady rate, whatever comes of them, from a process of its own: `python -m benchmarks.volley …`."""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bot.practice.workspace import APP_ID, TEAM_ID

PATIENCE_SECONDS = 10.0


@dataclass
class Volley:
    """What came of it: how many were answered with 200, how many were not, and after how many milliseconds."""

    answered: int = 0
    failed: int = 0
    ms: list[float] = field(default_factory=list)
    seconds: float = 0.0  # from the first sent to the last answered


async def fire(url: str, secret: str, rate: float, seconds: float, text: str) -> Volley:
    """Send `rate` commands a second for so long; nobody waits for an answer before the next is sent."""
    volley, signer = Volley(), SignatureVerifier(secret)
    timeout, connector = aiohttp.ClientTimeout(total=PATIENCE_SECONDS), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        began = time.perf_counter()

        async def shoot(number: int) -> None:
            body, stamp = _body(number, text), str(int(time.time()))
            headers = {"X-Slack-Request-Timestamp": stamp, "Content-Type": "application/x-www-form-urlencoded",
                       "X-Slack-Signature": signer.generate_signature(timestamp=stamp, body=body) or ""}  # fmt: skip
            due = began + number / rate  # waiting to be sent counts: who is asked waits from then on
            try:
                async with session.post(url, data=body, headers=headers) as answer:
                    await answer.read()
                    good = answer.status == 200
            except (aiohttp.ClientError, TimeoutError):
                good = False
            volley.answered += good
            volley.failed += not good
            volley.ms.append((time.perf_counter() - due) * 1000)

        shots = []
        for number in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            shots.append(asyncio.create_task(shoot(number)))
        await asyncio.gather(*shots)
        volley.seconds = time.perf_counter() - began
    return volley


def _body(number: int, text: str) -> str:
    fields = {
        "token": "x", "team_id": TEAM_ID, "team_domain": "practice", "api_app_id": APP_ID, "user_id": "U0ANA",
        "channel_id": "C0GENERAL", "channel_name": "general", "user_name": "ana", "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/", "trigger_id": f"1.2.{number}", "command": "/incident",
        "text": f"{text} {number}",
    }  # fmt: skip
    return urlencode(fields)


if __name__ == "__main__":
    to, key, a_second, how_long, words = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(fire(to, key, float(a_second), float(how_long), words)))))
