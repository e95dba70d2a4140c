"""Bookings and what they are made of, to be read: they change by operations of their own."""

from bookings.api.crud.resource import Resource
from bookings.api.values import Id
from bookings.services.resources import entities

_TAG = "Read bookings"

BOOKINGS = Resource(
    noun="bookings",
    one="booking",
    tag=_TAG,
    entity=entities.BOOKINGS,
    fields=(
        "id", "location_id", "client_id", "status", "starts_at", "ends_at", "price", "discount", "currency",
        "promo_code", "series_id", "comment", "door", "coming_at", "version", "created_at", "updated_at",
    ),
    zone="location__timezone",
    orders=("starts_at", "id", "created_at"),
    filters=("location_id", "client_id", "status", "door", "series_id"),
    lookups={"specialist_id": ("items__specialist", Id), "service_id": ("items__service", Id)},
    ranges=("starts_at", "created_at", "updated_at"),
)  # fmt: skip
BOOKING_ITEMS = Resource(
    noun="booking-items",
    one="booking_item",
    tag=_TAG,
    entity=entities.BOOKING_ITEMS,
    fields=(
        "id", "booking_id", "position", "service_id", "specialist_id", "room_id", "session_id", "seat", "starts_at",
        "ends_at", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes", "price", "discount",
        "service_name", "specialist_name",
    ),
    zone="booking__location__timezone",
    currency="booking__currency",
    orders=("starts_at", "id"),
    filters=("booking_id", "service_id", "specialist_id", "room_id", "session_id"),
    ranges=("starts_at",),
    about="The services of visits, with price, duration and names as they were when booked.",
)  # fmt: skip
ALLOCATIONS = Resource(
    noun="allocations",
    one="allocation",
    tag=_TAG,
    entity=entities.ALLOCATIONS,
    fields=("id", "specialist_id", "room_id", "starts_at", "ends_at", "item_id", "session_id"),
    orders=("starts_at", "id"),
    filters=("specialist_id", "room_id", "item_id", "session_id"),
    ranges=("starts_at", "ends_at"),
    about="Busy time of specialists and rooms, buffers included.",
)
GROUP_SESSIONS = Resource(
    noun="group-sessions",
    one="group_session",
    tag=_TAG,
    entity=entities.GROUP_SESSIONS,
    fields=(
        "id", "service_id", "specialist_id", "location_id", "room_id", "starts_at", "ends_at", "capacity", "planned",
    ),
    zone="location__timezone",
    orders=("starts_at", "id"),
    filters=("service_id", "specialist_id", "location_id", "room_id"),
    ranges=("starts_at",),
    about="Group services at a time, in which bookings take seats.",
)  # fmt: skip
STATUS_CHANGES = Resource(
    noun="status-changes",
    one="status_change",
    tag=_TAG,
    entity=entities.STATUS_CHANGES,
    fields=(
        "id", "booking_id", "from_status", "to_status", "at", "by_user_id", "by_role", "door", "reason", "details",
        "trace_id",
    ),
    orders=("id", "at"),
    filters=("booking_id", "to_status", "by_user_id", "by_role", "door", "trace_id"),
    ranges=("at",),
    about="The history of bookings.",
)  # fmt: skip
BOOKING_SERIES = Resource(
    noun="booking-series",
    one="booking_series",
    tag=_TAG,
    entity=entities.BOOKING_SERIES,
    fields=("id", "client_id", "location_id", "starts_at", "every_weeks", "times", "created_at"),
    zone="location__timezone",
    orders=("starts_at", "id"),
    filters=("client_id", "location_id"),
    ranges=("starts_at",),
    about="What was agreed about visits that repeat; the bookings live on their own.",
)
WAITLIST_ENTRIES = Resource(
    noun="waitlist-entries",
    one="waitlist_entry",
    tag=_TAG,
    entity=entities.WAITLIST_ENTRIES,
    fields=(
        "id", "client_id", "location_id", "date_from", "date_to", "part_of_day", "state", "booking_id", "created_at",
    ),
    zone="location__timezone",
    orders=("id", "date_from"),
    filters=("client_id", "location_id", "state", "part_of_day"),
    lookups={"service_id": ("items__service", Id), "specialist_id": ("items__specialist", Id)},
    ranges=("date_from", "date_to", "created_at"),
    about="Who waits for a time; who came first has the lower id.",
)  # fmt: skip

RESOURCES = (
    BOOKINGS, BOOKING_ITEMS, ALLOCATIONS, GROUP_SESSIONS, STATUS_CHANGES, BOOKING_SERIES, WAITLIST_ENTRIES,
)  # fmt: skip
