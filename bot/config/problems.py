"""What can be wrong with a configuration file: one line for each problem, with its file, line, field and remedy."""

from dataclasses import dataclass

Place = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something at one place of the file; `text` says what was expected."""

    place: Place
    text: str


class ConfigError(Exception):
    """A configuration that cannot be used; `problems` has one line for each mistake, and the message is all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def field_path(place: Place) -> str:
    """A place as people write it: `roles[0].capacity`, counted from 0 as in the file's own lists."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return written.removeprefix(".")
