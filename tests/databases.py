"""Databases for tests: SQLite files, and a real PostgreSQL from the system's own programs or TEST_DATABASE_URL."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa

from bot.storage.database import Database
from bot.storage.migrate import migrate

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
SQLITE, POSTGRESQL = "sqlite", "postgresql"
IN_MEMORY, ENOUGH = Path("/dev/shm"), 4 * 1024**3  # noqa: S108 - folders of random names; bytes, many times what it takes
WHY_NOT = "no PostgreSQL: neither TEST_DATABASE_URL nor initdb and pg_ctl (Debian: apt-get install postgresql)"


def programs() -> Path | None:
    """The folder with initdb and pg_ctl, or None."""
    on_path = shutil.which("pg_ctl")
    folders = [*DEBIAN, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server in which databases are made and dropped."""

    url: sa.URL
    control: tuple[str | Path, ...] = ()  # pg_ctl with its options, where the server is our own

    def stop(self) -> None:
        """Have it gone at once, as after a power cut."""
        _as_somebody(Path("/"), [*self.control, "-m", "immediate", "stop"])

    def start(self) -> None:
        """Have it back, on the same port with the same databases."""
        _as_somebody(Path("/"), [*self.control, "-w", "start"])

    def create(self, like: str | None = None) -> str:
        """A fresh, empty database, or a copy of one that nobody is connected to; returns its SQLAlchemy URL."""
        name = f"warroom_{uuid4().hex[:12]}"
        template = f' TEMPLATE "{sa.make_url(like).database}"' if like else ""
        self._run(f'CREATE DATABASE "{name}"{template} STRATEGY FILE_COPY')
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._run(f'DROP DATABASE IF EXISTS "{sa.make_url(url).database}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


@dataclass
class Databases:
    """Fresh databases of both kinds, copied from one that was migrated once; or empty ones."""

    folder: Path
    cluster: Cluster | None
    _likes: dict[str, str] = field(default_factory=dict)

    def kinds(self) -> list[str]:
        """The kinds there are here."""
        return [SQLITE, POSTGRESQL] if self.cluster else [SQLITE]

    @contextmanager
    def fresh(self, kind: str, *, empty: bool = False) -> Iterator[str]:
        """A database for as long as the context lasts."""
        url = self._made(kind, None if empty else self._like(kind))
        try:
            yield url
        finally:
            if self.cluster and kind == POSTGRESQL:
                self.cluster.drop(url)

    def _made(self, kind: str, like: str | None) -> str:
        if kind == POSTGRESQL:
            assert self.cluster is not None
            return self.cluster.create(like)
        made = Path(tempfile.mkdtemp(dir=self.folder)) / "warroom.sqlite"
        if like:
            shutil.copy(like.removeprefix("sqlite:///"), made)
        return f"sqlite:///{made}"

    def _like(self, kind: str) -> str:
        if kind not in self._likes:
            self._likes[kind] = self._migrated(self._made(kind, None))
        return self._likes[kind]

    def _migrated(self, url: str) -> str:
        database = Database(url)
        migrate(database)
        database.close()
        return url


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[Cluster | None]:
    """The server of TEST_DATABASE_URL, else one of our own for as long as the context lasts, else None.

    Only a `durable` one survives the machine: tests kill processes, and wait for no disk.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Cluster(sa.make_url(given).set(drivername="postgresql+psycopg"))
        return
    with own_cluster(durable=durable) as found:
        yield found


@contextmanager
def own_cluster(*, durable: bool = False) -> Iterator[Cluster | None]:
    """A server of our own, which can be stopped, for as long as the context lasts; None without its programs."""
    folder = programs()
    if folder is None:
        yield None
        return
    home = Path(tempfile.mkdtemp(prefix="warroom-pg-", dir=None if durable else _in_memory()))
    try:
        yield _started(folder, home, durable=durable)
    finally:
        _as_somebody(home, [folder / "pg_ctl", "-D", home / "data", "-m", "immediate", "stop"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def _in_memory() -> Path | None:
    """Where databases are made and dropped eight times as quickly as on a disk, if there is room."""
    roomy = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ENOUGH
    return IN_MEMORY if roomy else None


def _started(folder: Path, home: Path, *, durable: bool) -> Cluster:
    if os.getuid() == 0:
        shutil.chown(home, "nobody")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=200"
    options += "" if durable else " -c fsync=off"
    _as_somebody(
        home, [folder / "initdb", "-D", home / "data", "-U", "postgres", "-A", "trust", "--locale=C", "--encoding=UTF8"]
    )
    control = (folder / "pg_ctl", "-D", home / "data", "-o", options, "-l", home / "log")
    server = Cluster(sa.make_url(f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"), control)
    server.start()
    return server


def _as_somebody(home: Path, command: list[str | Path], *, check: bool = True) -> None:
    """PostgreSQL refuses to run as root."""
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["setpriv", "--reuid=nobody", "--clear-groups", *words]
    subprocess.run(words, check=check, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
