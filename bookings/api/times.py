"""How dates and instants look in the API."""

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from bookings.planned_days import FIRST_DAY, LAST_DAY

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_date(value: object) -> object:
    # Pydantic would also take a number for seconds since 1970.
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


def _in_years(value: date) -> date:
    if not FIRST_DAY.year <= value.year <= LAST_DAY.year:
        raise ValueError(f"a year from {FIRST_DAY.year} to {LAST_DAY.year}")
    return value


#: A date of the location's calendar.
Day = Annotated[date, BeforeValidator(_iso_date), AfterValidator(_in_years)]


def _month(value: str) -> str:
    _in_years(date(int(value[:4]), 1, 1))
    return value


#: A month of the location's calendar.
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", examples=["2026-03"]), AfterValidator(_month)]
_ISO_CLOCK = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"


def _written(value: object) -> object:
    # Pydantic would also take a number for seconds since 1970.
    if not isinstance(value, str | datetime):
        raise ValueError("an instant is written in ISO 8601 with an offset")  # noqa: TRY004 - pydantic tells ValueErrors
    return value


def in_reach(instant: datetime) -> datetime:
    """In UTC. Raises ValueError: not in the years that the API knows."""
    _in_years(instant)
    return instant.astimezone(UTC)


#: An instant that comes in: ISO 8601 with an offset; UTC in Python.
Instant = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(in_reach)]

#: A time of day on the location's clocks.
Clock = Annotated[str, Field(pattern=_ISO_CLOCK, examples=["09:00"])]


def clock_text(value: time) -> str:
    return value.isoformat("seconds" if value.second else "minutes")


class Moment(Schema):
    """An instant, twice: in UTC, and as the clocks at the location show it. Either can be sent back."""

    utc: datetime = Field(examples=["2026-03-03T09:00:00Z"])
    local: datetime = Field(examples=["2026-03-03T10:00:00+01:00"])


@lru_cache(maxsize=16384)
def moment(instant: datetime, zone: str) -> Moment:
    """``instant`` is aware; ``zone`` is an IANA name. Remembered: the same few come again and again."""
    return Moment.model_construct(utc=instant.astimezone(UTC), local=instant.astimezone(ZoneInfo(zone)))
