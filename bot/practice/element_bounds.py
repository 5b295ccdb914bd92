"""What properties of one element must be to each other: bounds in order, initial values within them and on offer."""

import datetime
import re

from bot.practice.block_schema import Check, Findings, pattern
from bot.practice.store import Json

TIME = pattern("([01][0-9]|2[0-3]):[0-5][0-9]", "must be a time in the format HH:mm")
MULTIPLE = ("initial_options", "initial_users", "initial_conversations", "initial_channels")


def date(value: object, pointer: str, findings: Findings) -> None:
    """A day of the calendar, as YYYY-MM-DD."""
    sound = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
    try:
        datetime.date.fromisoformat(str(value))
    except ValueError:
        sound = None
    if not sound:
        findings.add("format", "must be a date in the format YYYY-MM-DD", pointer, "YYYY-MM-DD")


def text_in_bounds(value: Json, pointer: str, findings: Findings) -> None:
    """`min_length` is at most `max_length`, and the initial text is between them."""
    least, most = value.get("min_length", 0), value.get("max_length", 3000)
    if least > most:
        findings.add("range", "min_length must be no more than max_length", f"{pointer}/min_length", most)
    elif "initial_value" in value and not least <= len(value["initial_value"]) <= most:
        message = f"must be between {least} and {most} characters"
        findings.add("range", message, f"{pointer}/initial_value", [least, most])


def lines_in_order(value: Json, pointer: str, findings: Findings) -> None:
    """`min_lines` is at most `max_lines`."""
    if value.get("min_lines", 1) > value.get("max_lines", 100):
        findings.add("range", "min_lines must be no more than max_lines", f"{pointer}/min_lines", value["max_lines"])


def numbers_in_order(value: Json, pointer: str, findings: Findings) -> None:
    """Bounds and the initial value are numbers, whole ones unless decimals are allowed, and in order."""
    form = r"-?\d+(\.\d+)?" if value["is_decimal_allowed"] else r"-?\d+"
    given = {name: value[name] for name in ("min_value", "max_value", "initial_value") if name in value}
    wrong = [name for name, entry in given.items() if not re.fullmatch(form, entry)]
    for name in wrong:
        kind = "a number" if value["is_decimal_allowed"] else "a whole number"
        findings.add("format", f"must be {kind}", f"{pointer}/{name}", form)
    if wrong:
        return
    numbers = {name: float(entry) for name, entry in given.items()}
    least, most = numbers.get("min_value", float("-inf")), numbers.get("max_value", float("inf"))
    if least > most:
        findings.add("range", "min_value must be no more than max_value", f"{pointer}/min_value", value["max_value"])
    elif "initial_value" in numbers and not least <= numbers["initial_value"] <= most:
        findings.add("range", "must be between min_value and max_value", f"{pointer}/initial_value")


def _initial_is_an_option(value: Json, pointer: str, findings: Findings) -> None:
    if "options" not in value and "option_groups" not in value:
        return
    groups = value.get("option_groups") or [{"options": value.get("options", [])}]
    offered = [entry for group in groups for entry in group["options"]]
    chosen = value.get("initial_options") or [value[name] for name in ("initial_option",) if name in value]
    for entry in chosen:
        if entry not in offered:
            findings.add("initial_option", "initial option(s) must match an option exactly", pointer)


def _initial_is_not_too_many(value: Json, pointer: str, findings: Findings) -> None:
    most = value.get("max_selected_items")
    for name in MULTIPLE:
        if most is not None and len(value.get(name, [])) > most:
            findings.add("max_items", f"no more than {most} items allowed", f"{pointer}/{name}", most)


CHOSEN: tuple[Check, ...] = (_initial_is_an_option, _initial_is_not_too_many)
