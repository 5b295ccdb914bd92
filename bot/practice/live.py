"""The live feed: frames that tell open pages what has changed for one person."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from bot.practice.store import Json


class LiveFeed:
    """Hands frames to the pages that are open, each page for one person."""

    def __init__(self) -> None:
        self._pages: list[tuple[str, asyncio.Queue[Json | None]]] = []

    def tell(self, users: Iterable[str], frame: Json) -> None:
        """Send a frame to every open page of these people."""
        wanted = set(users)
        for user, frames in self._pages:
            if user in wanted:
                frames.put_nowait(frame)

    def watched(self, user: str) -> bool:
        """Whether this person has a page open."""
        return any(user == watcher for watcher, _ in self._pages)

    async def serve(self, request: web.Request, user: str) -> web.WebSocketResponse:
        """The websocket route of a page: frames out until either side leaves."""
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        frames: asyncio.Queue[Json | None] = asyncio.Queue()
        page = (user, frames)
        self._pages.append(page)
        sender = asyncio.get_running_loop().create_task(_send(socket, frames))
        try:
            async for _ in socket:
                pass
        finally:
            self._pages.remove(page)
            frames.put_nowait(None)
            await sender
        return socket

    def close(self) -> None:
        """Let every page go."""
        for _, frames in self._pages:
            frames.put_nowait(None)


async def _send(socket: web.WebSocketResponse, frames: "asyncio.Queue[Json | None]") -> None:
    while (frame := await frames.get()) is not None:
        if socket.closed:
            return
        await socket.send_json(frame)
    await socket.close()
