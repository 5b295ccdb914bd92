"""The tool that plays real incidents again, on an invented one."""

import json
from pathlib import Path

import pytest

from benchmarks.replay import main, replay

INVENTED = {
    "messages": [
        {"ts": "2026-11-20T10:00:00+01:00", "kind": "timeline_note", "text": "The queue of *invoices* grows & grows"},
        {
            "ts": "2026-11-20T10:12:00+01:00",
            "kind": "slack_verbatim",
            "text": "I see <b>timeouts</b> at the printer's API",
        },
        {"ts": "2026-11-20T09:55:00+01:00", "kind": "timeline_note", "text": "A new printer was set up"},
    ],
    "published": {"title": "Invoices are late", "resolution": "The printer was restarted", "action_items": ["a", "b"]},
}


async def test_every_entry_is_held_at_its_minute_with_a_link(tmp_path: Path) -> None:
    path = tmp_path / "invoices.json"
    path.write_text(json.dumps(INVENTED), encoding="utf-8")
    found = await replay(path)
    assert (found.entries, found.held, found.in_time, found.linked, found.actions) == (3, 3, 3, 3, 2)
    assert found.asked > 0  # nobody said since when, or whom it hit
    assert found.unknown == 5


def test_without_a_file_it_says_what_to_give_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "python -m benchmarks.replay" in capsys.readouterr().err
