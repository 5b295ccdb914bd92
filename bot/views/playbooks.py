"""Playbooks: all of them with their review, which one an incident is run by, and the form that chooses another."""

from datetime import date

from bot.views.blocks import context, field, fitted, modal, option, section, select
from bot.views.facts import playbooks
from bot.views.message import TEXT_LIMIT, Message, View
from bot.workflows.incident import Incident
from bot.workflows.policy import Playbook, Policy
from bot.workflows.reviews import Review, owner_of, review_of
from bot.workflows.text import cut, escape, mention
from bot.workflows.times import named as day_named

CHOOSING = "choose_playbook"  # the callback of the form
SWITCH, ADD = "switch", "add"
HOW = ((SWITCH, "In place of the present one"), (ADD, "Beside the present one"))
VALUE_ROOM = 150  # characters a choice can carry; a file with a longer name cannot be chosen
NONE_RUNS = "No playbook was for {incident}."
NONE_THERE = "There is no playbook here. docs/playbooks.md says how to write one."
ALL = "*Playbooks*"
SHOWN = 40  # of the 50 blocks a message may have
REMINDER = (
    "The playbook “{name}” is yours. {how}.\nRead it through with those who use it, mend what is no longer so, and "
    "write the day into its file as `reviewed`. `/incident playbooks` shows all of them."
)
UNKNOWN = "There is no playbook “{name}” here. Choose one of these."
WHAT_HAPPENS = (
    "What is done, or left out for a reason, stays as it is. In place of the present one, its open items leave and the "
    "timeline says which; what both have in the same words stays. Items of phases that are over do not come."
)


def playbook_form(incident: Incident, name: str = "") -> View:
    """What it is run by, and which other playbook is to be used; `name` is one that was typed."""
    title = f"Playbook of {incident.name}"
    runs = playbooks(incident) or NONE_RUNS.format(incident=incident.name)
    books = [book for book in incident.policy.playbooks if len(book.key) <= VALUE_ROOM]
    if incident.ending is not None or not books:
        return modal(title, [section(runs if books else f"{runs}\n{NONE_THERE}")])
    wanted = named(books, name)
    unknown = [section(UNKNOWN.format(name=escape(cut(name, 75))))] if name and wanted is None else []
    options = [option(cut(book.name, 75), book.key) for book in books]
    blocks = [
        section(runs),
        *unknown,
        field("playbook", "Which playbook?", select(options, "Choose", wanted.key if wanted else None)),
    ]
    if incident.running:
        how = select([option(label, value) for value, label in HOW], "Choose", SWITCH)
        blocks.append(field("how", "How?", how, hint=WHAT_HAPPENS))
    about = f"{incident.id}:{incident.plan.key if incident.plan else ''}"  # what the choice is made in sight of
    return modal(title, blocks, callback=CHOOSING, submit="Use it", about=about)


def listed_playbooks(policy: Policy, today: date) -> Message:
    """All playbooks, those overdue for review first: what each is for, whose it is, and how its review stands."""
    if not policy.playbooks:
        return Message(NONE_THERE, [section(NONE_THERE)])
    books = sorted(policy.playbooks, key=lambda book: not review_of(book, today).overdue)
    texts = [_described(policy, book, today) for book in books]
    blocks = [section(text) for text in texts[:SHOWN]]
    more = [context(f"… and {len(texts) - SHOWN} more")] if len(texts) > SHOWN else []
    return Message(fitted("\n".join([ALL, *texts]), TEXT_LIMIT), [section(ALL), *blocks, *more])


def _described(policy: Policy, book: Playbook, today: date) -> str:
    kinds = tuple(escape(policy.kind(kind).name) for kind in book.applies.kinds)
    whose = [*kinds, *(["everything else"] if book.default else [])]
    owner = mention(user) if (user := owner_of(book)) else escape(book.owner) or "nobody"
    facts = [
        f"*{escape(book.name)}*, version {escape(book.version)}",
        f"For: {', '.join(whose) or 'what its words, services or severities say'} · looked after by {owner}",
        review_text(review_of(book, today)),
    ]
    return "\n".join(facts)


def review_text(review: Review) -> str:
    """When it was reviewed, and when that is due again."""
    was = f"Reviewed {day_named(review.reviewed)}" if review.reviewed else "Never reviewed"
    if review.overdue:
        return f":warning: {was}; *overdue for review*" + (f" since {day_named(review.due)}" if review.due else "")
    return f"{was}; due again {day_named(review.due)}" if review.due else was


def review_reminder(book: Playbook, today: date) -> Message:
    """What its owner reads, once for each interval."""
    text = REMINDER.format(name=escape(book.name), how=review_text(review_of(book, today)))
    return Message(text, [section(text)])


def named(books: list[Playbook], name: str) -> Playbook | None:
    """The playbook that was typed: by its name or its file's, whole or as the only one that has the words."""
    words = _plain(name)
    whole = [book for book in books if words in (_plain(book.name), _plain(book.key))]
    part = [book for book in books if words and words in f"{_plain(book.name)}\n{_plain(book.key)}"]
    return whole[0] if whole else part[0] if len(part) == 1 else None


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("-", " ").replace("_", " ").split())
