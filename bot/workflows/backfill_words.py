"""How `backfill` is read: what is going on now is no incident of the past, so that it is asked about first."""

import re

from bot.workflows.arguments import title_parts
from bot.workflows.parsed import BackfillWords, Choice, Parsed, Question
from bot.workflows.text import cut
from bot.workflows.words import Said

LABEL_LIMIT = 75
RECORD, DECLARE = "It is over: write it down", "Declare “{line}”"

# “backfill job is failing” is an alarm, whatever it begins with.
_GOING_ON = re.compile(
    r"\b(?:is|are|isn.?t|aren.?t|does|doesn.?t|do|not|fails|failing|keeps|stuck|down|broken|slow|now|again)\b", re.I
)
_OVER = re.compile(r"\b(?:was|were|had|did|got|failed|broke|went|lost|yesterday|last|after)\b", re.I)


def backfill(said: Said) -> Parsed:
    """`backfill <title>`; with a colon after the word nobody is asked."""
    parts = title_parts(said.rest, said.vocabulary)
    explicit = said.line[len(said.word) : len(said.word) + 1] == ":"
    if _GOING_ON.search(parts.title) and not (_OVER.search(parts.title) or explicit):
        record = Choice(RECORD, f"backfill: {said.rest}")
        return Question(
            said.line, (record, Choice(cut(DECLARE.format(line=said.line), LABEL_LIMIT), f"declare {said.line}"))
        )
    return BackfillWords(parts.title, parts.severity, parts.private)
