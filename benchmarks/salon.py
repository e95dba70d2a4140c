"""A salon to measure on: one location, specialists who work eight hours a day, half of which is booked."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.dateparse import parse_datetime

from bookings.enums import BookingStatus, Weekday
from bookings.models import (
    Company,
    Location,
    Service,
    ServiceCategory,
    Specialist,
    SpecialistService,
    User,
    WorkingHours,
)

ZONE = ZoneInfo("Europe/Berlin")
OPENS, HOURS_A_DAY, BOOKED_A_DAY = 9, 8, 4


@dataclass(frozen=True)
class Salon:
    location_id: int
    service_id: int
    specialist_ids: tuple[int, ...]
    client_id: int


def make_salon(specialists: int) -> Salon:
    """Rows of the salon, without a booking. Visits last an hour, times are offered every 15 minutes."""
    company = Company.objects.current()
    company.slot_step_minutes, company.min_notice_minutes, company.horizon_days = 15, 60, 60
    company.save()
    location = Location.objects.create(name="Salon", timezone=ZONE.key)
    category = ServiceCategory.objects.create(name="Hair")
    service = Service.objects.create(category=category, name="Haircut", duration_minutes=60, price=50)
    people = Specialist.objects.bulk_create(
        Specialist(name=f"Specialist {n}", position=n) for n in range(specialists)
    )
    location.specialists.add(*people)
    SpecialistService.objects.bulk_create(SpecialistService(specialist=who, service=service) for who in people)
    WorkingHours.objects.bulk_create(
        WorkingHours(
            location=location, specialist=who, weekday=weekday,
            starts_at=time(OPENS), ends_at=time(OPENS + HOURS_A_DAY),
        )
        for who in (None, *people) for weekday in Weekday
    )  # fmt: skip
    client = User.objects.create(username="client")
    return Salon(location.pk, service.pk, tuple(who.pk for who in people), client.pk)


def book_half(salon: Salon, *, bookings: int, today: date, days_ahead: int) -> None:
    """Book four of the eight hours of each specialist, day by day, until there are ``bookings``: the last
    ``days_ahead`` days lie ahead, the rest is history. Written as plain rows, past the services.
    """
    a_day = BOOKED_A_DAY * len(salon.specialist_ids)
    days = -(-bookings // a_day)
    first = today + timedelta(days=days_ahead + 1 - days)
    rows = islice(_hours(salon, first, days), bookings)
    number = 0
    with transaction.atomic(), connection.cursor() as cursor:
        while chunk := list(islice(rows, 20_000)):
            _insert(cursor, salon, chunk, number)
            number += len(chunk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _hours(salon: Salon, first: date, days: int) -> Iterator[tuple[int, datetime]]:
    choose = random.Random(1)
    for day in (first + timedelta(days=n) for n in range(days)):
        opening = datetime.combine(day, time(OPENS), ZONE).astimezone(UTC)
        for who in salon.specialist_ids:
            for hour in choose.sample(range(HOURS_A_DAY), BOOKED_A_DAY):
                yield who, opening + timedelta(hours=hour)


def _insert(cursor: object, salon: Salon, chunk: list[tuple[int, datetime]], number: int) -> None:
    execute = cursor.executemany  # type: ignore[attr-defined]
    adapt = connection.ops.adapt_datetimefield_value
    now = adapt(datetime.now(UTC))
    hour = timedelta(hours=1)
    spans = [(n, who, adapt(at), adapt(at + hour)) for n, (who, at) in enumerate(chunk, start=number + 1)]
    execute(
        "INSERT INTO bookings_booking (id, location_id, client_id, status, starts_at, ends_at, price, currency,"
        " comment, door, version, created_at, updated_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, 50, 'EUR', '', 'system', 1, %s, %s)",
        [
            (n, salon.location_id, salon.client_id, BookingStatus.CONFIRMED.value, starts, ends, now, now)
            for n, _who, starts, ends in spans
        ],
    )
    execute(
        "INSERT INTO bookings_bookingitem (id, booking_id, position, service_id, specialist_id, starts_at, ends_at,"
        " duration_minutes, buffer_before_minutes, buffer_after_minutes, price, service_name, specialist_name)"
        " VALUES (%s, %s, 0, %s, %s, %s, %s, 60, 0, 0, 50, 'Haircut', 'Specialist')",
        [(n, n, salon.service_id, who, starts, ends) for n, who, starts, ends in spans],
    )
    execute(
        "INSERT INTO bookings_allocation (specialist_id, starts_at, ends_at, item_id) VALUES (%s, %s, %s, %s)",
        [(who, starts, ends, n) for n, who, starts, ends in spans],
    )


def booked_spans(first: datetime, last: datetime) -> list[tuple[int, datetime, datetime]]:
    """(specialist, start, end) of what is booked in ``[first, last)``; for a peer that keeps its own tables."""
    with connection.cursor() as cursor:
        adapt = connection.ops.adapt_datetimefield_value
        cursor.execute(
            "SELECT specialist_id, starts_at, ends_at FROM bookings_allocation WHERE starts_at >= %s"
            " AND starts_at < %s ORDER BY specialist_id, starts_at",
            [adapt(first), adapt(last)],
        )
        return [(who, _aware(starts), _aware(ends)) for who, starts, ends in cursor.fetchall()]


def _aware(value: str | datetime) -> datetime:
    parsed = parse_datetime(value) if isinstance(value, str) else value
    assert parsed is not None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
