"""What people do while a death is appointed: eight scenarios, each prepared in peace."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta

from tests.torture.stage import PATIENCE, Stage
from tests.town import ANA

UPDATE = {"What is happening": "Payments fail", "Who is affected": "A third of all customers", "Next update": "1800"}
SOON = timedelta(minutes=25, seconds=10)  # five minutes before the update that is promised for half an hour from now
OVERDUE = timedelta(minutes=35, seconds=10)

Deed = Callable[[Stage], Coroutine[None, None, None]]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Something that is prepared without deaths, and then done."""

    name: str
    prepare: Deed
    act: Deed


async def _nothing(stage: Stage) -> None:
    """There is nothing to prepare."""


async def _opened(stage: Stage) -> None:
    await stage.declares(ANA, "checkout is failing sev2")
    await stage.quiet()


async def _led(stage: Stage) -> None:
    await _opened(stage)
    await stage.types(ANA, "claim commander")
    await stage.quiet()


async def _told(stage: Stage) -> None:
    await _led(stage)
    await stage.town.people.says(ANA, stage.room, "The gateway answers with 502")
    await stage.types(ANA, "note rolled back to 4.2")
    await stage.quiet()


async def declare(stage: Stage) -> None:
    """Open an incident."""
    await stage.declares(ANA, "checkout is failing sev1")


async def role(stage: Stage) -> None:
    """Take command with the button, and give a role to somebody who is not in the room yet."""
    await stage.clicks(ANA, "Take command")
    await stage.types(ANA, "role communications @dan")


async def phase(stage: Stage) -> None:
    """Go on, leaving required items out for a reason."""
    await stage.types(ANA, "phase containment the cause is clear")


async def update(stage: Stage) -> None:
    """Tell stakeholders how it stands, with the form and its preview."""
    await stage.opens_form(ANA, "update")
    await stage.submits(ANA, {**UPDATE})
    await stage.submits(ANA)


async def reminder(stage: Stage) -> None:
    """The promised update comes near, and then its minute passes: somebody is reminded, and then the room."""
    await stage.later(SOON)
    people = stage.town.people
    await people.waits_for(ANA, await people.direct_channel(ANA), "is promised by", PATIENCE)
    await stage.quiet()
    await stage.later(OVERDUE)
    await people.waits_for(ANA, stage.room, "was promised by", PATIENCE)


async def resolve(stage: Stage) -> None:
    """Say that it is over, with the form: the draft follows."""
    await stage.opens_form(ANA, "resolve")
    said = {"fix": "The gateway was taken out", "told": "yes", "reason": "it was over before"}
    await stage.submits(ANA, {**said})


async def draft(stage: Stage) -> None:
    """Ask for the draft of the post-mortem."""
    await stage.types(ANA, "postmortem")


async def private(stage: Stage) -> None:
    """Go on in a private room, without one of those who took part."""
    await stage.opens_form(ANA, "private")
    await stage.submits(ANA, {"invited": []})


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario(name="declare", prepare=_nothing, act=declare),
        Scenario(name="role", prepare=_opened, act=role),
        Scenario(name="phase", prepare=_led, act=phase),
        Scenario(name="update", prepare=_led, act=update),
        Scenario(name="reminder", prepare=_told, act=reminder),
        Scenario(name="resolve", prepare=_told, act=resolve),
        Scenario(name="draft", prepare=_told, act=draft),
        Scenario(name="private", prepare=_told, act=private),
    )
}
