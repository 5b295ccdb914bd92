"""The list of playbooks, and the name somebody typed for one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.views.playbooks import listed_playbooks, named
from bot.workflows.policy import DEFAULT_POLICY, Applies, Playbook

TODAY = date(2026, 11, 28)
FINE = Playbook(key="bad-deploy", name="Bad deploy", version="a1", owner="Payments <team>", reviewed=TODAY,
                applies=Applies(kinds=("bad_deploy",)), review_every=timedelta(days=30))  # fmt: skip
STALE = Playbook(key="dns", name="DNS", version="b2", owner="U012AB3CD", default=True, reviewed=date(2026, 1, 1),
                 review_every=timedelta(days=30))  # fmt: skip
NEVER = Playbook(key="x", name="X & Y", version="c3", review_every=timedelta(days=30))


def test_all_are_listed_those_overdue_first() -> None:
    text = listed_playbooks(replace(DEFAULT_POLICY, playbooks=(FINE, STALE, NEVER)), TODAY).text
    assert text == (
        "*Playbooks*\n"
        "*DNS*, version b2\nFor: everything else · looked after by <@U012AB3CD>\n"
        ":warning: Reviewed Thu 1 Jan 2026; *overdue for review* since Sat 31 Jan 2026\n"
        "*X &amp; Y*, version c3\nFor: what its words, services or severities say · looked after by nobody\n"
        ":warning: Never reviewed; *overdue for review*\n"
        "*Bad deploy*, version a1\nFor: Bad deploy or configuration change · looked after by Payments &lt;team&gt;\n"
        "Reviewed Sat 28 Nov 2026; due again Mon 28 Dec 2026"
    )


def test_without_any_it_is_said_where_to_read_on() -> None:
    assert "no playbook here" in listed_playbooks(replace(DEFAULT_POLICY, playbooks=()), TODAY).text


@pytest.mark.parametrize(
    ("typed", "key"),
    [("bad deploy", "bad-deploy"), ("Bad_Deploy", "bad-deploy"), ("deploy", "bad-deploy"),
     ("d", None), ("", None)]
)  # fmt: skip
def test_a_playbook_is_known_by_its_name_or_the_only_part_of_one(typed: str, key: str | None) -> None:
    found = named([FINE, STALE], typed)
    assert (found.key if found else None) == key
