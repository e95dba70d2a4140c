"""Every so many weeks, so many times, at the same time by the clock on the wall."""

from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from bookings.enums import BookingStatus
from bookings.exceptions import (
    InvalidValue,
    NotAllowed,
    NotFound,
    PromotionRefused,
    SeriesConflict,
    ServiceUnavailable,
    TooManyBookings,
)
from bookings.models import Booking, BookingSeries
from bookings.queries.recurring import get_series
from bookings.read_models import ItemRequest
from bookings.services.cancel_series import cancel_series
from bookings.services.create_booking import Made, write_booking
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, set_policy
from tests.bookings.series.wishes import WEEK, book, plan
from tests.bookings.test_promotions import promote
from tests.factories import open_daily


def test_a_plan_writes_nothing(salon: Salon) -> None:
    planned = plan(salon)

    assert [visit.starts_at for visit in planned.visits[:4]] == [
        TOMORROW, TOMORROW + WEEK, TOMORROW + 2 * WEEK, TOMORROW + 3 * WEEK,
    ]  # fmt: skip
    assert (planned.conflicts, planned.price, planned.currency) == ((), Decimal(200), "EUR")
    assert not Booking.objects.exists()
    assert not BookingSeries.objects.exists()


def test_the_clock_at_the_wall_decides_when_summer_time_begins(salon: Salon) -> None:
    """29 March: from then on, ten o'clock in Berlin is an hour earlier in UTC."""
    starts = [visit.starts_at for visit in plan(salon, every_weeks=2, times=3).visits]

    assert starts == [
        datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 17, 9, tzinfo=UTC), datetime(2026, 3, 31, 8, tzinfo=UTC),
    ]  # fmt: skip


def test_an_hour_that_the_clock_skips_is_a_conflict(salon: Salon) -> None:
    open_daily(salon.location, starts_at=time(0), ends_at=time(6))
    open_daily(salon.location, salon.anna, starts_at=time(0), ends_at=time(6))
    sunday = datetime(2026, 3, 22, 1, 30, tzinfo=UTC)  # 02:30 in Berlin

    planned = plan(salon, starts_at=sunday, times=3)

    assert [(visit.is_free, visit.code) for visit in planned.visits] == [
        (True, ""), (False, "slot_unavailable"), (True, ""),
    ]  # fmt: skip
    assert planned.conflicts[0].alternatives
    assert [visit.starts_at.hour for visit in planned.visits] == [1, 1, 0]


def test_a_series_from_the_second_of_two_hours_alike_begins_in_the_second(salon: Salon) -> None:
    """25 October: Berlin's clocks show half past two twice, an hour apart."""
    open_daily(salon.location, starts_at=time(0), ends_at=time(6))
    open_daily(salon.location, salon.anna, starts_at=time(0), ends_at=time(6))
    first, second = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))

    for asked in (first, second):
        starts = [visit.starts_at for visit in plan(salon, actor=salon.as_admin, starts_at=asked, times=2).visits]
        assert starts == [asked, datetime(2026, 11, 1, 1, 30, tzinfo=UTC)]


def test_what_is_in_the_way_is_told_with_other_times(salon: Salon, in_the_way: datetime) -> None:
    (conflict,) = plan(salon).conflicts

    assert (conflict.starts_at, conflict.code) == (in_the_way, "slot_taken")
    assert conflict.alternatives[0] in (in_the_way - HOUR, in_the_way + HOUR)


def test_beyond_the_horizon_is_for_staff(salon: Salon) -> None:
    set_policy(horizon_days=14)

    assert [visit.is_free for visit in plan(salon).visits] == [True, True, False, False]
    assert plan(salon, actor=salon.as_admin).conflicts == ()


def test_all_of_it_is_booked(salon: Salon, heard: Heard) -> None:
    series = book(salon, comment="as always")

    assert [card.starts_at for card in series.bookings] == [TOMORROW + n * WEEK for n in range(4)]
    assert {(card.series_id, card.status, card.comment) for card in series.bookings} == {
        (series.id, BookingStatus.CONFIRMED, "as always")
    }
    assert heard.kinds == ["booking_created"] * 4
    assert heard.events[1].payload == {"series_id": series.id, "visit": 2, "visits": 4, "parts": {}}
    assert get_series(actor=salon.as_client, series_id=series.id) == series


def test_a_conflict_books_nothing(salon: Salon, in_the_way: datetime) -> None:
    with pytest.raises(SeriesConflict) as refused:
        book(salon)

    assert refused.value.details["conflicts"] == [in_the_way]
    assert not BookingSeries.objects.exists()
    assert Booking.objects.count() == 1


