"""How many cases are tried: a few hundred in all where every change is checked, 10,000 by night."""

import os

from hypothesis import HealthCheck, Phase, settings

NIGHTLY = "nightly"
CHOSEN = os.environ.get("HYPOTHESIS_PROFILE", "default")
MANY = 12  # so many times the cases by night


def register() -> None:
    """Make every run the same, except by night: then new cases are tried, and a failure says how to repeat it.

    No deadline, since the machine may be shared; no database of examples, since nobody keeps one.
    """
    everywhere = settings(deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("default", everywhere, derandomize=True)
    settings.register_profile(NIGHTLY, everywhere, derandomize=False)
    settings.load_profile(CHOSEN)


def cases(few: int, *, slow: bool = False) -> settings:
    """The settings of a test with so many cases, and `MANY` times as many by night.

    The first case of a `slow` test that fails is shown as it is: to look for a smaller one would take minutes.
    """
    many = few * MANY if CHOSEN == NIGHTLY else few
    return settings(max_examples=many, phases=(Phase.explicit, Phase.generate)) if slow else settings(max_examples=many)
