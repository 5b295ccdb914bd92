"""Where the workspace's documents live: in memory, written through to an SQLite file when there is one."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Database:
    """One SQLite file of JSON documents, keyed by kind and key; every write is on its way to disk when it returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        # A killed process loses nothing the system has taken; only a power cut could, and practice may lose that.
        self._connection.execute("PRAGMA synchronous=OFF")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS documents (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key))"
        )

    def load(self, kind: str) -> dict[str, Json]:
        """All documents of a kind, in the order in which they were first written."""
        rows = self._connection.execute("SELECT key, body FROM documents WHERE kind = ? ORDER BY rowid", (kind,))
        return {key: json.loads(body) for key, body in rows}

    def put(self, kind: str, key: str, document: Json) -> None:
        """Write one document."""
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body",
            (kind, key, json.dumps(document)),
        )

    def drop(self, kind: str, key: str) -> None:
        """Forget one document."""
        self._connection.execute("DELETE FROM documents WHERE kind = ? AND key = ?", (kind, key))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class Shelf:
    """The documents of one kind; a document that was changed is `put` again."""

    def __init__(self, kind: str, database: Database | None) -> None:
        self._kind = kind
        self._database = database
        self._documents: dict[str, Json] = database.load(kind) if database else {}

    def put(self, key: str, document: Json) -> Json:
        """Keep a document, and hand it back."""
        self._documents[key] = document
        if self._database:
            self._database.put(self._kind, key, document)
        return document

    def drop(self, key: str) -> None:
        """Forget a document; one that is not there is no error."""
        if self._documents.pop(key, None) is not None and self._database:
            self._database.drop(self._kind, key)

    def get(self, key: str) -> Json | None:
        """The document, or None."""
        return self._documents.get(key)

    def __getitem__(self, key: str) -> Json:
        return self._documents[key]

    def __contains__(self, key: object) -> bool:
        return key in self._documents

    def __iter__(self) -> Iterator[Json]:
        return iter(list(self._documents.values()))

    def __len__(self) -> int:
        return len(self._documents)

    def items(self) -> list[tuple[str, Json]]:
        """All keys with their documents."""
        return list(self._documents.items())
