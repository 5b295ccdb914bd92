"""The answer to a repair tells what was made from what was there, and never calls made what nobody saw."""

from bot.views.repair import Report, reported
from bot.workflows.repair import STALE, Findings, Piece
from tests.values import an_incident
from tests.views.incidents import NOW

INSIDE = (Piece.PRESENCE, Piece.CARD, Piece.PIN, Piece.TOPIC)


def found(*there: Piece, **missing: str) -> Findings:
    return Findings(at=NOW, there=there, missing={Piece(name): error for name, error in missing.items()})


def told(*looks: Findings, waits: bool = False) -> str:
    return reported(Report(incident=an_incident(), looks=looks, waits=waits)).text


def test_what_was_missing_and_is_there_was_made() -> None:
    text = told(found(Piece.ROOM, pin="no_pin"), found(Piece.ROOM, Piece.PIN))
    assert text == "*Made:*\n• the card is pinned\n*Already there:* the room"


def test_what_could_not_be_seen_at_first_was_there_already() -> None:
    text = told(found(Piece.ROOM, presence="not_in_channel"), found(Piece.ROOM, *INSIDE))
    assert "*Made:*\n• Warroom is in the room again\n*Already there:* the room, the card, its pin, the topic" in text


def test_with_another_room_all_that_is_in_it_was_made() -> None:
    text = told(found(room="is_archived"), found(Piece.ROOM, *INSIDE))
    assert "Already there" not in text
    assert "• the room: <#C0ROOM>\n• Warroom is in the room again\n• the card, as it should be now" in text


def test_what_nobody_saw_at_last_was_not_made() -> None:
    text = told(found(Piece.ROOM, pin="no_pin"), found(room="internal_error"))
    assert "Made" not in text
    assert "*Could not be made:*\n• the room (internal_error). Try again in a minute" in text


def test_what_was_brought_up_to_date_is_made_unless_it_still_waits() -> None:
    looks = (found(Piece.ROOM, card=STALE), found(Piece.ROOM, card=STALE))
    assert "*Made:*\n• the card, as it should be now" in told(*looks)
    assert "*Could not be made:*\n• the card (stale)" in told(*looks, waits=True)
    assert "Some of it still waits for Slack" in told(*looks, waits=True)


def test_what_others_call_things_is_escaped() -> None:
    assert "<!channel>" not in told(found(pin="<!channel>"))
