"""Types of single values that many resources share."""

from decimal import Decimal
from typing import Annotated, Any

import orjson
from ninja import Header, Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bookings.read_models import Text as StoredText

#: What the databases can hold.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]

#: A decimal number in a string: binary fractions do not hold cents.
Money = Annotated[Decimal, Field(examples=["50.00"], max_digits=10, decimal_places=2)]


#: PostgreSQL's texts cannot hold that character.
NO_NUL = r"^[^\u0000]*$"
Text = Annotated[str, StringConstraints(pattern=NO_NUL)]

#: The same request again, with the same key, gets the same answer.
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Made up by you for this one request: sent again with it, it is not done again",
    ),
]


class Texts(Schema):
    """A text in every language of the service. One that was not translated is given in a language it has."""

    ru: str = Field(examples=["Стрижка"])
    en: str = Field(examples=["Haircut"])


class GivenTexts(BaseModel):
    """A text in every language of the service, all of it at once. An empty one is shown in the other language."""

    model_config = ConfigDict(extra="forbid")

    ru: Text = Field(examples=["Стрижка"])
    en: Text = Field(examples=["Haircut"])


def texts(text: StoredText) -> Texts:
    return Texts(ru=text.localize("ru"), en=text.localize("en"))


def money(amount: Decimal) -> Decimal:
    """With its two decimals: the databases and sums give one zero more or fewer."""
    return amount.quantize(Decimal("0.01"))


def as_json(data: Any) -> bytes:
    """Money as text, instants in ISO 8601, UTC as ``Z``: how everything is written that leaves by the API."""
    return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
