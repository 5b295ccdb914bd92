"""Figures as text: percentiles, and tables in Markdown."""

from collections.abc import Sequence


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share (0 to 1) of the values lies, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def markdown(title: str, head: Sequence[str], rows: Sequence[Sequence[object]], note: str) -> str:
    """A titled table with a note under it."""
    lines = [f"### {title}", "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join([*lines, "", note, ""])
