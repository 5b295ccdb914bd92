"""`python -m tests.torture.victim`: `serve` as ever, which dies or puts its clock forward when it is told to.

It is told on a port of its own, one line at a time: `die before-commit 3`, `die after-commit 3`, `ahead 1510`
(seconds). There is no hook for this in the bot: what is served is a Warroom with listeners on its database.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import bot.app
from bot.__main__ import main
from bot.app import Warroom
from tests.torture.appointed import Commits, Moment, die

PORT, AHEAD = "VICTIM_PORT", "VICTIM_AHEAD"


@dataclass
class Clock:
    """The time, so much ahead of everybody else's."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Victim(Warroom):
    """A Warroom that keeps appointments."""

    async def start(self) -> None:
        clock = Clock(timedelta(seconds=float(os.environ.get(AHEAD, "0"))))
        self.now = clock

        async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            what, *about = (await reader.readline()).decode().split()
            if what == "ahead":
                clock.ahead = timedelta(seconds=float(about[0]))
            else:
                appoint(self, Moment(about[0]), int(about[1]))
            writer.write(b"yes\n")
            await writer.drain()
            writer.close()

        await asyncio.start_server(listen, "127.0.0.1", int(os.environ[PORT]))
        await super().start()


def appoint(warroom: Warroom, moment: Moment, nth: int) -> None:
    """Die at the n-th commit from now on."""

    def at(number: int) -> None:
        if number == nth:
            die()

    if moment is Moment.BEFORE_COMMIT:
        Commits(warroom.database, before=at)
    else:
        Commits(warroom.database, after=at)


if __name__ == "__main__":
    vars(bot.app)["Warroom"] = Victim
    sys.exit(main(["serve"]))
