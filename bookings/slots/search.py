"""Which times can be booked, and where a visit goes when one is. Dates are the location's; instants aware UTC.

Rules that hold for listing and booking alike:

- Visits begin on the grid of the company's step, by the wall clock (9:00, 9:15 …), or with a group session that is
  already there. Durations and buffers are exact minutes and are not rounded to the grid.
- Minimum notice is elapsed time from now. The horizon counts dates: the last one is today + ``horizon_days``.
- With ``client_id`` a time is unavailable while the client is on another open visit of their own: one person
  cannot be in two places, nor take two seats of one class.
- ``ignore_booking_id`` is the booking that is being moved: it holds nothing, and its services take as long, buffers
  included, as was agreed when it was made.
- ``bypass_notice`` frees staff from the minimum notice and gives them a horizon of two years; the past binds everybody.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NotRequired, TypedDict

from i18nfield.strings import LazyI18nString

from bookings.enums import SlotReason
from bookings.exceptions import SlotTaken, SlotUnavailable
from bookings.read_models import DayOverview, DaySlots, ItemRequest, Slot
from bookings.slots.inquiry import AskedAround, Inquiry
from bookings.slots.local_days import date_at, epoch_minute, instant_of
from bookings.slots.placement import PlacedItem
from bookings.slots.problem import Placement
from bookings.slots.request import Place, Wanted

#: The longest range one call answers.
MAX_RANGE_DAYS = 92

#: For developers; faces have words of their own for each reason.
_SAID = {
    SlotReason.TAKEN: "The time is not free",
    SlotReason.OWN_VISIT: "The client is on another visit then",
    SlotReason.PAST: "The time is past",
    SlotReason.TOO_SOON: "The time is closer than the minimum notice",
    SlotReason.TOO_FAR: "The time is beyond the horizon",
    SlotReason.OFF_STEP: "Visits do not begin at that minute",
    SlotReason.CLOSED: "Nobody works then, or not for long enough",
}


def day_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    day: date,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> DaySlots:
    """Times on ``day`` at which the whole visit can be booked now. Raise ServiceUnavailable as ``range_slots``."""
    return range_slots(
        location_id=location_id, items=items, date_from=day, date_to=day,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
    )[0]  # fmt: skip


def range_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    date_from: date,
    date_to: date,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> tuple[DaySlots, ...]:
    """One entry for each date from ``date_from`` to ``date_to``, both included.

    Raise ServiceUnavailable where the location, a service or a specialist is gone or they do not go together, and
    ValueError where the range is empty or longer than ``MAX_RANGE_DAYS``.
    """
    count = (date_to - date_from).days + 1
    if not 1 <= count <= MAX_RANGE_DAYS:
        raise ValueError(f"A range of slots has 1 to {MAX_RANGE_DAYS} days, not {count}")
    inquiry = Inquiry(
        location_id, items,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
    )  # fmt: skip
    return inquiry.days(date_from, date_to)


def month_overview(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    month: date,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> tuple[DayOverview, ...]:
    """Every date of the month that ``month`` lies in, and whether it has free times; no slot is made for it.

    Raise ServiceUnavailable as ``range_slots``.
    """
    inquiry = Inquiry(
        location_id, items,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
    )  # fmt: skip
    first = month.replace(day=1)
    return inquiry.overview(first, first.replace(day=monthrange(month.year, month.month)[1]))


def nearest_slots(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    limit: int = 6,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> tuple[Slot, ...]:
    """Up to ``limit`` of the next times, in order, spread over days and parts of the day: the first of a day and
    one at least three hours later, from as many days as that takes; more from the same days only when the horizon
    ends before. Raise ServiceUnavailable as ``range_slots``.
    """
    inquiry = Inquiry(
        location_id, items,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
    )  # fmt: skip
    seen: list[Slot] = []
    for first, last in _windows(inquiry.today, inquiry.last_day):
        seen += [slot for day in inquiry.days(first, last) for slot in day.slots]
        spread = _spread(seen, inquiry.place.zone)
        if len(spread) >= limit:
            return tuple(spread[:limit])
    spread = _spread(seen, inquiry.place.zone)
    rest = [slot for slot in seen if slot not in spread]
    return tuple(sorted([*spread, *rest[: limit - len(spread)]], key=lambda slot: slot.starts_at))


def nearest_alternatives(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
) -> tuple[datetime, ...]:
    """Some free starts, nearest to ``starts_at`` first, of its day and the week after; for a
    refusal that only the database's guard brought. Raise ServiceUnavailable as ``range_slots``.
    """
    inquiry = Inquiry(
        location_id, items,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
    )  # fmt: skip
    return inquiry.alternatives(epoch_minute(starts_at))


class Question(TypedDict):
    """What ``place_visit`` and ``nearest_alternatives`` are asked, for callers that ask both the same."""

    location_id: int
    items: Sequence[ItemRequest]
    starts_at: datetime
    client_id: NotRequired[int | None]
    ignore_booking_id: NotRequired[int | None]
    bypass_notice: NotRequired[bool]


def place_visit(
    *,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    client_id: int | None = None,
    ignore_booking_id: int | None = None,
    bypass_notice: bool = False,
    place: Place | None = None,
    wanted: Sequence[Wanted] | None = None,
    asked: AskedAround | None = None,
) -> tuple[PlacedItem, ...]:
    """Where each service goes if the visit starts at ``starts_at``, by what the database holds this moment.

    "Any specialist" becomes the one with the fewest booked minutes that day. Raise ServiceUnavailable as
    ``range_slots``, SlotTaken where the visit would fit were it not for what is booked, SlotUnavailable where it
    would not; both bring a reason and alternatives. ``place``, ``wanted`` (what ``items`` mean there) and the day
    that was ``asked`` for a moment ago (see ``ahead``) spare reading them again.
    """
    if starts_at.tzinfo is None:
        raise ValueError("starts_at must be aware")
    inquiry = Inquiry(
        location_id, items,
        client_id=client_id, ignore_booking_id=ignore_booking_id, bypass_notice=bypass_notice,
        place=place, wanted=wanted,
    )  # fmt: skip
    minute = epoch_minute(starts_at)
    on_minute = starts_at.astimezone(UTC) == instant_of(minute)
    reason = inquiry.forbids(minute) or (None if on_minute else SlotReason.OFF_STEP)
    if reason is None:
        visits = (asked or inquiry.around(minute)).visits()
        placed = visits.actual.place(minute)
        if placed is not None:
            return tuple(_item(want, placement) for want, placement in zip(inquiry.wanted, placed, strict=True))
        reason = visits.refusal(minute)
    refusal = SlotTaken if reason in (SlotReason.TAKEN, SlotReason.OWN_VISIT) else SlotUnavailable
    zone = inquiry.place.zone
    raise refusal(_SAID[reason], reason=reason.value, alternatives=inquiry.alternatives(minute), zone=zone)


def _item(want: Wanted, placed: Placement) -> PlacedItem:
    joined = placed.session
    return PlacedItem(
        service_id=want.service_id,
        specialist_id=placed.specialist_id,
        room_id=placed.room_id,
        session_id=joined.session_id if joined else None,
        opens_session=want.capacity > 1 and joined is None,
        starts_at=instant_of(placed.starts),
        ends_at=instant_of(placed.ends),
        busy_from=instant_of(placed.busy_from),
        busy_to=instant_of(placed.busy_to),
        duration_minutes=placed.ends - placed.starts,
        buffer_before_minutes=want.before,
        buffer_after_minutes=want.after,
        service_name=LazyI18nString(want.service_name),
        price=want.price_of(placed.specialist_id),
    )


def _windows(first: date, last: date) -> list[tuple[date, date]]:
    """``first``…``last`` in growing pieces: the next days usually suffice."""
    edges = [first]
    for size in (7, 21, 62, 92, 92, 92, 92, 92, 92, 92):
        edges.append(edges[-1] + timedelta(days=size))
    return [(low, min(high - timedelta(days=1), last)) for low, high in pairwise(edges) if low <= last]


def _spread(slots: Sequence[Slot], zone: str) -> list[Slot]:
    """The first slot of each day, and the first one at least three hours after that."""
    chosen: list[Slot] = []
    of_day: dict[date, list[Slot]] = {}
    for slot in slots:
        taken = of_day.setdefault(date_at(zone, epoch_minute(slot.starts_at)), [])
        if not taken or (len(taken) == 1 and slot.starts_at - taken[0].starts_at >= timedelta(hours=3)):
            taken.append(slot)
            chosen.append(slot)
    return chosen
