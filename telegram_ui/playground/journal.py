"""What survives a restart or a kill: a small SQLite file that the running server only ever writes to.

Every change is written before its call is answered; a write reaches the operating system at once, so that killing
the process loses nothing. Power cuts are not guarded against: this is a development tool.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import orjson

from telegram_ui.playground.errors import JsonDict
from telegram_ui.playground.updates import Pending

#: Counters are written ahead in blocks: after a kill some numbers are skipped, none is used twice.
_BLOCK = 1000


class Journal:
    """Records by (kind, key). ``path=None`` keeps nothing: for tests and benchmarks."""

    def __init__(self, path: Path | None) -> None:
        self._ahead: dict[str, int] = {}
        self._connection: sqlite3.Connection | None = None
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS record (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key)) WITHOUT ROWID;"
        )

    def save(self, kind: str, key: str | int, value: JsonDict) -> None:
        if self._connection is not None:
            self._connection.execute(
                "INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (kind, str(key), orjson.dumps(value))
            )

    def remove(self, kind: str, key: str | int) -> None:
        if self._connection is not None:
            self._connection.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, str(key)))

    def load(self, kind: str) -> Iterator[tuple[str, JsonDict]]:
        if self._connection is not None:
            rows = self._connection.execute("SELECT key, value FROM record WHERE kind = ?", (kind,))
            for key, value in rows.fetchall():
                yield key, orjson.loads(value)

    def clear(self) -> None:
        if self._connection is not None:
            self._connection.execute("DELETE FROM record")
        self._ahead.clear()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def count(self, name: str, value: int) -> None:
        """Note that ``value`` is the next free number of a counter."""
        if value > self._ahead.get(name, 0):
            self._ahead[name] = value + _BLOCK
            self.save("counter", name, {"next": value + _BLOCK})

    def settle(self, name: str, value: int) -> None:
        self._ahead.pop(name, None)
        self.save("counter", name, {"next": value})

    def counter(self, name: str, default: int) -> int:
        return next((int(value["next"]) for key, value in self.load("counter") if key == name), default)

    # What ``updates.UpdateLog`` asks for.

    def added(self, update: Pending) -> None:
        if self._connection is not None:
            stored = {name: getattr(update, name) for name in Pending.__slots__ if name != "body"}
            self.save("update", update.number, {**stored, "body": update.body.decode()})

    def removed(self, update: Pending) -> None:
        self.remove("update", update.number)

    def counted(self, next_update_id: int) -> None:
        self.count("update_id", next_update_id)

    def updates(self) -> list[Pending]:
        stored = [Pending(**{**value, "body": value["body"].encode()}) for _key, value in self.load("update")]
        return sorted(stored, key=lambda update: update.number)
