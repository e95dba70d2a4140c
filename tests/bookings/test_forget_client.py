"""A client who wants to be forgotten."""

from datetime import timedelta

import pytest
import time_machine

from bookings.actor import SYSTEM
from bookings.exceptions import NotAllowed, NotFound, WrongStatus
from bookings.models import AuditEntry, Booking, Review, User, WaitlistEntry
from bookings.services.complete_booking import complete_booking
from bookings.services.forget_client import forget_client
from bookings.services.reviews import leave_review
from bookings.services.users import register_telegram_user
from bookings.services.waitlist_matching import expire_offers
from bookings.signals import user_changed
from tests.bookings.conftest import HOUR, TOMORROW, Salon
from tests.bookings.test_waitlist import DAY, join


def test_who_they_were_goes_and_the_visit_stays(salon: Salon, frozen: time_machine.Traveller) -> None:
    salon.client.tg_id, salon.client.phone = 1001, "+79120000000"
    salon.client.save()
    card = salon.book(comment="My address is …")
    frozen.move_to(TOMORROW + 9 * HOUR)
    complete_booking(actor=salon.as_admin, booking_id=card.id)
    leave_review(actor=salon.as_client, booking_id=card.id, rating=4, text="I, Anna, liked it")

    forget_client(actor=salon.as_client)

    gone = User.objects.get(pk=salon.client.pk)
    assert (gone.display_name, gone.phone, gone.tg_id, gone.tg_username, gone.is_active) == (
        "–",
        "",
        None,
        "",
        False,
    )
    visit = Booking.objects.get()
    assert (visit.status, visit.comment, visit.price) == ("done", "", card.price)
    assert (Review.objects.get().rating, Review.objects.get().text) == (4, "")
    kept = str(list(AuditEntry.objects.values_list("before", "after")))
    assert "My address" not in kept
    assert "I, Anna" not in kept
    assert "rating" in kept
    assert AuditEntry.objects.filter(action="forgotten", entity_id=gone.pk).exists()
    again = register_telegram_user(tg_id=1001, first_name="Anna", last_name="", username="", language_code="ru")
    assert again.id != gone.pk


def test_they_leave_the_waitlist_and_their_offer_goes_to_the_next(
    salon: Salon, frozen: time_machine.Traveller
) -> None:
    salon.anna.working_hours.update(starts_at="10:00", ends_at="11:00")
    mine, later, next_in_line = (
        join(salon),
        join(salon, date_from=DAY, date_to=DAY + timedelta(days=1)),
        join(salon, salon.stranger),
    )
    assert expire_offers() == 2, "both wishes of the client have their day"

    forget_client(actor=salon.as_client)

    assert expire_offers() == 1, "the next in line need not wait until it runs out"
    frozen.shift(HOUR)
    expire_offers()
    left = dict(WaitlistEntry.objects.values_list("pk", "state"))
    assert (left[mine.id], left[later.id], left[next_in_line.id]) == ("left", "left", "waiting")
    assert AuditEntry.objects.filter(entity="waitlist_entry", entity_id=mine.id, action="withdrawn").count() == 1


def test_visits_ahead_are_cancelled_first(salon: Salon) -> None:
    salon.book()

    with pytest.raises(WrongStatus) as refused:
        forget_client(actor=salon.as_client)
    assert refused.value.details == {"status": "open"}
    assert User.objects.get(pk=salon.client.pk).is_active


def test_neither_the_team_nor_the_system_is_forgotten(salon: Salon) -> None:
    with pytest.raises(NotAllowed):
        forget_client(actor=salon.as_admin)
    with pytest.raises(NotFound):
        forget_client(actor=SYSTEM)


def test_those_who_remember_are_told(salon: Salon, django_capture_on_commit_callbacks: object) -> None:
    salon.client.tg_id = 1001
    salon.client.save()
    told: list[int] = []

    def hear(tg_id: int, **_kwargs: object) -> None:
        told.append(tg_id)

    user_changed.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            forget_client(actor=salon.as_client)
    finally:
        user_changed.disconnect(hear)
    assert told == [1001]
