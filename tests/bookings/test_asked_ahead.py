"""What is asked by what was known earlier is used only where that still holds."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from booking_site.lib import exchange
from bookings.exceptions import BookingError, ServiceUnavailable, SlotUnavailable
from bookings.models import SpecialistService
from bookings.slots import ahead
from tests.bookings.conftest import HOUR, TOMORROW, Salon, set_policy


@pytest.fixture
def known(salon: Salon) -> Salon:
    """A salon that this process has booked at before."""
    salon.book()
    return salon


def test_a_longer_service_takes_as_long_as_it_takes_now(known: Salon) -> None:
    known.service.duration_minutes, known.service.price = 90, Decimal(70)
    known.service.save()

    card = known.book(TOMORROW + 2 * HOUR)

    assert (card.ends_at - card.starts_at, card.price) == (1.5 * HOUR, Decimal(70))


def test_a_location_that_moved_keeps_the_hours_of_its_new_clock(known: Salon) -> None:
    known.location.timezone = "Asia/Tokyo"
    known.location.save()

    with pytest.raises(SlotUnavailable):
        known.book(TOMORROW + 2 * HOUR)  # 20:00 there
    assert known.book(datetime(2026, 3, 4, 1, tzinfo=UTC)).location.zone == "Asia/Tokyo"


def test_the_step_is_that_of_now(known: Salon) -> None:
    set_policy(slot_step_minutes=60)

    with pytest.raises(SlotUnavailable):
        known.book(TOMORROW + 2.5 * HOUR)


def stop_giving(salon: Salon) -> None:
    SpecialistService.objects.filter(specialist=salon.anna).delete()


def leave(salon: Salon) -> None:
    salon.anna.locations.clear()


def retire(salon: Salon) -> None:
    salon.service.is_active = False
    salon.service.save()


@pytest.mark.parametrize("change", [stop_giving, leave, retire])
def test_who_or_what_is_gone_is_not_booked(known: Salon, change: Callable[[Salon], None]) -> None:
    change(known)
    with pytest.raises(ServiceUnavailable):
        known.book(TOMORROW + 2 * HOUR)


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_day_at_the_end_of_all_calendars_is_refused_as_ever(known: Salon, year: int) -> None:
    for starts_at in (datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, tzinfo=UTC)):
        with pytest.raises(BookingError):
            known.book(starts_at)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is no trip away")
def test_it_spares_a_trip(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    trips: list[int] = []
    send = exchange.exchange

    def counted(driver: object, questions: list[object], **named: bool) -> None:
        trips[-1] += 1
        send(driver, questions, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(exchange, "exchange", counted)
    monkeypatch.setattr(ahead, "_last", {})  # other tests have booked with the same ids
    for hour in (2, 3):
        trips.append(0)
        salon.book(TOMORROW + hour * HOUR)
    assert trips == [4, 3]
