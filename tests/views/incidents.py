"""Incidents for the tests of what is shown: plain values."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.views.message import Block, Message
from bot.workflows.incident import (
    ChannelId,
    Incident,
    IncidentId,
    MessageTs,
    Part,
    Posted,
    Room,
    Stamp,
    Stamped,
    UserId,
)
from bot.workflows.policy import SEV1

ANA, BEN, CLEO = UserId("U0ANA"), UserId("U0BEN"), UserId("U0CLEO")
ROOM = ChannelId("C0ROOM")
CARD = Posted(channel=ROOM, ts=MessageTs("1795419000.000100"))
DECLARED = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
NOW = DECLARED + timedelta(minutes=12)


def stamped(at: datetime, by: UserId | None = ANA) -> Stamped:
    return Stamped(at=at, by=by, set_at=at)


def an_incident(**changes: Any) -> Incident:  # noqa: ANN401 - any field of an incident
    incident = Incident(
        id=IncidentId(7), title="checkout is failing", severity=SEV1, declared_by=ANA, participants=(ANA,),
        stamps={Stamp.DECLARED: stamped(DECLARED)}, room=Room(channel=ROOM, name="inc-7-checkout-is-failing"),
        furnished=tuple(Part), card=CARD,
    )  # fmt: skip
    return replace(incident, **changes)


@dataclass(frozen=True, kw_only=True)
class ALine:
    """A timeline entry as it is read."""

    text: str = ""
    kind: str = "NoteAdded"
    at: datetime = NOW
    by: UserId | None = BEN
    evidence: Posted | None = None
    thread_ts: MessageTs | None = None
    deleted: bool = False
    marked: bool = False
    files: tuple[str, ...] = ()
    seq: int = field(default_factory=count(1).__next__)
    corrects: int | None = None
    corrected: int | None = None
    recorded: datetime | None = None  # None: when it happened

    @property
    def recorded_at(self) -> datetime:
        """When it was written down."""
        return self.recorded or self.at


def words(blocks: list[Block]) -> list[str]:
    """The texts of the blocks, and the labels of their buttons in brackets."""
    found: list[str] = []
    for block in blocks:
        for part in (block.get("text"), *block.get("fields", []), block.get("label"), block.get("accessory")):
            found += _shown(part) if part else []
        found += [word for part in block.get("elements", []) for word in _shown(part)]
    return found


def labels(message: Message) -> list[str]:
    """What is on the buttons of a message."""
    return [word for word in words(message.blocks) if word.startswith("[")]


def _shown(part: Block) -> list[str]:
    if part["type"] == "overflow":
        return [f"[… {option['text']['text']}]" for option in part["options"]]
    text = part["text"]
    return [f"[{text['text']}]" if part["type"] == "button" else text if isinstance(text, str) else text["text"]]
