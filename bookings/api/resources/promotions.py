"""What a promotion code takes off a visit."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from bookings.api.caller import caller_of
from bookings.api.openapi import responses
from bookings.api.resources.bookings import Wish
from bookings.api.values import Money, Text, Texts, money, texts
from bookings.services.promotions import check_promotion

router = Router()


class CodeToCheck(Wish):
    code: Annotated[Text, StringConstraints(min_length=1, max_length=40)]


class Quote(Schema):
    """`total` is `price` less `discount`."""

    code: str
    name: Texts
    price: Money
    discount: Money
    total: Money
    currency: str = Field(description="ISO 4217", examples=["EUR"])


@router.post(
    "/check", response=Quote, operation_id="check_promotion", summary="What a code takes off",
    openapi_extra=responses(
        "bad_request", "invalid_request", "not_found", "not_allowed", "service_unavailable", "promotion_refused"
    ),
)  # fmt: skip
def check(request: HttpRequest, wanted: CodeToCheck) -> Quote:
    """Were it booked now; nothing is written or held."""
    caller = caller_of(request)
    quote = check_promotion(
        actor=caller.actor,
        code=wanted.code,
        client_id=wanted.client_of(caller),
        location_id=wanted.location_id,
        items=wanted.requests,
    )
    return Quote(
        code=quote.code,
        name=texts(quote.name),
        price=money(quote.price),
        discount=money(quote.discount),
        total=money(quote.total),
        currency=quote.currency,
    )
