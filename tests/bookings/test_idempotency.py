"""The same key again: the same booking back, nothing done twice."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from bookings.enums import BookingStatus
from bookings.exceptions import IdempotencyConflict, SlotTaken
from bookings.models import Booking, IdempotencyKey, StatusChange
from bookings.services import forget_requests
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.reschedule_booking import reschedule_booking
from tests.bookings.conftest import HOUR, TOMORROW, Heard, Salon, actor_of, row, set_policy


def test_creating_again_gives_the_same_booking(salon: Salon, heard: Heard) -> None:
    first = salon.book(idempotency_key="tg:1")
    again = salon.book(idempotency_key="tg:1")

    assert again == first
    assert Booking.objects.count() == 1
    assert heard.kinds == ["booking_created"]


def test_the_answer_is_the_booking_as_it_is_now(salon: Salon) -> None:
    first = salon.book(idempotency_key="tg:1")
    cancel_booking(actor=salon.as_client, booking_id=first.id)

    assert salon.book(idempotency_key="tg:1").status is BookingStatus.CANCELLED
    assert Booking.objects.count() == 1


def test_another_content_under_the_same_key_is_refused(salon: Salon) -> None:
    salon.book(idempotency_key="tg:1")

    with pytest.raises(IdempotencyConflict):
        salon.book(TOMORROW + HOUR, idempotency_key="tg:1")
    with pytest.raises(IdempotencyConflict):
        salon.book(comment="other", idempotency_key="tg:1")
    assert Booking.objects.count() == 1


def test_keys_belong_to_their_actor_and_operation(salon: Salon) -> None:
    first = salon.book(idempotency_key="1")

    second = salon.book(
        TOMORROW + HOUR, actor=actor_of(salon.stranger), client_id=salon.stranger.pk, idempotency_key="1"
    )
    cancelled = cancel_booking(actor=salon.as_client, booking_id=first.id, idempotency_key="1")

    assert second.id != first.id
    assert cancelled.status is BookingStatus.CANCELLED


def test_a_refused_request_leaves_its_key_free(salon: Salon) -> None:
    other = salon.book(actor=actor_of(salon.stranger), client_id=salon.stranger.pk)
    with pytest.raises(SlotTaken):
        salon.book(idempotency_key="tg:1")

    cancel_booking(actor=salon.as_admin, booking_id=other.id)

    assert salon.book(idempotency_key="tg:1").status is BookingStatus.CONFIRMED


def test_every_change_can_be_repeated(salon: Salon, frozen: time_machine.Traveller, heard: Heard) -> None:
    set_policy(auto_confirm=False)
    booking, other, third = (salon.book(TOMORROW + n * HOUR) for n in range(3))
    late = TOMORROW + 6 * HOUR
    for _attempt in range(2):
        confirm_booking(actor=salon.as_admin, booking_id=booking.id, idempotency_key="a")
        confirm_booking(actor=salon.as_admin, booking_id=other.id, idempotency_key="b")
        cancel_booking(actor=salon.as_client, booking_id=third.id, reason="x", idempotency_key="c")
        reschedule_booking(actor=salon.as_client, booking_id=other.id, starts_at=late, idempotency_key="d")
    frozen.move_to(late + 2 * HOUR)
    for _attempt in range(2):
        complete_booking(actor=salon.as_admin, booking_id=booking.id, idempotency_key="e")
        mark_no_show(actor=salon.as_admin, booking_id=other.id, idempotency_key="f")

    assert heard.kinds == [
        *["booking_created"] * 3,
        "booking_confirmed", "booking_confirmed", "booking_cancelled", "booking_rescheduled",
        "booking_completed", "booking_no_show",
    ]  # fmt: skip
    assert StatusChange.objects.count() == len(heard.kinds)


def test_a_key_may_be_of_any_length(salon: Salon) -> None:
    key = "x" * 1000

    assert salon.book(idempotency_key=key).id == salon.book(idempotency_key=key).id
    assert len(IdempotencyKey.objects.get().key) < 100


def test_without_a_key_the_second_request_is_another_one(salon: Salon) -> None:
    salon.book(idempotency_key="")

    with pytest.raises(SlotTaken):
        salon.book(idempotency_key=None)


# Keys past their time


def keys() -> set[str]:
    return set(IdempotencyKey.objects.values_list("key", flat=True))


@override_settings(IDEMPOTENCY_KEEP_DAYS=3)
def test_a_key_is_kept_for_the_days_of_the_setting_and_then_forgotten(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    made = salon.book(idempotency_key="old")
    frozen.shift(timedelta(hours=1))
    salon.book(TOMORROW + 5 * HOUR, idempotency_key="young")

    frozen.shift(timedelta(days=3) - timedelta(hours=1))
    assert forget_requests.forget_old_requests() == 0
    frozen.shift(timedelta(seconds=1))
    assert forget_requests.forget_old_requests() == 1
    assert keys() == {"young"}
    assert Booking.objects.filter(pk=made.id).exists()


def test_keys_are_forgotten_a_chunk_at_a_time_and_all_of_them(
    salon: Salon, frozen: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = row(salon.book())
    IdempotencyKey.objects.bulk_create(
        IdempotencyKey(scope="s", key=str(n), fingerprint="", result_id=booking.pk) for n in range(5)
    )
    frozen.shift(timedelta(days=settings.IDEMPOTENCY_KEEP_DAYS, seconds=1))
    monkeypatch.setattr(forget_requests, "CHUNK", 2)

    with CaptureQueriesContext(connection) as queries:
        assert forget_requests.forget_old_requests() == 5
    assert sum("DELETE" in query["sql"] for query in queries) == 3
    assert keys() == set()


def test_a_process_that_is_stopping_leaves_the_rest_to_the_next_night(
    salon: Salon, frozen: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    salon.book(idempotency_key="old")
    frozen.shift(timedelta(days=30))
    monkeypatch.setattr(forget_requests, "stopping", lambda: True)

    assert forget_requests.forget_old_requests() == 0
    assert keys() == {"old"}
