"""What people are told when a delivery was given up: what could not be done, why, and what to do by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.storage.codec import EFFECTS
from bot.workflows.commands import Command
from bot.workflows.effects import InTheRoom
from bot.workflows.furnishing import RecordFailure
from bot.workflows.incident import ChannelId, IncidentId, Part, UserId
from bot.workflows.noticing import Change, NoticeChannel

EVERYTHING = tuple(Part)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The words for one kind of delivery; `releases` is the furnishing others no longer wait for."""

    what: str
    remedy: str
    releases: tuple[Part, ...] = ()
    privately: bool = False  # the room itself cannot be told


FAILURES: Mapping[str, Failure] = {
    "OpenRoom": Failure(what="open the room", releases=EVERYTHING,
                        remedy="Make a channel by hand; `python -m bot doctor` tells an administrator why."),
    "LetIn": Failure(what="invite everyone into the room", releases=(Part.ENTRANCE,),
                     remedy="Invite them by hand, or open the room's link and join."),
    "InviteByRule": Failure(what="invite the people that the rules name", remedy="Invite them by hand."),
    "ArchiveRoom": Failure(what="archive the room", privately=True, remedy="Archive it by hand, if nobody needs it."),
    "LeaveRoom": Failure(what="say in the room of before that it goes on elsewhere, and archive it", privately=True,
                         remedy="Tell people there, without saying where, and archive it by hand."),
    "WithdrawAnnouncement": Failure(what="take back the announcement", remedy="Delete it by hand, with its thread."),
    "ShowTopic": Failure(what="set the room's topic", remedy="The card has the same facts.", releases=(Part.TOPIC,)),
    "ShowCard": Failure(what="show the incident's card", releases=(Part.CARD,),
                        remedy="`/incident status` shows the same."),
    "PinCard": Failure(what="pin the card", remedy="Pin it by hand, so that people find it.", releases=(Part.PIN,)),
    "ShowAnnouncement": Failure(what="announce the incident", releases=(Part.ANNOUNCEMENT,),
                                remedy="Tell stakeholders by hand; `python -m bot doctor` tells an administrator why."),
    "PostInRoom": Failure(what="post in the room", privately=True,
                          remedy="`/incident status` shows where the incident stands."),
    "PostUnderAnnouncement": Failure(what="tell stakeholders",
                                     remedy="Tell them by hand, in the announcement's thread."),
    "TellSource": Failure(what="tell the thread it was declared from", privately=True,
                          remedy="Paste the room's link there, or invite Warroom into that channel."),
    "ComeBack": Failure(what="come back into the channel",
                        remedy="Type `/invite @Warroom` there, or `/incident repair` for what else can be done."),
    "TellPrivately": Failure(what="send somebody a direct message", remedy="Tell them what it said:"),
    "CatchUp": Failure(what="show somebody who came late what they missed", privately=True,
                       remedy="`/incident catchup` shows it."),
    "RemindPerson": Failure(what="remind somebody of the promised update",
                            remedy="Send it now with *Update* on the card, or `/incident update`."),
    "RemindOfAction": Failure(what="remind somebody of an action item",
                              remedy="Tell them; `/incident actions` has the list."),
    "BriefPerson": Failure(what="tell somebody that a role is offered to them",
                           remedy="Ask them, and give it with `/incident role`; `/incident catchup` has a brief."),
    "CloseBrief": Failure(what="say in the offer of a role that it is over", privately=True,
                          remedy="Nothing needs doing: its buttons say so when they are pressed."),
    "RemindRoom": Failure(what="remind the room of the promised update", privately=True,
                          remedy="Send it now with `/incident update`."),
    "FetchMessage": Failure(what="read a marked message", remedy="Write it down with `/incident note …`."),
    "SendTimeline": Failure(what="send somebody the timeline as a file",
                            remedy="`/incident timeline` shows the same, page by page."),
    "RecallPast": Failure(what="name similar incidents of the past",
                          remedy="`/incident related` lists them."),
    "TellOther": Failure(what="let the other incident know",
                         remedy="Say it in the other room by hand."),
    "CopyDraft": Failure(what="copy the post-mortem draft into a canvas", remedy="The file in the room has the same."),
    "FileDraft": Failure(what="upload the post-mortem draft", remedy="Ask for it again with `/incident postmortem`."),
}  # fmt: skip

REASONS: Mapping[str, str] = {
    "is_archived": "the channel is archived",
    "not_in_channel": "Warroom is not in the channel",
    "channel_not_found": "the channel is gone, or closed to Warroom",
    "no_announcements_channel": "the announcements channel is archived or missing, and Warroom may not make it",
    "missing_scope": "the app lacks a permission",
    "restricted_action": "the workspace's settings do not allow it",
    "name_taken": "every name that was tried for the channel is taken",
    "messages_tab_disabled": "the app's messages tab is switched off",
    "user_not_found": "Slack does not know that person",
    "no_such_subteam": "Slack does not know that user group",
    "user_is_restricted": "that person is a guest",
    "cant_invite": "that person cannot be invited",
    "undecodable": "another version of Warroom wrote down what was to be done",
}
# What these say of the room itself, which is told instead of what could not be done in it.
SHUT: Mapping[str, Change] = {
    "is_archived": Change.ARCHIVED,
    "not_in_channel": Change.TAKEN_OUT,
    "channel_not_found": Change.TAKEN_OUT,
}
IN_ROOM = frozenset(kind for kind, effect in EFFECTS.items() if issubclass(effect, InTheRoom)) - {"TellSource"}


def what(kind: str) -> str:
    """What an effect does, in words."""
    return FAILURES[kind].what if kind in FAILURES else "do something this version does not know"


def reason(error: str) -> str:
    """Slack's error in words, with Slack's own name for those who look it up."""
    return f"{REASONS[error]} ({error})" if error in REASONS else f"Slack said “{error}”"


def report(
    incident: IncidentId, kind: str, payload: Mapping[str, Any], error: str, room: ChannelId | None = None
) -> Command:
    """The command that says a failure aloud, with the words of a direct message that did not arrive.

    `room` is the one it was tried in, while the incident is not over: where that is closed, that is what is said.
    """
    failure = FAILURES[kind]
    if room and kind in IN_ROOM and error in SHUT:
        return NoticeChannel(incident=incident, channel=room, change=SHUT[error], releases=failure.releases)
    person = UserId(payload["user"]) if payload.get("user") else None
    words = str(payload.get("text", "")) if kind == "TellPrivately" else ""
    return RecordFailure(
        incident=incident, what=failure.what, why=reason(error), remedy=failure.remedy, releases=failure.releases,
        privately=failure.privately, person=person, words=words,
    )  # fmt: skip
