"""Messages and blocks as the plain text a person reads, with mentions as @name and #name."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.practice.store import Json

CHOOSING = ("static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow")


@dataclass(frozen=True, kw_only=True)
class Names:
    """What people and channels are called, by id."""

    people: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)


def plain_message(message: Json, names: Names) -> str:
    """A message with its author, blocks, attachments, files and reactions, on as many lines as it takes."""
    author = names.people.get(message.get("user", ""), message.get("user", ""))
    body = plain_blocks(message.get("blocks") or [], names) or [plain(message.get("text", ""), names)]
    for attachment in message.get("attachments") or []:
        body += plain_blocks(attachment.get("blocks") or [], names) or [plain(attachment.get("text", ""), names)]
    body += [f"[file {file['name']}]" for file in message.get("files") or []]
    text = "\n".join(line for line in body if line)
    mark = " (only visible to you)" if message.get("is_ephemeral") else ""
    return f"{author}{mark}: {text}{' (edited)' if 'edited' in message else ''}"


def plain_blocks(blocks: list[Json], names: Names) -> list[str]:
    """The text of blocks, one entry for each piece."""
    return [piece for block in blocks for piece in RENDERERS.get(block["type"], _nothing)(block, names)]


def plain(text: str, names: Names) -> str:
    """Slack's markup as a person reads it."""
    text = re.sub(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", lambda match: f"@{names.people.get(match[1], match[1])}", text)
    text = re.sub(r"<#([A-Z0-9]+)(?:\|([^>]*))?>", lambda match: f"#{_channel(match, names)}", text)
    text = re.sub(r"<!date\^[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"<!(here|channel|everyone)(?:\|[^>]*)?>", r"@\1", text)
    text = re.sub(r"<((?:https?|mailto):[^|>]+)\|([^>]*)>", r"\2", text)
    text = re.sub(r"<((?:https?|mailto):[^|>]+)>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _channel(match: re.Match[str], names: Names) -> str:
    return names.channels.get(match[1]) or match[2] or match[1]


def _nothing(block: Json, names: Names) -> list[str]:
    return []


def _element(element: Json, names: Names) -> list[str]:
    if element["type"] in ("mrkdwn", "plain_text"):
        return [plain(element["text"], names)]
    if element["type"] == "feedback_buttons":
        return [f"[{element[name]['text']['text']}]" for name in ("positive_button", "negative_button")]
    if element["type"] in ("button", "workflow_button", "icon_button"):
        return [f"[{element['text']['text']}]"]
    if element["type"] == "image":
        return [f"[image {element['alt_text']}]"]
    label = element.get("placeholder", {}).get("text", "")
    options = [option["text"]["text"] for option in element.get("options", [])] if element["type"] in CHOOSING else []
    return [f"[{': '.join(filter(None, [label, ' | '.join(options)]))}]"]


def _section(block: Json, names: Names) -> list[str]:
    parts = [block["text"]] if "text" in block else []
    parts += [*block.get("fields", [])] + ([block["accessory"]] if "accessory" in block else [])
    return [line for part in parts for line in _element(part, names)]


def _elements(block: Json, names: Names) -> list[str]:
    return [line for element in block["elements"] for line in _element(element, names)]


def _input(block: Json, names: Names) -> list[str]:
    hint = [block["hint"]["text"]] if "hint" in block else []
    return [block["label"]["text"], *_element(block["element"], names), *hint]


def _rich_text(block: Json, names: Names) -> list[str]:
    lines = []
    for element in block["elements"]:
        parts = element["elements"] if element["type"] == "rich_text_list" else [element]
        lines += ["".join(_inline(piece, names) for piece in part["elements"]) for part in parts]
    return lines


def _inline(piece: Json, names: Names) -> str:
    if piece["type"] == "user":
        return f"@{names.people.get(piece['user_id'], piece['user_id'])}"
    if piece["type"] == "channel":
        return f"#{names.channels.get(piece['channel_id'], piece['channel_id'])}"
    if piece["type"] == "emoji":
        return f":{piece['name']}:"
    if piece["type"] == "broadcast":
        return f"@{piece['range']}"
    return str(piece.get("text") or piece.get("url") or piece.get("fallback") or "")


def _card(block: Json, names: Names) -> list[str]:
    texts = [block[name] for name in ("title", "subtitle", "body", "subtext") if name in block]
    return [line for part in [*texts, *block.get("actions", [])] for line in _element(part, names)]


def _table(block: Json, names: Names) -> list[str]:
    cells = [[" ".join(_cell(cell, names)) for cell in row] for row in block["rows"]]
    return [*([block["caption"]] if "caption" in block else []), *(" | ".join(row) for row in cells)]


def _cell(cell: Json, names: Names) -> list[str]:
    return _rich_text(cell, names) if cell["type"] == "rich_text" else [cell["text"]]


def _chart(block: Json, names: Names) -> list[str]:
    chart = block["chart"]
    series = chart.get("series") or [{"name": "", "data": chart.get("segments", [])}]
    points = [f"{entry['name']} {point['label']}: {point['value']}" for entry in series for point in entry["data"]]
    return [block["title"], *(point.strip() for point in points)]


def _held(block: Json, names: Names) -> list[str]:
    title = [block["title"]["text"]] if "title" in block else []
    return [*title, *plain_blocks(block.get("child_blocks") or block.get("elements") or [], names)]


def _plan(block: Json, names: Names) -> list[str]:
    return [block["title"], *plain_blocks(block.get("tasks", []), names)]


RENDERERS: dict[str, Callable[[Json, Names], list[str]]] = {
    "header": lambda block, names: [block["text"]["text"]],
    "section": _section,
    "context": _elements,
    "actions": _elements,
    "context_actions": _elements,
    "input": _input,
    "image": lambda block, names: [f"[image {block['alt_text']}]"],
    "rich_text": _rich_text,
    "markdown": lambda block, names: [block["text"]],
    "alert": lambda block, names: [plain(block["text"]["text"], names)],
    "card": _card,
    "carousel": _held,
    "container": _held,
    "table": _table,
    "data_table": _table,
    "data_visualization": _chart,
    "plan": _plan,
    "task_card": lambda block, names: [f"{block['title']} ({block['status'].replace('_', ' ')})"],
    "video": lambda block, names: [f"[video {block['alt_text']}]"],
}
