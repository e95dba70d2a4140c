"""Values that buttons carry, bounded."""

from datetime import date
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

# Bounds are checked as the data is read: what a crafted press carries never reaches a query or overflows a date.
Id: TypeAlias = Annotated[int, Field(ge=1, le=2**63 - 1)]
IdOrNone: TypeAlias = Annotated[int, Field(ge=0, le=2**63 - 1)]
Version: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
DraftId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]{8}$")]
#: Proleptic ordinals of the years 2000 to 2199.
Ordinal: TypeAlias = Annotated[int, Field(ge=730120, le=803168)]
#: A month and a week at each end of them are left out, so that screens can always leaf on.
_FIRST_DAY, _LAST_DAY = 730120 + 40, 803168 - 40


def day_of(ordinal: int) -> date:
    """A day that screens can leaf on from, to either side."""
    return date.fromordinal(min(max(ordinal, _FIRST_DAY), _LAST_DAY))


#: Whole seconds since 1970, UTC, until the year 2200.
Seconds: TypeAlias = Annotated[int, Field(ge=0, le=7_258_118_400)]


def _exists(month: int) -> int:
    if not 1 <= month % 100 <= 12:  # noqa: PLR2004 - months of a year
        raise ValueError(f"no such month: {month}")
    return month


def first_of(month: int) -> date:
    """The first day of a ``MonthOfYear``, as ``day_of`` bounds it."""
    return day_of(date(month // 100, month % 100, 1).toordinal()).replace(day=1)


def month_number(day: date) -> int:
    """The ``MonthOfYear`` of a day."""
    return day.year * 100 + day.month


#: year * 100 + month
MonthOfYear: TypeAlias = Annotated[int, Field(ge=200001, le=219912), AfterValidator(_exists)]
Word: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]
#: Of a visit's services, from 0.
Position: TypeAlias = Annotated[int, Field(ge=0, le=99)]
#: Since midnight.
Minute: TypeAlias = Annotated[int, Field(ge=0, le=1439)]
#: Of a list, from 0.
Page: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
