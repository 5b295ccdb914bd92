"""A driver of the people's side: says, commands, clicks and fills in, in the words of a test or a script."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.practice.blocks import blocks_of, interactive_elements
from bot.practice.plain_text import Names, plain_blocks, plain_message
from bot.practice.store import Json

PATIENCE = 20.0  # seconds; what is on its way comes much sooner, but for a machine that has a lot to do


class PracticeRefused(AssertionError):
    """The workspace, or the app, did not let a person do something; `answer` is what came back."""

    def __init__(self, what: str, answer: Json) -> None:
        super().__init__(f"{what}: {answer.get('message') or answer.get('errors') or answer.get('error')}")
        self.answer = answer


class PracticeClient:
    """Acts as any of the workspace's people; persons are given by id or name, channels by id or name."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        if self._session:
            await self._session.close()
            self._session = None

    async def act(self, person: str, do: str, **body: Any) -> Json:  # noqa: ANN401 - whatever the act takes
        """Do something as a person; raises PracticeRefused when it is refused."""
        answer = await self.tries(person, do, **body)
        if not answer["ok"]:
            raise PracticeRefused(f"{person} {do}", answer)
        return answer

    async def tries(self, person: str, do: str, **body: Any) -> Json:  # noqa: ANN401 - whatever the act takes
        """Do something as a person; a refusal is handed back instead of raised."""
        async with self._http().post(f"{self._base}/practice/act", json={"as": person, "do": do, **body}) as response:
            answer: Json = await response.json()
            return answer

    async def control(self, **controls: Any) -> Json:  # noqa: ANN401 - whatever controls there are
        """Set the workspace's controls, such as latency_ms={"*": 100}; raises PracticeRefused for what it is not."""
        async with self._http().post(f"{self._base}/practice/control", json=controls) as response:
            answer: Json = await response.json()
        if not answer["ok"]:
            raise PracticeRefused("control", answer)
        return answer

    # What is there to see

    async def state(self, person: str) -> Json:
        """Everything the person's page shows but the messages."""
        return await self._get("state", {"as": person})

    async def channel(self, named: str, person: str | None = None) -> Json:
        """A channel by name or id, as a person sees it (anybody who does, when none is given); raises LookupError."""
        for viewer in [person] if person else await self._everybody():
            for channel in (await self.state(viewer))["channels"]:
                if named.lstrip("#") in (channel["id"], channel["name"]) and not channel["is_im"]:
                    return dict(channel)
        raise LookupError(f"no channel {named}")

    async def newest_channel(self, person: str | None = None) -> str:
        """The id of the channel made last that a person (anybody) can see."""
        seen: dict[str, Json] = {}
        for viewer in [person] if person else await self._everybody():
            rooms = (await self.state(viewer))["channels"]
            seen |= {room["id"]: room for room in rooms if not room["is_im"]}
        return str(sorted(seen.values(), key=lambda room: float(room["created"]))[-1]["id"])

    async def direct_channel(self, person: str) -> str:
        """The id of the person's direct messages with the app."""
        rooms = (await self.state(person))["channels"]
        return str(next(room["id"] for room in rooms if room["is_im"]))

    async def messages(self, person: str, channel: str, thread: str | None = None) -> list[Json]:
        """The messages a person sees, oldest first."""
        query = {"as": person, "channel": channel} | ({"thread": thread} if thread else {})
        found: list[Json] = (await self._get("messages", query))["messages"]
        return found

    async def searches(self, person: str, channel: str, words: str) -> list[Json]:
        """The messages of a channel that hold all of these words, newest first."""
        found: list[Json] = (await self._get("search", {"as": person, "channel": channel, "q": words}))["messages"]
        return found

    async def reads(self, person: str, channel: str, thread: str | None = None) -> str:
        """Everything a person can read in a channel or a thread, as plain text with mentions as @name."""
        names = await self._names(person)
        found = await self.messages(person, channel, thread)
        return "\n".join(plain_message(message, names) for message in found)

    async def modal(self, person: str) -> Json | None:
        """The modal on top of the person's screen, if any."""
        stack = (await self.state(person))["views"]
        return stack[-1] if stack else None

    async def reads_modal(self, person: str) -> str:
        """The text of the modal on top: title, blocks, submit button."""
        view = await self._top(person)
        buttons = [view[name]["text"] for name in ("submit", "close") if view.get(name)]
        body = plain_blocks(view["blocks"], await self._names(person))
        return "\n".join([view["title"]["text"], *body, *buttons])

    async def reads_home(self, person: str) -> str:
        """The text of the person's Home tab; empty when the app has published none."""
        view = (await self.state(person))["home"]
        return "\n".join(plain_blocks(view["blocks"], await self._names(person))) if view else ""

    async def until(self, look: Callable[[], Any], patience: float = PATIENCE) -> Any:  # noqa: ANN401 - what `look` finds
        """Await `look()` again and again until it gives something truthy, at most `patience` seconds."""
        deadline = asyncio.get_running_loop().time() + patience
        while not (found := await look()):
            if asyncio.get_running_loop().time() > deadline:
                raise TimeoutError(f"nothing was found within {patience} s")
            await asyncio.sleep(0.02)
        return found

    async def waits_for(self, person: str, channel: str, text: str, patience: float = PATIENCE) -> str:
        """Read a channel until it holds a text; raises AssertionError with what is there instead."""
        deadline = asyncio.get_running_loop().time() + patience
        while text not in (seen := await self.reads(person, channel)):
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"{text!r} was not said in {channel}:\n{seen}")
            await asyncio.sleep(0.02)
        return seen

    # Talking and commands

    async def says(self, person: str, channel: str, text: str, thread_ts: str | None = None) -> str:
        """Post a message and hand back its ts; a text that starts with / is typed as a command (and gives '')."""
        if text.startswith("/"):
            await self.commands(person, channel, text)
            return ""
        more = {"thread_ts": thread_ts} if thread_ts else {}
        return str((await self.act(person, "say", channel=channel, text=text, **more))["ts"])

    async def commands(self, person: str, channel: str, line: str) -> Json:
        """Type a slash command, such as "/incident list"; waits for the app's acknowledgement."""
        command, _, text = line.partition(" ")
        return await self.act(person, "command", channel=channel, command=command, text=text)

    async def edits(self, person: str, channel: str, ts: str, text: str) -> None:
        """Change one's own message."""
        await self.act(person, "edit", channel=channel, ts=ts, text=text)

    async def deletes(self, person: str, channel: str, ts: str) -> None:
        """Delete one's own message, or, as the administrator, anybody's."""
        await self.act(person, "delete", channel=channel, ts=ts)

    async def reacts(self, person: str, channel: str, ts: str, name: str) -> None:
        """React to a message."""
        await self.act(person, "react", channel=channel, ts=ts, name=name)

    async def unreacts(self, person: str, channel: str, ts: str, name: str) -> None:
        """Take a reaction back."""
        await self.act(person, "unreact", channel=channel, ts=ts, name=name)

    async def pins(self, person: str, channel: str, ts: str) -> None:
        """Pin a message."""
        await self.act(person, "pin", channel=channel, ts=ts)

    async def unpins(self, person: str, channel: str, ts: str) -> None:
        """Take a pin off."""
        await self.act(person, "unpin", channel=channel, ts=ts)

    async def uploads(self, person: str, channel: str, filename: str, content: str) -> str:
        """Share a text file; hands back the ts of its message."""
        return str((await self.act(person, "upload", channel=channel, filename=filename, content=content))["ts"])

    async def joins(self, person: str, channel: str) -> None:
        """Join a public channel."""
        await self.act(person, "join", channel=channel)

    async def leaves(self, person: str, channel: str) -> None:
        """Leave a channel."""
        await self.act(person, "leave", channel=channel)

    async def invites(self, person: str, channel: str, *users: str) -> None:
        """Invite people by id or name."""
        await self.act(person, "invite", channel=channel, users=list(users))

    async def removes(self, person: str, channel: str, user: str) -> None:
        """Take somebody, or the bot, out of a channel; by id or name."""
        await self.act(person, "remove", channel=channel, user=user)

    async def deactivates(self, person: str, user: str) -> None:
        """Take away somebody's account, as the administrator; by id or name."""
        await self.act(person, "deactivate", user=user)

    async def reactivates(self, person: str, user: str) -> None:
        """Give it back."""
        await self.act(person, "reactivate", user=user)

    async def archives(self, person: str, channel: str) -> None:
        """Archive a channel."""
        await self.act(person, "archive", channel=channel)

    async def unarchives(self, person: str, channel: str) -> None:
        """Bring an archived channel back."""
        await self.act(person, "unarchive", channel=channel)

    async def renames(self, person: str, channel: str, name: str) -> None:
        """Give a channel another name."""
        await self.act(person, "rename", channel=channel, name=name)

    async def sets_topic(self, person: str, channel: str, topic: str) -> None:
        """Set a channel's topic."""
        await self.act(person, "topic", channel=channel, topic=topic)

    async def downloads(self, person: str, channel: str, filename: str) -> str:
        """The content of the newest file of that name in a channel; raises LookupError."""
        shared = [file for message in await self.messages(person, channel) for file in message.get("files", [])]
        file = next((file for file in reversed(shared) if file["name"] == filename), None)
        if file is None:
            raise LookupError(f"no file {filename} in {channel}")
        async with self._http().get(file["url_private"]) as response:
            return await response.text()

    # Shortcuts and the Home tab

    async def uses_shortcut(self, person: str, callback_id: str) -> None:
        """Choose a global shortcut."""
        await self.act(person, "global_shortcut", callback_id=callback_id)

    async def uses_message_shortcut(self, person: str, channel: str, ts: str, callback_id: str) -> None:
        """Choose a shortcut on a message."""
        await self.act(person, "message_shortcut", callback_id=callback_id, channel=channel, ts=ts)

    async def opens_home(self, person: str) -> None:
        """Open the app's Home tab."""
        await self.act(person, "home")

    # Clicking and filling in

    async def clicks(self, person: str, channel: str, label: str, thread: str | None = None, **chosen: Any) -> Json:  # noqa: ANN401
        """Use the newest visible element with this label or action_id; `chosen` is e.g. selected_option="sev1"."""
        for message in reversed(await self.messages(person, channel, thread)):
            where = find_element(blocks_of(message), label)
            if where:
                return await self.act(person, "click", channel=channel, ts=message["ts"], **where, **chosen)
        raise LookupError(f"{person} sees no {label!r} in {channel}")

    async def clicks_in_modal(self, person: str, label: str, **chosen: Any) -> Json:  # noqa: ANN401
        """Use an element of the top modal."""
        return await self._view_click(person, await self._top(person), label, chosen)

    async def clicks_home(self, person: str, label: str, **chosen: Any) -> Json:  # noqa: ANN401
        """Use an element of the Home tab."""
        view = (await self.state(person))["home"]
        if view is None:
            raise LookupError("the app has published no Home tab")
        return await self._view_click(person, view, label, chosen)

    async def fills(self, person: str, values: dict[str, Any]) -> Json:
        """The view_submit body that fills in the top modal; keys are labels, block_ids or action_ids."""
        view = await self._top(person)
        filled = dict(_input(view, named, given) for named, given in values.items())
        return {"view_id": view["id"], "values": filled}

    async def submits(self, person: str, values: dict[str, Any] | None = None) -> Json:
        """Fill in and submit the top modal; raises PracticeRefused, whose answer has `errors`, when it is not taken."""
        return await self.act(person, "view_submit", **await self.fills(person, values or {}))

    async def closes(self, person: str) -> None:
        """Close the top modal."""
        await self.act(person, "view_close", view_id=(await self._top(person))["id"])

    async def suggests(self, person: str, named: str, value: str) -> list[Json]:
        """Type into an external select of the top modal; hands back the options."""
        view = await self._top(person)
        (block_id, given) = _input(view, named, None)
        where = {"view_id": view["id"], "block_id": block_id, "action_id": next(iter(given))}
        return list((await self.act(person, "suggest", **where, value=value))["options"])

    async def _view_click(self, person: str, view: Json, label: str, chosen: dict[str, Any]) -> Json:
        where = find_element(blocks_of(view), label)
        if not where:
            raise LookupError(f"{person} sees no {label!r} in the view")
        return await self.act(person, "view_click", view_id=view["id"], **where, **chosen)

    async def _top(self, person: str) -> Json:
        view = await self.modal(person)
        if view is None:
            raise LookupError(f"{person} has no modal open")
        return view

    async def _names(self, person: str) -> Names:
        state = await self.state(person)
        people = {entry["id"]: entry["name"] for entry in state["people"]}
        rooms = {room["id"]: room["name"] for room in state["channels"]}
        return Names(people={**people, state["bot"]["user_id"]: state["bot"]["name"]}, channels=rooms)

    async def _everybody(self) -> list[str]:
        state = await self.state("ana")
        return [person["id"] for person in state["people"]]

    async def _get(self, path: str, query: dict[str, str]) -> Json:
        async with self._http().get(f"{self._base}/practice/{path}", params=query) as response:
            answer: Json = await response.json()
            if response.status != 200:
                raise PracticeRefused(f"{path} {query}", answer)
            return answer

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def find_element(blocks: list[Json], label: str) -> dict[str, str] | None:
    """Where an element with this label, placeholder or action_id is, as {block_id, action_id}.

    A choice of an overflow menu is found by its text or value, and comes as `selected_option`.
    """
    places = ((block, element) for block in blocks for element in interactive_elements(block))
    return next((where for block, element in places if (where := _found(block, element, label))), None)


def _found(block: Json, element: Json, label: str) -> dict[str, str] | None:
    where = {"block_id": block["block_id"], "action_id": element["action_id"]}
    texts = [element.get(name, {}).get("text") for name in ("text", "placeholder")]
    if label in (element["action_id"], block.get("label", {}).get("text"), *texts):
        return where
    for option in element.get("options", []) if element["type"] == "overflow" else []:
        if label in (option["text"]["text"], option["value"]):
            return {**where, "selected_option": option["value"]}
    return None


def _input(view: Json, named: str, given: Any) -> tuple[str, Json]:  # noqa: ANN401 - whatever the element takes
    for block in view["blocks"]:
        if block["type"] == "input":
            element = block["element"]
            if named in (block["block_id"], element["action_id"], block["label"]["text"]):
                return block["block_id"], {element["action_id"]: given}
    raise LookupError(f"the modal has no input {named!r}")
