"""The words people type after the command: read, and handed to the topic they belong to."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.handlers import (
    actions,
    backfill,
    checklist,
    declare,
    factors,
    handover,
    health,
    kind,
    linking,
    pages,
    phases,
    playbooks,
    postmortem,
    private,
    repair,
    roles,
    service,
    severity,
    started,
    status,
    tasks,
    timeline,
    updates,
)
from bot.handlers.asking import Asking, Click
from bot.handlers.edges import on_click
from bot.handlers.services import Payload, Services
from bot.views.blocks import section
from bot.views.message import Message
from bot.workflows.grammar import parse
from bot.workflows.parsed import (
    ActionsWords,
    ActionWords,
    AssignWords,
    BackfillWords,
    CancelWords,
    CatchupWords,
    ChecklistWords,
    CheckWords,
    ClaimWords,
    CloseWords,
    ContainedWords,
    CorrectWords,
    DeclareWords,
    FactorWords,
    HandoverWords,
    HealthWords,
    HelpWords,
    KindWords,
    ListWords,
    Malformed,
    MergeWords,
    NoteWords,
    Overview,
    Parsed,
    PhaseWords,
    PlaybooksWords,
    PlaybookWords,
    PostmortemWords,
    PrivateWords,
    Question,
    RelatedWords,
    RelateWords,
    ReopenWords,
    RepairWords,
    ResolveWords,
    ServiceWords,
    SeverityWords,
    SkipWords,
    StartedWords,
    StatusWords,
    TaskWords,
    TimelineWords,
    Title,
    Tray,
    TrayWithTitle,
    UpdateWords,
    WithdrawWords,
)
from bot.workflows.words import Vocabulary

LOCKED_OUT = (
    ":warning: Slack takes nothing from Warroom at the moment ({error}): what you do is kept, and posted when the app "
    "is installed again. Tell whoever runs Warroom."
)
Topic = Callable[[Services, Asking, Any], Awaitable[Message | None]]

# What each meaning is answered by; None means that a form was opened instead.
TOPICS: Mapping[type[Parsed], Topic] = {
    Title: declare.open_form,
    BackfillWords: backfill.backfill_typed,
    DeclareWords: declare.declare_at_once,
    StatusWords: status.show_status,
    ListWords: status.show_list,
    HealthWords: health.show_health,
    Overview: status.show_overview,
    Tray: status.show_tray,
    TrayWithTitle: status.show_tray_with_title,
    ClaimWords: roles.claim_typed,
    AssignWords: roles.assign_typed,
    HandoverWords: handover.handover_typed,
    WithdrawWords: handover.withdraw_typed,
    KindWords: kind.kind_typed,
    ServiceWords: service.service_typed,
    SeverityWords: severity.severity_typed,
    StartedWords: started.started_typed,
    UpdateWords: updates.update_typed,
    NoteWords: timeline.note_typed,
    TimelineWords: pages.timeline_typed,
    CorrectWords: timeline.correction_typed,
    PhaseWords: phases.phase_typed,
    FactorWords: factors.factor_typed,
    ActionWords: actions.action_typed,
    ActionsWords: actions.actions_typed,
    CatchupWords: status.show_catchup,
    ChecklistWords: checklist.checklist_typed,
    TaskWords: tasks.task_typed,
    PlaybookWords: playbooks.playbook_typed,
    PlaybooksWords: playbooks.playbooks_typed,
    CheckWords: checklist.check_typed,
    SkipWords: checklist.skip_typed,
    ContainedWords: phases.contained_typed,
    ReopenWords: phases.reopen_typed,
    PrivateWords: private.private_typed,
    CancelWords: phases.cancel_typed,
    ResolveWords: phases.resolve_typed,
    CloseWords: phases.close_typed,
    MergeWords: linking.merge_typed,
    RelatedWords: linking.related_typed,
    RelateWords: linking.relate_typed,
    PostmortemWords: postmortem.draft_typed,
    RepairWords: repair.repair_typed,
    HelpWords: status.show_help,
    Question: status.ask_back,
    Malformed: status.say_what_does_not_fit,
}


def register(app: AsyncApp, services: Services) -> None:
    """Take any slash command that is routed to the app, and the buttons that stand for typed words."""

    async def typed(ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        message = warned(services, await answer(services, Asking.of_command(body, client)))
        if message:
            await ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
        else:
            await ack()

    app.command(re.compile(r".*"))(typed)
    on_click(app, services, re.compile(r"say:\d+"), tapped, in_place=True)


async def tapped(services: Services, click: Click) -> Message | None:
    """A button that stands for typed words."""
    return await answer(services, click.asking)


def warned(services: Services, message: Message | None) -> Message | None:
    """The answer; while Slack takes nothing else from us, it is the only place left to say so."""
    if message is None or not services.acceptance.error:
        return message
    warning = LOCKED_OUT.format(error=services.acceptance.error)
    return Message(f"{warning}\n{message.text}", [section(warning), *message.blocks])


async def answer(services: Services, asking: Asking) -> Message | None:
    """What the words are answered with.

    Raises:
        bot.workflows.commands.Refused: the rules, or the grammar, say no.
    """
    words = Vocabulary.of(services.policy)
    if isinstance(meant := parse(asking.text, in_room=False, vocabulary=words), HealthWords):
        return await health.show_health(services, asking, meant)  # also when the database does not say where we are
    room = await services.queries.in_room(asking.channel) if asking.channel else None
    asking = replace(asking, room=room)
    meant = parse(asking.text, in_room=room is not None, vocabulary=words)
    return await TOPICS[type(meant)](services, asking, meant)
