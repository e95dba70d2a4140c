"""Weekly hours, day by day."""

from collections.abc import Iterable
from datetime import date

from bookings.actor import Actor
from bookings.exceptions import NotFound
from bookings.models import Location, Specialist
from bookings.read_models import ALWAYS, DayHours, Period, SeasonalHours
from bookings.services.resources import entities


def working_week(
    *, actor: Actor, location_id: int, specialist_id: int | None = None, period: Period = ALWAYS
) -> tuple[DayHours, ...]:
    """Seven days from Monday: of the location itself, or of the specialist at it; always, or in that very period.

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
                if row.weekday == weekday and (row.valid_from, row.valid_to) == period
            ),
            seasonal=tuple(
                SeasonalHours((row.starts_at, row.ends_at), row.valid_from, row.valid_to)
                for row in found
                if row.weekday == weekday and (row.valid_from, row.valid_to) not in (ALWAYS, period)
            ),
            period=period,
        )
        for weekday in range(7)
    )


def seasons_of(days: Iterable[DayHours]) -> tuple[Period, ...]:
    """The periods that have hours of their own besides those that hold always, the earliest first."""
    found = {(one.valid_from, one.valid_to) for day in days for one in day.seasonal}
    return tuple(sorted(found, key=lambda period: (period[0] or date.min, period[1] or date.max)))
