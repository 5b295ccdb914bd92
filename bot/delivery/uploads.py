"""Files: their bytes go up unseen, and a last call of their own shows them in a channel."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.delivery.parcel import World
from bot.delivery.retry import HalfDone, Later, judge
from bot.workflows.incident import ChannelId


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """A file that Slack holds and nobody sees yet; it is forgotten when it is not shown."""

    id: str
    title: str


async def upload(world: World, filename: str, title: str, content: str) -> Uploaded:
    """Bring a text up; two calls, of which nothing is seen, so that they can be repeated.

    Raises:
        SlackApiError, aiohttp.ClientError: it was not taken.
    """
    data = content.encode()
    place = await world.client.files_getUploadURLExternal(filename=filename, length=len(data))
    session = world.client.session
    if session is None:
        raise ValueError("a client without a session uploads nothing")
    async with session.post(place["upload_url"], data=data, proxy=world.client.proxy) as answer:
        answer.raise_for_status()
    return Uploaded(id=place["file_id"], title=title)


async def show(world: World, channel: ChannelId, file: Uploaded, comment: str | None = None) -> None:
    """Show it in a channel, unless the lease has become too old for that by now."""
    world.fence()
    await world.client.files_completeUploadExternal(
        files=[{"id": file.id, "title": file.title}], channel_id=channel, initial_comment=comment
    )


async def show_below(world: World, channel: ChannelId, file: Uploaded) -> None:
    """The same where its announcement has been said already: whatever fails for now leaves that standing.

    Raises:
        HalfDone: to be tried again, and something is in Slack.
    """
    try:
        await show(world, channel, file)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as failure:
        if isinstance(judge(failure, 1), Later):
            raise HalfDone("said, but the file did not follow") from failure
        raise
