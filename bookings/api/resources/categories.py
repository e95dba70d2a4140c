"""Groups of services."""

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.values import Id, Texts, texts
from bookings.queries import catalog

router = Router()


class Category(Schema):
    id: int
    name: Texts
    service_count: int = Field(description="Services that are given at the location", examples=[4])


class Categories(Schema):
    items: list[Category]


@router.get(
    "/{location_id}/categories", response=Categories, operation_id="list_categories",
    summary="Categories of a location", openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def list_categories(request: HttpRequest, location_id: Path[Id]) -> Categories:
    """Those with at least one service that somebody gives there."""
    catalog.get_location(location_id=location_id)
    cards = catalog.list_categories(location_id=location_id)
    return Categories(
        items=[Category(id=card.id, name=texts(card.name), service_count=card.service_count) for card in cards]
    )
