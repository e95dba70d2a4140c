"""Statements that go to the database server together, and are answered together.

Each trip to a PostgreSQL server costs both sides more than most of the statements of a booking. In a block of
``one_trip`` they are sent one after the other without waiting (libpq's pipeline mode); the server runs them in order,
each with a snapshot of its own, as if it had waited. SQLite is in this very process, and nothing changes there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from booking_site.lib.statements import execute, only_prepared


@dataclass(frozen=True, slots=True)
class Write:
    """An insert that returns the row's key, and what to do with that."""

    sql: str
    values: list[Any]
    keep: Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Trip:
    """``writes`` go last of all, as one statement."""

    writes: list[Write] = field(default_factory=list)


_under_way: ContextVar[Trip | None] = ContextVar("trip_under_way", default=None)


@contextmanager
def one_trip() -> Iterator[None]:
    """Only prepared queries that are asked (``ask``) and inserts (``write_soon``) belong in the block: Django's own
    statements want to know at once how many rows they changed, and raise NotPrepared there, on every database.

    What the database refuses is raised where the block ends, or where an answer is read in it. A block in a block is
    part of the outer one.
    """
    if _under_way.get() is not None:
        yield
        return
    if connection.vendor != "postgresql":
        with only_prepared(connections[DEFAULT_DB_ALIAS]):
            yield
        return
    connection.ensure_connection()
    trip = Trip()
    token = _under_way.set(trip)
    try:
        with (
            transaction.mark_for_rollback_on_error(connection.alias),
            connection.wrap_database_errors,
            only_prepared(connections[DEFAULT_DB_ALIAS]),
            connection.connection.pipeline(),
        ):
            yield
            if trip.writes:
                _write_together(trip.writes)
    finally:
        _under_way.reset(token)


def _write_together(writes: Sequence[Write]) -> None:
    sql = _one_statement(tuple(write.sql for write in writes))
    values = [value for write in writes for value in write.values]
    with closing(execute(connections[DEFAULT_DB_ALIAS], sql, values)) as cursor:
        for write, key in zip(writes, cursor.fetchone(), strict=True):
            write.keep(key)


@lru_cache(maxsize=64)
def _one_statement(inserts: Sequence[str]) -> str:
    """All of them in one; each is run whether or not its key is asked for, and all see the same snapshot."""
    names = [f"w{n}" for n in range(len(inserts))]
    parts = ", ".join(f"{name} AS ({insert})" for name, insert in zip(names, inserts, strict=True))
    return f"WITH {parts} SELECT {', '.join(f'(TABLE {name})' for name in names)}"


def trip_under_way() -> Trip | None:
    """The one whose statements wait for each other's answers, if there is one."""
    return _under_way.get()
