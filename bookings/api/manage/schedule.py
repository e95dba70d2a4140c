"""When it is open and who works. Times are wall clock at the location."""

from bookings.api.crud.resource import Resource
from bookings.services.resources import entities

_TAG = "Manage the schedule"

WORKING_HOURS = Resource(
    noun="working-hours",
    one="working_hours",
    tag=_TAG,
    entity=entities.WORKING_HOURS,
    fields=(
        "id", "location_id", "specialist_id", "weekday", "starts_at", "ends_at", "over_midnight", "valid_from",
        "valid_to",
    ),
    orders=("id", "weekday"),
    filters=("location_id", "specialist_id", "weekday"),
    lookups={"of_location": ("specialist__isnull", bool)},
    about="The weekly template of a location (without a specialist) or of a specialist at it. An interval that "
    "ends on the next day says so in `over_midnight`; 00:00 is a day's end as well.",
)  # fmt: skip
CALENDAR_OVERRIDES = Resource(
    noun="calendar-overrides",
    one="calendar_override",
    tag=_TAG,
    entity=entities.CALENDAR_OVERRIDES,
    fields=(
        "id", "kind", "location_id", "specialist_id", "room_id", "date_from", "date_to", "starts_at", "ends_at",
        "over_midnight", "reason",
    ),
    orders=("date_from", "id"),
    filters=("kind", "location_id", "specialist_id", "room_id"),
    ranges=("date_from", "date_to"),
    about="Dates on which a location, specialist or room is closed, or open differently.",
)  # fmt: skip

RESOURCES = (WORKING_HOURS, CALENDAR_OVERRIDES)
