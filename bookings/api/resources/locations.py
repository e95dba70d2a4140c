"""Where visits take place."""

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.values import Id, Texts, texts
from bookings.queries import catalog
from bookings.read_models import LocationCard

router = Router()


class Location(Schema):
    id: int
    name: Texts
    address: Texts
    zone: str = Field(description="IANA name of the time zone", examples=["Europe/Berlin"])
    phone: str
    latitude: float | None
    longitude: float | None


class Locations(Schema):
    items: list[Location]


def location_out(card: LocationCard) -> Location:
    return Location(
        id=card.id,
        name=texts(card.name),
        address=texts(card.address),
        zone=card.zone,
        phone=card.phone,
        latitude=None if card.latitude is None else float(card.latitude),
        longitude=None if card.longitude is None else float(card.longitude),
    )


@router.get(
    "", response=Locations, operation_id="list_locations", openapi_extra=responses(),
    summary="All locations",
)  # fmt: skip
def list_locations(request: HttpRequest) -> Locations:
    """Those that are open for booking, in the order the business chose."""
    return Locations(items=[location_out(card) for card in catalog.list_locations()])


@router.get(
    "/{location_id}", response=Location, operation_id="get_location", summary="One location",
    openapi_extra=responses("not_found", "invalid_request"),
)  # fmt: skip
def get_location(request: HttpRequest, location_id: Path[Id]) -> Location:
    return location_out(catalog.get_location(location_id=location_id))
