"""Every due reminder is decided once, whatever the clock, beat and the client do meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from benchmarks.nursery import Nursery
from booking_site.lib import clock
from bookings.enums import BookingStatus, Role
from bookings.models import Booking, StatusChange
from notifications import processing, reminders, tasks
from notifications.claims import claim
from notifications.delivery import parcel_of
from notifications.events import DeliveryState, Kind
from notifications.fan_out import fan_out
from notifications.models import Delivery, NotificationPolicy, NotificationPreferences, OutboxEvent, TimedNotice
from notifications.outcomes import Unwanted
from notifications.relevance import still_wanted
from tests.factories import ClientFactory
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def visit(starts_in: timedelta, *, booked_before: timedelta = timedelta(days=5), **changes: Any) -> Booking:
    starts_at = NOON + starts_in
    return book(starts_at=starts_at, ends_at=starts_at + HOUR, created_at=NOON - booked_before, **changes)


def remind_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return reminders.remind()


def reminded() -> list[tuple[int | None, int]]:
    """Booking and offset of every reminder, in the order in which they were made."""
    events = OutboxEvent.objects.filter(kind=Kind.REMINDER).order_by("pk")
    return [(event.booking_id, event.payload["offset_minutes"]) for event in events]


@pytest.mark.django_db
class TestWhatIsDue:
    def test_a_day_and_two_hours_before_unless_the_company_wants_it_otherwise(self) -> None:
        booking = visit(DAY)
        assert remind_at(NOON - HOUR) == 0
        assert remind_at(NOON) == 1
        assert remind_at(NOON + 21 * HOUR) == 0
        assert remind_at(NOON + 22 * HOUR) == 1
        assert reminded() == [(booking.pk, 1440), (booking.pk, 120)]

    def test_offsets_are_the_company_s(self) -> None:
        NotificationPolicy.objects.create(pk=1, reminder_minutes=[180])
        booking = visit(3 * HOUR)
        assert remind_at(NOON) == 1
        assert reminded() == [(booking.pk, 180)]

    def test_looking_again_and_again_makes_each_once(self) -> None:
        visit(DAY)
        assert [remind_at(NOON + timedelta(minutes=n)) for n in range(5)] == [1, 0, 0, 0, 0]

    @pytest.mark.parametrize("status", [status for status in BookingStatus if status != BookingStatus.CONFIRMED])
    def test_only_confirmed_visits(self, status: BookingStatus) -> None:
        visit(DAY, status=status)
        assert remind_at(NOON) == 0

    def test_a_visit_that_moved_is_decided_afresh(self) -> None:
        booking = visit(DAY)
        remind_at(NOON)
        Booking.objects.filter(pk=booking.pk).update(starts_at=NOON + 3 * DAY, ends_at=NOON + 3 * DAY + HOUR)
        assert remind_at(NOON + HOUR) == 0
        assert remind_at(NOON + 2 * DAY) == 1

    def test_who_booked_or_moved_after_the_reminder_s_time_is_not_told_again(self) -> None:
        booked_late, moved_late = visit(20 * HOUR, booked_before=HOUR), visit(20 * HOUR)
        StatusChange.objects.create(
            booking=moved_late, to_status=BookingStatus.CONFIRMED, by_role=Role.CLIENT, door="bot", at=NOON - HOUR
        )
        assert remind_at(NOON) == 0
        notices = TimedNotice.objects.filter(booking__in=(booked_late, moved_late), offset_minutes=1440)
        assert list(notices.values_list("skipped", flat=True)) == ["just_told", "just_told"]

    def test_after_an_hour_without_beat_late_ones_are_made_while_they_help(self) -> None:
        """Due at 12:00, beat is back at 13:00: a day ahead is still early enough, and so is an hour."""
        day_ahead, two_hours_ahead = visit(DAY), visit(2 * HOUR)
        assert remind_at(NOON + HOUR - timedelta(seconds=1)) == 2
        assert reminded() == [(day_ahead.pk, 1440), (two_hours_ahead.pk, 120)]

    def test_what_came_too_late_to_help_is_not_sent(self) -> None:
        visit(2 * HOUR), visit(DAY)
        assert remind_at(NOON + timedelta(hours=1, minutes=30)) == 1
        assert remind_at(NOON + timedelta(hours=12, minutes=1)) == 0

    @pytest.mark.parametrize(
        ("before", "after", "reminders_had"),
        [
            ([1560], [1620], 1),  # its time was over when the other was made
            ([1560], [1440], 1),  # its time comes two hours later
            ([180], [120], 1),
            ([1560, 120], [1620, 120], 2),
            ([1440], [120], 2),  # so much later that it is a reminder of its own
            ([1440], [1440, 1380], 2),  # wanted beside the other
        ],
    )
    def test_a_change_of_the_offset_reminds_nobody_again(
        self, before: list[int], after: list[int], reminders_had: int
    ) -> None:
        visit(2 * DAY)
        policy = NotificationPolicy.objects.create(pk=1, reminder_minutes=before)
        changed = NOON + 2 * DAY - timedelta(minutes=before[0] - 1)
        assert remind_at(changed) == 1
        policy.reminder_minutes = after
        policy.save()
        for minutes in range(0, 2 * 24 * 60, 30):
            remind_at(changed + timedelta(minutes=minutes))
        assert len(reminded()) == reminders_had

    def test_two_offsets_an_hour_apart_are_two_reminders(self) -> None:
        NotificationPolicy.objects.create(pk=1, reminder_minutes=[180, 120])
        visit(3 * HOUR)
        assert remind_at(NOON + timedelta(minutes=1)) == 1
        assert remind_at(NOON + timedelta(minutes=61)) == 1

    def test_pages_and_shards_leave_nobody_out(self) -> None:
        client = ClientFactory.create()
        bookings = [visit(DAY, client=client if n % 2 else ClientFactory.create()) for n in range(7)]
        with time_machine.travel(NOON, tick=False):
            assert reminders.remind(shard=0, shards=2, page=2) + reminders.remind(shard=1, shards=2, page=2) == 7
        assert sorted(pk for pk, _minutes in reminded() if pk) == [booking.pk for booking in bookings]

    def test_reminders_of_one_hour_are_spread(self) -> None:
        for _ in range(4):
            visit(DAY)
        remind_at(NOON)
        due = list(OutboxEvent.objects.values_list("due_at", flat=True))
        assert len(set(due)) == 4
        assert all(NOON <= at <= NOON + reminders.SPREAD for at in due)


@pytest.mark.django_db
class TestWhatIsSent:
    def delivery(self) -> Delivery:
        event = OutboxEvent.objects.get(kind=Kind.REMINDER)
        fan_out(event.pk)
        return Delivery.objects.select_related("event").get()

    def test_the_client_reads_of_the_visit_and_can_come_move_or_cancel(self) -> None:
        booking = visit(DAY)
        remind_at(NOON)
        row = self.delivery()
        assert (row.recipient, row.lane) == (booking.client, "reminder")
        assert row.body is not None
        assert row.body["text"].startswith("⏰ <b>Your visit is coming up</b>")
        actions = [(action["name"], action["args"]) for action in row.body["rows"][0]]
        assert actions == [
            ("booking.coming", [booking.pk]),
            ("booking.move", [booking.pk]),
            ("booking.cancel", [booking.pk]),
        ]

    def test_who_does_not_want_reminders_gets_none(self) -> None:
        booking = visit(DAY)
        NotificationPreferences.objects.create(user=booking.client, reminders=False)
        remind_at(NOON)
        row = self.delivery()
        assert (row.state, row.reason) == (DeliveryState.SKIPPED, "declined")

    def test_who_switches_reminders_off_while_one_waits_does_not_get_it(self) -> None:
        booking = visit(DAY)
        remind_at(NOON)
        row = self.delivery()
        assert row.state == DeliveryState.PENDING
        NotificationPreferences.objects.create(user=booking.client, reminders=False)
        (claimed,) = self.claimed(row)
        assert parcel_of(claimed) == Unwanted("declined")

    def claimed(self, row: Delivery) -> list[Delivery]:
        Delivery.objects.filter(pk=row.pk).update(due_at=clock.now())
        return claim(Delivery.objects.filter(pk=row.pk), limit=1)

    def test_a_reminder_at_night_waits_for_the_morning(self) -> None:
        """Due at 23:00 of Moscow; the morning is at 08:00 there."""
        visit(DAY + 8 * HOUR)
        with time_machine.travel(NOON + 8 * HOUR, tick=False):
            reminders.remind()
            assert self.delivery().due_at == datetime(2026, 11, 24, 5, tzinfo=UTC)

    @pytest.mark.parametrize(
        "change",
        [{"status": BookingStatus.CANCELLED}, {"starts_at": NOON + 2 * DAY, "ends_at": NOON + 2 * DAY + HOUR}],
        ids=["cancelled", "moved"],
    )
    def test_a_visit_that_was_cancelled_or_moved_meanwhile_is_not_reminded_of(
        self, change: dict[str, Any]
    ) -> None:
        booking = visit(DAY)
        remind_at(NOON)
        row = self.delivery()
        with time_machine.travel(NOON, tick=False):
            assert still_wanted(row)
            Booking.objects.filter(pk=booking.pk).update(**change)
            assert not still_wanted(row)

    def test_a_reminder_that_waited_past_the_start_is_not_sent(self) -> None:
        visit(DAY)
        remind_at(NOON)
        row = self.delivery()
        with time_machine.travel(NOON + DAY, tick=False):
            assert not still_wanted(row)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_and_send_each_reminder_once(telegram: Telegram, nursery: Nursery) -> None:
    starts_at = clock.now() + DAY - timedelta(minutes=1)
    clients = ClientFactory.create_batch(3)
    telegram.knows(*clients)
    for client in clients:
        long_ago = starts_at - 5 * DAY
        book(starts_at=starts_at, ends_at=starts_at + HOUR, client=client, created_at=long_ago)
    NotificationPolicy.objects.create(pk=1, quiet_from=None, quiet_until=None)
    assert nursery.run("notifications.reminders.remind", workers=4) == [0, 0, 0, 0]
    assert OutboxEvent.objects.filter(kind=Kind.REMINDER).count() == TimedNotice.objects.count() == 3
    OutboxEvent.objects.update(due_at=clock.now())
    for event in OutboxEvent.objects.all():
        processing.process(event.pk)
    assert [len(telegram.texts(client)) for client in clients] == [1, 1, 1]


def test_the_tick_wakes_every_shard() -> None:
    assert tasks.remind() == tasks.REMIND_SHARDS
