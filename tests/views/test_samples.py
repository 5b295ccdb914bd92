"""Every message and form stays within Slack's limits, also with the most hostile content."""

from dataclasses import replace

import pytest

from bot.practice.blocks import check_message_blocks
from bot.practice.errors import ApiError
from bot.practice.views import check_view
from bot.views import samples
from bot.views.card import card
from bot.views.message import TEXT_LIMIT
from bot.views.status import listing, status
from bot.workflows.policy import (
    DEFAULT_POLICY,
    Capacity,
    KindRule,
    Policy,
    RoleKey,
    RoleRule,
    SeverityKey,
    SeverityRule,
)
from tests.views.incidents import NOW, ALine

LONG = "&" * 150
BARE = Policy(severities=(), roles=(), kinds=())
LAVISH = Policy(
    severities=tuple(SeverityRule(key=SeverityKey(f"s{n}"), rank=n, name=LONG, meaning=LONG) for n in range(1, 130)),
    roles=tuple(
        RoleRule(key=RoleKey(f"r{n}"), name=LONG, capacity=Capacity.MANY, duties=(LONG * 30,)) for n in range(60)
    ),
    kinds=tuple(KindRule(key=f"k{n}", name=LONG) for n in range(130)),
)


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, BARE, LAVISH], ids=["default", "bare", "lavish"])
def test_the_practice_workspace_takes_everything(policy: Policy) -> None:
    seen = 0
    for name, kind, content in samples.everything(policy, NOW):
        try:
            check_message_blocks(content) if kind == "blocks" else check_view(content, ("modal", "home"))
        except ApiError as failure:
            raise AssertionError(f"{name}: {vars(failure)}") from failure
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("policy", [DEFAULT_POLICY, BARE, LAVISH], ids=["default", "bare", "lavish"])
def test_texts_can_be_edited_later(policy: Policy) -> None:
    full = samples.sample(policy, NOW)
    lines = [ALine(text="x" * 3000, marked=True)] * 20
    for message in (
        card(full, NOW),
        card(replace(full, private=True), NOW),
        status(full, lines, NOW),
        listing([full] * 50),
    ):
        assert len(message.text) <= TEXT_LIMIT
        assert message.text.count("<") == message.text.count(">")
