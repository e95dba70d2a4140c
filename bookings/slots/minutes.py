"""Timestamps as epoch minutes, gathered by the database: one row comes back for a resource, not for each time."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db.models import Aggregate, Field

from bookings.slots.local_days import epoch_minute


@lru_cache(maxsize=32_768)
def _minute_of_text(text: str) -> int:
    """Of SQLite's text of an instant. The same times come back for every specialist and every request."""
    return epoch_minute(datetime.fromisoformat(text).replace(tzinfo=UTC))


@lru_cache(maxsize=32_768)
def _minute_after_text(text: str) -> int:
    return minute_up(datetime.fromisoformat(text).replace(tzinfo=UTC))


def minute_up(instant: datetime) -> int:
    """The first whole minute at or after an aware ``instant``."""
    return -int(-instant.timestamp() // 60)


class _MinuteListField(Field):  # type: ignore[type-arg]  # not generic at run time
    """What ``EpochMinutes`` returns."""

    def __init__(self, *, up: bool) -> None:
        super().__init__()
        self._parse = _minute_after_text if up else _minute_of_text

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> list[int]:
        if isinstance(value, str):
            return list(map(self._parse, value.split(",")))
        return list(value or ())


class EpochMinutes(Aggregate):
    """All values of a DateTimeField as a list of epoch minutes, in no particular order.

    ``up`` rounds towards the future, else the minute is the one the instant falls in; with one for the starts and
    the other for the ends, busy time is rounded outward.
    """

    def __init__(self, expression: str, *, up: bool = False) -> None:
        super().__init__(expression, output_field=_MinuteListField(up=up))
        self._rounding = "CEIL" if up else "FLOOR"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        minute = f"{self._rounding}(EXTRACT(EPOCH FROM %(expressions)s) / 60)::bigint"
        return super().as_sql(compiler, connection, template=f"ARRAY_AGG({minute})", **context)