def test_or_the_conflicts_are_left_out(salon: Salon, in_the_way: datetime) -> None:
    series = book(salon, skip_conflicts=True)

    assert [card.starts_at for card in series.bookings] == [TOMORROW, TOMORROW + 2 * WEEK, TOMORROW + 3 * WEEK]
    assert series.times == 4


def test_where_nothing_is_free_there_is_no_series(salon: Salon) -> None:
    with pytest.raises(SeriesConflict):
        book(salon, starts_at=TOMORROW + 12 * HOUR, skip_conflicts=True)
    assert not BookingSeries.objects.exists()


def test_the_limit_of_open_bookings_counts_them_all(salon: Salon) -> None:
    set_policy(max_open_bookings=3)

    with pytest.raises(TooManyBookings):
        book(salon)
    assert len(book(salon, times=3).bookings) == 3


def test_the_same_request_again_is_the_same_series(salon: Salon, heard: Heard) -> None:
    first = book(salon, idempotency_key="k")

    assert book(salon, idempotency_key="k") == first
    assert len(heard.kinds) == 4


def test_dying_on_the_way_leaves_nothing(salon: Salon, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def die_at_the_third(order: Any, *rest: Any) -> Made:
        if order.details["visit"] == 3:
            raise Killed
        return write_booking(order, *rest)

    with monkeypatch.context() as patch:
        patch.setattr("bookings.services.recurring.write_booking", die_at_the_third)
        with pytest.raises(Killed):
            book(salon, idempotency_key="k")
    assert not Booking.objects.exists()
    assert not BookingSeries.objects.exists()

    assert len(book(salon, idempotency_key="k").bookings) == 4


@pytest.mark.parametrize("changes", [{"times": 1}, {"times": 53}, {"every_weeks": 0}, {"every_weeks": 53}])
def test_a_rhythm_has_bounds(salon: Salon, changes: dict[str, int]) -> None:
    for do in (plan, book):
        with pytest.raises(InvalidValue) as refused:
            do(salon, **changes)
        assert refused.value.details["field"] in changes


def test_who_may_book_may_book_a_series(salon: Salon) -> None:
    with pytest.raises(NotFound):
        plan(salon, actor=actor_of(salon.stranger))
    with pytest.raises(NotAllowed):
        book(salon, actor=salon.as_anna, items=[ItemRequest(salon.service.pk, salon.boris.pk)])
    with pytest.raises(ServiceUnavailable):
        plan(salon, location_id=0)
    series = book(salon, actor=salon.as_anna)
    for actor in (salon.as_anna, salon.as_client, salon.as_admin):
        assert get_series(actor=actor, series_id=series.id) == series
    with pytest.raises(NotFound):
        get_series(actor=actor_of(salon.stranger), series_id=series.id)


def test_a_code_is_used_once_for_each_visit(salon: Salon) -> None:
    promotion = promote(usage_limit=4, client_limit=4)

    planned = plan(salon, promo_code=" spring ")
    card = book(salon, promo_code="spring")

    assert (planned.price, planned.discount) == (Decimal(200), Decimal(40))
    assert [(one.price, one.discount, one.promo_code) for one in card.bookings] == [
        (Decimal(40), Decimal(10), "SPRING")
    ] * 4
    promotion.refresh_from_db()
    assert (promotion.used, promotion.uses.count()) == (4, 4)
    cancel_series(actor=salon.as_admin, series_id=card.id, from_booking_id=card.bookings[2].id)
    promotion.refresh_from_db()
    assert (promotion.used, promotion.uses.count()) == (2, 2)


@pytest.mark.parametrize(
    ("limits", "reason", "visit"),
    [
        ({"usage_limit": 3}, "used_up", 4),
        ({"client_limit": 2}, "used_by_client", 3),
        ({"min_price": Decimal(51)}, "price", 1),
        ({"is_active": False}, "unknown", 1),
    ],
)
def test_a_code_that_does_not_cover_all_visits_books_none(
    salon: Salon, limits: dict[str, Any], reason: str, visit: int
) -> None:
    promotion = promote(**limits)
    for attempt in (plan, book):
        with pytest.raises(PromotionRefused) as refused:
            attempt(salon, promo_code="SPRING")
        assert (refused.value.details["reason"], refused.value.details["visit"]) == (reason, visit)
    promotion.refresh_from_db()
    assert (promotion.used, Booking.objects.count(), BookingSeries.objects.count()) == (0, 0, 0)


def test_limits_count_the_visits_that_are_booked(salon: Salon, in_the_way: datetime) -> None:
    promote(usage_limit=3)

    assert plan(salon, promo_code="SPRING").discount == Decimal(30)
    card = book(salon, promo_code="SPRING", skip_conflicts=True)

    assert in_the_way not in {one.starts_at for one in card.bookings}
    assert [one.discount for one in card.bookings] == [Decimal(10)] * 3
