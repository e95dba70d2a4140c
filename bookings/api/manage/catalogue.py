"""Where, what, and by whom."""

from bookings.api.crud.fields import Exposed
from bookings.api.crud.resource import Resource
from bookings.api.photo_urls import photo_url
from bookings.api.values import Id
from bookings.services.resources import entities

_TAG = "Manage the catalogue"
_ARCHIVED = "Those that are not active are kept and not offered."

LOCATIONS = Resource(
    noun="locations",
    one="location",
    tag=_TAG,
    entity=entities.LOCATIONS,
    fields=("id", "name", "address", "timezone", "phone", "latitude", "longitude", "position", "is_active"),
    orders=("position", "id"),
    filters=("is_active", "timezone"),
    search=("name", "address"),
    about=_ARCHIVED,
)
ROOMS = Resource(
    noun="rooms",
    one="room",
    tag=_TAG,
    entity=entities.ROOMS,
    fields=("id", "location_id", "name", "is_active"),
    orders=("location_id", "id"),
    filters=("location_id", "is_active"),
    search=("name",),
    about=_ARCHIVED,
)
CATEGORIES = Resource(
    noun="categories",
    one="category",
    tag=_TAG,
    entity=entities.CATEGORIES,
    fields=("id", "name", "position", "is_active"),
    orders=("position", "id"),
    filters=("is_active",),
    search=("name",),
    about=_ARCHIVED,
)
SERVICES = Resource(
    noun="services",
    one="service",
    tag=_TAG,
    entity=entities.SERVICES,
    fields=(
        "id", "category_id", "name", "description", "duration_minutes", "buffer_before_minutes",
        "buffer_after_minutes", "price", "capacity", "needs_room", "repeat_after_days", "position", "is_active",
    ),
    orders=("position", "id", "price", "duration_minutes"),
    filters=("category_id", "is_active", "needs_room", "capacity"),
    ranges=("price", "duration_minutes"),
    search=("name", "description"),
    about=_ARCHIVED,
)  # fmt: skip
SPECIALISTS = Resource(
    noun="specialists",
    one="specialist",
    tag=_TAG,
    entity=entities.SPECIALISTS,
    fields=("id", "user_id", "name", "bio", "locations", "position", "is_active"),
    orders=("position", "id"),
    filters=("is_active", "user_id"),
    lookups={"location_id": ("locations", Id), "service_id": ("offers__service", Id)},
    search=("name", "bio"),
    also=(
        Exposed(
            name="photo_url",
            attribute="photo",
            out=str | None,
            read=lambda row, _zone: photo_url(row.pk, row.photo.name or ""),
            about="What they look like: set on the admin site or in the bot",
        ),
    ),
    about=_ARCHIVED,
)
SPECIALIST_SERVICES = Resource(
    noun="specialist-services",
    one="specialist_service",
    tag=_TAG,
    entity=entities.SPECIALIST_SERVICES,
    fields=("id", "specialist_id", "service_id", "price", "duration_minutes"),
    orders=("id",),
    filters=("specialist_id", "service_id"),
    about="Who gives what, at their own price and duration where these are set.",
)

RESOURCES = (LOCATIONS, ROOMS, CATEGORIES, SERVICES, SPECIALISTS, SPECIALIST_SERVICES)
