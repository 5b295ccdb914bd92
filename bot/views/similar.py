"""The question before something is declared that seems to be open already: join that, or open a new one anyway."""

import json
from collections.abc import Sequence

from bot.views.announcement import JOIN
from bot.views.blocks import VALUE_LIMIT, actions, button, fitted, modal, section
from bot.views.declare import Wish, fields
from bot.views.message import TEXT_LIMIT, Block, Message, View
from bot.views.status import row
from bot.workflows.declare import Declaration
from bot.workflows.incident import Incident
from bot.workflows.policy import Policy, SeverityKey

ANYWAY = "declare_anyway"

QUESTION = "*This may be open already.* Nothing was declared yet: join in there, or open a new incident anyway."
KEPT = "If it is something else, open it anyway. What you filled in is still here:"


def question(said: Declaration, found: Sequence[Incident], asked: str) -> Message | None:
    """The question to somebody who typed; None when a button cannot carry all that was typed.

    `asked` names the question, so that two answers to it open one incident.
    """
    value = json.dumps([asked, said.title, said.summary, said.severity or "", said.private], ensure_ascii=False)
    if len(value) > VALUE_LIMIT:
        return None
    text = "\n".join([QUESTION, *map(row, found)])
    anyway = actions([button("Open anyway", ANYWAY, value)])
    return Message(fitted(text, TEXT_LIMIT), [section(QUESTION), *_open_ones(found), anyway])


def answered(value: str) -> tuple[str, Declaration]:
    """The question and what was typed, as its button carries them.

    Raises:
        ValueError: they are not there.
    """
    try:
        carried = json.loads(value)
    except RecursionError:
        raise ValueError("lists in lists") from None
    if not isinstance(carried, list) or [type(part) for part in carried] != [str, str, str, str, bool]:
        raise ValueError(value)
    asked, title, summary, severity, private = carried
    grade = SeverityKey(severity) if severity else None
    return asked, Declaration(title=title, summary=summary, severity=grade, private=private)


def question_form(policy: Policy, wish: Wish, found: Sequence[Incident], missing_scopes: Sequence[str]) -> View:
    """The question on top of the form, which keeps what was filled in; sending it once more is to open it anyway."""
    blocks = [section(QUESTION), *_open_ones(found), {"type": "divider"}, section(KEPT)]
    blocks += fields(policy, wish, missing_scopes)
    return modal("Open already?", blocks, callback=ANYWAY, submit="Open anyway", about=wish.source)


def _open_ones(found: Sequence[Incident]) -> list[Block]:
    """A private one has no button: who may see it is in its room."""
    return [
        section(row(incident), None if incident.private else button("Join", JOIN, str(incident.id)))
        for incident in found
    ]
