"""Every effect can be sent, has words for when it cannot be, and a price; nothing is listed that is no effect."""

from inspect import isabstract

from bot.delivery.deliverer import SENDERS
from bot.delivery.failures import FAILURES
from bot.delivery.pace import PRICES
from bot.storage.codec import EFFECTS

KINDS = {name for name, kind in EFFECTS.items() if not isabstract(kind)}


def test_every_effect_has_a_sender() -> None:
    assert set(SENDERS) == KINDS


def test_every_effect_has_words_for_its_failure() -> None:
    assert set(FAILURES) == KINDS


def test_every_effect_that_calls_slack_has_a_price() -> None:
    assert set(PRICES) == KINDS
