"""Timestamps as epoch minutes, gathered by the database: one row comes back for a resource, not for each time."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, TextField

from bookings.slots.intervals import to_mask
from bookings.slots.local_days import epoch_minute


class EpochMinutes(Aggregate):
    """All values of a DateTimeField, in no particular order, in a form that ``minutes`` reads.

    SQLite gives their texts: reading one text and remembering it costs less than computing with it in SQL.
    PostgreSQL gives milliseconds. Both come as one text with commas.
    """

    def __init__(self, expression: str) -> None:
        super().__init__(expression, output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        template = "STRING_AGG((EXTRACT(EPOCH FROM %(expressions)s) * 1000)::bigint::text, ',')"
        return super().as_sql(compiler, connection, template=template, **context)


def minutes(gathered: str, *, up: bool = False) -> list[int]:
    """What ``EpochMinutes`` gathered, as epoch minutes: those the times fall in, or with ``up`` the first whole ones
    at or after them. Starts the one way and ends the other round busy time outward.
    """
    texts = gathered.split(",")
    if "-" in gathered:
        return list(map(_minute_after_text if up else _minute_of_text, texts))
    return [-(-int(text) // 60_000) if up else int(text) // 60_000 for text in texts]


@lru_cache(maxsize=512)
def busy_mask(starts: str, ends: str, origin: int, length: int) -> int:
    """The mask of gathered intervals that do not overlap.

    The texts are asked of the database every time; as long as nothing was booked or cancelled in between, they are
    the same, and so is the mask.
    """
    # Nothing overlaps, so sorted starts and sorted ends belong together.
    return to_mask(zip(sorted(minutes(starts)), sorted(minutes(ends, up=True)), strict=True), origin, length)


def minute_up(instant: datetime) -> int:
    """The first whole minute at or after an aware ``instant``."""
    return -int(-instant.timestamp() // 60)


def minute_of(value: str | datetime) -> int:
    """The epoch minute that a time falls in, as the database gave it: SQLite gives texts."""
    return _minute_of_text(value) if isinstance(value, str) else epoch_minute(value)


def minute_after(value: str | datetime) -> int:
    """The first whole minute at or after such a time."""
    return _minute_after_text(value) if isinstance(value, str) else minute_up(value)


# The same times come back for every specialist and every request.


@lru_cache(maxsize=32_768)
def _minute_of_text(text: str) -> int:
    return epoch_minute(datetime.fromisoformat(text).replace(tzinfo=UTC))


@lru_cache(maxsize=32_768)
def _minute_after_text(text: str) -> int:
    return minute_up(datetime.fromisoformat(text).replace(tzinfo=UTC))
