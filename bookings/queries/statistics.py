"""How business goes, over dates as each location counts them: in a fixed number of queries a location.

A visit belongs to the day it begins on. Busy time is what specialists are held for, buffers included, a group session
once; open time is what their hours, days off and the location's leave them, as the calendar stands now. Both are told of
people and days, not of services.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from typing import Any, TypeAlias

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from bookings.actor import Actor
from bookings.enums import BookingStatus
from bookings.exceptions import RangeReversed, RangeTooLong, ServiceUnavailable
from bookings.models import Allocation, Booking, BookingItem, Location, Service, Specialist
from bookings.policies import Task, require_task
from bookings.read_models import Figures, StatisticsRow, Text
from bookings.slots.openness import compute_open
from bookings.slots.request import load_place

MAX_DAYS = 366

Key: TypeAlias = Any
_NOTHING = Figures()
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is asked about, and by which of its parts the answer is told."""

    date_from: date
    date_to: date
    location_id: int | None
    specialist_id: int | None
    service_id: int | None
    group: str

    def span(self, location: Location) -> tuple[datetime, datetime]:
        low = datetime.combine(self.date_from, time(), location.zone)
        high = datetime.combine(self.date_to + timedelta(days=1), time(), location.zone)
        return low.astimezone(UTC), high.astimezone(UTC)

    def key(self, location: Location, *, specialist: Any, service: Any, starts_at: str) -> Any:
        match self.group:
            case "specialist":
                return F(specialist)
            case "service":
                return service
            case "day":
                return TruncDate(starts_at, tzinfo=location.zone)
            case _:
                return None


def statistics(
    *,
    actor: Actor,
    date_from: date,
    date_to: date,
    location_id: int | None = None,
    specialist_id: int | None = None,
    service_id: int | None = None,
) -> Figures:
    """Everything of these dates (inclusive) together; locations, specialist and service narrow.

    Raises:
        NotFound: a specialist asks for a colleague's, or a client asks. NotAllowed: for all, by anybody but admins.
        RangeReversed, RangeTooLong.
    """
    scope = _scope(
        actor, "all", date_from=date_from, date_to=date_to,
        location_id=location_id, specialist_id=specialist_id, service_id=service_id,
    )  # fmt: skip
    return sum(_collect(scope).values(), _NOTHING)


def by_specialist(
    *, actor: Actor, date_from: date, date_to: date, **narrow: int | None
) -> tuple[StatisticsRow, ...]:
    """As ``statistics``, for each specialist who had hours or visits."""
    found = _collect(_scope(actor, "specialist", date_from=date_from, date_to=date_to, **narrow))
    return _named(found, Specialist.objects.filter(pk__in=found).values_list("pk", "name"))


def by_service(*, actor: Actor, date_from: date, date_to: date, **narrow: int | None) -> tuple[StatisticsRow, ...]:
    """As ``statistics``, for each service that was booked; without busy and open time."""
    found = _collect(_scope(actor, "service", date_from=date_from, date_to=date_to, **narrow))
    plain = {key: replace(figures, busy_minutes=None, open_minutes=None) for key, figures in found.items()}
    return _named(plain, Service.objects.filter(pk__in=found).values_list("pk", "name"))


def by_location(
    *, actor: Actor, date_from: date, date_to: date, **narrow: int | None
) -> tuple[StatisticsRow, ...]:
    """As ``statistics``, for each location."""
    found = _collect(_scope(actor, "location", date_from=date_from, date_to=date_to, **narrow))
    return _named(found, Location.objects.filter(pk__in=found).values_list("pk", "name"))


def by_day(*, actor: Actor, date_from: date, date_to: date, **narrow: int | None) -> tuple[StatisticsRow, ...]:
    """As ``statistics``, for every date of the range, in order."""
    found = _collect(_scope(actor, "day", date_from=date_from, date_to=date_to, **narrow))
    dates = (date_from + timedelta(days=n) for n in range((date_to - date_from).days + 1))
    return tuple(StatisticsRow(id=None, name=None, day=day, figures=found.get(day, _NOTHING)) for day in dates)


def _scope(actor: Actor, group: str, *, date_from: date, date_to: date, **narrow: int | None) -> _Scope:
    specialist_id = narrow.get("specialist_id")
    require_task(actor, Task.STATISTICS, specialist_id=specialist_id)
    if date_to < date_from:
        raise RangeReversed("the last date lies before the first")
    if (date_to - date_from).days >= MAX_DAYS:
        raise RangeTooLong(f"at most {MAX_DAYS} days", max_days=MAX_DAYS)
    location_id, service_id = narrow.get("location_id"), narrow.get("service_id")
    return _Scope(date_from, date_to, location_id, specialist_id, service_id, group)


