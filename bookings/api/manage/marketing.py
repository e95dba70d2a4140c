"""What makes visits cheaper, and what clients say of them."""

from bookings.api.crud.resource import Resource
from bookings.api.values import Id
from bookings.services.resources import entities

_TAG = "Marketing"

PROMOTIONS = Resource(
    noun="promotions",
    one="promotion",
    tag=_TAG,
    entity=entities.PROMOTIONS,
    fields=(
        "id", "code", "name", "kind", "value", "valid_from", "valid_to", "usage_limit", "client_limit", "min_price",
        "services", "is_active", "used",
    ),
    orders=("id", "code"),
    filters=("is_active", "kind", "code"),
    lookups={"service_id": ("services", Id)},
    search=("code", "name"),
    about="Codes for a discount: `value` is a percentage or, by `kind`, an amount. Bookings keep the discount they were made with.",
)  # fmt: skip
REVIEWS = Resource(
    noun="reviews",
    one="review",
    tag=_TAG,
    entity=entities.REVIEWS,
    fields=(
        "id", "booking_id", "client_id", "specialists", "rating", "text", "reply", "is_hidden", "created_at",
        "replied_at",
    ),
    zone="booking__location__timezone",
    orders=("id", "rating", "created_at"),
    filters=("booking_id", "client_id", "rating", "is_hidden"),
    lookups={"specialist_id": ("specialists", Id)},
    ranges=("created_at",),
    search=("text", "reply"),
    about="Hidden ones included. They are answered and hidden by operations of their own.",
)  # fmt: skip

RESOURCES = (PROMOTIONS, REVIEWS)
