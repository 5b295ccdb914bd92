"""The blocks that came after 2024: tables, charts, cards, plans and their like, with properties and limits.

Figures: https://docs.slack.dev/reference/block-kit/blocks and the types of slack-sdk 3.47; where copies of the pages
differ, the wider figure is taken (201 rows of a data table, 12 series of a chart).
"""

from bot.practice.block_schema import (
    Check,
    Findings,
    Shape,
    array,
    boolean,
    choice,
    integer,
    nullable,
    obj,
    string,
    text,
    text_of,
    typed,
)
from bot.practice.element_rules import BLOCK_ID, BUTTON, CONTEXT_ACTIONS, IMAGE, MESSAGE, MODAL, RICH_TEXT
from bot.practice.rich_text import RICH_TEXT_ELEMENTS
from bot.practice.store import Json

MESSAGE_AND_HOME = frozenset({"message", "home"})
COLUMNS, DATA_TABLE_TEXT = 20, 20_000
PICTURE = typed({"image": IMAGE})
RICH = typed(RICH_TEXT)


def number(value: object, pointer: str, findings: Findings) -> None:
    """A number, whole or not."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        findings.add("invalid_type", "must be a number", pointer)


CELLS = {
    "raw_text": Shape(properties={"text": string(10_000)}, required=("text",)),
    "raw_number": Shape(properties={"value": number, "text": string(255)}, required=("value", "text")),
    "rich_text": Shape(properties={"elements": array(typed(RICH_TEXT_ELEMENTS), 1, 1000)}, required=("elements",)),
}
SETTING = obj(Shape(properties={"align": choice("left", "center", "right"), "is_wrapped": boolean}))


def rows(least: int, most: int) -> Check:
    """The rows of a table, each a list of cells."""
    return array(array(typed(CELLS), 1, COLUMNS), least, most)


def _same_columns(value: Json, pointer: str, findings: Findings) -> None:
    if len({len(row) for row in value["rows"]}) > 1:
        findings.add("columns", "every row must have the same number of cells", f"{pointer}/rows")


def _data_table_text(value: Json, pointer: str, findings: Findings) -> None:
    if text_of(value["rows"]) > DATA_TABLE_TEXT:
        message = f"must be no more than {DATA_TABLE_TEXT} characters in all cells"
        findings.add("max_length", message, f"{pointer}/rows", DATA_TABLE_TEXT)


POINT = obj(Shape(properties={"label": string(20, 1), "value": number}, required=("label", "value")))
SERIES = obj(Shape(properties={"name": string(20, 1), "data": array(POINT, 1, 20)}, required=("name", "data")))
AXES = obj(
    Shape(
        properties={"categories": array(string(20, 1), 1, 20), "x_label": string(50), "y_label": string(50)},
        required=("categories",),
    )
)


def _points_match(value: Json, pointer: str, findings: Findings) -> None:
    names = [series["name"] for series in value["series"]]
    if len(set(names)) < len(names):
        findings.add("duplicate", "series names must be unique", f"{pointer}/series")
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != sorted(value["axis_config"]["categories"]):
            message = "data must have exactly one point for each category"
            findings.add("categories", message, f"{pointer}/series/{index}/data")


_AXED = Shape(
    properties={"series": array(SERIES, 1, 12), "axis_config": AXES},
    required=("series", "axis_config"),
    rules=(_points_match,),
)
CHARTS = {
    "pie": Shape(properties={"segments": array(POINT, 1, 12)}, required=("segments",)),
    "bar": _AXED,
    "line": _AXED,
    "area": _AXED,
}


def _one_icon(value: Json, pointer: str, findings: Findings) -> None:
    if "icon" in value and "slack_icon" in value:
        findings.add("exclusive", "must have only one of: icon, slack_icon", pointer)


SLACK_ICON = obj(Shape(properties={"type": choice("icon"), "name": string(255, 1)}, required=("name",)))
CARD = Shape(
    properties={
        "block_id": BLOCK_ID,
        "hero_image": PICTURE,
        "icon": PICTURE,
        "slack_icon": SLACK_ICON,
        "title": text("any", 150),
        "subtitle": text("any", 150),
        "body": text("any", 200),
        "subtext": text("any", 200),
        "actions": array(typed({"button": BUTTON}), 1, 3),
    },
    any_of=("hero_image", "title", "actions", "body"),
    rules=(_one_icon,),
)
SOURCE = typed({"url": Shape(properties={"url": string(3000, 1), "text": string(3000, 1)}, required=("url", "text"))})
TASK = {
    "task_id": string(255, 1),
    "title": string(3000, 1),
    "status": choice("pending", "in_progress", "complete", "error"),
    "details": RICH,
    "output": RICH,
    "sources": array(SOURCE, 0, 100),
}
TASK_CARD = Shape(properties={"block_id": BLOCK_ID, **TASK}, required=("task_id", "title", "status"), surfaces=MESSAGE)
VIDEO = Shape(
    properties={
        "block_id": BLOCK_ID,
        "alt_text": string(2000, 1),
        "title": text("plain", 200),
        "description": text("plain", 200),
        "author_name": string(50),
        "provider_name": string(50),
        **dict.fromkeys(("video_url", "thumbnail_url", "title_url", "provider_icon_url"), string(3000, 1)),
    },
    required=("video_url", "thumbnail_url", "alt_text", "title"),
)
AUTH_PROVIDER = Shape(
    properties={
        "block_id": BLOCK_ID,
        **dict.fromkeys(("value", "name", "description", "connected_identity", "connected_context"), string(3000, 1)),
        **dict.fromkeys(("icon_url", "auth_url", "disconnect_url", "fallback"), string(3000, 1)),
        "is_connected": boolean,
        "accessory": typed({"button": BUTTON}),
    },
    required=("value", "name", "is_connected"),
    surfaces=frozenset({"home"}),
)
NEWER: dict[str, Shape] = {
    "alert": Shape(
        properties={
            "block_id": BLOCK_ID,
            "text": text("any", 200),
            "level": choice("default", "info", "warning", "error", "success"),
        },
        required=("text",),
        surfaces=MODAL,
    ),
    "card": CARD,
    "carousel": Shape(
        properties={"block_id": BLOCK_ID, "elements": array(typed({"card": CARD}), 1, 10)},
        required=("elements",),
        surfaces=MESSAGE_AND_HOME,
    ),
    "context_actions": Shape(
        properties={"block_id": BLOCK_ID, "elements": array(typed(CONTEXT_ACTIONS), 1, 5)},
        required=("elements",),
        surfaces=MESSAGE,
    ),
    "data_table": Shape(
        properties={
            "block_id": BLOCK_ID,
            "rows": rows(2, 201),
            "caption": string(3000, 1),
            "page_size": integer(1, 100),
            "row_header_column_index": integer(0, COLUMNS - 1),
        },
        required=("rows", "caption"),
        surfaces=MESSAGE_AND_HOME,
        rules=(_same_columns, _data_table_text),
    ),
    "data_visualization": Shape(
        properties={"block_id": BLOCK_ID, "title": string(50, 1), "chart": typed(CHARTS)},
        required=("title", "chart"),
        surfaces=MESSAGE,
    ),
    "plan": Shape(
        properties={
            "block_id": BLOCK_ID,
            "title": string(3000, 1),
            "tasks": array(typed({"task_card": TASK_CARD}), 0, 50),
        },
        required=("title",),
        surfaces=MESSAGE,
    ),
    "table": Shape(
        properties={
            "block_id": BLOCK_ID,
            "rows": rows(1, 100),
            "column_settings": array(nullable(SETTING), 0, COLUMNS),
        },
        required=("rows",),
        surfaces=MESSAGE_AND_HOME,
    ),
    "auth_provider": AUTH_PROVIDER,
    "task_card": TASK_CARD,
    "video": VIDEO,
}


def container(held: dict[str, Shape]) -> Shape:
    """A container of the blocks it may hold."""
    return Shape(
        properties={
            "block_id": BLOCK_ID,
            "child_blocks": array(typed(held), 1, 10),
            "title": text("plain", 150),
            "rich_text_title": RICH,
            "subtitle": text("any", 150),
            "width": choice("narrow", "standard", "wide", "full"),
            "icon": PICTURE,
            **dict.fromkeys(("is_collapsible", "default_collapsed", "has_header_divider"), boolean),
        },
        required=("child_blocks",),
        any_of=("title", "rich_text_title"),
        surfaces=MESSAGE,
    )
