"""How dates and instants look in the API."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import BeforeValidator, Field

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _iso_date(value: object) -> object:
    # Pydantic would also take a number for seconds since 1970.
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


#: A date of the location's calendar.
Day = Annotated[date, BeforeValidator(_iso_date)]


class Moment(Schema):
    """An instant, twice: in UTC, and as the clocks at the location show it. Either can be sent back."""

    utc: datetime = Field(examples=["2026-03-03T09:00:00Z"])
    local: datetime = Field(examples=["2026-03-03T10:00:00+01:00"])


@lru_cache(maxsize=16384)
def moment(instant: datetime, zone: str) -> Moment:
    """``instant`` is aware; ``zone`` is an IANA name. Remembered: the same few come again and again."""
    return Moment.model_construct(utc=instant.astimezone(UTC), local=instant.astimezone(ZoneInfo(zone)))
