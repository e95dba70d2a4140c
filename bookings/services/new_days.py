"""The horizon moves on by itself: every day one more can be booked, for which somebody may have waited."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from booking_site.lib import clock
from bookings.enums import WaitlistState
from bookings.models import Company, FreedTime, Location, WaitlistEntry, WaitlistReach
from bookings.services.attempts import retried


def new_days() -> None:
    """Write down as freed what has come within the horizon since this was last asked, where somebody waits.

    Who joins is looked through up to the horizon of that day, so the first answer for a location frees nothing. Days on
    which nobody asked are made up for.
    """
    horizon = timedelta(days=Company.objects.current().horizon_days)
    waiting = WaitlistEntry.objects.filter(state=WaitlistState.WAITING).values("location")
    known = dict(WaitlistReach.objects.values_list("location", "until"))
    for place in Location.objects.filter(pk__in=waiting):
        last = clock.now().astimezone(place.zone).date() + horizon
        if known.get(place.pk) != last:
            retried(lambda at=place, day=last: _reach(at, day))  # type: ignore[misc]  # mypy cannot infer a lambda's defaults


def _reach(place: Location, last: date) -> None:
    with transaction.atomic():
        known, is_first = WaitlistReach.objects.select_for_update().get_or_create(
            location=place, defaults={"until": last}
        )
        if is_first or known.until == last:
            return
        if known.until < last:
            starts, ends = known.until + timedelta(days=1), last + timedelta(days=1)
            FreedTime.objects.create(
                location=place,
                starts_at=datetime.combine(starts, time(), place.zone),
                ends_at=datetime.combine(ends, time(), place.zone),
            )
        known.until = last  # also where the company has shortened it
        known.save(update_fields=["until"])
