"""The engine as handlers have it: what the configuration reserves is asked about first."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.engine import Engine, Outcome
from bot.queries import Queries
from bot.workflows.commands import Command
from bot.workflows.incident import Incident, UserId
from bot.workflows.permissions import EVERYONE, THE_COMMANDER, Deed, asked_for, check_permitted, may

Members = Callable[[str], Awaitable[frozenset[UserId] | None]]


@dataclass(frozen=True)
class Permitted:
    """Executes commands of people. `members` tells who is in a user group."""

    engine: Engine
    queries: Queries
    members: Members

    async def execute(self, command: Command, *, receipt: str | None = None) -> Outcome:
        """Carry out a command, once per receipt, if whoever gives it may.

        Raises:
            Refused: they may not, or the rules say no.
        """
        await self.check(command)
        return await self.engine.execute(command, receipt=receipt)

    async def check(self, command: Command) -> None:
        """Raise Refused when whoever gives a command may not: before a form for it is opened."""
        by = getattr(command, "by", None)
        if not self.queries.policy.permissions or by is None:
            return
        incident = await self.queries.incident(command.incident)
        if incident is None:
            return
        check_permitted(incident, command, by, await self._members(asked_for(incident, command)))

    async def deeds(self, incident: Incident, by: UserId) -> frozenset[Deed]:
        """What of the things that can be reserved somebody may do: for what is shown to them alone."""
        asked = incident.policy.permissions
        members = {who: await self._members(who) for who in {*asked.values()}}
        return frozenset(deed for deed in Deed if may(incident, deed, by, members.get(asked.get(deed, EVERYONE))))

    async def _members(self, who: str) -> frozenset[UserId] | None:
        return await self.members(who) if who not in (EVERYONE, THE_COMMANDER) else None
