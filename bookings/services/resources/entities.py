"""The domain's entities as the resource service sees them. Bookings and their parts change by services of their own."""

from typing import Any

from django.db.models import Model

from bookings.enums import Role
from bookings.models import (
    Allocation,
    AuditEntry,
    Booking,
    BookingItem,
    BookingSeries,
    CalendarOverride,
    Company,
    GroupSession,
    InviteToken,
    Location,
    Promotion,
    Review,
    Room,
    Service,
    ServiceCategory,
    Specialist,
    SpecialistService,
    StatusChange,
    Tag,
    User,
    WaitlistEntry,
    WorkingHours,
)
from bookings.services.resources.entity import Entity
from bookings.services.resources.people import (
    check_place_phone,
    part_with_specialist,
    part_with_user,
    prepare_user,
    settle_specialist,
    settle_user,
)
from bookings.services.resources.schedule import hold_hours, hold_override

COMPANY = Entity(
    Company,
    writable=(
        "name", "about", "phone", "currency", "default_language", "slot_step_minutes", "min_notice_minutes",
        "horizon_days", "cancel_window_minutes", "reschedule_window_minutes", "auto_confirm", "max_open_bookings",
        "confirm_after_no_shows", "waitlist_offer_minutes",
    ),
    prepare=check_place_phone,
)  # fmt: skip
LOCATIONS = Entity(
    Location,
    writable=("name", "address", "timezone", "phone", "latitude", "longitude", "position", "is_active"),
    prepare=check_place_phone,
)
ROOMS = Entity(Room, writable=("name", "is_active"), fixed=("location_id",))
CATEGORIES = Entity(ServiceCategory, writable=("name", "position", "is_active"))
SERVICES = Entity(
    Service,
    writable=(
        "category_id", "name", "description", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes",
        "price", "capacity", "needs_room", "repeat_after_days", "position", "is_active",
    ),
)  # fmt: skip
SPECIALISTS = Entity(
    Specialist,
    writable=("user_id", "name", "bio", "locations", "position", "is_active"),
    own={Role.SPECIALIST: "pk"},
    settle=settle_specialist,
    part=part_with_specialist,
)
SPECIALIST_SERVICES = Entity(
    SpecialistService,
    writable=("price", "duration_minutes"),
    fixed=("specialist_id", "service_id"),
    own={Role.SPECIALIST: "specialist"},
)
WORKING_HOURS = Entity(
    WorkingHours,
    writable=("weekday", "starts_at", "ends_at", "over_midnight", "valid_from", "valid_to"),
    fixed=("location_id", "specialist_id"),
    own={Role.SPECIALIST: "specialist"},
    prepare=hold_hours,
)
CALENDAR_OVERRIDES = Entity(
    CalendarOverride,
    writable=("kind", "date_from", "date_to", "starts_at", "ends_at", "over_midnight", "reason"),
    fixed=("location_id", "specialist_id", "room_id"),
    own={Role.SPECIALIST: "specialist"},
    prepare=hold_override,
)
USERS = Entity(
    User,
    # Who somebody is to Telegram is known from Telegram; logins and superusers are made on the admin site.
    writable=("first_name", "last_name", "phone", "email", "language", "role", "is_banned", "is_active", "tags"),
    own={Role.SPECIALIST: "specialist", Role.CLIENT: "pk"},
    prepare=prepare_user,
    settle=settle_user,
    part=part_with_user,
)
TAGS = Entity(Tag, writable=("name",))
BOOKINGS = Entity(Booking, own={Role.SPECIALIST: "items__specialist", Role.CLIENT: "client"})
BOOKING_ITEMS = Entity(BookingItem, own={Role.SPECIALIST: "specialist", Role.CLIENT: "booking__client"})
ALLOCATIONS = Entity(Allocation, own={Role.SPECIALIST: "specialist"})
GROUP_SESSIONS = Entity(GroupSession, own={Role.SPECIALIST: "specialist"})
STATUS_CHANGES = Entity(
    StatusChange, own={Role.SPECIALIST: "booking__items__specialist", Role.CLIENT: "booking__client"}
)
BOOKING_SERIES = Entity(BookingSeries, own={Role.CLIENT: "client"})
WAITLIST_ENTRIES = Entity(WaitlistEntry, own={Role.CLIENT: "client"})
PROMOTIONS = Entity(
    Promotion,
    writable=(
        "code", "name", "kind", "value", "valid_from", "valid_to", "usage_limit", "client_limit", "min_price",
        "services", "is_active",
    ),
)  # fmt: skip
REVIEWS = Entity(Review, own={Role.SPECIALIST: "specialists", Role.CLIENT: "client"})
#: Written by ``services.invites``, which makes the links.
INVITES = Entity(InviteToken)
AUDIT_ENTRIES = Entity(AuditEntry)

#: For those who save rows by other ways.
BY_MODEL: dict[type[Model], Entity[Any]] = {
    entity.model: entity for entity in list(globals().values()) if isinstance(entity, Entity)
}
