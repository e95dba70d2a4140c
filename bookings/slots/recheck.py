"""What may have changed since a visit was placed, looked at once more inside the transaction that writes it down.

That nobody else holds the time, the database sees to by itself when it is written.
"""

from collections.abc import Sequence
from datetime import timedelta

from bookings.slots.busy import AskedVisits
from bookings.slots.intervals import Interval, union
from bookings.slots.local_days import date_at, epoch_minute
from bookings.slots.minutes import minute_up
from bookings.slots.openness import AskedOpenness
from bookings.slots.placement import PlacedItem
from bookings.slots.request import AskedPlace, Place


class SecondLook:
    """Whether everybody and every room is still open for the visit, and the client, where there is one, on no other
    one. Four questions, sent when it is made, and one more for rooms where there are any.

    Lock the client's row first, or another visit of theirs may be written at the same moment. ``place`` is where the
    visit was placed, as it was then: what has changed about it since makes the answer no.
    """

    def __init__(
        self,
        placed: Sequence[PlacedItem],
        *,
        place: Place,
        client_id: int | None,
        ignore_booking_id: int | None = None,
    ) -> None:
        self._placed, self._before = placed, place
        self._spans = [_span(item) for item in placed]
        first = date_at(place.zone, min(low for low, _high in self._spans))
        last = date_at(place.zone, max(high for _low, high in self._spans))
        self._client = (
            AskedVisits(client_id, placed[0].starts_at, placed[-1].ends_at, ignore_booking_id)
            if client_id is not None
            else None
        )
        self._place = AskedPlace(place.location_id)
        self._openness = AskedOpenness(
            place,
            [first + timedelta(days=n) for n in range((last - first).days + 1)],
            {item.specialist_id for item in placed},
            rooms=any(item.room_id is not None for item in placed),
        )

    def fits(self) -> bool:
        """Raise ServiceUnavailable where the location is gone."""
        if self._place.place() != self._before or (self._client is not None and self._client.intervals()):
            return False
        days = list(self._openness.days().values())
        return all(
            _covered(span, [part for day in days for part in day.specialists.get(item.specialist_id, ())])
            and (
                item.room_id is None
                or _covered(span, [part for day in days for part in day.rooms.get(item.room_id, ())])
            )
            for item, span in zip(self._placed, self._spans, strict=True)
        )


def _covered(span: Interval, opened: Sequence[Interval]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in union(opened))


def _span(item: PlacedItem) -> Interval:
    """What has to be open: the buffers too, but of a session that is there already only the session."""
    if item.session_id is not None:
        return epoch_minute(item.starts_at), minute_up(item.ends_at)
    return epoch_minute(item.busy_from), minute_up(item.busy_to)
