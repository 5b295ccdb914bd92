"""How many processes serve a database is what the database itself knows."""

from bot.storage import migrate
from bot.storage.database import Database
from bot.storage.presence import Presence


def test_replicas_are_counted_while_they_live(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    migrate.migrate(databases[0])
    replicas = [Presence(database) for database in databases]
    if databases[0].is_sqlite:
        assert databases[0].write_now(replicas[0].alive) == 1
    else:
        assert databases[0].write_now(replicas[0].alive) == 0
        for replica in replicas:
            replica.appear()
        assert databases[0].write_now(replicas[0].alive) == 3
        replicas[2].vanish()
        assert databases[0].write_now(replicas[0].alive) == 2
        replicas[0].vanish()
        replicas[1].vanish()
    for database in databases:
        database.close()
