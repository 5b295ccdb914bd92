"""The card never lies: it says what is known, and offers only what can be done."""

from datetime import timedelta

import pytest

from bot.views.card import TOPIC_LIMIT, Waiting, card, topic
from bot.workflows.incident import ChannelId, Ending, Incident, Part, Room, Stamp, UserId
from bot.workflows.policy import COMMANDER, SEV3, TECHNICAL_LEAD, Phase
from tests.views.incidents import ANA, BEN, CLEO, DECLARED, NOW, an_incident, labels, stamped, words

MORE = ["[… Roles]", "[… Note]", "[… Severity]", "[… The impact has stopped]", "[… Resolve]"]
SINCE = "<!date^1795419000^{date_short_pretty} {time}|2026-11-23 07:30 UTC>"


def resolved(**changes: object) -> Incident:
    stamps = {Stamp.DECLARED: stamped(DECLARED), Stamp.RESOLVED: stamped(DECLARED + timedelta(minutes=65), BEN)}
    return an_incident(phase=Phase.LEARNING, stamps=stamps, **changes)


def test_a_new_incident() -> None:
    shown = card(an_incident(impact="Payments fail\nfor <b>everyone</b>"), NOW)
    assert shown.text == (
        "*INC-7 checkout is failing*\n"
        ":red_circle: SEV1 critical · *Detection &amp; Analysis*: Notice and understand quickly.\n"
        "What customers see: Payments fail\nfor &lt;b&gt;everyone&lt;/b&gt;\n"
        "*Next update when something changes*\n"
        "*Incident commander: nobody yet*\n"
        "Technical lead: nobody\n"
        "Communications lead: nobody\n"
        "Scribe: nobody\n"
        f"Declared by <@U0ANA>, {SINCE}"
    )
    assert labels(shown) == ["[Take command]", "[Update]", "[Next phase]", *MORE]


def test_its_blocks_say_what_its_text_says() -> None:
    shown = card(an_incident(private=True), NOW)
    assert "\n".join(word for word in words(shown.blocks) if not word.startswith("[")) == shown.text


def test_what_waits_long_for_slack_is_said() -> None:
    shown = card(an_incident(), NOW, Waiting(since=DECLARED, whats=("announce the incident", "pin the card")))
    assert f"Since {SINCE} waits: announce the incident and pin the card. It comes by itself." in shown.text


def test_the_buttons_carry_the_number() -> None:
    *buttons, menu = card(an_incident(), NOW).blocks[-1]["elements"]
    assert [(button["action_id"], button["value"]) for button in buttons] == [
        ("claim", "7:commander"), ("update", "7"), ("next", "7:containment"),
    ]  # fmt: skip
    assert buttons[0]["style"] == "primary"
    assert menu["action_id"] == "more"
    assert [option["value"] for option in menu["options"]] == [
        "7:roles", "7:note", "7:severity", "7:contained", "7:resolve",
    ]  # fmt: skip


def test_in_recovery_the_next_step_is_to_resolve() -> None:
    contained = {Stamp.DECLARED: stamped(DECLARED), Stamp.CONTAINED: stamped(NOW)}
    shown = card(an_incident(phase=Phase.RECOVERY, stamps=contained, roles={COMMANDER: (BEN,)}), NOW)
    assert labels(shown) == ["[Update]", "[Resolve]", "[… Roles]", "[… Note]", "[… Severity]", "[… Repair]",
                             "[… Make it private]"]  # fmt: skip


def test_command_can_be_taken_only_while_it_is_free() -> None:
    shown = card(an_incident(roles={COMMANDER: (BEN,), TECHNICAL_LEAD: (BEN, CLEO)}), NOW)
    assert "*Incident commander: <@U0BEN>*\nTechnical lead: <@U0BEN> and <@U0CLEO>\n" in shown.text
    assert labels(shown) == ["[Update]", "[Next phase]", *MORE]


def test_resolved_it_can_only_be_closed() -> None:
    shown = card(resolved(severity=None), NOW)
    assert "Severity not set · *Post-Incident Learning*: Learn, and fix what made it possible." in shown.text
    assert shown.text.endswith(", 1 h 5 min after it was declared")
    assert labels(shown) == ["[Close]"]


def test_closed_it_has_no_buttons() -> None:
    shown = card(resolved(ending=Ending.CLOSED), NOW)
    assert "· *Closed*\n" in shown.text
    assert labels(shown) == []


def test_what_a_private_one_says_of_itself() -> None:
    shown = card(an_incident(private=True), NOW)
    assert shown.text.endswith("Private: only people who are invited see this incident, and it is not announced.")


@pytest.mark.parametrize(("seconds", "said"), [(3, False), (4, True)])
def test_setting_up_is_worth_a_line_after_three_seconds(seconds: int, said: bool) -> None:
    setting_up = an_incident(furnished=(Part.ROOM, Part.ENTRANCE, Part.TOPIC))
    shown = card(setting_up, DECLARED + timedelta(seconds=seconds))
    line = "Setting up 4/6: pinning this card, telling stakeholders"
    assert (line in shown.text) is said


def test_hundreds_of_holders_are_counted() -> None:
    crowd = tuple(UserId(f"U{number}") for number in range(200))
    shown = card(an_incident(roles={TECHNICAL_LEAD: crowd}), NOW)
    assert "Technical lead: <@U0>, <@U1>, <@U2>, <@U3>, <@U4>, <@U5>, <@U6>, <@U7> and 192 more\n" in shown.text


def test_a_title_cannot_end_the_bold_or_call_anybody() -> None:
    shown = card(an_incident(title="*a* <!channel> & <@U1>"), NOW)
    assert shown.text.startswith("*INC-7 a &lt;!channel&gt; &amp; &lt;@U1&gt;*\n")


@pytest.mark.parametrize(
    ("incident", "expected"),
    [
        (an_incident(), "SEV1 critical · Detection &amp; Analysis · Incident commander: nobody yet"),
        (
            an_incident(severity=SEV3, roles={COMMANDER: (ANA,)}, phase=Phase.RECOVERY),
            "SEV3 minor · Recovery · Incident commander: <@U0ANA>",
        ),
        (resolved(severity=None, ending=Ending.CLOSED), "Severity not set · Closed"),
    ],
)
def test_the_topic(incident: Incident, expected: str) -> None:
    assert topic(incident) == expected


def test_the_topic_calls_the_commander_by_name_since_slack_links_nothing_there() -> None:
    incident = an_incident(roles={COMMANDER: (ANA,)})
    assert topic(incident, {ANA: "Ana <Silva>"}).endswith("Incident commander: Ana &lt;Silva&gt;")


def test_the_topic_fits() -> None:
    crowd = tuple(UserId(f"U0123456789{number}") for number in range(100, 200))
    shown = topic(an_incident(roles={COMMANDER: crowd}))
    assert len(shown) <= TOPIC_LIMIT
    assert shown.count("<") == shown.count(">")


def test_a_room_that_follows_another_names_it() -> None:
    former = tuple(Room(channel=ChannelId(f"C{number}"), name="inc-7", archived=True) for number in range(5))
    assert (
        "This goes on from <#C0>, which Slack keeps as it was." in card(an_incident(former_rooms=former[:1]), NOW).text
    )
    assert "This goes on from <#C2>, <#C3> and <#C4>, which" in card(an_incident(former_rooms=former), NOW).text
