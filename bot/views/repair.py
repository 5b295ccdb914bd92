"""What a repair is answered with: made, already there, and what could not be made with what to do by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.views.blocks import fitted, section
from bot.views.message import TEXT_LIMIT, Message
from bot.workflows.incident import Incident
from bot.workflows.repair import NAMES, STALE, Findings, Piece
from bot.workflows.text import escape

LOOKING = "Looking at what {incident} has in Slack. The answer follows here, for you alone."
WHOLE = ":white_check_mark: {incident} has everything it should have."
MADE, THERE, FAILED = "*Made:*", "*Already there:*", "*Could not be made:*"
WAITS = "Some of it still waits for Slack, and is tried again by itself."

PIECES: Mapping[Piece, str] = {
    **NAMES,
    Piece.ROLES: "role holders in the workspace",
    Piece.PEOPLE: "role holders in the room",
    Piece.LETTERS: "everything that was to be said",
    Piece.SCOPES: "the app's permissions",
}
MADE_WORDS: Mapping[Piece, str] = {
    **PIECES,
    Piece.ROOM: "the room: {room}",
    Piece.PRESENCE: "Warroom is in the room again",
    Piece.CARD: "the card, as it should be now",
    Piece.PIN: "the card is pinned",
    Piece.ANNOUNCEMENT: "the announcement, as it should be now",
    Piece.ROLES: "roles of people who are gone are free",
    Piece.PEOPLE: "people who hold a role were invited",
    Piece.LETTERS: "what could not be said was said",
}
OF_PEOPLE = {Piece.ROLES, Piece.PEOPLE}  # not looked at once nobody holds a role any longer
INSIDE = {Piece.PRESENCE, Piece.CARD, Piece.PIN, Piece.TOPIC}
BY_HAND: Mapping[tuple[Piece, str], str] = {
    (Piece.ROOM, "channel_not_found"): (
        "Warroom cannot see the room. Type `/invite @Warroom` in it; if it no longer exists, "
        "`/incident repair {incident} new` opens another."
    ),
    (Piece.PRESENCE, "not_in_channel"): "Type `/invite @Warroom` in {room}.",
    (Piece.ANNOUNCEMENT, "not_in_channel"): "Type `/invite @Warroom` in {place}.",
    (Piece.ANNOUNCEMENT, "is_archived"): (
        "{place} is archived: bring it back, or have whoever runs Warroom set INCIDENTS_CHANNEL to another."
    ),
    (Piece.ANNOUNCEMENT, "channel_not_found"): (
        "The announcements channel is gone: have whoever runs Warroom set INCIDENTS_CHANNEL to another."
    ),
}
BY_PIECE: Mapping[Piece, str] = {
    Piece.ROOM: "Try again in a minute; `python -m bot doctor` tells an administrator why.",
    Piece.PRESENCE: "Type `/invite @Warroom` in {room}.",
    Piece.CARD: "`/incident status` shows the same.",
    Piece.PIN: "Pin it by hand, so that people find it.",
    Piece.TOPIC: "The card has the same facts.",
    Piece.ANNOUNCEMENT: "Tell stakeholders by hand; `python -m bot doctor` tells an administrator why.",
    Piece.ROLES: "Give the role to somebody else: `/incident role …`.",
    Piece.PEOPLE: "Invite them by hand.",
    Piece.LETTERS: "`/incident timeline` has all that happened.",
    Piece.SCOPES: "An administrator has to install the app again with them: {error}.",
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The incident as it is now, and what was found, look after look; `waits` that some deliveries are to come."""

    incident: Incident
    looks: Sequence[Findings]  # at least one
    waits: bool = False

    @property
    def failed(self) -> Mapping[Piece, str]:
        """What is still missing, with Slack's name for what stands against it.

        What was brought up to date, and nothing waits, is as it should be, in whatever form Slack gives it back.
        """
        return {piece: error for piece, error in self.looks[-1].missing.items() if error != STALE or self.waits}

    @property
    def made(self) -> tuple[Piece, ...]:
        """What is there now and was missing; with another room also what stands in it."""
        missed = {piece for look in self.looks for piece in look.missing}
        missed |= INSIDE if Piece.ROOM in missed else set()
        return tuple(piece for piece in Piece if piece in missed and piece in self._good)

    @property
    def there(self) -> tuple[Piece, ...]:
        """What was there already, and still is."""
        return tuple(piece for piece in Piece if piece in self.looks[-1].there and piece not in self.made)

    @property
    def _good(self) -> set[Piece]:
        last = self.looks[-1]
        return {*last.there, *last.missing, *OF_PEOPLE} - {*self.failed}


def reported(report: Report) -> Message:
    """Three lists; the first and the last only when there is something in them."""
    incident = report.incident
    room = f"<#{incident.room.channel}>" if incident.room else "its room"
    made = [MADE_WORDS[piece].format(room=room) for piece in report.made]
    there = [PIECES[piece] for piece in report.there]
    failed = [_by_hand(report, piece, error) for piece, error in report.failed.items()]
    paragraphs = [
        "" if made or failed else WHOLE.format(incident=incident.name),
        _listed(MADE, made),
        f"{THERE} {', '.join(there)}" if there else "",
        _listed(FAILED, failed),
        WAITS if report.waits and failed else "",
    ]
    shown = [paragraph for paragraph in paragraphs if paragraph]
    return Message(fitted("\n".join(shown), TEXT_LIMIT), [section(paragraph) for paragraph in shown])


def _by_hand(report: Report, piece: Piece, error: str) -> str:
    incident = report.incident
    place = f"<#{incident.announcement.channel}>" if incident.announcement else "the announcements channel"
    room = f"<#{incident.room.channel}>" if incident.room else "the room"
    advice = BY_HAND.get((piece, error), BY_PIECE[piece])
    why = f" ({escape(error)})" if error and piece is not Piece.SCOPES else ""
    return f"{PIECES[piece]}{why}. " + advice.format(
        room=room, place=place, incident=incident.name, error=escape(error)
    )  # fmt: skip


def _listed(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *(f"• {line}" for line in lines)]) if lines else ""