def _named(found: Mapping[Key, Figures], names: Iterable[tuple[int, Text]]) -> tuple[StatisticsRow, ...]:
    return tuple(StatisticsRow(id=pk, name=name, day=None, figures=found[pk]) for pk, name in names)


def _collect(scope: _Scope) -> dict[Key, Figures]:
    locations = Location.objects.all()
    if scope.location_id is not None:
        locations = locations.filter(pk=scope.location_id)
    found: dict[Key, Figures] = {}
    for location in locations:
        for key, figures in chain.from_iterable(part(scope, location) for part in (_visits, _busy, _open)):
            whose = location.pk if scope.group == "location" else key
            found[whose] = found.get(whose, _NOTHING) + figures
    return found


def _visits(scope: _Scope, location: Location) -> Iterable[tuple[Key, Figures]]:
    low, high = scope.span(location)
    items = BookingItem.objects.filter(
        booking__location=location, booking__starts_at__gte=low, booking__starts_at__lt=high
    )
    if scope.specialist_id is not None:
        items = items.filter(specialist=scope.specialist_id)
    if scope.service_id is not None:
        items = items.filter(service=scope.service_id)
    happened = ~Q(booking__status=BookingStatus.CANCELLED)
    done = Q(booking__status=BookingStatus.DONE)
    before = Booking.objects.filter(
        client=OuterRef("booking__client"), starts_at__lt=OuterRef("booking__starts_at")
    ).exclude(status=BookingStatus.CANCELLED)
    key = scope.key(location, specialist="specialist_id", service=F("service_id"), starts_at="booking__starts_at")
    grouped = items.order_by() if key is None else items.order_by().annotate(key=key)
    rows = grouped.values(*(() if key is None else ("key",)))
    told = {
        "done": _bookings(done),
        "booked": _bookings(happened),
        "missed": _bookings(Q(booking__status=BookingStatus.NO_SHOW)),
        "off": _bookings(Q(booking__status=BookingStatus.CANCELLED)),
        "earned": Sum(F("price") - F("discount"), filter=done),
        "fresh": Count("booking__client", distinct=True, filter=happened & Q(~Exists(before))),
    }
    answers = [rows.aggregate(**told)] if key is None else rows.annotate(**told)
    for row in answers:
        yield (
            row.get("key"),
            Figures(
                visits=row["done"],
                booked=row["booked"],
                no_shows=row["missed"],
                cancellations=row["off"],
                revenue=Decimal(str(row["earned"] or 0)).quantize(_CENT),
                new_clients=row["fresh"],
            ),
        )


def _bookings(condition: Q) -> Count:
    return Count("booking", distinct=True, filter=condition)


def _busy(scope: _Scope, location: Location) -> Iterable[tuple[Key, Figures]]:
    low, high = scope.span(location)
    # Named one by one, the specialists' index leads straight to their time in the span.
    people = Specialist.objects.values("pk")
    if scope.specialist_id is not None:
        people = people.filter(pk=scope.specialist_id)
    held = Allocation.objects.filter(
        Q(item__booking__location=location) | Q(session__location=location),
        specialist__in=people, starts_at__gte=low, starts_at__lt=high,
    )  # fmt: skip
    service = Coalesce("item__service_id", "session__service_id")
    if scope.service_id is not None:
        held = held.annotate(service=service).filter(service=scope.service_id)
    key = scope.key(location, specialist="specialist_id", service=service, starts_at="starts_at")
    lasted = Sum(ExpressionWrapper(F("ends_at") - F("starts_at"), DurationField()))
    if key is None:
        yield None, _held(held.aggregate(lasted=lasted)["lasted"])
        return
    for row in held.order_by().annotate(key=key).values("key").annotate(lasted=lasted):
        yield row["key"], _held(row["lasted"])


def _held(lasted: timedelta | None) -> Figures:
    return Figures(busy_minutes=int((lasted or timedelta()).total_seconds() // 60))


def _open(scope: _Scope, location: Location) -> Iterable[tuple[Key, Figures]]:
    if scope.group == "service":
        return
    try:
        place = load_place(location.pk)
    except ServiceUnavailable:
        return  # it is closed for good: nothing is known of its hours then
    dates = [scope.date_from + timedelta(days=n) for n in range((scope.date_to - scope.date_from).days + 1)]
    people = None if scope.specialist_id is None else {scope.specialist_id}
    for day, opened in compute_open(place, dates, people).items():
        for who, spans in opened.specialists.items():
            key = {"specialist": who, "day": day}.get(scope.group)
            yield key, Figures(open_minutes=sum(high - low for low, high in spans))
