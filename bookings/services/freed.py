"""Time that became free is written down, in the transaction that frees it, for whoever waits for it.

The row is always written, whether somebody waits or not: to ask first would miss who joins at the same moment.
``waitlist_matching`` offers it and deletes the row.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models.signals import post_delete, post_save, pre_save

from booking_site.lib import clock
from bookings.enums import OverrideKind
from bookings.models import Booking, BookingItem, CalendarOverride, Company, FreedTime, Location, WorkingHours


def by_items(booking: Booking, items: Iterable[BookingItem]) -> None:
    """The booking leaves these: its specialists' time, buffers included."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for item in items:
        low = item.starts_at - timedelta(minutes=item.buffer_before_minutes)
        high = item.ends_at + timedelta(minutes=item.buffer_after_minutes)
        known = spans.get(item.specialist_id, (low, high))
        spans[item.specialist_id] = min(low, known[0]), max(high, known[1])
    FreedTime.objects.bulk_create(
        FreedTime(location_id=booking.location_id, specialist_id=who, starts_at=low, ends_at=high)
        for who, (low, high) in spans.items()
        if high > clock.now()
    )


def by_hours(hours: WorkingHours) -> None:
    """Hours are there that were not, or not so: from now, or from when they hold, to the end of what can be booked."""
    zone, today = hours.location.zone, clock.now().astimezone(hours.location.zone).date()
    beyond = today + timedelta(days=Company.objects.current().horizon_days)
    first = max(today, hours.valid_from or today)
    last = min(beyond, hours.valid_to or beyond)
    if first <= last:
        FreedTime.objects.create(
            location=hours.location,
            specialist_id=hours.specialist_id,
            starts_at=datetime.combine(first, time(), zone),
            # They may reach past midnight, so a day more is looked through.
            ends_at=datetime.combine(last + timedelta(days=2), time(), zone),
        )


def by_override(override: CalendarOverride) -> None:
    """Days or hours may be open that were not: of its dates those that can be booked, by each location's clock.

    Its own dates may lie anywhere in the calendar, on its first and last day, too.
    """
    if override.location_id is not None:
        places = Location.objects.filter(pk=override.location_id)
    elif override.room_id is not None:
        places = Location.objects.filter(rooms=override.room_id)
    else:
        places = Location.objects.filter(specialists=override.specialist_id)
    now, horizon = clock.now(), timedelta(days=Company.objects.current().horizon_days)
    rows = []
    for place in places:
        today = now.astimezone(place.zone).date()
        # What began yesterday may reach into today.
        first = max(override.date_from, today - timedelta(days=1))
        last = min(override.date_to, today + horizon)
        if first <= last:
            # A part of a day may reach past midnight, so a day more is looked through.
            until = last + timedelta(days=1 if override.starts_at is None else 2)
            starts, ends = (datetime.combine(day, time(), place.zone) for day in (first, until))
            rows.append(
                FreedTime(location=place, specialist_id=override.specialist_id, starts_at=starts, ends_at=ends)
            )
    FreedTime.objects.bulk_create(row for row in rows if row.ends_at > now)


def _opened(instance: CalendarOverride, **_kwargs: Any) -> None:
    """What opens differently is open now; what closes frees nothing."""
    if instance.kind == OverrideKind.OPEN:
        by_override(instance)


def _gone(instance: CalendarOverride, **_kwargs: Any) -> None:
    """What was closed is open again, and what was open differently keeps its usual hours, which may be more."""
    by_override(instance)


def _about_to_change(instance: CalendarOverride, **_kwargs: Any) -> None:
    """It may be shortened: what it was is looked through, and what is still closed offers nothing."""
    stored = CalendarOverride.objects.filter(pk=instance.pk).first() if instance.pk else None
    if stored is not None:
        by_override(stored)


def _hours_saved(instance: WorkingHours, **_kwargs: Any) -> None:
    by_hours(instance)


def connect() -> None:
    """Called once, when the application is ready: hours and days off change on many pages, in the bot and over the API."""
    post_save.connect(_hours_saved, sender=WorkingHours, dispatch_uid="freed-hours")
    post_save.connect(_opened, sender=CalendarOverride, dispatch_uid="freed-by-override")
    pre_save.connect(_about_to_change, sender=CalendarOverride, dispatch_uid="freed-before-override")
    post_delete.connect(_gone, sender=CalendarOverride, dispatch_uid="freed-after-override")
