"""A short form of `make torture`: for each scenario a death on each database, chosen evenly and always the same."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.databases import POSTGRESQL, SQLITE, WHY_NOT, Cluster, Databases
from tests.torture.appointed import Moment
from tests.torture.matrix import Point, evenly, survive, without_deaths
from tests.torture.scenarios import SCENARIOS

# Each moment on each database, each part of a scenario somewhere: its beginning, its middle, its end.
POINTS = [
    Point("declare", SQLITE, Moment.AFTER_CALL, 1),  # the room is made, and nobody knows
    Point("declare", POSTGRESQL, Moment.BEFORE_COMMIT, 5),
    Point("role", SQLITE, Moment.BEFORE_COMMIT, 1),  # the click is lost with the process
    Point("role", POSTGRESQL, Moment.AFTER_CALL, 6),
    Point("phase", SQLITE, Moment.AFTER_COMMIT, 1),  # done, and the person is told that it failed
    Point("phase", POSTGRESQL, Moment.BEFORE_CALL, 3),
    Point("update", SQLITE, Moment.AFTER_CALL, 4),
    Point("update", POSTGRESQL, Moment.AFTER_COMMIT, 1),
    Point("reminder", SQLITE, Moment.AFTER_COMMIT, 4),
    Point("reminder", POSTGRESQL, Moment.AFTER_CALL, 5),
    Point("resolve", SQLITE, Moment.BEFORE_CALL, 6),
    Point("resolve", POSTGRESQL, Moment.AFTER_COMMIT, 6),
    Point("draft", SQLITE, Moment.AFTER_CALL, 2),  # the file is in the room, and nobody knows
    Point("draft", POSTGRESQL, Moment.AFTER_COMMIT, 2),
    Point("private", SQLITE, Moment.BEFORE_CALL, 3),  # a room of the same name stands there, and is public
    Point("private", SQLITE, Moment.AFTER_COMMIT, 1),
    Point("private", POSTGRESQL, Moment.AFTER_CALL, 3),
]


@pytest.mark.timeout(180)
@pytest.mark.parametrize("scenario", SCENARIOS)
async def test_a_scenario_survives_kill_9(scenario: str, postgresql: Cluster | None, tmp_path: Path) -> None:
    if postgresql is None and os.environ.get("CI"):
        pytest.fail(WHY_NOT)
    databases = Databases(tmp_path, postgresql)
    expected = await without_deaths(scenario, SQLITE, databases)  # the same on both
    assert not [*expected.slack.wrong, *expected.database.wrong]
    points = [point for point in POINTS if point.scenario == scenario and point.database in databases.kinds()]
    results = await asyncio.gather(*(survive(point, expected, databases) for point in points))
    assert [result.died for result in results] == [True] * len(points)
    assert not [f"{result.point}: {result.fault}" for result in results if result.fault]


def test_points_are_chosen_evenly_and_by_name() -> None:
    points = [Point("declare", SQLITE, Moment.AFTER_COMMIT, nth) for nth in range(1, 11)]
    assert [point.nth for point in evenly(points, 3)] == [2, 6, 9]
    assert evenly(points, 99) == points
    assert [Point.of(str(point)) for point in points] == points
