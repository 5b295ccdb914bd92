"""What is said when a delivery was given up: also the words of a direct message that did not arrive."""

from bot.delivery.failures import report
from bot.workflows.commands import Command
from bot.workflows.effects import PostInRoom, TellPrivately
from bot.workflows.incident import UserId
from tests.values import ANA, BEN, NOW, SEVEN, an_incident

BARE = an_incident(furnished=(), room=None, card=None, announcement=None)


def lost(user: UserId, words: str) -> Command:
    return report(SEVEN, "TellPrivately", {"user": user, "text": words}, "messages_tab_disabled")


def test_words_that_did_not_arrive_are_said_in_the_room_each_time() -> None:
    incident = an_incident()
    for words in ("You are scribe", "Still open: 3. Look"):
        (event,) = lost(BEN, words).decide(incident, NOW)
        (post,) = event.effects(incident)
        assert isinstance(post, PostInRoom)
        assert "could not send somebody a direct message (<@U0BEN>): the app's messages tab" in post.text
        assert post.text.endswith(words)
        incident = event.apply(incident)
    assert len(incident.failed) == 1


def test_what_nobody_can_be_told_ends_there() -> None:
    (event,) = lost(ANA, "x").decide(BARE, NOW)
    assert event.effects(BARE) == ()
    (event,) = lost(BEN, "x").decide(BARE, NOW)
    assert [type(effect) for effect in event.effects(BARE)] == [TellPrivately]


def test_a_reminder_that_reaches_two_people_not_is_said_of_both() -> None:
    incident = an_incident()
    for user in (BEN, ANA):
        (event,) = report(SEVEN, "RemindOfAction", {"user": user, "number": 1}, "user_not_found").decide(incident, NOW)
        incident = event.apply(incident)
