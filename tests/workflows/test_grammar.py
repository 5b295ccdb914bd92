"""What people type means what they meant, and nobody declares by accident."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Choice,
    ClaimWords,
    CloseWords,
    ContainedWords,
    CorrectWords,
    DeclareWords,
    FactorWords,
    HandoverWords,
    HelpWords,
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
    Question,
    RelatedWords,
    RelateWords,
    ReopenWords,
    ResolveWords,
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
from bot.workflows.policy import (
    COMMANDER,
    COMMUNICATIONS_LEAD,
    DEFAULT_POLICY,
    SCRIBE,
    SEV1,
    SEV2,
    TECHNICAL_LEAD,
    Phase,
    Policy,
    RoleKey,
    RoleRule,
    SeverityKey,
    SeverityRule,
)
from bot.workflows.slips import LABEL_LIMIT
from bot.workflows.words import BY_SPELLING, NOTE_LIMIT, REASON_LIMIT, TITLE_LIMIT, VERBS, VerbName, Vocabulary

WORDS = Vocabulary.of(DEFAULT_POLICY)


def meant(text: str, *, in_room: bool = False) -> Parsed:
    return parse(text, in_room=in_room, vocabulary=WORDS)


TITLES = """
page load is failing|log ingestion stopped|status page is down|lead times are up|list view is empty
report service is down|start page 500s|open orders fail|create user fails|new signups fail|trigger jobs are stuck
overview tab is blank|info endpoint 500s|claim forms return 500|roles are wrong in IAM|role mapping broken in IAM
assign dialog hangs forever|commander app is asleep|severity labels are missing|close button does nothing
end users cannot log in|resolve loop in DNS|fixed income prices are stale|help desk is down|review app is down
draft orders vanish|pm tool is slow|event pipeline is failing|comment service is down|phase shift in signal
next.js build fails|check in counter broken|check 3 pods are failing|update service failing|post office API down
timeline view is blank|restart loop on web-1|cancel orders fails|private subnet unreachable|action mailer is down
ai gateway is down|since 13:40 everything is slow|skip button is dead|merge queue is stuck|tasks are piling up
task queue is stuck|playbook page is blank|runbook links are dead|playbooks are gone
task 3 of the deploy hangs|add task button is dead
done button is broken|declared twice
"""


@pytest.mark.parametrize("text", TITLES.strip().replace("\n", "|").split("|"))
def test_what_only_begins_like_a_verb_is_a_title(text: str) -> None:
    assert meant(text) == Title(text)


@pytest.mark.parametrize(
    "text", ["page load is failing", "end user logins fail", "open orders fail", "status page is down"]
)
def test_free_text_in_a_room_is_offered_beside_the_tray(text: str) -> None:
    assert meant(text, in_room=True) == TrayWithTitle(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("declare checkout is failing", DeclareWords("checkout is failing")),
        ("Declare: checkout is failing", DeclareWords("checkout is failing")),
        ("declare checkout is failing sev1", DeclareWords("checkout is failing", severity=SEV1)),
        ("declare SEV-1: checkout is failing", DeclareWords("checkout is failing", severity=SEV1)),
        ("declare [sev2] checkout is failing", DeclareWords("checkout is failing", severity=SEV2)),
        ("declare checkout is failing SEV 2", DeclareWords("checkout is failing", severity=SEV2)),
        ("declare major outage in zone 1", DeclareWords("major outage in zone 1")),
        ("declare payroll leaked --private sev1", DeclareWords("payroll leaked", severity=SEV1, private=True)),
        ("declare payroll leaked —private", DeclareWords("payroll leaked", private=True)),
        ("declare down\nsince the deploy\nin EU", DeclareWords("down", "since the deploy\nin EU")),
        ("declare a &amp; b &lt;c&gt; for <@U1|ana>", DeclareWords("a & b <c> for @ana")),
        ("declare 🔥", DeclareWords("🔥")),
        ("declare sev1\ncheckout is down\nin EU", DeclareWords("checkout is down", "in EU", SEV1)),
    ],
)
def test_declare_with_a_title_declares_at_once(text: str, expected: Parsed) -> None:
    assert meant(text) == expected
    assert meant(text, in_room=True) == expected


@pytest.mark.parametrize("verb", ["declare", "new", "create", "open", "start", "report", "trigger"])
def test_declare_without_a_title_opens_the_form(verb: str) -> None:
    assert meant(verb) == Title("")
    assert meant(f"{verb} incident", in_room=True) == Title("")
    assert meant(f"{verb} sev1") == Title("", severity=SEV1)


@pytest.mark.parametrize("title", ["payroll leaked private", "private payroll leaked"])
def test_a_word_that_may_mean_privacy_opens_the_form_rather_than_a_public_room(title: str) -> None:
    assert meant(f"declare {title}") == Title(title, private=True)


def test_a_long_title_is_cut_between_words_and_goes_on_in_the_summary() -> None:
    said = meant("declare " + "word " * 60 + "sev1")
    assert said == DeclareWords(("word " * 30).strip() + "…", ("word " * 30).strip(), SEV1)
    said = meant("x" * 400)
    assert said == Title("x" * (TITLE_LIMIT - 1) + "…", "x" * 251)


def test_an_unknown_severity_is_refused_at_once_and_left_to_the_form_otherwise() -> None:
    refused = meant("declare checkout is down sev9")
    assert isinstance(refused, Malformed)
    assert refused.message == "There is no severity “sev9” here. Choose one of sev1, sev2, sev3, sev4."
    assert isinstance(meant(refused.example), DeclareWords)
    assert meant("checkout is down sev9") == Title("checkout is down sev9")
    assert meant("checkout is down sev1") == Title("checkout is down", severity=SEV1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list", ListWords()),
        ("ls", ListWords()),
        ("help", HelpWords()),
        ("?", HelpWords()),
        ("--help", HelpWords()),
        ("help sev", HelpWords(VerbName.SEVERITY)),
        ("claim help", HelpWords(VerbName.CLAIM)),
        ("INC-7", StatusWords(7)),
        ("note INC-7 rolled back", NoteWords("rolled back", 7)),
        ("log", TimelineWords()),
        ("timeline INC-7", TimelineWords(7)),
        ("note correct 12 it was 4.3, not 4.2", CorrectWords(12, "it was 4.3, not 4.2")),
        ("note INC-7 correct line #12: it was\n4.3", CorrectWords(12, "it was\n4.3", 7)),
        ("note correction of 12 it was 4.3", CorrectWords(12, "it was 4.3")),
        ("note correct version is 4.3", NoteWords("correct version is 4.3")),
        ("note correct 4.3 is live", NoteWords("correct 4.3 is live")),
        ("note 7 pods restarted", NoteWords("7 pods restarted")),
        ("note this looks like INC-7", NoteWords("this looks like INC-7")),
        ("note <@U1|ana> said:\n> ok", NoteWords("<@U1|ana> said:\n> ok")),
        ("comment INC-7 rolled back", NoteWords("rolled back", 7)),
        ("close INC-7 duplicate of INC-5", CloseWords(7, "duplicate of INC-5")),
    ],
)
def test_the_verbs_of_this_version(text: str, expected: Parsed) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize(
    ("text", "in_room", "expected"),
    [
        ("factor", False, FactorWords()),
        ("factors INC-7", False, FactorWords(incident=7)),
        ("factor no limit on retries", True, FactorWords("no limit on retries")),
        ("factor INC-7 no limit on retries", False, FactorWords("no limit on retries", 7)),
        ("factor drop 2", True, FactorWords(withdrawn=2)),
        ("factor INC-7 drop #2", False, FactorWords(incident=7, withdrawn=2)),
        ("factor drop 2 INC-7", True, FactorWords(incident=7, withdrawn=2)),
        ("factor drop 2.", True, FactorWords(withdrawn=2)),
        ("factor drop in traffic", True, FactorWords("drop in traffic")),
        ("factor authentication is down", False, Title("factor authentication is down")),
    ],
)
def test_a_factor_needs_a_room_or_a_number(text: str, in_room: bool, expected: Parsed) -> None:
    assert meant(text, in_room=in_room) == expected


@pytest.mark.parametrize("spelling", ["event", "comment"])
def test_a_note_by_another_name_needs_a_room_or_a_number(spelling: str) -> None:
    assert meant(f"{spelling} rolled back", in_room=True) == NoteWords("rolled back")


@pytest.mark.parametrize(
    ("number", "incident"),
    [
        ("", None), ("INC-7", 7), ("inc-7", 7), ("inc7", 7), ("INC 7", 7), ("#7", 7), ("7", 7), ("INC-007", 7),
        ("INC-7?", 7), ("<#C1|inc-7-checkout>", 7),
    ],
)  # fmt: skip
def test_a_number_is_accepted_everywhere(number: str, incident: int | None) -> None:
    for verb in ("status", "overview", "info"):
        assert meant(f"{verb} {number}") == StatusWords(incident)
    for verb in ("resolve", "resolved", "fixed"):
        assert meant(f"{verb} {number}") == ResolveWords(incident)
    for verb in ("postmortem", "pm", "post-mortem", "post mortem", "review", "draft"):
        assert meant(f"{verb} {number}") == PostmortemWords(incident)
    assert meant(f"end {number}") == CloseWords(incident)
    assert meant(f"claim commander {number}") == ClaimWords(COMMANDER, incident)
    assert meant(f"role comms <@U1|ana> {number}") == AssignWords(COMMUNICATIONS_LEAD, "U1", incident)
    assert meant(f"severity critical {number}") == SeverityWords(SEV1, incident)
    assert meant(f"sev 2 {number}") == SeverityWords(SEV2, incident)


@pytest.mark.parametrize("text", ["status INC-0", "resolve inc-abc", "close 99999999999", "pm #x"])
def test_a_bad_number_is_refused_with_an_example(text: str) -> None:
    refused = meant(text)
    assert isinstance(refused, Malformed)
    assert "is not the number of an incident" in refused.message
    assert not isinstance(meant(refused.example), Malformed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("claim IC", ClaimWords(COMMANDER)),
        ("claim the incident commander for INC-7", ClaimWords(COMMANDER, 7)),
        ("claim INC-7 tech lead", ClaimWords(TECHNICAL_LEAD, 7)),
        ("claim technical_lead", ClaimWords(TECHNICAL_LEAD)),
        ("claim commander <@U1|ana>", AssignWords(COMMANDER, "U1")),
        ("assign <@U1> as tech-lead", AssignWords(TECHNICAL_LEAD, "U1")),
        ("assign comms to me", ClaimWords(COMMUNICATIONS_LEAD)),
        ("commander", ClaimWords(COMMANDER)),
        ("lead INC-7", ClaimWords(COMMANDER, 7)),
        ("set-ic <@W1|ana>", AssignWords(COMMANDER, "W1")),
        ("set ic <@U1> INC-7", AssignWords(COMMANDER, "U1", 7)),
    ],
)
def test_roles_are_claimed_and_given(text: str, expected: Parsed) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("claim", "Say which role: commander"),
        ("claim INC-7", "Say which role: commander"),
        ("claim pilot", "There is no role “pilot” here"),
        ("claim &lt;!x&gt;", "There is no role “&lt;!x&gt;” here"),
        ("role commander", "Say who"),
        ("roles", "Say which role"),
        ("role <@U1>", "Say which role"),
        ("role commander @ana", "Slack did not turn “@ana” into a person"),
        ("role commander <!subteam^S1|@ops>", "Slack did not turn"),
        ("role scribe <@U1> <@U2>", "one person at a time"),
        ("severity", "Say how severe it is"),
        ("severity 9", "There is no severity “9” here"),
        ("sev9", "There is no severity “sev9” here"),
        ("note", "Say what to note"),
        ("note correct 12", "Say what is right"),
        ("note " + "x" * (NOTE_LIMIT + 1), "A note holds at most 3,000 characters, this one has 3,001"),
        ("close INC-7 " + "x" * (REASON_LIMIT + 1), "A reason holds at most 500 characters"),
    ],
)
def test_what_does_not_fit_is_refused_with_an_example_of_what_works(text: str, why: str) -> None:
    refused = meant(text)
    assert isinstance(refused, Malformed)
    assert why in refused.message
    assert not isinstance(meant(refused.example.replace("@ana", "<@U1|ana>")), Malformed | Title)


def test_limits_are_inclusive() -> None:
    assert meant("note " + "x" * NOTE_LIMIT) == NoteWords("x" * NOTE_LIMIT)
    assert meant("close INC-7 " + "x" * REASON_LIMIT) == CloseWords(7, "x" * REASON_LIMIT)


@pytest.mark.parametrize(
    ("text", "severity"), [("1", SEV1), ("sev1", SEV1), ("SEV-1", SEV1), ("sev 1", SEV1), ("P2", SEV2), ("major", SEV2)]
)
def test_a_severity_goes_by_many_names(text: str, severity: SeverityKey) -> None:
    assert meant(f"severity {text}") == SeverityWords(severity)
    assert meant(f"sev INC-7 {text}") == SeverityWords(severity, 7)


def test_a_severity_alone_grades() -> None:
    assert meant("sev2") == SeverityWords(SEV2)
    assert meant("sev2 INC-7") == SeverityWords(SEV2, 7)


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("resovle", "resolve"), ("resovle INC-7", "resolve INC-7"), ("stauts", "status"), ("clsoe", "close"),
        ("claimm", "help claim"), ("done", "resolve"), ("done INC-7", "resolve INC-7"), ("retro", "postmortem"),
        ("Retro?", "postmortem"), ("retro", "backfill"),
        ("backfill job is failing", "declare backfill job is failing"), ("chekc", "help check"), ("strat", "declare"),
        ("postmorten", "postmortem"), ("delcare", "declare"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("in_room", [False, True])
def test_a_slip_or_a_word_of_two_meanings_asks(text: str, command: str, in_room: bool) -> None:
    asked = meant(text, in_room=in_room)
    assert isinstance(asked, Question)
    assert command in [choice.command_text for choice in asked.choices]
    for choice in asked.choices:
        assert not isinstance(meant(choice.command_text), Question | Malformed)
        assert len(choice.label) <= LABEL_LIMIT


def test_a_slip_can_still_be_declared() -> None:
    asked = meant("resovle")
    assert isinstance(asked, Question)
    assert asked.choices[-1] == Choice("Declare “resovle”", "declare resovle")


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("hanover commander <@U1|ana>", "Handover commander @ana", HandoverWords(COMMANDER, "U1")),
        ("handovr commander <@U1|ana> watch it", "Handover commander @ana watch it",
         HandoverWords(COMMANDER, "U1", None, "watch it")),
        ("chekc 3", "Check 3", CheckWords(3)), ("Chekc: #3 INC-7", "Check #3 INC-7", CheckWords(3, 7)),
        ("roel comms <@U1|ana>", "Role comms @ana", AssignWords(COMMUNICATIONS_LEAD, "U1")),
        ("comander <@U1|ana>", "Commander @ana", AssignWords(COMMANDER, "U1")),
        ("sevrity 2 INC-7", "Severity 2 INC-7", SeverityWords(SEV2, 7)),
        ("clsoe INC-7 all is well", "Close INC-7 all is well", CloseWords(7, "all is well")),
        ("INC-7 stauts", "Status INC-7", StatusWords(7)), ("lst 7", "List", ListWords()),
    ],
)  # fmt: skip
@pytest.mark.parametrize("in_room", [False, True])
def test_a_slip_in_the_verb_loses_none_of_the_words_behind_it(
    text: str, label: str, words: Parsed, in_room: bool
) -> None:
    asked = meant(text, in_room=in_room)
    assert isinstance(asked, Question)
    assert asked.choices[0].label == label
    assert meant(asked.choices[0].command_text, in_room=in_room) == words
    assert asked.choices[-1].command_text == f"declare {text}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("noet rolled back to 4.2", NoteWords("rolled back to 4.2")),
        ("taks call the vendor <@U1> in 20m", TaskWords("call the vendor in 20m", "U1")),
        ("skpi 3 not ours", SkipWords(3, "not ours")), ("resovle cache cleared", ResolveWords(None, "cache cleared")),
    ],
)  # fmt: skip
def test_free_words_behind_a_slip_are_asked_about_in_a_room_and_are_a_title_elsewhere(text: str, words: Parsed) -> None:
    asked = meant(text, in_room=True)
    assert isinstance(asked, Question)
    assert meant(asked.choices[0].command_text, in_room=True) == words
    assert isinstance(meant(text), Title)


def test_what_is_no_verb_with_a_slip_stays_a_title_in_a_room() -> None:
    for text in ("host is down", "open orders fail", "declared twice", "delcare x", "stauts page is down"):
        assert meant(text, in_room=True) == TrayWithTitle(text)
    long = f"noet {'x' * 400}"
    for text in (long, f"sev1 {long}"):
        assert isinstance(meant(text, in_room=True), TrayWithTitle)  # no button carries that much


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sev 1 now", SeverityWords(SEV1)), ("sev1 now!", SeverityWords(SEV1)), ("p2 please", SeverityWords(SEV2)),
        ("severity major again", SeverityWords(SEV2)), ("sev 2 INC-7 asap", SeverityWords(SEV2, 7)),
        ("sev1 now INC-7", SeverityWords(SEV1, 7)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("in_room", [False, True])
def test_a_word_of_hurry_beside_a_severity_says_no_more(text: str, words: Parsed, in_room: bool) -> None:
    assert meant(text, in_room=in_room) == words


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("sev 1 cards are declined", "severity sev1"), ("sev1 7 pods are down", "severity sev1"),
        ("severity major INC-7 cards are declined", "severity sev2 INC-7"),
    ],
)  # fmt: skip
def test_a_severity_with_words_behind_is_asked_about_in_a_room(text: str, grade: str) -> None:
    asked = meant(text, in_room=True)
    assert isinstance(asked, Question)
    assert [choice.command_text for choice in asked.choices] == [grade, f"declare {text}"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("handover commander <@U1>", HandoverWords(COMMANDER, "U1")),
        ("hand over commander to <@U1|ana>", HandoverWords(COMMANDER, "U1")),
        ("hand-off tech lead <@U1> INC-7 watch the cache", HandoverWords(TECHNICAL_LEAD, "U1", 7, "watch the cache")),
        ("handoff scribe <@U1>: ask <@U2> of it", HandoverWords(SCRIBE, "U1", None, "ask <@U2> of it")),
        ("handover <@U1> commander", HandoverWords(COMMANDER, "U1")),
        ("handover commander <@U1> 7", HandoverWords(COMMANDER, "U1", 7)),
        ("handover commander INC-7 <@U1> the cache", HandoverWords(COMMANDER, "U1", 7, "the cache")),
        ("handover commander", HandoverWords(COMMANDER)),
        ("handover commander INC-7", HandoverWords(COMMANDER, None, 7)),
        ("handover withdraw", WithdrawWords()),
        ("handover withdraw commander INC-7", WithdrawWords(COMMANDER, 7)),
        ("handoff cancel the incident commander", WithdrawWords(COMMANDER)),
        ("handover of the baggage is stuck", Title("handover of the baggage is stuck")),
    ],
)  # fmt: skip
def test_a_hand_over_names_a_role_perhaps_a_person_and_worries(text: str, words: Parsed) -> None:
    assert meant(text) == words


@pytest.mark.parametrize(
    "text",
    ["hand off", "handover comander <@U1>", "handover pilot", "handover withdraw pilot", "handover commander @who"],
)
def test_a_hand_over_that_names_neither_is_refused_with_an_example(text: str) -> None:
    answer = meant(text, in_room=True)
    assert isinstance(answer, Malformed)
    assert answer.example.startswith("handover ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("next", PhaseWords()), ("advance INC-7", PhaseWords(incident=7)),
        ("phase containment", PhaseWords(Phase.CONTAINMENT)), ("stage monitoring", PhaseWords(Phase.RECOVERY)),
        ("phase Containment & Eradication", PhaseWords(Phase.CONTAINMENT)),
        ("phase post-incident learning", PhaseWords(Phase.LEARNING)),
        ("phase recovery INC-7", PhaseWords(Phase.RECOVERY, 7)),
        ("phase detection INC-7 it broke again", PhaseWords(Phase.DETECTION, 7, "it broke again")),
        ("contained INC-7", ContainedWords(7)), ("mitigated", ContainedWords()),
        ("reopen", ReopenWords()), ("reopen INC-7 errors rise", ReopenWords(7, "errors rise")),
        ("cancel INC-7 a test", CancelWords("a test", 7)),
        ("resolve INC-7 the cache was cleared", ResolveWords(7, "the cache was cleared")),
        ("action <@U1|ana> Add an alert by friday", ActionWords("Add an alert by friday", "U1")),
        ("ai INC-7 Add an alert, owner: <@U1>, by friday", ActionWords("Add an alert by friday", "U1", 7)),
        ("follow-up Test it with <@U2> by 4 dec <@U1>", ActionWords("Test it with <@U2> by 4 dec", "U1")),
        ("actions", ActionsWords()), ("followups INC-7", ActionsWords(7)),
        ("merge INC-7", MergeWords(7)), ("duplicate of #7", MergeWords(7)), ("merge into inc 7", MergeWords(7)),
        ("merge INC-7 into INC-3", MergeWords(3, 7)), ("merge 7 with 3", MergeWords(3, 7)),
        ("relate INC-7", RelateWords(7)), ("related to INC-7", RelateWords(7)),
        ("relate INC-7 and INC-3", RelateWords(3, 7)), ("unrelate INC-7 from INC-3", RelateWords(3, 7, undo=True)),
        ("related", RelatedWords()), ("similar INC-7", RelatedWords(7)),
        ("backfill", BackfillWords()),
        ("backdate Checkout was failing sev2", BackfillWords("Checkout was failing", SEV2)),
        ("backfill: job is failing", BackfillWords("job is failing")),
        ("tldr", CatchupWords()), ("catch up INC-7", CatchupWords(7)),
        ("checklist", ChecklistWords()), ("todo INC-7", ChecklistWords(7)),
        ("check 3", CheckWords(3)), ("check #3 INC-7", CheckWords(3, 7)), ("done 3", CheckWords(3)),
        ("task call the vendor in 20m <@U1|ana>", TaskWords("call the vendor in 20m", "U1")),
        ("task <@U1> ask <@U2> for the dump", TaskWords("ask <@U2> for the dump", "U1")),
        ("task ask <@U2> for the dump <@U1> in 20m", TaskWords("ask <@U2> for the dump in 20m", "U1")),
        ("task INC-7 ask <@U2> and <@U1> to look", TaskWords("ask <@U2> and <@U1> to look", None, 7)),
        ("task page the database owner <@U1>", TaskWords("page the database owner", "U1")),
        ("task INC-7 look at the queue", TaskWords("look at the queue", None, 7)),
        ("task", TaskWords()), ("task INC-7", TaskWords("", None, 7)),
        ("playbook", PlaybookWords()), ("playbook INC-7 bad deploy", PlaybookWords("bad deploy", 7)),
        ("runbook 7", PlaybookWords("", 7)), ("playbooks", PlaybooksWords()), ("runbooks", PlaybooksWords()),
        ("skip 3 not ours", SkipWords(3, "not ours")),
        ("skip 12 INC-7 12 of 12 done", SkipWords(12, "12 of 12 done", 7)),
    ],
)  # fmt: skip
def test_the_course_in_words(text: str, words: Parsed) -> None:
    assert meant(text) == words
    assert meant(text, in_room=True) == words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status of INC-2", StatusWords(2)), ("INC-02 status", StatusWords(2)),
        ("timeline for inc 2", TimelineWords(2)), ("uncheck 3", CheckWords(3, undo=True)),
        ("undo 3 INC-2", CheckWords(3, 2, undo=True)), ("p1", SeverityWords(SEV1)), ("notes foo", NoteWords("foo")),
        ("update cards are declined", UpdateWords(None, "cards are declined")), ("update INC-2", UpdateWords(2)),
        ("update on INC-2 all is well", UpdateWords(2, "all is well")),
        ("resolve of INC-2", ResolveWords(2)), ("close the incident INC-2", CloseWords(2)),
        ("INC-2 close to the limit", TrayWithTitle("INC-2 close to the limit")),
        ("check INC-1 4", CheckWords(4, 1)), ("skip INC-1 5 no", SkipWords(5, "no", 1)), ("check #3", CheckWords(3)),
        ("note correct INC-1 1 it was 4.3", CorrectWords(1, "it was 4.3", 1)),
        ("note correct 0 x", CorrectWords(0, "x")), ("factor drop in traffic", FactorWords("drop in traffic")),
    ],
)  # fmt: skip
def test_the_number_of_an_incident_stands_where_people_put_it(text: str, expected: Parsed) -> None:
    assert meant(text, in_room=True) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("factor drop pool", "Say the number of one factor"),
        ("service checkout", "No services are set up here"),
        ("kind tomato", "Say which kind of incident it is. There are: Service outage, "),
        ("check 3 4", "One item at a time."),
        ("check #3, #4", "One item at a time."),
        ("uncheck", "Say the number"),
        ("severity 1 2", "Say how severe it is"),
        ("task done 3", "Say what is to be done. An item that is there"),
        ("role comms ben", "Say who: type @ and pick"),
        ("handover commander cleo", "Say who: type @ and pick"),
    ],
)
def test_what_cannot_be_meant_is_asked_back(text: str, why: str) -> None:
    refused = meant(text, in_room=True)
    assert isinstance(refused, Malformed)
    assert refused.message.startswith(why)


def test_a_reason_without_a_number_is_for_rooms_only() -> None:
    assert meant("phase recovery errors are back", in_room=True) == PhaseWords(Phase.RECOVERY, reason="errors are back")
    assert meant("phase recovery of the pump is slow") == Title("phase recovery of the pump is slow")
    assert meant("cancel the alert was misread", in_room=True) == CancelWords("the alert was misread")
    assert meant("cancel button is broken") == Title("cancel button is broken")
    assert meant("reopen it is back", in_room=True) == ReopenWords(reason="it is back")
    assert meant("close all is well", in_room=True) == CloseWords(reason="all is well")
    assert meant("close all fixed") == Title("close all fixed")
    assert meant("reopen the case of the lost parcels") == Title("reopen the case of the lost parcels")


@pytest.mark.parametrize("text", ["phase", "phase whatever", "cancel"])
def test_a_phase_or_a_reason_that_is_missing_is_asked_for(text: str) -> None:
    assert isinstance(meant(text, in_room=True), Malformed)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("started 13:40", StartedWords("13:40")), ("since 20m ago", StartedWords("20m ago")),
        ("began yesterday 22:10", StartedWords("yesterday 22:10")), ("started INC-7 13:40", StartedWords("13:40", 7)),
        ("started 13:40 utc INC-7", StartedWords("13:40 utc", 7)), ("started at 2:05pm", StartedWords("at 2:05pm")),
    ],
)  # fmt: skip
def test_when_the_impact_began(text: str, words: Parsed) -> None:
    assert meant(text) == words
    assert meant(text, in_room=True) == words


@pytest.mark.parametrize("text", ["started", "since INC-7", "started 4 days before"])
def test_a_start_that_is_no_time_is_asked_for_in_a_room(text: str) -> None:
    refused = meant(text, in_room=True)
    assert isinstance(refused, Malformed)
    assert isinstance(meant(refused.example), StartedWords)


@pytest.mark.parametrize(
    "text", ["since 13:40 everything is slow", "began failing at 13:40", "started 3 pods all crash"]
)
def test_a_start_with_more_than_a_time_is_a_title(text: str) -> None:
    assert isinstance(meant(text), Title)
    assert isinstance(meant(text, in_room=True), TrayWithTitle)


def test_nothing_typed_is_the_tray_or_the_overview() -> None:
    assert meant(" \n", in_room=True) == Tray()
    assert meant("\x00 ") == Overview()


def test_configured_roles_and_severities_are_words_too() -> None:
    policy = Policy(
        severities=(
            SeverityRule(key=SeverityKey("p0"), rank=1, name="Fire", meaning=""),
            SeverityRule(key=SeverityKey("p1"), rank=2, name="Smoke", meaning=""),
        ),
        roles=(RoleRule(key=RoleKey("legal_counsel"), name="legal counsel", aliases=("legal",)),),
        kinds=(),
    )
    words = Vocabulary.of(policy)
    said = {text: parse(text, in_room=False, vocabulary=words) for text in ("claim legal", "sev fire", "lead", "sev 1")}
    assert said["claim legal"] == ClaimWords(RoleKey("legal_counsel"))
    assert said["sev fire"] == SeverityWords(SeverityKey("p0"))
    assert said["sev 1"] == SeverityWords(SeverityKey("p1"))
    assert isinstance(said["lead"], Question)  # nobody commands here, so there is nothing to claim by that word
    assert parse("declare db down p0", in_room=False, vocabulary=words) == DeclareWords(
        "db down", "", SeverityKey("p0")
    )


def test_every_verb_is_listed_once_and_every_spelling_is_its_own() -> None:
    assert [verb.name for verb in VERBS] == list(VerbName)
    assert len(BY_SPELLING) == len({name for verb in VERBS for name in (verb.name, *verb.spellings)})


_PIECES = st.sampled_from(
    [
        *BY_SPELLING,
        "INC-7",
        "#",
        "<@U1|ana>",
        "<@",
        "@x",
        "sev9",
        "sev 1",
        "--private",
        "\x00",
        "\u202e",
        "👩‍🚒",
        "&lt;",
        "\n",
    ]
)


@settings(max_examples=300)
@given(
    text=st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=8).map(" ".join)),
    in_room=st.booleans(),
)
def test_any_text_means_something_and_declaring_takes_the_word(text: str, in_room: bool) -> None:
    said = meant(text, in_room=in_room)
    if isinstance(said, DeclareWords):
        assert "declare" in text.lower()
        assert 1 <= len(said.title) <= TITLE_LIMIT
    if isinstance(said, TrayWithTitle):
        assert 1 <= len(said.title) <= TITLE_LIMIT
    if isinstance(said, Title):
        assert len(said.text) <= TITLE_LIMIT


@pytest.mark.parametrize(
    "word", ["", "declare ", "note ", "claim ", "status ", "sev ", "role ", "close INC-7 ", "help "]
)
@pytest.mark.parametrize(
    "piece", ["x", " ", "<@U1", "<@U1|", "<https://", "inc ", "a ", "--private ", "\u202ex", "👩‍🚒", "\x00", "م ", "7"]
)
def test_forty_thousand_characters_are_read_at_once(word: str, piece: str) -> None:
    text = (word + piece * 40_000)[:40_000]
    began = time.process_time()
    meant(text)
    assert time.process_time() - began < 2  # seconds; it takes milliseconds, and a quadratic reading takes minutes
