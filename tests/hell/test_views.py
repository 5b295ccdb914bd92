"""Whatever state an incident is in, and whatever words it holds: no message and no form that Slack would refuse."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import given

from bot.views import actions, checklist, declare, handover, home, pages, phases, playbooks, similar, tasks, updates
from bot.views import help as helping
from bot.views.announcement import announcement
from bot.views.card import card, topic
from bot.views.catchup import catchup
from bot.views.message import Message
from bot.views.postmortem import draft as draft_of
from bot.views.refusals import refusal_view, refused, told
from bot.views.roles import roles_modal
from bot.views.severity import severity_modal
from bot.views.status import listing, status
from bot.views.timeline import note_modal
from bot.workflows.commands import Effect, Event, Refused
from bot.workflows.declare import Declaration
from bot.workflows.effects import Rung
from bot.workflows.incident import Incident
from bot.workflows.naming import room_name
from bot.workflows.parsed import TrayWithTitle
from bot.workflows.policy import DEFAULT_POLICY, Phase
from bot.workflows.roles import RoleTaken
from bot.workflows.text import escape
from bot.workflows.timeline import Excerpt, LineCorrected, NoteAdded, part_of
from bot.workflows.updates import Said, SendUpdate
from tests.hell.incidents import Made, incident_of, incidents, lines, said
from tests.hell.payloads import EDITED_MAX, complaints
from tests.hell.profile import cases
from tests.hell.texts import stored
from tests.views.incidents import ANA, BEN, NOW, ALine

URL = "https://practice.example/"
NEVER_EDITED = ("overview",)  # answers to a command, for one person alone, which hold all of help


@given(incidents, lines)
@cases(40)
def test_every_message_of_an_incident_is_taken(made: Made, told_lines: list[ALine]) -> None:
    assert _refused(_messages(incident_of(made), told_lines)) == []


@given(incidents, stored(3000), said)
@cases(40)
def test_every_form_of_an_incident_is_taken(made: Made, words: str, wanted: Said) -> None:
    assert _refused(_forms(incident_of(made), words, wanted)) == []


@given(incidents, stored(3000, 1), said)
@cases(40)
def test_all_news_of_an_incident_is_taken(made: Made, words: str, wanted: Said) -> None:
    incident = incident_of(made)
    noted = NoteAdded(text=words, by=ANA, at=NOW, happened_at=NOW)
    corrected = LineCorrected(line=3, text=words, by=ANA, at=NOW)
    taken = RoleTaken(role=DEFAULT_POLICY.roles[0].key, holder=BEN, by=ANA, at=NOW)
    events: list[Event] = [noted, corrected, taken]
    with suppress(Refused):
        events += SendUpdate(incident=incident.id, said=wanted, by=ANA).decide(incident, NOW)
    news: list[Effect] = [effect for event in events for effect in event.effects(event.apply(incident))]
    texts = [(type(effect).__name__, effect.text) for effect in news if hasattr(effect, "text")]
    assert _refused(texts) == []


@given(stored(150))
@cases(30)
def test_every_room_has_a_name_slack_takes(title: str) -> None:
    name = room_name(7, title)
    assert 0 < len(name) <= 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def _messages(incident: Incident, told_lines: list[ALine]) -> Iterator[tuple[str, Message | str]]:
    yield "card", card(incident, NOW)
    yield "topic", topic(incident, {ANA: incident.title, BEN: "<!channel>"})
    yield "announcement", announcement(incident, NOW)
    yield "status", status(incident, told_lines, NOW)
    yield "catch-up", catchup(incident, told_lines, NOW)
    for offer in incident.handovers:
        yield from (
            (f"brief, {seen}", handover.brief(incident, offer, told_lines, NOW, seen=seen)) for seen in (True, False)
        )
        yield "taken over", handover.taken_over(incident, offer, told_lines, NOW)
        yield from ((f"over, {seen}", handover.offer_over(incident, offer, seen=seen)) for seen in (True, False))
        yield "offered", handover.offered(incident, offer, incident.handovers[0], seen=False)
        yield "withdrawn", told(handover.withdrawn_text(incident, offer))
        yield "accepted", told(handover.accepted_text(incident, offer))
    yield "list", listing([incident] * 20)
    yield "overview", helping.overview([incident] * 20, "/incident")
    yield "timeline", pages.page(incident, part_of(Excerpt.ALL, 0, len(told_lines)), told_lines)
    yield "actions", actions.listed_actions(incident, NOW)
    yield "source", declare.source_text(incident)
    yield "opened", told(declare.opened_text(incident))
    yield "already", told(declare.already_text(incident))
    yield "tray", helping.tray(incident, "/incident", TrayWithTitle(incident.title, incident.summary))
    yield "picker", helping.picker("Which?", [(incident, f"note INC-7 {escape(incident.title)}")], "/incident")
    yield "refusal", refused(Refused(escape(incident.title)))
    question = similar.question(
        Declaration(title=incident.title, summary=incident.summary), [incident] * 3, "command:1"
    )
    yield from [("question", question)] if question else []
    for item in incident.actions:
        yield "reminder of an action", actions.reminder(incident, item, NOW)
        yield "given", told(actions.given_text(item))
    if incident.promise:
        yield from ((rung, updates.reminder(incident, rung, _drafted(incident, told_lines), NOW)) for rung in Rung)
    assert draft_of(incident, told_lines, URL, NOW).encode()
    assert pages.exported(incident, told_lines, URL, NOW).encode()


def _drafted(incident: Incident, told_lines: list[ALine]) -> Said:
    return updates.draft(incident, told_lines, NOW)


def _forms(incident: Incident, words: str, wanted: Said) -> Iterator[tuple[str, Any]]:
    wish = declare.Wish(title=words[:150], summary=words, impact=words, began=words[:40], source="C0ROOM/1.0")
    yield "declare", declare.declare_modal(DEFAULT_POLICY, wish)
    yield "open already", similar.question_form(DEFAULT_POLICY, wish, [incident] * 3, ())
    yield "opening", declare.opening_view(incident)
    yield "opened", declare.opened_view(incident)
    yield "already", declare.already_view(incident)
    yield "roles", roles_modal(incident)
    yield "own roles", roles_modal(incident, ANA)
    yield "hand over", handover.handover_form(incident, DEFAULT_POLICY.roles[0].key)
    yield "severity", severity_modal(incident)
    yield "note", note_modal(incident)
    yield "update", updates.update_form(incident, wanted)
    yield "preview", updates.preview(incident, wanted, ANA, NOW)
    yield "checklist", checklist.checklist_form(incident)
    for item in incident.checklist[:4]:
        yield "skip", checklist.skip_form(incident, item)
        yield "assign", checklist.assign_form(incident, item)
        yield "item help", checklist.help_view(item)
    yield "playbook", playbooks.playbook_form(incident, words)
    yield "task", tasks.task_form(incident, words, ANA, incident.card)
    yield "action", actions.give_form(incident, words, ANA, NOW.date(), vague=True)
    for given_item in incident.actions:
        yield "change", actions.change_form(incident, given_item)
        yield "drop", actions.drop_form(incident, given_item)
    yield "go on", phases.going_on_form(incident, Phase.RECOVERY)
    yield "resolve", phases.resolve_form(incident, words)
    boards = home.Boards.of(([incident] * 40, [], [incident] * 9), (), NOW)
    yield "home", home.home(home.Board.of(ANA, replace(boards, resolved=[incident] * 9), NOW))
    yield "refusal", refusal_view(f"“{escape(words)}”")


def _refused(everything: Any) -> list[str]:  # noqa: ANN401 - names with messages, texts and views
    found = []
    for name, content in everything:
        parts = [content.text, content.blocks] if isinstance(content, Message) else [content]
        found += [f"{name}: {why}" for part in parts for why in complaints(part)]
        edited = len(parts) > 1 and name not in NEVER_EDITED
        found += [f"{name}: too long to be edited"] if edited and len(parts[0]) > EDITED_MAX else []
    return found
