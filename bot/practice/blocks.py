"""Block Kit on the way in: what a message, a modal or a Home tab may hold, refused as Slack refuses it."""

import copy
from collections.abc import Callable, Sequence

from bot.practice.block_rules import BLOCKS
from bot.practice.block_schema import Check, Findings, Shape, anything, check_shape, string, text_of
from bot.practice.errors import ApiError
from bot.practice.store import Json

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
# No documented figure; messages were seen refused at about this many characters of blocks.
MESSAGE_CHARACTERS = 13_200
# At most so many of a block in one message, and so many characters of text in all of a kind together.
AT_MOST = {"table": 1, "data_visualization": 2}
TEXT_OF_ALL = {"markdown": 12_000, "table": 10_000}
ATTACHMENTS_MAX = 100
PARTS_OF_ATTACHMENTS = (
    "author_name author_link author_icon thumb_url image_url footer footer_icon ts title title_link pretext text "
    "fields mrkdwn_in fallback"
)
ATTACHMENT_PARTS: dict[str, Check] = {**dict.fromkeys(PARTS_OF_ATTACHMENTS.split(), anything), "blocks": anything}
ATTACHMENT = Shape(properties={**ATTACHMENT_PARTS, "color": string(20)})


def check_message_blocks(blocks: object) -> None:
    """Refuse the blocks of a message with `invalid_blocks`, or with `msg_blocks_too_long`."""
    findings = Findings()
    check_blocks(blocks, "message", "/blocks", findings)
    _check_together(_every(blocks), "/blocks", findings)
    refuse(findings, "invalid_blocks")
    # Data tables have an allowance of their own, larger than what was seen for all blocks.
    if text_of(_other_than_data_tables(blocks)) > MESSAGE_CHARACTERS:
        raise ApiError("msg_blocks_too_long")


def check_attachments(attachments: Sequence[object]) -> None:
    """Refuse more than 100 attachments, and those that hold what attachments or the blocks of messages may not."""
    if len(attachments) > ATTACHMENTS_MAX:
        raise ApiError("too_many_attachments")
    findings = Findings()
    for index, attachment in enumerate(attachments):
        check_shape(attachment, ATTACHMENT, f"/attachments/{index}", findings)
        if isinstance(attachment, dict) and "blocks" in attachment:
            check_blocks(attachment["blocks"], "message", f"/attachments/{index}/blocks", findings)
            _check_together(_every(attachment["blocks"]), f"/attachments/{index}/blocks", findings)
    refuse(findings, "invalid_attachments")


def check_blocks(blocks: object, surface: str, pointer: str, findings: Findings) -> None:
    """Note what is wrong with a list of blocks on a surface: message, modal or home."""
    if not isinstance(blocks, list):
        findings.add("invalid_type", "must be an array", pointer)
        return
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    if len(blocks) > most:
        findings.add("max_items", f"no more than {most} items allowed", pointer, most)
    if surface != "message" and not blocks:
        findings.add("min_items", "must have at least 1 item", pointer, 1)
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        _check_block(block, surface, f"{pointer}/{index}", findings)
        for entry in _every([block]):
            block_id = entry.get("block_id")
            if isinstance(block_id, str) and block_id in seen:
                findings.add("duplicate", f"`block_id` {block_id} already exists", f"{pointer}/{index}/block_id")
            seen.add(str(block_id))


def refuse(findings: Findings, error: str) -> None:
    """Raise the error with the findings in the shape of 2026, if there are any."""
    if findings.errors:
        messages = [f"[ERROR] {entry['message']} [json-pointer:{entry['pointer']}]" for entry in findings.errors]
        raise ApiError(error, errors=findings.errors, response_metadata={"messages": messages})


def fill_ids(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """Give blocks and elements the ids Slack gives when the app named none."""
    filled: list[Json] = copy.deepcopy(blocks)
    for block in _every(filled):
        block.setdefault("block_id", new_id())
        for element in interactive_elements(block):
            element.setdefault("action_id", new_id())
    return filled


def blocks_of(message: Json) -> list[Json]:
    """All blocks of a message, those in its attachments and in containers and carousels too."""
    inside = [block for attachment in message.get("attachments") or [] for block in attachment.get("blocks") or []]
    return _every([*(message.get("blocks") or []), *inside])


def interactive_elements(block: Json) -> list[Json]:
    """The elements of a block that a person can use."""
    if block["type"] not in ("actions", "section", "input", "context_actions", "card"):
        return []
    found = [*block.get("elements", []), *block.get("actions", [])]
    found += [block[name] for name in ("accessory", "element") if name in block]
    return [element for element in found if element["type"] != "image"]


def _every(blocks: object) -> list[Json]:
    """These blocks and those inside them; what is no block is left out."""
    found = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    inside = {"container": "child_blocks", "carousel": "elements"}
    held = [_every(block.get(inside[block["type"]])) for block in found if str(block.get("type")) in inside]
    return [*found, *(entry for entries in held for entry in entries)]


def _check_together(blocks: list[Json], pointer: str, findings: Findings) -> None:
    for kind, most in AT_MOST.items():
        if sum(block.get("type") == kind for block in blocks) > most:
            findings.add("max_items", f"no more than {most} {kind} allowed in a message", pointer, most)
    for kind, most in TEXT_OF_ALL.items():
        if text_of([block for block in blocks if block.get("type") == kind]) > most:
            message = f"all {kind} blocks together must be no more than {most} characters"
            findings.add("max_length", message, pointer, most)


def _other_than_data_tables(blocks: object) -> list[Json]:
    return [block for block in blocks if block["type"] != "data_table"] if isinstance(blocks, list) else []


def _check_block(block: object, surface: str, pointer: str, findings: Findings) -> None:
    shape: Shape | None = BLOCKS.get(str(block.get("type"))) if isinstance(block, dict) else None
    if not isinstance(block, dict) or shape is None:
        kind = block.get("type") if isinstance(block, dict) else block
        findings.add("unsupported_type", f"unsupported type: {kind}", f"{pointer}/type")
        return
    if surface not in shape.surfaces:
        findings.add("unsupported_type", f"unsupported type: {block['type']} in a {surface}", f"{pointer}/type")
    findings.surface = surface
    check_shape(block, shape, pointer, findings)
    for entry in _every([block]):
        _check_action_ids(entry, pointer, findings)


def _check_action_ids(block: Json, pointer: str, findings: Findings) -> None:
    held = {"actions": "elements", "context_actions": "elements", "card": "actions"}.get(str(block.get("type")), "")
    elements = block.get(held)
    listed = elements if isinstance(elements, list) else []
    named = [entry.get("action_id") for entry in listed if isinstance(entry, dict)]
    chosen = [name for name in named if isinstance(name, str)]
    for name in sorted({name for name in chosen if chosen.count(name) > 1}):
        findings.add("duplicate", f"`action_id` {name} already exists", f"{pointer}/{held}")
