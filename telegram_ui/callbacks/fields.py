"""Values that buttons carry, bounded."""

from typing import Annotated, TypeAlias

from pydantic import Field

# Bounds are checked as the data is read: what a crafted press carries never reaches a query or overflows a date.
Id: TypeAlias = Annotated[int, Field(ge=1, le=2**63 - 1)]
IdOrNone: TypeAlias = Annotated[int, Field(ge=0, le=2**63 - 1)]
Version: TypeAlias = Annotated[int, Field(ge=0, le=2**31 - 1)]
DraftId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]{8}$")]
#: Proleptic ordinals of the years 2000 to 2199.
Ordinal: TypeAlias = Annotated[int, Field(ge=730120, le=803168)]
#: Whole seconds since 1970, UTC, until the year 2200.
Seconds: TypeAlias = Annotated[int, Field(ge=0, le=7_258_118_400)]
#: year * 100 + month
Month: TypeAlias = Annotated[int, Field(ge=200001, le=219912)]
Word: TypeAlias = Annotated[str, Field(pattern=r"^[a-z_]{1,16}$")]
#: Of a list, from 0.
Page: TypeAlias = Annotated[int, Field(ge=0, le=10_000)]
