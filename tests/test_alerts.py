"""The alerts name metrics that there are, and each has its paragraph in the docs, as each paragraph has its alert."""

import re
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from prometheus_client.parser import text_string_to_metric_families

from bot.web.metrics import Metrics
from tests.town import ANA, ROOT, Ways, town

RULES = ROOT / "deploy" / "alerts.yml"
DOCUMENT = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
OF_A_HISTOGRAM = ("_bucket", "_count", "_sum")


def rules() -> list[dict[str, Any]]:
    """Every rule of the file."""
    (group,) = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    assert group["name"] == "warroom"
    return list(group["rules"])


def names_in(text: str) -> set[str]:
    """Every name that a scrape has, also of metrics without a value so far."""
    names = set()
    for family in text_string_to_metric_families(text):
        ends = {"counter": ("_total",), "histogram": OF_A_HISTOGRAM, "info": ("_info",)}.get(family.type, ("",))
        names |= {family.name + end for end in ends}
    return names


def test_every_rule_is_whole() -> None:
    for rule in rules():
        assert set(rule) >= {"alert", "expr", "labels", "annotations"}
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert rule["annotations"]["runbook"] == f"docs/alerts.md#{rule['alert'].lower()}"
        assert rule["expr"].count("(") == rule["expr"].count(")")
        assert re.fullmatch(r"[0-9]+m", rule.get("for", "1m"))
    found = [rule["alert"] for rule in rules()]
    assert len(found) == len(set(found)) >= 9


def test_each_alert_has_its_paragraph_and_each_paragraph_its_alert() -> None:
    parts = re.split(r"^## ", DOCUMENT, flags=re.MULTILINE)[1:]
    assert [part.split()[0] for part in parts] == [rule["alert"] for rule in rules()]
    for part in parts:
        assert "**Look**" in part
        assert "**Do**" in part


async def test_every_metric_that_is_named_is_there(tmp_path: Path) -> None:
    async with town(Ways(database_url=f"sqlite:///{tmp_path}/warroom.sqlite")) as place:
        await place.declares(ANA, "checkout is failing")
        assert place.warroom is not None
        url = f"http://127.0.0.1:{place.warroom.settings.port}/metrics"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            there = names_in(await answer.text())
    named = {name for rule in rules() for name in re.findall(r"\bwarroom_[a-z_]+", rule["expr"])}
    assert named - there == set()
    told = set(re.findall(r"\bwarroom_[a-z_]+", DOCUMENT))
    assert {name for name in told if not any(other.startswith(name) for other in there)} == set()


def test_the_labels_that_are_asked_for_are_there() -> None:
    text = Metrics().text().decode()
    for rule in rules():
        for name, label, value in re.findall(r"(warroom_[a-z_]+)\{([a-z]+)=\"([a-z]+)\"\}", rule["expr"]):
            assert f'{name}{{{label}="{value}"}}' in text


def test_what_waits_long_is_the_same_here_and_in_slack() -> None:
    from bot.workflows.health import LONG_WAIT

    (rule,) = [rule for rule in rules() if rule["alert"] == "DeliveriesWait"]
    assert rule["expr"].endswith(f"> {LONG_WAIT.total_seconds():.0f}")
