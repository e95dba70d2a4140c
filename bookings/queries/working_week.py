"""Weekly hours, day by day."""

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.models import Location, Specialist
from bookings.read_models import DayHours, SeasonalHours
from bookings.services.resources import entities


def working_week(*, actor: Actor, location_id: int, specialist_id: int | None = None) -> tuple[DayHours, ...]:
    """Seven days from Monday: of the location itself, or of the specialist at it.

    Raises:
        NotFound: no such location or specialist. NotAllowed.
    """
    rows = entities.WORKING_HOURS.visible(actor).filter(location=location_id, specialist=specialist_id)
    known = Location.objects.filter(pk=location_id).exists()
    if not known or (specialist_id is not None and not Specialist.objects.filter(pk=specialist_id).exists()):
        raise NotFound("There is no such location or specialist")
    found = sorted(rows, key=lambda row: (row.weekday, row.starts_at, row.pk))
    return tuple(
        DayHours(
            weekday=weekday,
            spans=tuple(
                (row.starts_at, row.ends_at)
                for row in found
                if row.weekday == weekday and row.valid_from is None and row.valid_to is None
            ),
            seasonal=tuple(
                SeasonalHours((row.starts_at, row.ends_at), row.valid_from, row.valid_to)
                for row in found
                if row.weekday == weekday and not (row.valid_from is None and row.valid_to is None)
            ),
        )
        for weekday in range(7)
    )
