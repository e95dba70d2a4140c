"""What may have changed since a visit was placed, looked at once more inside the transaction that writes it down.

That nobody else holds the time, the database sees to by itself when it is written.
"""

from collections.abc import Sequence
from datetime import timedelta

from bookings.slots.busy import client_visits
from bookings.slots.intervals import Interval, union
from bookings.slots.local_days import date_at, epoch_minute
from bookings.slots.minutes import minute_up
from bookings.slots.openness import compute_open
from bookings.slots.placement import PlacedItem
from bookings.slots.request import load_place


def still_fits(
    placed: Sequence[PlacedItem], *, location_id: int, client_id: int | None, ignore_booking_id: int | None = None
) -> bool:
    """Whether everybody and every room is still open for the visit, and the client, where there is one, on no other
    one. Four queries, and one more for rooms where there are any.

    Lock the client's row first, or another visit of theirs may be written at the same moment. Raise ServiceUnavailable
    where the location is gone.
    """
    if client_id is not None and client_visits(
        client_id, placed[0].starts_at, placed[-1].ends_at, ignore_booking_id
    ):
        return False
    return _is_open(location_id, placed)


def _is_open(location_id: int, placed: Sequence[PlacedItem]) -> bool:
    place = load_place(location_id)
    spans = [_span(item) for item in placed]
    first = date_at(place.zone, min(low for low, _high in spans))
    last = date_at(place.zone, max(high for _low, high in spans))
    dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rooms = any(item.room_id is not None for item in placed)
    days = list(compute_open(place, dates, {item.specialist_id for item in placed}, rooms=rooms).values())

    def covered(span: Interval, opened: Sequence[Interval]) -> bool:
        return any(low <= span[0] and span[1] <= high for low, high in union(opened))

    return all(
        covered(span, [part for day in days for part in day.specialists.get(item.specialist_id, ())])
        and (
            item.room_id is None
            or covered(span, [part for day in days for part in day.rooms.get(item.room_id, ())])
        )
        for item, span in zip(placed, spans, strict=True)
    )


def _span(item: PlacedItem) -> Interval:
    """What has to be open: the buffers too, but of a session that is there already only the session."""
    if item.session_id is not None:
        return epoch_minute(item.starts_at), minute_up(item.ends_at)
    return epoch_minute(item.busy_from), minute_up(item.busy_to)
