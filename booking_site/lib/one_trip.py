"""Statements that go to the database server together, and are answered together.

Each trip to a PostgreSQL server costs both sides more than most of the statements of a booking. In a block of
``one_trip`` they are sent one after the other without waiting (libpq's pipeline mode); the server runs them in order,
each with a snapshot of its own, as if it had waited. SQLite is in this very process, and nothing changes there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_under_way: ContextVar[list[Callable[[], None]] | None] = ContextVar("statements_under_way", default=None)


@contextmanager
def one_trip() -> Iterator[None]:
    """Only prepared queries that are asked (``ask``) and inserts (``write_soon``) belong in the block: Django's own
    statements want to know at once how many rows they changed.

    What the database refuses is raised where the block ends, or where an answer is read in it. A block in a block is
    part of the outer one.
    """
    if connection.vendor != "postgresql" or _under_way.get() is not None:
        yield
        return
    connection.ensure_connection()
    token = _under_way.set([])
    try:
        with (
            transaction.mark_for_rollback_on_error(connection.alias),
            connection.wrap_database_errors,
            connection.connection.pipeline(),
        ):
            yield
            for answered in _under_way.get() or ():
                answered()
    finally:
        _under_way.reset(token)


def once_answered(read: Callable[[], None]) -> None:
    """Call ``read`` when the trip that is under way has come to its end; at once where there is none."""
    waiting = _under_way.get()
    if waiting is None:
        read()
    else:
        waiting.append(read)


def is_under_way() -> bool:
    """Whether statements wait for each other's answers."""
    return _under_way.get() is not None
