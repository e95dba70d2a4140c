"""The business itself."""

from bookings.api.crud.resource import Resource
from bookings.services.resources import entities

COMPANY = Resource(
    noun="company",
    one="company",
    tag="Company",
    entity=entities.COMPANY,
    fields=(
        "name", "about", "phone", "currency", "default_language", "slot_step_minutes", "min_notice_minutes",
        "horizon_days", "cancel_window_minutes", "reschedule_window_minutes", "auto_confirm", "max_open_bookings",
        "confirm_after_no_shows", "waitlist_offer_minutes",
    ),
    orders=("id",),
    about="Names, defaults and the rules that bind clients.",
)  # fmt: skip
