"""A series called off, whole or from one visit on."""

from typing import Any

import pytest
import time_machine

from bookings.exceptions import IdempotencyConflict, NotFound, TooLate
from bookings.models import Booking
from bookings.read_models import BookingCard, SeriesCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.cancel_series import cancel_series
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of
from tests.bookings.series.wishes import book


def statuses(series: SeriesCard) -> list[str]:
    return [card.status.value for card in series.bookings]


def test_the_rest_of_a_series_is_cancelled(salon: Salon, heard: Heard, frozen: time_machine.Traveller) -> None:
    series = book(salon)
    frozen.move_to(TOMORROW + 2 * HOUR)

    card = cancel_series(actor=salon.as_client, series_id=series.id, reason="Moving away", idempotency_key="k")

    assert statuses(card) == ["confirmed", "cancelled", "cancelled", "cancelled"]
    assert heard.kinds[4:] == ["booking_cancelled"] * 3
    told = {"series_id": series.id, "visits": 3, "reason": "Moving away"}
    assert [event.payload for event in heard.events[4:]] == [
        {**told, "visit": 1, "parts": {str(salon.anna.pk): 3}},
        {**told, "visit": 2, "parts": {}},
        {**told, "visit": 3, "parts": {}},
    ]
    again = cancel_series(actor=salon.as_client, series_id=series.id, reason="Moving away", idempotency_key="k")
    assert again == card


def test_or_from_one_visit_on(salon: Salon) -> None:
    series = book(salon)

    card = cancel_series(actor=salon.as_client, series_id=series.id, from_booking_id=series.bookings[2].id)

    assert statuses(card) == ["confirmed", "confirmed", "cancelled", "cancelled"]


def test_what_is_too_near_stays(salon: Salon, frozen: time_machine.Traveller) -> None:
    series = book(salon, times=2)
    frozen.move_to(TOMORROW - HOUR)
    assert statuses(cancel_series(actor=salon.as_client, series_id=series.id)) == ["confirmed", "cancelled"]

    with pytest.raises(TooLate):
        cancel_series(actor=salon.as_client, series_id=series.id)


def test_a_series_is_its_clients(salon: Salon) -> None:
    series, other = book(salon), salon.book(TOMORROW + 2 * HOUR)

    with pytest.raises(NotFound):
        cancel_series(actor=actor_of(salon.stranger), series_id=series.id)
    with pytest.raises(NotFound):
        cancel_series(actor=salon.as_client, series_id=series.id, from_booking_id=other.id)
    with pytest.raises(NotFound):
        cancel_series(actor=salon.as_client, series_id=0)


def test_what_was_cancelled_before_does_not_stand_in_the_way(salon: Salon) -> None:
    series = book(salon)
    cancel_booking(actor=salon.as_client, booking_id=series.bookings[1].id)

    card = cancel_series(actor=salon.as_client, series_id=series.id)

    assert statuses(card) == ["cancelled"] * 4


def test_dying_half_way_leaves_all_and_asking_again_cancels_all(
    salon: Salon, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    series = book(salon)
    asked: dict[str, Any] = {"actor": salon.as_client, "idempotency_key": "k"}
    left = [2]

    def dying(**given: Any) -> BookingCard:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return cancel_booking(**given)

    with monkeypatch.context() as broken:
        broken.setattr("bookings.services.cancel_series.cancel_booking", dying)
        with pytest.raises(KeyboardInterrupt):
            cancel_series(series_id=series.id, **asked)
    assert set(Booking.objects.values_list("status", flat=True)) == {"confirmed"}

    assert statuses(cancel_series(series_id=series.id, **asked)) == ["cancelled"] * 4


def test_the_same_key_is_the_same_cancelling(salon: Salon, frozen: time_machine.Traveller) -> None:
    series, other = book(salon), book(salon, starts_at=TOMORROW + 2 * HOUR, times=2)
    asked: dict[str, Any] = {"actor": salon.as_client, "series_id": series.id, "idempotency_key": "k"}
    first = cancel_series(**asked, from_booking_id=series.bookings[2].id, reason="Flu")

    for changes in (
        {"from_booking_id": series.bookings[1].id, "reason": "Flu"},
        {"from_booking_id": series.bookings[2].id, "reason": "Cold"},
        {"reason": "Flu"},
        {"series_id": other.id},
    ):
        with pytest.raises(IdempotencyConflict):
            cancel_series(**{**asked, **changes})
    assert statuses(first) == ["confirmed", "confirmed", "cancelled", "cancelled"]
    assert Booking.objects.filter(status="confirmed").count() == 4

    # It gets that answer also when nothing could be cancelled any more.
    frozen.move_to(series.bookings[3].starts_at - HOUR)
    again = cancel_series(**asked, from_booking_id=series.bookings[2].id, reason="Flu")
    assert again == first


def test_the_answer_stays_when_what_is_left_has_come_too_near(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    series = book(salon, times=2)
    asked: dict[str, Any] = {"actor": salon.as_client, "idempotency_key": "k"}
    frozen.move_to(TOMORROW - HOUR)
    first = cancel_series(series_id=series.id, **asked)

    assert cancel_series(series_id=series.id, **asked) == first
