"""What a message is: its blocks, and the same in words for screen readers and notifications."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.workflows.incident import UserId

Block = dict[str, Any]  # one Block Kit block or element, as Slack takes it
View = dict[str, Any]  # a modal, as Slack takes it

Names = Mapping[UserId, str]  # what people are called, where Slack shows no mention
NAMELESS: Names = {}

TEXT_LIMIT = 3900  # characters; chat.update refuses more than 4,000


@dataclass(frozen=True)
class Message:
    """A message as Slack takes it; `text` says everything the blocks say, since screen readers read only that."""

    text: str
    blocks: list[Block] = field(default_factory=list)
