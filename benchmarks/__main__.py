"""`make bench`, or `python -m benchmarks [NAME …]`: run the benchmarks, or those named, and print their tables."""

import asyncio
import platform
import sys
from datetime import UTC, datetime
from os import cpu_count

from benchmarks import acknowledge, declare, draft, start, storm

ALL = {
    "declare": declare.run,
    "acknowledge": acknowledge.run,
    "start": start.run,
    "draft": draft.run,
    "storm": storm.run,
}


def main(names: list[str]) -> int:
    """Run the named benchmarks, all of them for none; returns the exit status."""
    unknown = [name for name in names if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    machine = f"{platform.machine()}, {cpu_count()} cores, Python {platform.python_version()}"
    print(f"{datetime.now(UTC):%Y-%m-%d}, {machine}; practice workspace, bot and driver share the cores.\n")
    for name in names or ALL:
        print(asyncio.run(ALL[name]()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
