"""Trigger ids and response urls by a clock that is moved: single use, three seconds, five times in half an hour."""

import pytest

from bot.practice import triggers
from bot.practice.errors import ApiError
from bot.practice.workspace import Workspace
from tests.practice.conftest import settings


class Clock:
    """A clock that stands still until it is moved; seconds since 1970."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def test_a_trigger_is_used_once_within_three_seconds() -> None:
    clock = Clock()
    workspace = Workspace(settings(clock=clock))
    first, second = triggers.new_trigger(workspace, "U0ANA"), triggers.new_trigger(workspace, "U0ANA")
    triggers.use_trigger(workspace, first)
    with pytest.raises(ApiError, match="exchanged_trigger_id"):
        triggers.use_trigger(workspace, first)
    clock.now += 3.5
    with pytest.raises(ApiError, match="expired_trigger_id"):
        triggers.use_trigger(workspace, second)


def test_a_response_url_is_good_five_times_in_half_an_hour() -> None:
    clock = Clock()
    workspace = Workspace(settings(clock=clock))
    channel = workspace.channels["C0GENERAL"]
    keys = [triggers.new_response_url(workspace, channel, "U0ANA").rpartition("/")[2] for _ in range(2)]
    for _ in range(5):
        triggers.use_response_url(workspace, keys[0])
    with pytest.raises(ApiError, match="used_url"):
        triggers.use_response_url(workspace, keys[0])
    clock.now += 1801
    with pytest.raises(ApiError, match="expired_url"):
        triggers.use_response_url(workspace, keys[1])


def test_old_ones_are_forgotten() -> None:
    clock = Clock()
    workspace = Workspace(settings(clock=clock))
    channel = workspace.channels["C0GENERAL"]
    for _ in range(2):
        triggers.new_trigger(workspace, "U0ANA")
        triggers.new_response_url(workspace, channel, "U0ANA")
        clock.now += 3601
    assert (len(workspace.triggers), len(workspace.replies)) == (1, 1)
