"""Trying a transaction again when the database asks for it."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection

from bookings.exceptions import Busy
from bookings.services.database_errors import is_transient

T = TypeVar("T")

MAX_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.5


def retried(work: Callable[[], T]) -> T:
    """``work()``, again after a deadlock, a serialization failure or "database is locked", at most ``MAX_ATTEMPTS`` times.

    ``work`` opens its own transaction. Inside somebody else's it runs once: only the outermost can start anew.

    Raises:
        Busy: it did not help.
    """
    if connection.in_atomic_block:
        return work()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return work()
        except DatabaseError as error:
            if not is_transient(error):
                raise
            if attempt == MAX_ATTEMPTS:
                raise Busy("the database is busy") from error
            pause(attempt)
    raise AssertionError("unreachable")


def pause(attempt: int) -> None:
    """Sleep before attempt ``attempt + 1``: growing, and with jitter so that contenders do not meet again."""
    longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
    time.sleep(random.uniform(longest / 4, longest))  # noqa: S311 - jitter, not a secret
