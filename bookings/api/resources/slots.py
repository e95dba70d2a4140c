"""When a visit can be booked. Dates are the location's."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from bookings.api.openapi import responses
from bookings.api.ranges import MAX_DAYS, check_range
from bookings.api.times import Day, Moment, Month, moment
from bookings.api.values import Id
from bookings.queries import catalog
from bookings.read_models import DayState, ItemRequest, Slot as FoundSlot
from bookings.slots import search

router = Router()

MAX_NEAREST = 50
_PROBLEMS = ("not_found", "invalid_request", "service_unavailable")

#: Up to 18 digits each, which the databases can hold.
Wanted = Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}(:[1-9][0-9]{0,17})?$")]


class Visit(Schema):
    """What is wanted, and where."""

    location_id: Id
    service: list[Wanted] = Field(
        min_length=1,
        max_length=8,
        description="A service's id, given by anybody, or `service:specialist`. Repeat it for a visit of several "
        "services, in their order: `service=5&service=7:3`.",
        examples=[["5", "7:3"]],
    )

    @property
    def items(self) -> list[ItemRequest]:
        split = (wanted.partition(":") for wanted in self.service)
        return [ItemRequest(int(service), int(who) if who else None) for service, _, who in split]


class DayVisit(Visit):
    date: Day


class RangeVisit(Visit):
    date_from: Day
    date_to: Day = Field(description=f"Included; at most {MAX_DAYS} days in all")


class NearestVisit(Visit):
    limit: int = Field(default=6, ge=1, le=MAX_NEAREST)


class MonthVisit(Visit):
    month: Month


class Slot(Schema):
    """A visit that can be booked."""

    starts_at: Moment
    ends_at: Moment
    specialist_ids: list[int] = Field(description="Who could give the first service, least busy first")
    seats_left: int | None = Field(description="Of a group; null where clients come alone")


class MonthDay(Schema):
    date: date
    state: DayState = Field(
        description="free: there are slots; full: all is booked; closed: nobody works, or not long enough; past; "
        "beyond: too far ahead"
    )


class SlotDay(MonthDay):
    slots: list[Slot]


class Answer(Schema):
    location_id: int
    zone: str = Field(description="IANA name of the location's time zone", examples=["Europe/Berlin"])


class DayAnswer(SlotDay, Answer):
    pass


class RangeAnswer(Answer):
    days: list[SlotDay]


class MonthAnswer(Answer):
    days: list[MonthDay]


class NearestAnswer(Answer):
    slots: list[Slot]


@router.get(
    "/day",
    response=DayAnswer,
    operation_id="day_slots",
    summary="Slots of a day",
    openapi_extra=responses(*_PROBLEMS),
)
def day_slots(request: HttpRequest, visit: Query[DayVisit]) -> DayAnswer:
    """Times that day at which the whole visit can be booked."""
    zone = _zone(visit)
    found = search.day_slots(location_id=visit.location_id, items=visit.items, day=visit.date)
    return DayAnswer.model_construct(
        location_id=visit.location_id,
        zone=zone,
        date=found.date,
        state=found.state,
        slots=_slots(found.slots, zone),
    )


@router.get(
    "/range", response=RangeAnswer, operation_id="range_slots", summary="Slots of several days",
    openapi_extra=responses(*_PROBLEMS, "range_too_long", "range_reversed"),
)  # fmt: skip
def range_slots(request: HttpRequest, visit: Query[RangeVisit]) -> RangeAnswer:
    """Every date of the range, also those without slots, with their state."""
    check_range(visit.date_from, visit.date_to)
    zone = _zone(visit)
    days = search.range_slots(
        location_id=visit.location_id, items=visit.items, date_from=visit.date_from, date_to=visit.date_to
    )
    found = [
        SlotDay.model_construct(date=day.date, state=day.state, slots=_slots(day.slots, zone)) for day in days
    ]
    return RangeAnswer.model_construct(location_id=visit.location_id, zone=zone, days=found)


@router.get(
    "/month", response=MonthAnswer, operation_id="month_slots", summary="Days of a month with free times",
    openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def month_slots(request: HttpRequest, visit: Query[MonthVisit]) -> MonthAnswer:
    """Every date of the month and whether the visit can be booked on it: what a calendar marks, without the times."""
    zone = _zone(visit)
    year, _dash, month = visit.month.partition("-")
    days = search.month_overview(
        location_id=visit.location_id, items=visit.items, month=date(int(year), int(month), 1)
    )
    found = [MonthDay.model_construct(date=day.date, state=day.state) for day in days]
    return MonthAnswer.model_construct(location_id=visit.location_id, zone=zone, days=found)


@router.get(
    "/nearest", response=NearestAnswer, operation_id="nearest_slots", summary="The next slots",
    openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def nearest_slots(request: HttpRequest, visit: Query[NearestVisit]) -> NearestAnswer:
    """The next times, spread over days and parts of the day."""
    zone = _zone(visit)
    slots = search.nearest_slots(location_id=visit.location_id, items=visit.items, limit=visit.limit)
    return NearestAnswer.model_construct(location_id=visit.location_id, zone=zone, slots=_slots(slots, zone))


def _zone(visit: Visit) -> str:
    return catalog.get_location(location_id=visit.location_id).zone


def _slots(found: Iterable[FoundSlot], zone: str) -> list[Slot]:
    """Not validated again: a month has a thousand of them, and they come from the engine."""
    return [
        Slot.model_construct(
            starts_at=moment(slot.starts_at, zone),
            ends_at=moment(slot.ends_at, zone),
            specialist_ids=list(slot.specialist_ids),
            seats_left=slot.seats_left,
        )
        for slot in found
    ]
