"""A booking that moves takes along what was agreed on: how long each service takes, and the time around it."""

from collections.abc import Sequence
from dataclasses import replace

from bookings.models import BookingItem
from bookings.slots.request import Wanted


def as_agreed(wanted: Sequence[Wanted], booking_id: int) -> tuple[Wanted, ...]:
    """``wanted`` with the durations and buffers of that booking's services, whatever the catalogue says today and
    whoever is to give them; a service that the booking has not stays as it is. One query.
    """
    agreed = list(
        BookingItem.objects.filter(booking=booking_id)
        .order_by("position")
        .values_list("service_id", "duration_minutes", "buffer_before_minutes", "buffer_after_minutes")
    )
    found = []
    for want in wanted:
        item = next((item for item in agreed if item[0] == want.service_id), None)
        if item is None:
            found.append(want)
            continue
        agreed.remove(item)
        _service, minutes, before, after = item
        candidates = tuple(candidate._replace(duration=minutes) for candidate in want.candidates)
        found.append(replace(want, before=before, after=after, candidates=candidates))
    return tuple(found)
