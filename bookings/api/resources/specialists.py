"""Who gives a service."""

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.values import Id, Money, Texts, texts
from bookings.exceptions import NotFound
from bookings.queries import catalog, users

router = Router()


class Specialist(Schema):
    id: int
    name: Texts
    bio: Texts
    duration_minutes: int | None = Field(description="Their own, for this service")
    price: Money | None = Field(description="Their own, for this service")
    currency: str = Field(description="ISO 4217", examples=["EUR"])
    rating: float | None = Field(description="The average of the reviews that are shown, 1 to 5", examples=[4.67])
    review_count: int = Field(description="How many these are")


class Specialists(Schema):
    items: list[Specialist]


@router.get(
    "/{location_id}/services/{service_id}/specialists", response=Specialists, operation_id="list_specialists",
    summary="Who gives a service", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def list_specialists(request: HttpRequest, location_id: Path[Id], service_id: Path[Id]) -> Specialists:
    """At the location, in the order the business chose."""
    catalog.get_location(location_id=location_id)
    cards = catalog.list_specialists(location_id=location_id, service_id=service_id)
    if not cards:  # a service is given by somebody, or it is not on offer
        raise NotFound("The service is not given at the location", location_id=location_id, service_id=service_id)
    currency = users.company().currency
    return Specialists(
        items=[
            Specialist(
                id=card.id,
                name=texts(card.name),
                bio=texts(card.bio),
                duration_minutes=card.duration_minutes,
                price=card.price,
                currency=currency,
                rating=float(card.rating) if card.rating is not None else None,
                review_count=card.review_count,
            )
            for card in cards
        ]
    )
