"""What the practice workspace answers when it refuses a call, in Slack's error names."""

from collections.abc import Iterable
from typing import Any


class ApiError(Exception):
    """A refused call: `error` is Slack's name for it, `extra` is what stands beside it in the answer."""

    def __init__(self, error: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.extra: dict[str, Any] = extra

    def answer(self) -> dict[str, Any]:
        """The JSON body Slack would send."""
        return {"ok": False, "error": self.error, **self.extra}


def invalid_arguments(messages: Iterable[str]) -> ApiError:
    """Slack's `invalid_arguments`, with one sentence for each argument that is wrong."""
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {text}" for text in messages]})


class NotDelivered(Exception):
    """The app did not take a payload: `reason` as in Slack's retry reasons; `final` when a retry is not wanted."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
