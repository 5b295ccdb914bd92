"""Contributing factors: named in words, never of a person, withdrawn without a trace lost, and in the draft."""

import pytest

from bot.views.factors import listed_factors
from bot.views.postmortem import draft
from bot.workflows.commands import Command, Refused
from bot.workflows.effects import PostInRoom
from bot.workflows.factors import MOST, TEXT_LIMIT, NameFactor, WithdrawFactor
from bot.workflows.incident import Factor, Incident
from tests.values import ANA, BEN, NOW, SEVEN, an_incident

POOL = "connection pool without a limit"
URL = "https://practice.example/"


def after(incident: Incident, *commands: Command) -> Incident:
    for command in commands:
        for event in command.decide(incident, NOW):
            incident = event.apply(incident)
    return incident


def naming(text: str) -> NameFactor:
    return NameFactor(incident=SEVEN, text=text, by=ANA)


def test_it_is_named_and_the_room_hears_of_it() -> None:
    (event,) = naming(" pool <without>\n a limit ").decide(an_incident(), NOW)
    incident = event.apply(an_incident())
    assert incident.factors == (Factor(number=1, text="pool <without> a limit", by=ANA, at=NOW),)
    (said,) = event.effects(incident)
    assert isinstance(said, PostInRoom)
    assert said.text == "<@U0ANA> named a contributing factor: pool &lt;without&gt; a limit"


def test_the_same_words_are_named_once() -> None:
    assert len(after(an_incident(), naming(POOL), naming(POOL.upper())).factors) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (" ", "Say what made it possible"),
        ("x" * (TEXT_LIMIT + 1), "holds at most 300 characters, this one has 301"),
        ("<@U0BEN> deployed on a Friday", "never a person"),
        ("<@U0BEN|ben> deployed on a Friday", "never a person"),
    ],
)
def test_what_is_no_factor_is_refused_with_a_way_to_say_it(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        naming(text).decide(an_incident(), NOW)


def test_there_are_no_more_than_a_review_can_weigh() -> None:
    full = after(an_incident(), *(naming(f"factor {number}") for number in range(MOST)))
    with pytest.raises(Refused, match="30 factors already"):
        naming("one more").decide(full, NOW)


def test_one_that_was_none_is_withdrawn_once_and_its_number_not_given_again() -> None:
    drop = WithdrawFactor(incident=SEVEN, number=1, by=BEN)
    incident = after(an_incident(), naming(POOL), drop)
    assert incident.factors == ()
    assert drop.decide(incident, NOW) == []
    assert [factor.number for factor in after(incident, naming(POOL)).factors] == [2]
    with pytest.raises(Refused, match="INC-7 has no contributing factor 3"):
        WithdrawFactor(incident=SEVEN, number=3, by=BEN).decide(incident, NOW)


def test_the_draft_lists_them_before_its_questions() -> None:
    incident = after(an_incident(), naming(POOL), naming("[no] dry run"))
    text = draft(incident, (), URL, NOW)
    part = text[text.index("## Contributing factors") : text.index("## What went well")]
    assert f"- [{POOL}](https://practice.example/archives/C0ROOM/" in part
    assert "\\[no\\] dry run" in part
    assert "- [ ] What changed shortly before" in part
    assert "{factors}" not in draft(an_incident(), (), URL, NOW)


def test_the_list_says_how_to_name_the_first() -> None:
    assert "`/incident factor connection pool without a limit` names one" in listed_factors(an_incident()).text
    assert f"1. {POOL}" in listed_factors(after(an_incident(), naming(POOL))).text
