"""What Slack could send, and what only somebody who means harm would: fields missing, forged, of another type."""

from typing import Any

from hypothesis import strategies as st

from tests.hell.texts import texts

USERS = ("U0ANA", "U0BEN", "U0CLEO", "U0EVE", "U0FIN")
users = st.sampled_from(USERS)
# What a field may hold that should hold something else.
wrong: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), texts, st.just([]), st.just({}), st.just([[]]), st.just({"id": None})
)
numbers = st.sampled_from(("1", "2", "3", "0", "-1", "999", "1000000000", "²", "٣", "1.5", "", "INC-1"))
tails = st.one_of(
    st.sampled_from((
        "", "commander", "scribe", "no_such_role", "containment", "recovery", "learning",
        "nowhere", "1:done", "1:undo", "2:skip",
        "1:assign", "1:help", "1:mine", "99:done", "1:finish", "1:change", "1:drop", "all:0",
        "all:999999", "notes:", "x:y:z",
        "1795419000.5:1795419000.5", "nan:inf", "1e300:1e300", "asked", "900:3:3|abcdefghi",
        "x:y|z", "roles", "note", "resolve",
        "severity", "contained", "²:done", "99999999999999999999:done",
    )),
    texts,
)  # fmt: skip
values = st.one_of(
    st.builds("{}:{}".format, numbers, tails), numbers, texts, st.sampled_from(("[" * 1500,
    '["",""]', "null", "C0GENERAL/1.0")),
    st.sampled_from(('["q","t","s","sev1",true]', '["q","","","sev99",false]', "C0GENERAL/x", "C0GENERAL/1.000001")),
)  # fmt: skip

ACTIONS = (
    "claim", "roles", "note", "severity", "resolve", "close", "update", "next", "checklist", "contained", "playbook",
    "more", "item", "action",
    "action_finish", "action_change", "action_drop", "join", "declare_anyway", "home_declare",
    "home_draft", "update_send",
    "update_edit", "update_snooze", "timeline_page:all", "timeline_page:older", "timeline_export",
    "say:0", "say:1", "unknown", "",
)  # fmt: skip
FORMS = (
    "backfill", "declare", "declare_anyway", "roles", "severity", "going_on", "resolving", "skip_item", "assign_item",
    "give_action",
    "change_action", "drop_action", "update", "update_preview", "note", "checklist", "add_task",
    "choose_playbook", "told", "unknown", "",
)  # fmt: skip
BLOCKS = (
    "began", "noticed", "contained", "resolved", "announced", "title", "summary", "impact", "started", "severity",
    "kind", "private", "note", "when", "reason",
    "fix", "told", "text", "owner",
    "due", "happening", "affected", "doing", "next", "give-commander", "give-scribe", "playbook", "how", "unknown",
)  # fmt: skip
CALLBACKS = ("declare_incident", "declare_from_message", "add_to_timeline", "add_task", "unknown")
dates = st.sampled_from(
    ("2026-12-04", "0000-00-00", "0001-01-01", "9999-12-31", "2026-02-31", "tomorrow", "", "٢٠٢٦-١٢-٠٤")
)
people = st.sampled_from((*USERS, "U0NOBODY", "USLACKBOT", "U0WARROOM", "u1", "", "x> <!channel", "U" * 400, "\x00"))
options = st.sampled_from(
    ("sev1", "sev99", "outage", "900", "0", "-5", "²", "change", "yes", "not yet", "no", "private", "\x00", "x" * 400)
)
stamps = st.sampled_from(
    ("1795419000.000100", "", "0", "nan", "1e300", "-1", "x", "9" * 60 + ".1", "1795419000.000100\x00", "٣.١")
)


def states() -> st.SearchStrategy[Any]:
    """What a field of a form holds when it is sent."""
    option = st.builds(lambda value: {"value": value, "text": {"type": "plain_text", "text": "x"}}, options)
    return st.one_of(
        st.builds(lambda value: {"type": "plain_text_input", "value": value}, texts),
        st.builds(lambda value: {"type": "plain_text_input", "value": value}, wrong),
        st.builds(lambda chosen: {"type": "static_select", "selected_option": chosen}, option | wrong),
        st.builds(lambda chosen: {"type": "users_select", "selected_user": chosen}, people | wrong),
        st.builds(lambda chosen: {"type": "datepicker", "selected_date": chosen}, dates | wrong),
        st.builds(
            lambda chosen: {"type": "checkboxes", "selected_options": chosen}, st.lists(option, max_size=2) | wrong
        ),
        wrong,
    )


filled: st.SearchStrategy[Any] = st.one_of(
    st.dictionaries(
        st.sampled_from(BLOCKS), st.dictionaries(st.just("value"), states(), max_size=1) | wrong, max_size=8
    ),
    wrong,
)
messages: st.SearchStrategy[Any] = st.one_of(
    st.fixed_dictionaries({"ts": stamps, "type": st.just("message")}, optional={
        "text": texts | wrong, "user": people | wrong, "bot_id": wrong,
        "thread_ts": stamps | wrong, "subtype": texts | wrong,
        "files": st.lists(st.fixed_dictionaries({}, optional={"name": texts | wrong}),
        max_size=3) | wrong, "edited": wrong,
        "blocks": wrong,
    }),
    wrong,
)  # fmt: skip


@st.composite
def clicks(draw: st.DrawFn) -> dict[str, Any]:
    """The parts of a click that somebody could forge."""
    action = {"type": "button", "block_id": "b", "action_id": draw(st.sampled_from(ACTIONS))}
    action |= draw(st.one_of(
        st.fixed_dictionaries({"value": values}), st.fixed_dictionaries({"value": wrong}),
        st.fixed_dictionaries({"selected_option": st.fixed_dictionaries({"value": values}) | wrong}),
    ))  # fmt: skip
    return action


@st.composite
def events(draw: st.DrawFn, room: str) -> dict[str, Any]:
    """An event of a type we subscribe to, or of another."""
    kind = draw(st.sampled_from(("message", "message", "reaction_added", "app_home_opened", "team_join", "")))
    channel = draw(st.sampled_from((room, room, "C0GENERAL", "C0NOWHERE", "", "x" * 60)))
    event = {"type": kind, "channel": channel, "user": draw(people | wrong), "ts": draw(stamps)}
    event["item"] = draw(
        st.fixed_dictionaries({"type": st.just("message"), "channel": st.just(channel), "ts": stamps}) | wrong
    )
    event["reaction"], event["item_user"] = draw(st.sampled_from(("pushpin", "eyes"))), draw(people | wrong)
    event["tab"] = draw(st.sampled_from(("home", "messages")) | wrong)
    if kind == "message":
        message, subtypes = (
            draw(messages),
            ("message_changed", "message_deleted", "file_share", "bot_message", "me_message"),
        )
        event |= message if isinstance(message, dict) else {}
        event |= {"channel": channel, "type": kind, "message": message, "previous_message": draw(messages)}
        event["subtype"] = draw(st.none() | st.sampled_from(subtypes) | wrong)
        event["deleted_ts"] = draw(stamps | wrong)
    for name in draw(st.lists(st.sampled_from(sorted(event)), max_size=2)):
        event.pop(name, None)
    return event
