"""What can be booked at a location."""

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.values import Id, Money, Texts, texts
from bookings.queries import catalog
from bookings.read_models import ServiceCard

router = Router()


class Service(Schema):
    id: int
    category_id: int
    name: Texts
    description: Texts
    duration_minutes: int = Field(description="The shortest among those who give it here")
    price: Money = Field(description="The lowest among those who give it here")
    price_varies: bool = Field(description="Whether others who give it here take more")
    currency: str = Field(description="ISO 4217", examples=["EUR"])
    capacity: int = Field(description="Seats of a group; 1 where clients come alone")


class Services(Schema):
    items: list[Service]


def service_out(card: ServiceCard) -> Service:
    return Service(
        id=card.id,
        category_id=card.category_id,
        name=texts(card.name),
        description=texts(card.description),
        duration_minutes=card.duration_minutes,
        price=card.price,
        price_varies=card.price_varies,
        currency=card.currency,
        capacity=card.capacity,
    )


@router.get(
    "/{location_id}/services", response=Services, operation_id="list_services", summary="Services of a location",
    openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def list_services(
    request: HttpRequest,
    location_id: Path[Id],
    category: Query[Id | None] = None,
) -> Services:
    """Those that somebody gives there. `category` narrows; one that has no services there gives an empty list."""
    catalog.get_location(location_id=location_id)
    cards = catalog.list_services(location_id=location_id, category_id=category)
    return Services(items=[service_out(card) for card in cards])
