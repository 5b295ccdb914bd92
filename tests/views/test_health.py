"""What is read of how Warroom itself stands."""

import pytest

from bot.views.health import health_text
from bot.workflows.health import Health
from tests.values import NOW


@pytest.mark.parametrize(("count", "said"), [(1, "for patience 1 time within"), (2, "for patience 2 times within")])
def test_how_often_slack_asked_for_patience_is_counted(count: int, said: str) -> None:
    health = Health(version="1", since=NOW, over="HTTP", checks={}, throttled={"chat.update": count})
    assert said in health_text(health, NOW).text
