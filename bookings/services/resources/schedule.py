"""What goes with changes of hours."""

from bookings.actor import Actor
from bookings.models import CalendarOverride, WorkingHours
from bookings.services.calendar_lock import hold_calendars
from bookings.services.resources.entity import Before


def hold_hours(_actor: Actor, hours: WorkingHours, _before: Before) -> None:
    """Whoever books at this moment is there before the change, or sees it."""
    hold_calendars(specialist_id=hours.specialist_id, location_id=hours.location_id)


def hold_override(_actor: Actor, override: CalendarOverride, _before: Before) -> None:
    """As ``hold_hours``."""
    hold_calendars(
        specialist_id=override.specialist_id, location_id=override.location_id, room_id=override.room_id
    )
