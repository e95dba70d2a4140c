"""A salon to measure on: one location, specialists who work eight hours a day, half of which is booked."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model
from django.utils.dateparse import parse_datetime

from bookings.enums import BookingStatus, Door, Weekday
from bookings.models import (
    Allocation,
    Booking,
    BookingItem,
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
    with transaction.atomic():
        while chunk := list(islice(rows, 20_000)):
            _insert(salon, chunk, number)
            number += len(chunk)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Booking, BookingItem]):
            cursor.execute(statement)
        cursor.execute("ANALYZE")


def _hours(salon: Salon, first: date, days: int) -> Iterator[tuple[int, datetime]]:
    choose = random.Random(1)
    for day in (first + timedelta(days=n) for n in range(days)):
        opening = datetime.combine(day, time(OPENS), ZONE).astimezone(UTC)
        for who in salon.specialist_ids:
            for hour in choose.sample(range(HOURS_A_DAY), BOOKED_A_DAY):
                yield who, opening + timedelta(hours=hour)


def _insert(salon: Salon, chunk: list[tuple[int, datetime]], number: int) -> None:
    adapt = connection.ops.adapt_datetimefield_value
    hour = timedelta(hours=1)
    spans = [(n, who, adapt(at), adapt(at + hour)) for n, (who, at) in enumerate(chunk, start=number + 1)]
    booking = Booking(
        location_id=salon.location_id, client_id=salon.client_id, status=BookingStatus.CONFIRMED, price=50,
        currency="EUR", door=Door.SYSTEM,
    )  # fmt: skip
    _write_rows(booking, ("id", "starts_at", "ends_at"), [(n, starts, ends) for n, _who, starts, ends in spans])
    item = BookingItem(
        service_id=salon.service_id, duration_minutes=60, price=50, service_name="Haircut",
        specialist_name="Specialist",
    )  # fmt: skip
    _write_rows(
        item,
        ("id", "booking_id", "specialist_id", "starts_at", "ends_at"),
        [(n, n, who, starts, ends) for n, who, starts, ends in spans],
    )
    _write_rows(
        Allocation(),
        ("item_id", "specialist_id", "starts_at", "ends_at"),
        [(n, who, starts, ends) for n, who, starts, ends in spans],
    )


def _write_rows(like: Model, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Rows that are ``like`` the instance but for ``columns``; many times as fast as ``bulk_create``."""
    fixed: dict[str, Any] = {
        str(field.column): field.get_db_prep_save(getattr(like, field.attname), connection)
        for field in like._meta.concrete_fields  # noqa: SLF001 - Django's documented name
        if field.column not in columns and not (field.primary_key or field.name == "updated_at")
    }
    if hasattr(like, "updated_at"):
        fixed["updated_at"] = connection.ops.adapt_datetimefield_value(datetime.now(UTC))
    names = ", ".join([*columns, *fixed])
    places = ", ".join(["%s"] * (len(columns) + len(fixed)))
    values: tuple[Any, ...] = tuple(fixed.values())
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {like._meta.db_table} ({names}) VALUES ({places})",  # noqa: S608, SLF001 - our own names
            [(*row, *values) for row in rows],
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
