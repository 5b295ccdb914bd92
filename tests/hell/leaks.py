"""Everything that Slack's side received of a private incident, and whom it reached."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.practice.files import content_of
from bot.practice.store import Json
from bot.practice.views import home_of, open_views
from bot.practice.workspace import Call, Workspace
from bot.workflows.incident import IncidentId
from tests.hell.road import Hell

BOT = "U0WARROOM"


@dataclass
class Watch:
    """One incident under watch: `mark` stands in every word of it, and who is not in it never gets to see one more."""

    hell: Hell
    number: int
    mark: str
    inside: set[str] = field(default_factory=set)  # before the present step
    _seen: dict[str, int] = field(default_factory=dict)
    _calls: int = 0
    _lines: int = 0

    @property
    def workspace(self) -> Workspace:
        """The practice workspace."""
        return self.hell.workspace

    async def begins(self) -> None:
        """What everybody has seen until here is known."""
        self.inside = await self.members()
        self._seen = self._counted()
        self._calls, self._lines = len(self.hell.town.calls), len(self.hell.logged)

    async def holds(self) -> None:
        """Nobody who was outside, before and after, has got one word more."""
        allowed = self.inside | await self.members() | {BOT}
        told = [call for call in self.hell.town.calls[self._calls :] if self.mark in json.dumps(call.args)]
        leaks = [f"{call.method} to {sorted(who)}" for call in told if (who := self._reached(call) - allowed)]
        for user, count in self._counted().items():
            if user not in allowed and count > self._seen.get(user, 0):
                leaks.append(f"{user} reads it: {self._where(user)}")
        leaks += [f"log: {entry}" for entry in self.hell.logged[self._lines :] if self.mark in str(entry)]
        assert not leaks, leaks
        await self.begins()

    async def members(self) -> set[str]:
        """Who may know of it at this moment: whoever takes part, and whoever is in its room."""
        assert self.hell.town.warroom is not None
        found = await self.hell.town.warroom.queries.incident(IncidentId(self.number))
        assert found is not None
        room = self.workspace.channels[found.room.channel]["members"] if found.room else []
        return {*found.participants, *room}

    def _reached(self, call: Call) -> set[str]:
        """Whom a call's words reach."""
        named = str(call.args.get("user") or call.args.get("user_id") or "")
        place = str(call.args.get("channel") or call.args.get("channel_id") or "")
        if named or place.startswith("U"):
            return {named or place}
        if place:
            return set(self.workspace.audience(self.workspace.channels[place]))
        public = call.method == "conversations.create" and call.args.get("is_private") not in ("1", "true", True)
        return {"everybody"} if public else set()

    def _counted(self) -> dict[str, int]:
        people = [str(person["id"]) for person in self.workspace.people]
        return {user: sum(text.count(self.mark) for text in self._sight(user)) for user in people}

    def _where(self, user: str) -> list[str]:
        return [text for text in self._sight(user) if self.mark in text]

    def _sight(self, user: str) -> Iterator[str]:
        """Everything on a person's screen, and every file they can open."""
        for channel in self.workspace.channels:
            if user not in self.workspace.audience(channel):
                continue
            yield json.dumps([channel["name"], channel["topic"], channel["previous_names"]])
            for message in self.workspace.messages(channel["id"]).values():
                yield json.dumps(message)
                yield from (self._file(file) for file in message.get("files", ()))
        yield from (json.dumps(shown) for shown in self.workspace.ephemerals if shown.get("shown_to") == user)
        yield from (json.dumps(view) for view in open_views(self.workspace, user))
        yield json.dumps(home_of(self.workspace, user))

    def _file(self, file: Json) -> str:
        return content_of(self.workspace, file["id"])[1].decode()
