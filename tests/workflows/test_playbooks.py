"""Which playbook an incident is run by, and what it keeps of it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.workflows.checklist import plan_of
from bot.workflows.playbooks import fitting
from bot.workflows.policy import COMMANDER, DEFAULT_POLICY, SCRIBE, SEV1, SEV2, SEV3, Applies, Playbook, SeverityKey
from bot.workflows.roles import wanted_but_free
from tests.values import ANA, an_incident


def book(key: str, *, default: bool = False, **applies: Any) -> Playbook:  # noqa: ANN401 - any field of Applies
    return Playbook(key=key, name=key, version="1", default=default, applies=Applies(**applies))


BOOKS = (
    book("outage", kinds=("outage",), default=True),
    book("worst outage", kinds=("outage",), severities=(SEV1,)),
    book("certificate", words=("certificate", "tls handshake")),
    book("network", kinds=("network",), words=("dns", "vpn")),
    book("minor", severities=(SEV3,)),
    book("never asked for"),
)


@pytest.mark.parametrize(
    ("title", "kind", "severity", "expected"),
    [
        ("checkout is failing", None, None, "outage"),  # none fits: the one for all others
        ("checkout is failing", "outage", SEV2, "outage"),
        ("checkout is failing", "outage", SEV1, "worst outage"),
        ("checkout is failing", "data", SEV3, "minor"),
        ("DNS is failing", None, None, "network"),
        ("dns-servers are gone", None, None, "network"),
        ("dnssec is broken", None, None, "outage"),  # no whole word
        ("dns is failing", "outage", None, "outage"),  # what people said it is counts for more than the title
        ("anything", "network", None, "network"),
        ("the Certificate ran out", "outage", SEV2, "certificate"),  # it names no kinds: its words count for all
        ("a TLS  handshake fails", None, None, "certificate"),
        ("certificate of the vpn and of dns", None, None, "network"),  # two words against one
        ("", None, None, "outage"),
    ],
)
def test_the_playbook_is_the_one_that_says_most_about_the_incident(
    title: str,
    kind: str | None,
    severity: SeverityKey | None,
    expected: str,
) -> None:
    policy = replace(DEFAULT_POLICY, playbooks=BOOKS)
    found = fitting(an_incident(title=title, kind=kind, severity=severity, policy=policy))
    assert found is not None
    assert found.key == expected


def test_one_that_names_the_service_goes_before_all_others_and_serves_no_other_service() -> None:
    books = (
        *BOOKS,
        book("payments", services=("payments",)),
        book("pay outage", services=("payments",), kinds=("data",)),
    )
    policy = replace(DEFAULT_POLICY, playbooks=books)
    for kind, service, expected in (
        ("outage", "payments", "payments"),
        ("data", "payments", "pay outage"),
        ("outage", "search", "outage"),
        ("outage", None, "outage"),
    ):
        found = fitting(an_incident(title="dns", kind=kind, service=service, policy=policy))
        assert found is not None
        assert found.key == expected


def test_an_incident_that_is_not_graded_counts_as_the_second_grade() -> None:
    policy = replace(DEFAULT_POLICY, playbooks=(book("second", severities=(SEV2,)),))
    assert fitting(an_incident(severity=None, policy=policy)) == policy.playbooks[0]
    assert fitting(an_incident(severity=SEV1, policy=policy)) is None


def test_a_playbook_that_names_roles_wants_them_at_every_severity_and_a_commander_always() -> None:
    plan = plan_of(replace(book("x"), roles=(SCRIBE,)))
    for severity in (SEV1, SEV3, None):
        incident = an_incident(severity=severity, plan=plan)
        assert [rule.key for rule in wanted_but_free(incident)] == [COMMANDER, SCRIBE]
        assert [rule.key for rule in wanted_but_free(replace(incident, roles={SCRIBE: (ANA,)}))] == [COMMANDER]
    assert len(wanted_but_free(an_incident(severity=SEV1, plan=plan_of(book("x"))))) == 4
