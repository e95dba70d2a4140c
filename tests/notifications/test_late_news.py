"""What became outdated while it waited is not told."""

import pytest

from bookings.enums import BookingStatus, EventKind, Role
from bookings.models import Booking, BookingSeries
from bookings.services.series_words import told_of_series
from notifications import processing
from notifications.events import Kind
from notifications.models import Delivery, NotificationSetting
from tests.factories import AdminFactory
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book
from tests.notifications.told import announced, pass_time, specialist_of

pytestmark = pytest.mark.django_db(transaction=True)


def after_a_failure(telegram: Telegram, booking: Booking, kind: EventKind, **event: object) -> None:
    """News of ``booking`` whose first try failed, so that it waits."""
    event_id = announced(telegram, booking, kind, **event)
    telegram.fault("server_error", methods=["sendMessage"])
    processing.process(event_id)
    telegram.heal()


def then(telegram: Telegram, booking: Booking, kind: EventKind, **event: object) -> None:
    """What happened next is told at once; afterwards comes the time of what waited."""
    processing.process(announced(telegram, booking, kind, **event))
    pass_time()
    processing.deliver_due()


BY_ADMIN: dict[str, object] = {"role": Role.ADMIN, "user_id": 999}


@pytest.mark.parametrize(
    "kind", [EventKind.BOOKING_CREATED, EventKind.BOOKING_CONFIRMED, EventKind.BOOKING_RESCHEDULED]
)
def test_news_of_a_visit_do_not_come_after_its_cancellation(telegram: Telegram, kind: EventKind) -> None:
    booking = book()
    after_a_failure(telegram, booking, kind, **BY_ADMIN)
    then(telegram, booking, EventKind.BOOKING_CANCELLED, **BY_ADMIN)
    assert telegram.texts(booking.client) == ["❌ Your visit has been cancelled"]
    assert len(telegram.texts(specialist_of(booking))) == 1
    late = Delivery.objects.filter(event__kind=kind)
    assert set(late.values_list("state", "reason")) == {("skipped", "outdated")}


def test_who_cancels_is_not_told_of_the_booking_afterwards(telegram: Telegram) -> None:
    booking = book()
    after_a_failure(telegram, booking, EventKind.BOOKING_CREATED)
    then(telegram, booking, EventKind.BOOKING_CANCELLED)
    assert telegram.texts(booking.client) == []


def test_an_older_move_does_not_come_after_a_newer_one(telegram: Telegram) -> None:
    booking = book()
    older, newer = ({"old_starts_at": f"2026-11-2{day}T09:00:00+00:00"} for day in (2, 3))
    after_a_failure(telegram, booking, EventKind.BOOKING_RESCHEDULED, payload=older, **BY_ADMIN)
    then(telegram, booking, EventKind.BOOKING_RESCHEDULED, payload=newer, **BY_ADMIN)
    assert len(telegram.texts(booking.client)) == len(telegram.texts(specialist_of(booking))) == 1


def test_who_is_not_told_of_the_move_still_reads_of_the_booking(telegram: Telegram) -> None:
    """An admin moved it, which other admins are not told of; and clients' news of moves are switched off."""
    NotificationSetting.objects.create(kind=Kind.BOOKING_RESCHEDULED, role=Role.CLIENT, enabled=False)
    colleague, booking = AdminFactory.create(language="en"), book()
    after_a_failure(telegram, booking, EventKind.BOOKING_CREATED)
    then(telegram, booking, EventKind.BOOKING_RESCHEDULED, **BY_ADMIN)
    assert telegram.texts(colleague) == ["🆕 New booking"]
    assert telegram.texts(booking.client) == ["✅ You are booked!"]
    assert telegram.texts(specialist_of(booking)) == ["🔁 Запись перенесена"]


def test_whom_a_booking_was_taken_from_hears_of_it_even_if_it_was_cancelled_since(telegram: Telegram) -> None:
    booking, other = book(), book()
    former = other.items.get().specialist
    telegram.knows(specialist_of(other))
    payload = {"old_starts_at": "2026-11-23T09:00:00+00:00", "old_specialist_ids": [former.pk]}
    after_a_failure(telegram, booking, EventKind.BOOKING_RESCHEDULED, payload=payload, **BY_ADMIN)
    then(telegram, booking, EventKind.BOOKING_CANCELLED, **BY_ADMIN)
    assert telegram.texts(specialist_of(other)) == ["➡️ Запись передана коллеге"]


def test_a_series_is_told_of_as_long_as_a_visit_of_it_is_left(telegram: Telegram) -> None:
    booking, other = book(), book()
    series = BookingSeries.objects.create(
        client=booking.client, location=booking.location, starts_at=booking.starts_at, every_weeks=1, times=2
    )
    Booking.objects.filter(pk__in=(booking.pk, other.pk)).update(series=series)
    team = [booking.items.get().specialist_id]
    first, _second = told_of_series(series.pk, [team, team])
    after_a_failure(telegram, booking, EventKind.BOOKING_CREATED, payload=first)
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.CANCELLED)
    then(telegram, booking, EventKind.BOOKING_CANCELLED, **BY_ADMIN)
    assert "✅ You are booked!" in telegram.texts(booking.client)
