"""Timestamps as epoch minutes, gathered by the database: one row comes back for a resource, not for each time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, TextField

from bookings.slots.local_days import epoch_minute


class EpochMinutes(Aggregate):
    """All values of a DateTimeField, in no particular order, in a form that ``minutes`` reads.

    SQLite gives their texts: reading one text and remembering it costs less than computing with it in SQL.
    PostgreSQL gives milliseconds.
    """

    def __init__(self, expression: str) -> None:
        super().__init__(expression, output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        template = "ARRAY_AGG((EXTRACT(EPOCH FROM %(expressions)s) * 1000)::bigint)"
        return super().as_sql(compiler, connection, template=template, **context)


def minutes(value: str | Sequence[int], *, up: bool = False) -> list[int]:
    """What ``EpochMinutes`` gathered, as epoch minutes: those the times fall in, or with ``up`` the first whole ones
    at or after them. Starts the one way and ends the other round busy time outward.
    """
    if isinstance(value, str):
        return list(map(_minute_after_text if up else _minute_of_text, value.split(",")))
    return [-(-milliseconds // 60_000) if up else milliseconds // 60_000 for milliseconds in value]


def minute_up(instant: datetime) -> int:
    """The first whole minute at or after an aware ``instant``."""
    return -int(-instant.timestamp() // 60)


# The same times come back for every specialist and every request.


@lru_cache(maxsize=32_768)
def _minute_of_text(text: str) -> int:
    return epoch_minute(datetime.fromisoformat(text).replace(tzinfo=UTC))


@lru_cache(maxsize=32_768)
def _minute_after_text(text: str) -> int:
    return minute_up(datetime.fromisoformat(text).replace(tzinfo=UTC))
