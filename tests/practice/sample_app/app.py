"""A greeter: answers a hello with a button, a shortcut with a form, and keeps a Home tab."""

import asyncio
import os
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]
client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = AsyncApp(client=client)


@app.message("hello")
async def greet(message: Json, say: Any) -> None:  # noqa: ANN401 - Bolt's own helpers
    """Greet whoever says hello."""
    button = {"type": "button", "action_id": "wave", "text": {"type": "plain_text", "text": "Wave back"}}
    text = f"Hey there <@{message['user']}>!"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": text}, "accessory": button}
    await say(text=text, blocks=[block])


@app.action("wave")
async def wave(ack: Any, body: Json, respond: Any) -> None:  # noqa: ANN401
    """Answer the button where it was tapped."""
    await ack()
    await respond(f"<@{body['user']['id']}> waved", replace_original=True)


@app.shortcut("feedback")
async def ask(ack: Any, shortcut: Json) -> None:  # noqa: ANN401
    """Open a form."""
    await ack()
    field = {"type": "plain_text_input", "action_id": "text"}
    view = {
        "type": "modal", "callback_id": "feedback", "title": {"type": "plain_text", "text": "Feedback"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [{"type": "input", "block_id": "words", "element": field,
                    "label": {"type": "plain_text", "text": "How was it?"}}],
    }  # fmt: skip
    await client.views_open(trigger_id=shortcut["trigger_id"], view=view)


@app.view("feedback")
async def take(ack: Any, view: Json, body: Json) -> None:  # noqa: ANN401
    """Refuse one word, thank for more."""
    words = view["state"]["values"]["words"]["text"]["value"]
    if " " not in words:
        await ack(response_action="errors", errors={"words": "A few words more, please."})
        return
    await ack()
    await client.chat_postMessage(channel=body["user"]["id"], text=f"Thank you for “{words}”")


@app.event("app_home_opened")
async def home(event: Json) -> None:
    """Publish the Home tab."""
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Welcome home*"}}
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})


async def main() -> None:
    """Serve over Socket Mode until interrupted."""
    await AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).start_async()


if __name__ == "__main__":
    asyncio.run(main())
