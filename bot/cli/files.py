"""`python -m bot export`, `backup` and `restore`: files that are whole or not there."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.cli.desk import Desk, at_the_desk, opened, said_kindly, utcnow
from bot.delivery import installation
from bot.settings import Settings, load_settings
from bot.storage import backup as backups
from bot.storage import incidents, timeline
from bot.storage.backup import Damaged, NothingToBackUp
from bot.storage.database import AlreadyServing, Connection, Database
from bot.storage.migrate import CannotMigrate
from bot.storage.restore import CannotRestore
from bot.storage.restore import restore as restore_into
from bot.views.export import Told, document
from bot.workflows.incident import IncidentId
from bot.workflows.policy import Policy
from bot.workflows.text import counted
from bot.workflows.times import in_utc

SLACK_SECONDS = 3.0  # how long Slack may take to say the workspace's address
NOT_WRITTEN = "{file} could not be written ({why}); what stood there before is as it was."
NO_PLACE = "{file} is no file that could be replaced: name one."
NOT_READ = "{file} could not be read ({why})."
NOT_RESTORED = "{file} was not restored, and nothing was changed: {why}"
BACKED_UP = "Backed up {incidents} ({rows}, revision {revision}) to {file}."
RESTORED = "Restored {incidents} as of {made_at}."
WAITING = "Waiting then: {count}. Each is looked for in Slack before it is sent."
EXPORTED = "Exported {count} to {file}{left_out}."
LEFT_OUT = "; private ones left out: {count} (`--private` takes them in)"


class CannotWrite(Exception):
    """A file could not be written; the message says why."""


def export(chosen: argparse.Namespace) -> int:
    """Write the open incidents, or all, as JSON."""

    async def work(desk: Desk) -> None:
        found = await desk.database.read(partial(incidents.every, policy=desk.policy, over=chosen.all))
        wanted = [incident.id for incident in found if chosen.private or not incident.private]
        left_out = len(found) - len(wanted)
        if chosen.file is None:
            await print_export(desk, wanted, url=chosen.url, left_out=left_out)
            return
        text = await _exported(desk, wanted, chosen.url, left_out)
        with whole(chosen.file) as out:
            out.write(text.encode())
        hidden = LEFT_OUT.format(count=left_out) if left_out else ""
        print(EXPORTED.format(count=counted(len(wanted), "incident"), file=chosen.file, left_out=hidden))

    return at_the_desk(work, CannotWrite)


def backup(chosen: argparse.Namespace) -> int:
    """Write all of the database to a file."""
    with said_kindly(CannotWrite, NothingToBackUp) as status:
        with opened(load_settings()) as database, whole(chosen.file) as out:
            head = backups.write(database, out, utcnow())
        rows_of = {name: table.rows for name, table in head.tables.items()}
        incidents_in, rows = counted(rows_of["incidents"], "incident"), counted(sum(rows_of.values()), "row")
        print(BACKED_UP.format(incidents=incidents_in, rows=rows, revision=head.revision, file=chosen.file))
    return status.code


def restore(chosen: argparse.Namespace) -> int:
    """Make the database what a backup holds."""
    database = Database(load_settings().database_url)
    with said_kindly(CannotRestore, CannotMigrate, AlreadyServing, CannotWrite) as status:
        try:
            done = restore_into(database, chosen.file, replace=chosen.replace)
        except Damaged as wrong:
            raise CannotWrite(NOT_RESTORED.format(file=chosen.file, why=wrong)) from wrong
        except OSError as wrong:
            raise CannotWrite(NOT_READ.format(file=chosen.file, why=wrong.strerror or wrong)) from wrong
        finally:
            database.close()
        print(RESTORED.format(incidents=counted(done.incidents, "incident"), made_at=in_utc(done.made_at)))
        if done.waiting:
            print(WAITING.format(count=counted(done.waiting, "message")))
    return status.code


async def print_export(desk: Desk, wanted: Sequence[IncidentId], *, url: str | None, left_out: int = 0) -> None:
    """Print incidents as JSON."""
    sys.stdout.write(await _exported(desk, wanted, url, left_out))


@contextmanager
def whole(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when all of it is on the disk; only its owner may read it.

    Raises:
        CannotWrite: it cannot be written, or its name is that of something that is no file; nothing is left behind.
    """
    if path.exists() and not path.is_file():  # renaming would replace a device or a pipe by a file
        raise CannotWrite(NO_PLACE.format(file=path))
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb", opener=partial(os.open, mode=0o600)) as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as wrong:
        part.unlink(missing_ok=True)
        raise CannotWrite(NOT_WRITTEN.format(file=path, why=wrong.strerror or wrong)) from wrong
    except BaseException:
        part.unlink(missing_ok=True)
        raise


async def _exported(desk: Desk, wanted: Sequence[IncidentId], url: str | None, left_out: int) -> str:
    address = f"{url.rstrip('/')}/" if url else await _workspace(desk.settings)
    told = await asyncio.to_thread(_read, desk.database, desk.policy, wanted)
    values = document(told, url=address, now=utcnow(), left_out=left_out)
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def _read(database: Database, policy: Policy, wanted: Sequence[IncidentId]) -> list[Told]:
    """The incidents with their timelines, all as of one moment."""
    with database.snapshot() as connection:
        return [told for number in wanted if (told := _told(connection, policy, number))]


def _told(connection: Connection, policy: Policy, number: IncidentId) -> Told | None:
    found = incidents.load(connection, number, policy)
    return (found[0], timeline.lines(connection, number)) if found else None


async def _workspace(settings: Settings) -> str | None:
    """The workspace's address, for links; None without a token, and where Slack does not answer."""
    if settings.slack_bot_token is None:
        return None
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SLACK_SECONDS)) as session:
        token = settings.slack_bot_token.get_secret_value()
        client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        try:
            return (await installation.look_up(client)).url
        except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError):
            return None
