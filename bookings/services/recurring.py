"""Visits that repeat every so many weeks at the same wall-clock time: planned first, then booked.

A plan is looked up and nothing is held. Booking looks anew, and writes the whole series in one transaction: all of it,
or, where the conflicts are to be left out, the rest; never half of either. A visit can be given another time than its
date has (``swaps``), so near to it that the visits keep their order.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from types import MappingProxyType

from django.db import transaction
from django.db.models import QuerySet

from booking_site.lib.one_trip import one_trip
from bookings import policies
from bookings.actor import Actor
from bookings.cards import series_card
from bookings.exceptions import (
    InvalidValue,
    SeriesConflict,
    SlotTaken,
    SlotUnavailable,
)
from bookings.models import BookingSeries, Company, Location
from bookings.policies import Standing
from bookings.read_models import ItemRequest, PlannedVisit, RecurringPlan, SeriesCard
from bookings.services import audit, history, visits
from bookings.services.attempts import pause
from bookings.services.create_booking import (
    PLACING_ATTEMPTS,
    BookingKeys,
    Order,
    ask_client,
    check_client,
    write_booking,
)
from bookings.services.idempotency import Request, made_once
from bookings.services.promotions import Priced, of_visit, series_discount
from bookings.services.resources.snapshot import values_of
from bookings.services.series_words import told_of_series
from bookings.slots.placement import PlacedItem
from bookings.slots.request import load_place
from bookings.slots.search import Question, nearest_alternatives, place_visit

FEWEST_TIMES, MOST_TIMES = 2, 52
MOST_WEEKS = 52
#: By the clock on the wall, so far from its date may a single visit be put: even two neighbours a week apart that come
#: towards each other stay a day apart.
SWAP_REACH = timedelta(days=3)
_NO_SWAPS: Mapping[int, datetime] = MappingProxyType({})


def plan_recurring(
    *,
    actor: Actor,
    client_id: int,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    every_weeks: int,
    times: int,
    swaps: Mapping[int, datetime] = _NO_SWAPS,
    promo_code: str = "",
) -> RecurringPlan:
    """Each date of the series with what stands in its way, if anything does; nothing is written or held.

    The first is ``starts_at`` (aware), the very instant. Of an hour that comes twice on a later date the first is
    meant; an hour that the clock skips is a conflict of that date. ``swaps``: other times (aware) of single visits, by
    their number from 1, none farther from its date than ``SWAP_REACH``.

    Raises:
        NotFound, NotAllowed: see ``policies.creation``.
        ServiceUnavailable: as ``create_booking``. InvalidValue: the rhythm, the number of visits, or a swap.
        PromotionRefused: the code does not cover all visits that are free; ``details["visit"]`` is the first it leaves.
    """
    order = _order(actor, client_id, location_id, items, starts_at, every_weeks=every_weeks, times=times)
    dates = _look(order, every_weeks, times, swaps)
    price = sum((item.price for date in dates for item in date.placed), Decimal(0))
    discount = Decimal(0)
    if promo_code.strip():
        free = [[Priced(item.service_id, item.price) for item in date.placed] for date in dates if date.placed]
        discount = series_discount(code=promo_code, client_id=client_id, location_id=location_id, visits=free)
    return RecurringPlan(
        visits=tuple(date.as_planned() for date in dates),
        price=price,
        discount=discount,
        currency=Company.objects.current().currency,
    )


def book_recurring(
    *,
    actor: Actor,
    client_id: int,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    every_weeks: int,
    times: int,
    swaps: Mapping[int, datetime] = _NO_SWAPS,
    leave_out: Collection[int] = (),
    skip_conflicts: bool = False,
    comment: str = "",
    promo_code: str = "",
    idempotency_key: str | None = None,
) -> SeriesCard:
    """Book the series; with ``skip_conflicts`` without the dates that are not free, and in any case without the visits to
    ``leave_out``, by their number from 1.

    Each visit is a booking of its own, with its own event (``details`` name series, number and total) and its own use
    of the promotion code: limits that do not cover all of them refuse the whole.

    Raises:
        SeriesConflict: a date is not free, or with ``skip_conflicts`` none is.
        TooManyBookings, Banned, InvalidText and what ``plan_recurring`` raises; IdempotencyConflict, Busy.
    """
    order = _order(
        actor, client_id, location_id, items, starts_at, every_weeks=every_weeks, times=times, comment=comment
    )
    order = replace(order, promo_code=promo_code)
    request = Request.of(
        actor=actor,
        operation="book_recurring",
        key=idempotency_key,
        content={
            "client": client_id,
            "location": location_id,
            "items": [(item.service_id, item.specialist_id) for item in items],
            "starts_at": starts_at.timestamp(),
            "every_weeks": every_weeks,
            "times": times,
            "skip": skip_conflicts,
            "comment": order.comment,
            **({"promotion": promo_code} if promo_code else {}),
            **({"leave_out": sorted(set(leave_out))} if leave_out else {}),
            **({"swaps": sorted((number, at.timestamp()) for number, at in swaps.items())} if swaps else {}),
        },
    )

    if not set(leave_out) <= set(range(1, times + 1)):
        raise InvalidValue("a visit of the series", field="leave_out", lowest=1, highest=times)

    def look() -> list[_Date]:
        dates = _look(order, every_weeks, times, swaps)
        return [date for number, date in enumerate(dates, start=1) if number not in leave_out]

    def work() -> int:
        for attempt in range(PLACING_ATTEMPTS):
            dates = look()
            free = [date for date in dates if date.placed]
            if not free or (len(free) < len(dates) and not skip_conflicts):
                raise _conflict(order, dates)
            series = BookingSeries(
                client_id=client_id, location_id=location_id, starts_at=dates[0].starts_at,
                every_weeks=every_weeks, times=times,
            )  # fmt: skip
            try:
                with visits.outpaced_when_refused(), transaction.atomic():
                    return _write(order, request, series, free)
            except visits.Outpaced:
                pause(attempt)
        raise _conflict(order, look())

    return series_card(made_once(all_series(), request, work))


@dataclass(frozen=True, slots=True)
class _Date:
    """One date: placed, or refused with a reason. ``starts_at`` of an hour that is skipped lies right after it.

    ``instead_of``: the date of a visit that was given another time.
    """

    starts_at: datetime
    placed: tuple[PlacedItem, ...] = ()
    code: str = ""
    alternatives: tuple[datetime, ...] = ()
    instead_of: datetime | None = None

    def as_planned(self) -> PlannedVisit:
        return PlannedVisit(self.starts_at, bool(self.placed), self.code, self.alternatives, self.instead_of)


def _order(
    actor: Actor,
    client_id: int,
    location_id: int,
    items: Sequence[ItemRequest],
    starts_at: datetime,
    *,
    every_weeks: int,
    times: int,
    comment: str = "",
) -> Order:
    if starts_at.tzinfo is None:
        raise ValueError("starts_at must be aware")
    if not 1 <= every_weeks <= MOST_WEEKS:
        raise InvalidValue("every 1 to 52 weeks", field="every_weeks", lowest=1, highest=MOST_WEEKS)
    if not FEWEST_TIMES <= times <= MOST_TIMES:
        raise InvalidValue("2 to 52 visits", field="times", lowest=FEWEST_TIMES, highest=MOST_TIMES)
    standing, wanted = policies.creation(actor, client_id=client_id, items=items)
    load_place(location_id)
    comment = history.clean_text(comment, limit=history.COMMENT_LIMIT, field="comment")
    return Order(actor, standing, client_id, location_id, wanted, starts_at, comment)


def date_of(number: int, *, starts_at: datetime, every_weeks: int, zone: tzinfo) -> datetime:
    """When the visit ``number``, from 1, comes by the rhythm: an instant, UTC. An hour that is skipped begins later."""
    if number == 1:
        # Not by the wall: an hour that comes twice that night would be the other one, in which nobody asked for a visit.
        return starts_at.astimezone(UTC)
    wall = starts_at.astimezone(zone).replace(tzinfo=None)
    return (wall + timedelta(weeks=every_weeks * (number - 1))).replace(tzinfo=zone).astimezone(UTC)


def is_within_reach(at: datetime, *, date: datetime, zone: tzinfo) -> bool:
    """Whether a visit whose date is ``date`` may be at ``at`` instead."""
    walls = (each.astimezone(zone).replace(tzinfo=None) for each in (at, date))
    return abs(next(walls) - next(walls)) <= SWAP_REACH


def _look(order: Order, every_weeks: int, times: int, swaps: Mapping[int, datetime]) -> list[_Date]:
    zone = Location.objects.get(pk=order.location_id).zone
    if not swaps.keys() <= set(range(1, times + 1)):
        raise InvalidValue("a swap of no visit of the series", field="swaps", lowest=1, highest=times)
    wall = order.starts_at.astimezone(zone).time()
    found = []
    for number in range(1, times + 1):
        date = date_of(number, starts_at=order.starts_at, every_weeks=every_weeks, zone=zone)
        swap = swaps.get(number)
        if swap is None:
            skipped = number > 1 and date.astimezone(zone).time() != wall
            found.append(_place(order, date, skipped=skipped))
        elif swap.tzinfo is None or not is_within_reach(swap, date=date, zone=zone):
            raise InvalidValue("a visit within three days of its date", field="swaps", visit=number)
        else:
            found.append(replace(_place(order, swap.astimezone(UTC), skipped=False), instead_of=date))
    return found


def _place(order: Order, start: datetime, *, skipped: bool) -> _Date:
    question = Question(
        location_id=order.location_id,
        items=order.items,
        starts_at=start,
        client_id=order.client_id,
        bypass_notice=order.standing is not Standing.OWNER,
    )
    if skipped:
        return _Date(start, code=SlotUnavailable.code, alternatives=nearest_alternatives(**question))
    try:
        return _Date(start, place_visit(**question))
    except SlotTaken as refusal:
        return _Date(start, code=refusal.code, alternatives=refusal.alternatives)


def _conflict(order: Order, dates: Sequence[_Date]) -> SeriesConflict:
    conflicts = [date.starts_at for date in dates if not date.placed]
    zone = Location.objects.get(pk=order.location_id).timezone
    return SeriesConflict("some dates are not free", conflicts=conflicts, zone=zone)


def _write(order: Order, request: Request, series: BookingSeries, dates: Sequence[_Date]) -> int:
    company = Company.objects.current()
    place = load_place(order.location_id)
    with one_trip():
        asked_client = ask_client(order.client_id)
        claim = visits.Claim(
            [date.placed for date in dates], place=place, client_id=order.client_id, client_is_held=True
        )
        keys = BookingKeys([date.placed for date in dates])
    check_client(asked_client.first(), order.standing, company, wanted=len(dates))
    specialists = claim.granted()
    series.save(force_insert=True)
    audit.record(
        actor=order.actor, action="created", entity=audit.entity_of(BookingSeries), entity_id=series.pk,
        before=None, after=values_of(series) | {"visits": len(dates)},
    )  # fmt: skip
    words = told_of_series(series.pk, [[item.specialist_id for item in date.placed] for date in dates])
    for number, (date, told) in enumerate(zip(dates, words, strict=True), start=1):
        one = replace(order, starts_at=date.starts_at, series_id=series.pk, details=told)
        with of_visit(number):
            write_booking(one, company, date.placed, specialists, keys)
    request.remember(series.pk)
    return int(series.pk)


def all_series() -> QuerySet[BookingSeries]:
    """With what cards of series are made of."""
    return BookingSeries.objects.select_related("client", "location")
