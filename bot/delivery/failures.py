"""What people are told when a delivery was given up: what could not be done, why, and what to do by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.workflows.commands import Effect
from bot.workflows.effects import TellPrivately
from bot.workflows.furnishing import RecordFailure
from bot.workflows.incident import IncidentId, Part, UserId

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
    "ArchiveRoom": Failure(what="archive the room", privately=True, remedy="Archive it by hand, if nobody needs it."),
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
    "TellPrivately": Failure(what="send somebody a direct message", remedy="Tell them what it said:"),
    "RemindPerson": Failure(what="remind somebody of the promised update",
                            remedy="Send it now with *Update* on the card, or `/incident update`."),
    "RemindOfAction": Failure(what="remind somebody of an action item",
                              remedy="Tell them; `/incident actions` has the list."),
    "RemindRoom": Failure(what="remind the room of the promised update", privately=True,
                          remedy="Send it now with `/incident update`."),
    "FetchMessage": Failure(what="read a marked message", remedy="Write it down with `/incident note …`."),
    "SendTimeline": Failure(what="send somebody the timeline as a file",
                            remedy="`/incident timeline` shows the same, page by page."),
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
    "user_is_restricted": "that person is a guest",
}


def reason(error: str) -> str:
    """Slack's error in words, with Slack's own name for those who look it up."""
    return f"{REASONS[error]} ({error})" if error in REASONS else f"Slack said “{error}”"


def report(incident: IncidentId, effect: Effect, error: str) -> RecordFailure:
    """The command that says a failure aloud, with the words of a direct message that did not arrive."""
    failure = FAILURES[type(effect).__name__]
    person: UserId | None = getattr(effect, "user", None)
    words = effect.text if isinstance(effect, TellPrivately) else ""
    return RecordFailure(
        incident=incident, what=failure.what, why=reason(error), remedy=failure.remedy, releases=failure.releases,
        privately=failure.privately, person=person, words=words,
    )  # fmt: skip
