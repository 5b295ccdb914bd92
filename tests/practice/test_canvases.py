"""A channel's canvas through the SDK, and as people read it."""

from dataclasses import replace

import aiohttp
import pytest

from bot.practice.manifest import read_manifest
from bot.practice.server import Listening, start
from tests.practice.conftest import MANIFEST, refused, settings, web_client

pytestmark = pytest.mark.asyncio


def _text(markdown: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": markdown}


async def test_a_channel_has_one_canvas_that_is_edited_and_read() -> None:
    manifest = read_manifest(MANIFEST)
    allowed = settings(manifest=replace(manifest, scopes=(*manifest.scopes, "canvases:write")))
    running = await start(allowed, Listening(port=0))
    slack = web_client(running)
    room = (await slack.conversations_create(name="inc-1"))["channel"]["id"]
    canvas = (await slack.conversations_canvases_create(channel_id=room, document_content=_text("# One")))["canvas_id"]
    again = await refused(slack.conversations_canvases_create(channel_id=room, document_content=_text("x")))
    assert again["error"] == "channel_canvas_already_exists"
    shown = (await slack.conversations_info(channel=room))["channel"]["properties"]["canvas"]
    assert shown["file_id"] == canvas
    change = {"operation": "insert_at_end", "document_content": _text("Two")}
    await slack.canvases_edit(canvas_id=canvas, changes=[change])
    twice = await refused(slack.canvases_edit(canvas_id=canvas, changes=[change, change]))
    assert twice["error"] == "invalid_arguments"
    where = f"{running.url}practice/canvas?as=U0ANA&id={canvas}"
    async with aiohttp.ClientSession() as session, session.get(where) as answer:
        assert (await answer.json())["markdown"] == "# One\nTwo"
    await running.close()
