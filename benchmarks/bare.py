"""What Bolt alone can do: every command is answered with an empty 200. `python -m benchmarks.bare PORT SECRET`."""

import sys

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncAck
from slack_bolt.authorization import AuthorizeResult


async def _nobody() -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=None, team_id="T0PRACTICE", bot_token="xoxb-x", bot_id="B", bot_user_id="U")


async def _answered(ack: AsyncAck) -> None:
    await ack()


def main(port: int, secret: str) -> None:
    """Serve until killed."""
    bolt = AsyncApp(authorize=_nobody, signing_secret=secret, process_before_response=True)
    bolt.command("/incident")(_answered)

    async def handle(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    app = web.Application()
    app.add_routes([web.post("/slack/events", handle)])
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
