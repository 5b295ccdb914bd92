"""What one incident lets another one know: an effect of the one that becomes a command of the other."""

from bot.delivery.parcel import Job, Sent, World
from bot.workflows.effects import TellOther
from bot.workflows.fate import fate_of
from bot.workflows.hearing import HearOf
from bot.workflows.linking import link_of
from bot.workflows.merging import open_tasks


async def tell_other(world: World, job: Job, effect: TellOther) -> Sent:
    """Hand the other incident what it is to know; the parcel is closed in the transaction in which it hears of it."""
    told = HearOf(
        incident=effect.other, other=link_of(job.incident), tie=effect.tie, by=effect.by,
        people=job.incident.participants, severity=job.incident.severity, fate=fate_of(job.incident),
        further=job.incident.merged_into, tasks=open_tasks(job.incident),
    )  # fmt: skip
    return Sent(command=told)
