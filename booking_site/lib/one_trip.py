"""Statements that go to the database server together, and are answered together.

Each trip to a PostgreSQL server costs both sides more than most of the statements of a booking. In a block of
``one_trip`` they wait for each other and are sent in one piece (see ``exchange``); the server runs them in order, each
with a snapshot of its own. SQLite is in this very process, and nothing changes there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from booking_site.lib.answers import Answer
from booking_site.lib.statements import execute, is_heard, only_prepared, send_together


@dataclass(frozen=True, slots=True)
class Write:
    """An insert that returns the row's key, and what to do with that."""

    sql: str
    values: list[Any]
    keep: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Trip:
    """``waiting`` to be sent in one piece; ``writes`` go last of all, as one statement."""

    waiting: list[Answer] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)

    def execute(self, sql: str, parameters: list[Any]) -> Any:
        """As ``statements.execute``, but the answer comes when it is read, or where the trip ends."""
        database = connections[DEFAULT_DB_ALIAS]
        if is_heard(database):
            return execute(database, sql, parameters)
        self.waiting.append(Answer(sql, parameters, self.send))
        return self.waiting[-1]

    def send(self) -> None:
        """Send what waits and read what comes back."""
        waiting = self.waiting[:]
        self.waiting.clear()
        if waiting:
            send_together(connections[DEFAULT_DB_ALIAS], waiting)


_under_way: ContextVar[Trip | None] = ContextVar("trip_under_way", default=None)


@contextmanager
def one_trip(*, and_commit: bool = False) -> Iterator[None]:
    """Only prepared queries that are asked (``ask``) and inserts (``write_soon``) belong in the block: Django's own
    statements want to know at once how many rows they changed, and raise NotPrepared there, on every database.

    What the database refuses is raised where the block ends, or where an answer is read in it; of a block that is left
    by an exception, what was not sent yet never is. A block in a block is part of the outer one.

    ``and_commit`` is for the last thing that a transaction does: where the block's ``atomic`` is the outermost, the
    order to commit goes along, and Django, which gives it again, finds nothing left to do. Not for an inner block.
    """
    if _under_way.get() is not None:
        yield
        return
    with only_prepared(connections[DEFAULT_DB_ALIAS]):
        if connection.vendor != "postgresql":
            yield
            return
        trip = Trip()
        token = _under_way.set(trip)
        try:
            with transaction.mark_for_rollback_on_error(connection.alias):
                yield
                written = _write_together(trip) if trip.writes else None
                if and_commit and _is_outermost():
                    trip.execute("COMMIT", [])
                trip.send()
                if written is not None:
                    with closing(written):
                        for write, key in zip(trip.writes, written.fetchone(), strict=True):
                            write.keep(key)
        finally:
            _under_way.reset(token)


def _is_outermost() -> bool:
    """Nobody listens, who would hear of a transaction that Django has not ended; and this atomic block is in no other."""
    database = connections[DEFAULT_DB_ALIAS]
    return database.in_atomic_block and not database.savepoint_ids and not is_heard(database)


def _write_together(trip: Trip) -> Any:
    sql = _one_statement(tuple(write.sql for write in trip.writes))
    return trip.execute(sql, [value for write in trip.writes for value in write.values])


@lru_cache(maxsize=64)
def _one_statement(inserts: Sequence[str]) -> str:
    """All of them in one; each is run whether or not its key is asked for, and all see the same snapshot."""
    names = [f"w{n}" for n in range(len(inserts))]
    parts = ", ".join(f"{name} AS ({insert})" for name, insert in zip(names, inserts, strict=True))
    return f"WITH {parts} SELECT {', '.join(f'(TABLE {name})' for name in names)}"


def send(sql: str, parameters: list[Any]) -> Any:
    """With the trip that is under way, or at once; what comes back is read like a cursor and closed by the caller."""
    trip = _under_way.get()
    return trip.execute(sql, parameters) if trip else execute(connections[DEFAULT_DB_ALIAS], sql, parameters)


def trip_under_way() -> Trip | None:
    """The one whose statements wait for each other's answers, if there is one."""
    return _under_way.get()
