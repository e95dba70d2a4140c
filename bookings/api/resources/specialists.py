"""Who gives a service."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from bookings.api.inputs import Input
from bookings.api.openapi import responses
from bookings.api.photo_urls import photo_url
from bookings.api.values import Id, Money, Texts, texts
from bookings.exceptions import NotFound
from bookings.queries import catalog, users

router = Router()
#: Of a specialist, wherever they work.
photos = Router()


class Specialist(Schema):
    id: int
    name: Texts
    bio: Texts
    duration_minutes: int | None = Field(description="Their own, for this service")
    price: Money | None = Field(description="Their own, for this service")
    currency: str = Field(description="ISO 4217", examples=["EUR"])
    rating: float | None = Field(description="The average of the reviews that are shown, 1 to 5", examples=[4.67])
    review_count: int = Field(description="How many these are")
    photo_url: str | None = Field(description="A JPEG, another address for each photo; null without one")


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
                photo_url=photo_url(card.id, card.photo),
            )
            for card in cards
        ]
    )


class PhotoQuery(Input):
    v: str = Field("", max_length=16, description="Changes nothing: it makes another address of another photo")


def _picture(*codes: str) -> dict[str, Any]:
    told = {"description": "OK", "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    return {**responses(*codes), "responses": {200: told}}


@photos.get(
    "/{specialist_id}/photo", operation_id="get_specialist_photo", summary="What a specialist looks like",
    url_name="specialist_photo", openapi_extra=_picture("not_found", "invalid_request"),
)  # fmt: skip
def specialist_photo(request: HttpRequest, specialist_id: Path[Id], query: Query[PhotoQuery]) -> HttpResponse:
    """Upright, 1280 pixels at most on its longer side, with nothing beside the picture. Set on the admin site or in the bot."""
    name = catalog.photo_of_specialist(specialist_id=specialist_id)
    if not name:
        raise NotFound("The specialist has no photo", specialist_id=specialist_id)
    try:
        with default_storage.open(name) as file:
            content = file.read()
    except (
        FileNotFoundError
    ):  # uploads that were not brought along with the database, or a photo replaced just now
        raise NotFound("The photo is not there", specialist_id=specialist_id) from None
    response = HttpResponse(content, content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response
