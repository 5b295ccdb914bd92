"""`python -m tests.torture`: kill -9 at every point of every scenario, on both databases, and a table of it."""

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.databases import WHY_NOT, Databases, cluster
from tests.torture.matrix import Point, Result, Undisturbed, evenly, survive, without_deaths
from tests.torture.scenarios import SCENARIOS

AT_ONCE = 3
HEAD = ("scenario", "database", "commits", "calls", "points", "died", "survived", "median s", "worst s", "direct twice")


def main(words: Sequence[str] | None = None) -> int:
    """Run the matrix, or a part of it; returns 1 when a point was not survived."""
    chosen = _parser().parse_args(words)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.disable(logging.WARNING)
    with cluster() as server, tempfile.TemporaryDirectory(prefix="torture-") as folder:
        databases = Databases(Path(folder), server)
        if not server:
            print(WHY_NOT)
        return asyncio.run(_run(databases, chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="points alone: declare:sqlite:after-commit:3")
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), help="these scenarios (default: all)")
    parser.add_argument("--sample", type=int, default=sys.maxsize, help="so many points of each, evenly")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="points under way at a time (default %(default)s)")
    return parser


async def _run(databases: Databases, chosen: argparse.Namespace) -> int:
    only = [Point.of(name) for name in chosen.only]
    wanted = [
        (scenario, kind)
        for scenario in (chosen.scenario or list(SCENARIOS))
        for kind in databases.kinds()
        if not only or any((point.scenario, point.database) == (scenario, kind) for point in only)
    ]
    started, failed = time.monotonic(), 0
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    for scenario, kind in wanted:
        expected = await without_deaths(scenario, kind, databases)
        there = evenly(expected.points(scenario, kind), chosen.sample)
        points = [point for point in only if (point.scenario, point.database) == (scenario, kind)] or there
        results = await _survived(points, expected, databases, chosen.at_once)
        print(_row((scenario, kind), expected, results), flush=True)
        for lost in (result for result in results if result.fault):
            print(f"\nNot survived: --only {lost.point}\n{lost.fault}\n", file=sys.stderr, flush=True)
            failed += 1
    print(f"\n{time.monotonic() - started:.0f} s, {chosen.at_once} points at a time.")
    return 1 if failed else 0


async def _survived(
    points: Sequence[Point], expected: Undisturbed, databases: Databases, at_once: int
) -> list[Result]:  # fmt: skip
    room = asyncio.Semaphore(at_once)

    async def one(point: Point) -> Result:
        async with room:
            return await survive(point, expected, databases)

    return list(await asyncio.gather(*(one(point) for point in points)))


def _row(what: tuple[str, str], expected: Undisturbed, results: Sequence[Result]) -> str:
    took = [result.seconds for result in results if result.died and not result.fault] or [0.0]
    counts = defaultdict(int, died=0)
    for result in results:
        counts["died"] += result.died
        counts["survived"] += result.died and not result.fault
        counts["marked"] += result.marked
    cells = (
        *what, expected.commits, expected.calls, len(results), counts["died"], counts["survived"],
        f"{statistics.median(took):.1f}", f"{max(took):.1f}", counts["marked"],
    )  # fmt: skip
    return "| " + " | ".join(map(str, cells)) + " |"


if __name__ == "__main__":
    sys.exit(main())
