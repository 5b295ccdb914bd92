"""The export: every field is documented, and nothing of it is a secret."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.storage.timeline import Line
from bot.views.export import VERSION, document
from bot.workflows.incident import ChannelId, Incident, IncidentId, MessageTs, Posted
from tests.storage.test_codec import FULL
from tests.values import ANA, CARD, NOW, ROOM

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "export.md"
URL = "https://acme.slack.com/"
SECRET = "xoxb-1234567890-abcdefgh"


def a_line(**changes: Any) -> Line:  # noqa: ANN401 - any field of a line
    line = Line(
        seq=1, kind="NoteAdded", at=NOW, recorded_at=NOW, by=ANA, text="<@U0ANA> noted: rolled back",
        evidence=Posted(channel=ROOM.channel, ts=MessageTs("1795419100.000100")), thread_ts=None, deleted=False,
        marked=False, files=(), corrects=None, corrected=2,
    )  # fmt: skip
    return replace(line, **changes)


MARKED = a_line(seq=2, kind="MessageMarked", text="it is the cache", marked=True, files=("graph.png",), corrected=None)


def exported(incident: Incident = FULL, *lines: Line, url: str | None = URL) -> dict[str, Any]:
    return document([(incident, lines or (a_line(), MARKED))], url=url, now=NOW, left_out=0)


def keys(value: object, path: str = "") -> dict[str, set[str]]:
    """The fields of every object by the path it stands at: `incidents[].roles[]`."""
    found: dict[str, set[str]] = {}
    if isinstance(value, dict):
        found[path or "."] = set(value)
        for name, below in value.items():
            found |= keys(below, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for below in value:
            found |= keys(below, f"{path}[]")
    return found


def documented(text: str) -> dict[str, set[str]]:
    """The same, as the page tells it."""
    found: dict[str, set[str]] = {}
    for section in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        fields = set(re.findall(r"^\| `(\w+)` \|", body, flags=re.MULTILINE))
        found |= dict.fromkeys(re.findall(r"`([^`]+)`", heading), fields)
    return found


def test_every_field_is_documented_and_nothing_else() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert keys(exported()) == documented(text)
    assert f"**version {VERSION}**" in text


def test_a_bare_incident_has_the_same_fields() -> None:
    (bare,) = exported(Incident(id=IncidentId(1)))["incidents"]
    (full,) = exported()["incidents"]
    assert bare.keys() == full.keys()


def test_lines_and_marked_messages_lead_to_slack() -> None:
    (incident,) = exported()["incidents"]
    note, marked = incident["timeline"]
    assert note["message"]["link"] == (f"{URL}archives/C0ROOM/p1795419100000100?thread_ts={CARD.ts}&cid={ROOM.channel}")
    assert marked["message"]["link"] == f"{URL}archives/C0ROOM/p1795419100000100"
    assert incident["marked_messages"] == [{
        "channel": "C0ROOM", "ts": "1795419100.000100", "thread_ts": None, "link": marked["message"]["link"], "line": 2,
        "author": ANA, "text": "it is the cache", "deleted": False, "files": ["graph.png"],
    }]  # fmt: skip


def test_without_an_address_there_are_no_links_but_places() -> None:
    (incident,) = exported(url=None)["incidents"]
    assert incident["card"] == {"channel": ROOM.channel, "ts": CARD.ts, "thread_ts": None, "link": None}
    assert "https://" not in str(incident)


def test_a_message_that_was_deleted_says_nothing() -> None:
    (incident,) = exported(FULL, replace(MARKED, deleted=True))["incidents"]
    assert incident["timeline"][0]["text"] == incident["marked_messages"][0]["text"] == ""


@pytest.mark.parametrize("field", ["title", "summary", "impact", "fix"])
def test_secrets_of_older_versions_are_masked(field: str) -> None:
    told: dict[str, Any] = {field: f"it is {SECRET}"}
    assert SECRET not in str(exported(replace(FULL, **told)))


def test_secrets_on_lines_are_masked_and_ids_are_not() -> None:
    line = a_line(text=f"noted: {SECRET}", evidence=Posted(channel=ChannelId("C1"), ts=MessageTs("4111111111.111111")))
    said = exported(FULL, line)["incidents"][0]["timeline"][0]
    assert said["text"] == "noted: [masked]"
    assert said["message"]["ts"] == "4111111111.111111"
