"""After a visit: a request for a review, and much later an invitation to the next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from bookings.enums import BookingStatus, EventKind, Role
from bookings.models import Booking, Review, Service
from bookings.signals import announce
from notifications import invitations, processing
from notifications.events import Kind
from notifications.fan_out import fan_out
from notifications.models import Delivery, NotificationPolicy, NotificationPreferences, OutboxEvent
from notifications.relevance import still_wanted
from tests.notifications.rows import book, event_of

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def visit(ended: datetime = NOON, **changes: Any) -> Booking:
    return book(starts_at=ended - HOUR, ends_at=ended, **({"status": BookingStatus.DONE} | changes))


def completed(booking: Booking, at: datetime = NOON) -> OutboxEvent | None:
    """The request that follows once the visit was noted as done."""
    with time_machine.travel(at, tick=False):
        announce(event_of(booking, EventKind.BOOKING_COMPLETED, role=Role.ADMIN, user_id=999))
        fan_out(OutboxEvent.objects.filter(kind=Kind.BOOKING_COMPLETED).latest("pk").pk)
    return OutboxEvent.objects.filter(kind=Kind.REVIEW_REQUEST).first()


def told(event: OutboxEvent, at: datetime = NOON) -> Delivery:
    with time_machine.travel(at, tick=False):
        fan_out(event.pk)
    return Delivery.objects.select_related("event").get(event=event)


# A request for a review


def test_the_client_is_asked_two_hours_later_with_a_button_for_each_rating() -> None:
    booking = visit()
    event = completed(booking)
    assert event is not None
    assert event.due_at == NOON + 2 * HOUR
    row = told(event)
    assert row.recipient == booking.client
    assert row.body is not None
    actions = [(action["name"], action["args"]) for action in row.body["rows"][0]]
    assert actions == [("review.rate", [booking.pk, stars]) for stars in range(1, 6)]


def test_nobody_is_asked_twice_about_one_visit() -> None:
    booking = visit()
    completed(booking), completed(booking)
    assert OutboxEvent.objects.filter(kind=Kind.REVIEW_REQUEST).count() == 1


def test_nobody_is_woken_before_the_time_has_come() -> None:
    completed(visit())
    with time_machine.travel(NOON + HOUR, tick=False):
        assert processing.wake_due(expires=5)["events"] == 0
    with time_machine.travel(NOON + 2 * HOUR, tick=False):
        assert processing.wake_due(expires=5)["events"] == 1


def test_a_company_may_never_ask() -> None:
    NotificationPolicy.objects.create(pk=1, review_after_minutes=None)
    assert completed(visit()) is None


def test_a_visit_of_last_month_is_not_asked_about() -> None:
    assert completed(visit(NOON - 8 * DAY)) is None


def test_who_has_written_a_review_is_not_asked_for_one() -> None:
    booking = visit()
    event = completed(booking)
    assert event is not None
    row = told(event)
    assert still_wanted(row)
    Review.objects.create(booking=booking, client=booking.client, rating=5)
    assert not still_wanted(row)


# Time for the next visit


def repeats(booking: Booking, days: int | None) -> Service:
    service = booking.items.get().service
    service.repeat_after_days = days
    service.save()
    return service


def invite_at(moment: datetime) -> list[int | None]:
    with time_machine.travel(moment, tick=False):
        invitations.invite()
    return list(OutboxEvent.objects.filter(kind=Kind.NEXT_VISIT).values_list("booking", flat=True))


def test_the_client_is_invited_after_the_service_s_days_and_once() -> None:
    booking = visit()
    repeats(booking, 30)
    assert invite_at(NOON + 29 * DAY) == []
    assert invite_at(NOON + 30 * DAY) == [booking.pk]
    assert invite_at(NOON + 31 * DAY) == [booking.pk]
    row = told(OutboxEvent.objects.get(), NOON + 31 * DAY)
    assert row.body is not None
    assert row.body["text"].startswith("🌿 <b>Time for your next visit?</b>\n\n▫️ Haircut\n👤 Anna")
    assert [(action["name"], action["args"]) for action in row.body["rows"][0]] == [
        ("booking.again", [booking.pk])
    ]


@pytest.mark.parametrize(("before", "after"), [(2, 1), (30, 29), (30, 35)])
def test_a_change_of_the_days_invites_nobody_again(before: int, after: int) -> None:
    booking = visit()
    repeats(booking, before)
    assert invite_at(NOON + before * DAY) == [booking.pk]
    repeats(booking, after)
    assert invite_at(NOON + max(before, after) * DAY) == [booking.pk]


def test_two_processes_that_know_of_different_days_invite_once() -> None:
    booking = visit()
    for days in (2, 1):
        service = repeats(booking, days)
        with time_machine.travel(NOON + 2 * DAY, tick=False):
            invitations._write([booking], service)
    assert OutboxEvent.objects.filter(kind=Kind.NEXT_VISIT).count() == 1


@pytest.mark.parametrize("days", [None, 60])
def test_nobody_is_invited_to_a_service_that_says_nothing_or_not_yet(days: int | None) -> None:
    repeats(visit(), days)
    assert invite_at(NOON + 30 * DAY) == []


def test_an_invitation_that_is_weeks_late_is_not_sent() -> None:
    repeats(visit(), 30)
    assert invite_at(NOON + 45 * DAY) == []


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED, BookingStatus.NO_SHOW, BookingStatus.CONFIRMED])
def test_only_visits_that_took_place_count(status: BookingStatus) -> None:
    repeats(visit(status=status), 30)
    assert invite_at(NOON + 30 * DAY) == []


def again(booking: Booking, status: BookingStatus) -> None:
    later = visit(NOON + 40 * DAY, client=booking.client, status=status)
    later.items.update(service=booking.items.get().service)


@pytest.mark.parametrize("status", [BookingStatus.DONE, BookingStatus.CONFIRMED, BookingStatus.PENDING])
def test_who_has_booked_again_is_not_invited(status: BookingStatus) -> None:
    booking = visit()
    repeats(booking, 30)
    again(booking, status)
    assert invite_at(NOON + 30 * DAY) == []


def test_a_later_visit_that_was_cancelled_does_not_count() -> None:
    booking = visit()
    repeats(booking, 30)
    again(booking, BookingStatus.CANCELLED)
    assert invite_at(NOON + 30 * DAY) == [booking.pk]


def test_an_invitation_on_its_way_is_dropped_once_the_client_has_booked() -> None:
    booking = visit()
    repeats(booking, 30)
    invite_at(NOON + 30 * DAY)
    row = told(OutboxEvent.objects.get(), NOON + 30 * DAY)
    with time_machine.travel(NOON + 30 * DAY, tick=False):
        assert still_wanted(row)
        again(booking, BookingStatus.CONFIRMED)
        assert not still_wanted(row)


def test_who_wants_no_invitations_gets_neither() -> None:
    booking = visit()
    NotificationPreferences.objects.create(user=booking.client, invitations=False)
    repeats(booking, 30)
    invite_at(NOON + 30 * DAY)
    review = completed(booking)
    assert review is not None
    for event in (OutboxEvent.objects.get(kind=Kind.NEXT_VISIT), review):
        assert told(event, NOON + 30 * DAY).reason == "declined"
