"""The connection. What changes what is promised concerns ``atomic`` blocks; statements outside of one are Django's as ever.

A commit in SQLite's WAL waits for the disk while it holds the one lock that writers need, so that as many can be made in
a second as the disk can sync one after the other. Here the commit itself does not sync; the log is synced right after,
when the next writer is already at work. Syncs that wait together are one for the disk. Before the block ends, and before
anything that waits for its commit runs, what it wrote is on the disk, as it would be with ``synchronous=FULL``.
"""

import logging
import os
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from booking_site.sqlite import turns

log = logging.getLogger(__name__)

_FULL = 2


class CursorWrapper(base.SQLiteCursorWrapper):
    """Django's, which translates the placeholders of a statement that it has seen before only once."""

    def convert_query(self, query: str, *, param_names: Iterable[str] | None = None) -> str:
        if param_names is not None:
            return str(super().convert_query(query, param_names=param_names))
        return _with_question_marks(query)


@lru_cache(maxsize=2048)
def _with_question_marks(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """Django finds it by ``ENGINE``."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        #: Path of the write-ahead log; ``None`` where there is none, and then nothing here does anything.
        self._log: str | None = None
        #: Whether commits are to be on the disk when they return (``synchronous=FULL``); otherwise nothing is synced.
        self.durable = False
        self._turn: turns.Turn | None = None
        self._changes_before = 0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (_number, _name, path) = connection.execute("PRAGMA database_list").fetchone()
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
        self._log = f"{path}-wal" if mode == "wal" and path else None
        self.durable = synchronous >= _FULL
        return connection

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django gives one to those that have names
        return self.connection.cursor(factory=CursorWrapper)

    def _start_transaction_under_autocommit(self) -> None:
        if self._log is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
            return
        self._turn = _take(self._log.removesuffix("-wal") + "-turns")
        try:
            if self.durable:
                self.connection.execute("PRAGMA synchronous=NORMAL")
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs leave it out
        except BaseException:
            self._over()
            raise
        self._changes_before = self.connection.total_changes

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # the stubs leave it out
        if self._log is not None and self.connection is not None:
            wrote = self.connection.total_changes != self._changes_before
            self._over()
            if wrote and self.durable:
                _sync(self._log)

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._over()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # the stubs leave it out
        finally:
            self._end_turn()

    def _over(self) -> None:
        self._end_turn()
        if self.durable and self.connection is not None and not self.connection.in_transaction:
            # What is written outside of a block is synced by its own commit.
            self.connection.execute("PRAGMA synchronous=FULL")

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.end()


def _take(path: str) -> turns.Turn | None:
    if not turns.SUPPORTED:
        return None
    try:
        return turns.take(path)
    except OSError as error:
        _say_once(path, str(error))
        return None


@lru_cache(maxsize=8)
def _say_once(path: str, error: str) -> None:
    log.warning("writers do not queue up: %s: %s", path, error)


def _sync(path: str) -> None:
    """Raises OperationalError where the disk refuses: what was committed may not outlive a power cut."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            getattr(os, "fdatasync", os.fsync)(file)  # macOS has no fdatasync
        finally:
            os.close(file)
    except OSError as error:
        raise OperationalError(f"the write-ahead log was not synced: {error}") from error
