"""Calendars: the bookings of a specialist or a location on some dates."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from bookings.api.booking_out import Booking, booking_out
from bookings.api.caller import caller_of
from bookings.api.openapi import responses
from bookings.api.ranges import MAX_DAYS, check_range
from bookings.api.times import Day
from bookings.api.values import Id
from bookings.queries.bookings import day_bookings
from bookings.read_models import BookingCard

router = Router()

_PROBLEMS = ("not_found", "invalid_request", "range_too_long", "range_reversed")


class Dates(Schema):
    date_from: Day
    date_to: Day = Field(description=f"Included; at most {MAX_DAYS} days in all")


class CalendarDay(Schema):
    date: date
    bookings: list[Booking]


class Calendar(Schema):
    """Dates with something on them, in order; nothing cancelled. A visit stands on the date on which it begins."""

    days: list[CalendarDay]


@router.get(
    "/specialists/{specialist_id}", response=Calendar, operation_id="specialist_calendar",
    summary="A specialist's calendar", openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def specialist_calendar(request: HttpRequest, specialist_id: Path[Id], dates: Query[Dates]) -> Calendar:
    """Dates are those of each visit's location. Specialists have their own, admins everybody's."""
    check_range(dates.date_from, dates.date_to)
    return _calendar(
        day_bookings(
            actor=caller_of(request).actor, location_id=None, specialist_id=specialist_id,
            date_from=dates.date_from, date_to=dates.date_to,
        )
    )  # fmt: skip


@router.get(
    "/locations/{location_id}", response=Calendar, operation_id="location_calendar",
    summary="A location's calendar", openapi_extra=responses(*_PROBLEMS),
)  # fmt: skip
def location_calendar(request: HttpRequest, location_id: Path[Id], dates: Query[Dates]) -> Calendar:
    """Dates are the location's. Specialists see what of it is theirs."""
    check_range(dates.date_from, dates.date_to)
    return _calendar(
        day_bookings(
            actor=caller_of(request).actor, location_id=location_id,
            date_from=dates.date_from, date_to=dates.date_to,
        )
    )  # fmt: skip


def _calendar(cards: Iterable[BookingCard]) -> Calendar:
    days: dict[date, list[Booking]] = {}
    for card in cards:
        local = card.starts_at.astimezone(ZoneInfo(card.location.zone)).date()
        days.setdefault(local, []).append(booking_out(card))
    return Calendar.model_construct(
        days=[CalendarDay.model_construct(date=day, bookings=days[day]) for day in sorted(days)]
    )
