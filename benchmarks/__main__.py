"""`make bench`, or `python -m benchmarks [NAME …]`: run the benchmarks, or those named, and print their tables."""

import asyncio
import platform
import sys
from datetime import UTC, datetime
from os import cpu_count

from benchmarks import acknowledge, crowd, declare, draft, history, interactions, soak, start, storm

ALL = {
    "declare": declare.run, "acknowledge": acknowledge.run, "interactions": interactions.run, "crowd": crowd.run,
    "storm": storm.run, "history": history.run, "draft": draft.run, "start": start.run, "soak": soak.run,
}  # fmt: skip
PAGE = """# What it costs

`make bench` prints this page; `python -m benchmarks declare storm` prints only some of it. Measured {date} on
{machine}, which the practice workspace, the bot and whoever drives it share: read the figures beside
each other, not as records.
"""


def main(names: list[str]) -> int:
    """Run the named benchmarks, all of them for none; returns the exit status."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    machine = f"{cpu_count()} cores ({platform.machine()}, Python {platform.python_version()})"
    print(PAGE.format(date=f"{datetime.now(UTC):%Y-%m-%d}", machine=machine))
    for name in names or ALL:
        print(asyncio.run(ALL[name]()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
