"""The command line: run, serve, practice, migrate, doctor, manifest, and what bot/cli/ adds."""

import argparse
import asyncio
import errno
import os
import sys
from collections.abc import Callable, Sequence

try:
    from bot.cli.arguments import add_files, add_incident, add_playbooks
    from bot.cli.rules import house_rules
    from bot.settings import SettingsError, Transport, load_settings
except ModuleNotFoundError as missing:
    away = f"This Python has no {missing.name}: Warroom's libraries are in .venv, so `.venv/bin/python -m bot …`."
    print(away, file=sys.stderr)
    sys.exit(2)

NO_TOKENS = (
    "SLACK_BOT_TOKEN is not set: copy it from “OAuth & Permissions” of your app at https://api.slack.com/apps, "
    "or try Warroom without Slack with `make run`."
)

NO_SPACE = "The answer could not be written: no space is left where it goes."


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command; returns the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["practice"]:
        from bot.practice.server import main as practice

        return practice(words[1:])
    chosen, status = _parser().parse_args(words), 0
    try:
        command: Callable[[argparse.Namespace], int] = chosen.command
        status = command(chosen)
        sys.stdout.flush()
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except OSError as wrong:
        if chosen.command in (_run, _serve) or wrong.errno not in (errno.EPIPE, errno.ENOSPC):
            raise  # only the other commands answer on standard output
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would complain once more as it ends
        if wrong.errno == errno.ENOSPC:
            print(NO_SPACE, file=sys.stderr)
            return 2
    return status  # `| head` may have read enough


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Warroom runs incidents in Slack.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, does: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=does, description=does)
        added.set_defaults(command=command)
        return added

    add("run", "what `make run` does: Slack when there are tokens, else the practice workspace", _run)
    serve = add("serve", "serve Slack", _serve)
    serve.add_argument("--no-http", action="store_true", help="do not listen on HOST:PORT")
    add("practice", "serve a practice workspace (`practice --help` for its options)", _serve)
    add("migrate", "bring the database to this version's revision", _migrate)
    doctor = add("doctor", "say what is wrong with the installation, and how to mend it", _doctor)
    doctor.add_argument(
        "--online", action="store_true", help="also ask Slack whether it accepts our messages and forms"
    )
    manifest = add("manifest", "print the manifest of the Slack app", _manifest)
    manifest.add_argument(
        "--url", help="the public address of this installation, for HTTP instead of Socket Mode (default: PUBLIC_URL)"
    )
    add_incident(add)
    add_files(add)
    add_playbooks(add)
    return parser


def _run(chosen: argparse.Namespace) -> int:
    from bot.launch import run

    return run(load_settings())


def _serve(chosen: argparse.Namespace) -> int:
    from bot import logs
    from bot.app import serve

    settings = load_settings()
    if settings.transport is Transport.NONE:
        raise SettingsError(NO_TOKENS)
    logs.configure(settings)
    return asyncio.run(serve(settings, house_rules(settings), listen=not chosen.no_http))


def _migrate(chosen: argparse.Namespace) -> int:
    from bot.cli.desk import said_kindly
    from bot.storage.database import Database
    from bot.storage.migrate import HEAD, CannotMigrate, migrate

    database = Database(load_settings().database_url)
    with said_kindly(CannotMigrate) as status:
        try:
            done = migrate(database)
        finally:
            database.close()
        print(f"The database is at revision {HEAD}." if done else "The database was up to date already.")
    return status.code


def _doctor(chosen: argparse.Namespace) -> int:
    from bot.doctor import examine

    return asyncio.run(examine(load_settings(), online=chosen.online))


def _manifest(chosen: argparse.Namespace) -> int:
    from bot.manifest import text

    print(text(chosen.url or load_settings().public_url), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
