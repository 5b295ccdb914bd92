"""Migrations: up, down and up again, by several processes at once, and in step with the tables."""

import asyncio
import sys

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from bot.storage import migrate
from bot.storage.database import AlreadyServing, Database
from bot.storage.tables import metadata

AT_ONCE = 4
MIGRATE = """
import sys
from bot.storage.database import Database
from bot.storage.migrate import migrate

migrate(Database(sys.argv[1]))
"""


def test_an_empty_database_is_migrated_once(database_url: str) -> None:
    database = Database(database_url)
    assert migrate.revision(database) is None
    assert migrate.migrate(database) is True
    assert migrate.revision(database) == migrate.HEAD
    assert migrate.migrate(database) is False
    database.close()


def test_the_migrations_make_the_tables_the_code_describes(database_url: str) -> None:
    database = Database(database_url)
    migrate.migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_a_database_can_go_back_and_come_again(database_url: str) -> None:
    database = Database(database_url)
    migrate.migrate(database)
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(sa.inspect(connection).get_table_names()) == {"alembic_version"}
    assert migrate.revision(database) is None
    assert migrate.migrate(database) is True
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert connection.execute(sa.select(metadata.tables["counters"])).all() == [("incident", 0)]
    database.close()


def test_a_database_ahead_of_the_code_is_left_as_it_is(database_url: str) -> None:
    database = Database(database_url)
    migrate.migrate(database)
    database.write_now(
        lambda connection: connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    )
    assert migrate.migrate(database) is False
    assert migrate.revision(database) == "9999"
    database.close()


def test_head_is_the_newest_revision() -> None:
    revisions = sorted(path.name[:4] for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert revisions[-1] == migrate.HEAD


async def test_several_processes_may_migrate_at_once(database_url: str) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATE, database_url, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(AT_ONCE)
    ]
    errors = [(await process.communicate())[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * AT_ONCE, errors


def test_a_second_process_may_not_serve_one_file(tmp_path: object) -> None:
    first, second = (Database(f"sqlite:///{tmp_path}/warroom.sqlite") for _ in range(2))
    first.claim_file()
    with pytest.raises(AlreadyServing, match=r"Another Warroom already serves .* stop it first"):
        second.claim_file()
    first.close()
    second.claim_file()
    second.close()
