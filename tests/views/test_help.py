"""Help, the tray and the questions back: whole texts, and buttons that mean what they say."""

from dataclasses import replace

from bot.views.help import TOPICS, help_text, malformed, overview, picker, question, tray
from bot.workflows.grammar import parse
from bot.workflows.incident import Handover, IncidentId
from bot.workflows.parsed import Choice, DeclareWords, HandoverWords, Malformed, Question, TrayWithTitle
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1, Phase
from bot.workflows.words import VERBS, VerbName, Vocabulary
from tests.values import ANA, BEN, NOW
from tests.views.incidents import an_incident, labels

WORDS = Vocabulary.of(DEFAULT_POLICY)


def test_help_names_every_verb() -> None:
    text = help_text(None, "/incident").text
    for verb in VERBS:
        assert f"`/incident {verb.usage.replace('<', '&lt;').replace('>', '&gt;')}`" in text


def test_every_verb_stands_under_one_topic_and_nothing_is_cut() -> None:
    assert sorted(name for _, names in TOPICS for name in names) == sorted(VerbName)
    for message in (help_text(None, "/incident"), overview([an_incident()] * 15, "/incident")):
        shown = " ".join(block["text"]["text"] for block in message.blocks if block["type"] == "section")
        assert all(f"{verb.help}" in shown and f"{verb.help}" in message.text for verb in VERBS)


def test_help_for_one_verb_under_another_name_of_the_command() -> None:
    assert help_text(VerbName.SEVERITY, "/inc").text == (
        "`/inc severity &lt;1-4&gt; [INC-n]`: grade the incident\nAlso: `sev`"
    )


def test_the_overview_has_the_open_incidents_first() -> None:
    text = overview([an_incident()], "/incident").text
    assert text.startswith("Open now: 1\n*INC-7 checkout is failing*")
    assert "What you can type:" in text


def test_the_tray_shows_what_can_be_done_now() -> None:
    shown = tray(an_incident(), "/incident")
    assert shown.text == (
        "What you can do in *INC-7 checkout is failing* now:\n`/incident help` lists everything you can type."
    )
    assert labels(shown) == [
        "[Status]",
        "[Take command]",
        "[Update]",
        "[Next phase]",
        "[… Roles]", "[… Note]", "[… Severity]", "[… The impact has stopped]", "[… Resolve]",
        "[Add a task]", "[Make it private]",
    ]  # fmt: skip
    assert labels(tray(an_incident(phase=Phase.LEARNING), "/incident")) == [
        "[Status]", "[Close]", "[Add a task]", "[Post-mortem draft]", "[Make it private]", "[Reopen]",
    ]  # fmt: skip


def test_the_tray_is_somebodys_own() -> None:
    bens = an_incident(roles={COMMANDER: (BEN,), SCRIBE: (ANA, BEN)})
    held = labels(tray(bens, "/incident", viewer=BEN))
    assert held[-4:] == [
        "[Add a task]", "[Hand over as incident commander]", "[Hand over as scribe]", "[Make it private]",
    ]  # fmt: skip
    button = tray(bens, "/incident", viewer=ANA).blocks[1]["elements"][-2]
    assert parse(button["value"], in_room=True, vocabulary=WORDS) == HandoverWords(SCRIBE, None, 7)
    assert labels(tray(bens, "/incident", viewer=BEN, may=())) == [
        "[Status]", "[… Roles]", "[… Note]", "[… Repair]", "[… Make it private]", "[Add a task]",
    ]  # fmt: skip
    offer = Handover(number=1, role=COMMANDER, holder=BEN, to=ANA, at=NOW)
    offering = labels(tray(replace(bens, handovers=(offer,)), "/incident", viewer=BEN))
    assert offering[-3:-1] == ["[Withdraw the offer of incident commander]", "[Hand over as scribe]"]
    over = an_incident(phase=Phase.LEARNING)
    assert labels(tray(over, "/incident", may=())) == [
        "[Status]", "[Add a task]", "[Post-mortem draft]", "[Make it private]",
    ]  # fmt: skip


def test_free_text_in_a_room_is_one_tap_from_being_declared() -> None:
    free = TrayWithTitle("a <b> & c", "more\nof it", SEV1, private=True)
    button = tray(an_incident(), "/incident", free).blocks[1]["elements"][-1]
    assert button["text"]["text"] == "Declare “a <b> & c”"
    meant = parse(button["value"], in_room=True, vocabulary=WORDS)
    assert meant == DeclareWords("a <b> & c", "more\nof it", SEV1, private=True)


def test_free_text_too_long_for_a_button_is_not_dropped_in_silence() -> None:
    shown = tray(an_incident(), "/incident", TrayWithTitle("a", "b" * 3000))
    assert "To declare that as a new incident, type `/incident declare` before it." in shown.text
    assert "[Declare “a”]" not in labels(shown)


def test_a_question_has_a_button_for_each_meaning() -> None:
    shown = question(Question("do<ne", (Choice("Resolve", "resolve"), Choice("Declare “a & b”", "declare a & b"))))
    assert shown.text == "What do you mean by “do&lt;ne”?"
    assert labels(shown) == ["[Resolve]", "[Declare “a & b”]"]
    assert [button["value"] for button in shown.blocks[1]["elements"]] == ["resolve", "declare a &amp; b"]


def test_the_picker_carries_the_words_or_asks_for_the_number() -> None:
    one, other = an_incident(), an_incident(id=IncidentId(9), title="db", severity=None)
    shown = picker("Which?", [(one, "claim ic INC-7"), (other, "claim ic INC-9")], "/incident")
    assert shown.text == "Which?\n• INC-7 checkout is failing (SEV1 critical)\n• INC-9 db (Severity not set)"
    assert [(button["action_id"], button["value"]) for button in shown.blocks[1]["elements"]] == [
        ("say:0", "claim ic INC-7"), ("say:1", "claim ic INC-9"),
    ]  # fmt: skip
    long = picker("Which?", [(one, "note INC-7 " + "x" * 2000)], "/incident")
    assert long.text == "Which? Say its number: `/incident … INC-7`."


def test_what_does_not_fit_comes_with_an_example() -> None:
    shown = malformed(Malformed(VerbName.CLAIM, "Say which role: &lt;x&gt;.", "claim commander"), "/incident")
    assert shown.text == "Say which role: &lt;x&gt;.\nFor example: `/incident claim commander`"
    assert labels(shown) == ["[How to use claim]"]
