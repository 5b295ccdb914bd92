"""Answers that nobody can read: one failure, whatever they are made of; and the SDK without that, for comparison."""

from collections.abc import Callable, Mapping

from aiohttp import web

Answer = Callable[[], web.Response]


def answer_of(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Any answer, JSON by its own word unless it says something else."""
    return lambda: web.Response(
        body=body, status=status, headers={"Content-Type": "application/json", **(headers or {})}
    )
