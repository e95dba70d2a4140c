"""Types of single values that many resources share."""

from decimal import Decimal
from typing import Annotated

from ninja import Schema
from pydantic import Field

from bookings.read_models import Text

#: What the databases can hold.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]

#: A decimal number in a string: binary fractions do not hold cents.
Money = Annotated[Decimal, Field(examples=["50.00"], max_digits=10, decimal_places=2)]


class Texts(Schema):
    """A text in every language of the service. One that was not translated is given in a language it has."""

    ru: str = Field(examples=["Стрижка"])
    en: str = Field(examples=["Haircut"])


def texts(text: Text) -> Texts:
    return Texts(ru=text.localize("ru"), en=text.localize("en"))
