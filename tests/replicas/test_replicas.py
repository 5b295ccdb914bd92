"""The short form of `make replicas`: one replica after the other is killed while people go on."""

import shutil
from pathlib import Path

import pytest

from bot.settings import Transport
from tests.databases import WHY_NOT, Cluster
from tests.replicas.__main__ import ordeal

SECONDS, PAUSE_SECONDS = 10.0, 1.0


@pytest.mark.parametrize("transport", [Transport.SOCKET, Transport.HTTP])
@pytest.mark.timeout(180)
async def test_nothing_is_lost_or_doubled_while_replicas_die(
    transport: Transport, postgresql: Cluster | None, tmp_path: Path
) -> None:
    if postgresql is None:
        pytest.skip(WHY_NOT)
    if transport is Transport.HTTP and shutil.which("haproxy") is None:
        pytest.skip("no haproxy (Debian: apt-get install haproxy)")
    url = postgresql.create()
    result = await ordeal(url, transport, tmp_path, SECONDS, PAUSE_SECONDS)
    assert result.faults == []
    assert result.kills >= 1  # each is killed when the one before is back, and machines are slow
    assert result.throttled == 0
    postgresql.drop(url)
