"""Deliveries and events that are given up: buried once, told to admins, requeued."""

from datetime import timedelta

import pytest

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import Door, Role
from bookings.models import User
from notifications import dead_letters, processing
from notifications.events import DeliveryState, EventState, Kind
from notifications.models import DeadLetter, Delivery, OutboxEvent
from tests.factories import AdminFactory
from tests.notifications.conftest import Telegram
from tests.notifications.rows import chats_have_rested
from tests.notifications.told import the_delivery, told_client, try_again

pytestmark = pytest.mark.django_db(transaction=True)

ADMIN = Actor(role=Role.ADMIN, door=Door.ADMIN)


def die(telegram: Telegram) -> Delivery:
    """A delivery that failed for good, and is buried."""
    _booking, event = told_client(telegram)
    telegram.fault("server_error")
    processing.process(event)
    try_again()
    row = try_again()
    processing.bury(row.pk)
    telegram.heal()
    return row


def test_a_dead_delivery_is_buried_once_with_its_whole_story(telegram: Telegram) -> None:
    row = die(telegram)
    assert processing.bury(row.pk) is None
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.source) == ("notifications.deliver", "notifications.delivery")
    assert letter.payload["delivery"] == row.pk
    assert (letter.attempts, letter.trace_id) == (3, "7race")
    assert "Bad Gateway" in letter.error
    assert "TelegramServerError" in letter.traceback


def bury(count: int) -> None:
    for n in range(count):
        dead_letters.bury(task="t", payload={}, error="e", traceback="", trace_id="", attempts=1, source=f"s{n}")


def test_admins_hear_of_all_letters_there_are_and_once_more_of_those_that_followed(telegram: Telegram) -> None:
    admin = AdminFactory.create(language="en")
    telegram.knows(admin)
    bury(8)
    first, total = OutboxEvent.objects.filter(kind=Kind.DEAD_LETTERS).order_by("pk")
    processing.process(first.pk)
    assert telegram.texts(admin) == ["⚠️ Some work failed for good and was put aside"]
    bury(300)
    assert OutboxEvent.objects.filter(kind=Kind.DEAD_LETTERS).count() == 2
    window = dead_letters.ALERT_EVERY.total_seconds()
    assert total.due_at.timestamp() % window == 0
    assert timedelta() < total.due_at - clock.now() <= dead_letters.ALERT_EVERY
    chats_have_rested()
    processing.process(total.pk)
    messages = telegram.client.chat(admin.tg_id or 0)["messages"]
    assert ["✉️ 8 open letters" in messages[0]["text"], "✉️ 308 open letters" in messages[1]["text"]] == [True, True]


def test_who_heard_of_all_letters_is_not_told_again(telegram: Telegram) -> None:
    admin = AdminFactory.create(language="en")
    telegram.knows(admin)
    bury(8)
    for alert in OutboxEvent.objects.filter(kind=Kind.DEAD_LETTERS).order_by("pk"):
        processing.process(alert.pk)
        chats_have_rested()
    assert len(telegram.texts(admin)) == 1


def test_an_alert_that_dies_raises_no_alert(telegram: Telegram) -> None:
    AdminFactory.create()
    telegram.knows(*User.objects.all())
    dead_letters.bury(task="t", payload={}, error="e", traceback="", trace_id="", attempts=1, source="s")
    alert = OutboxEvent.objects.get()
    telegram.fault("server_error")
    processing.process(alert.pk)
    for _ in range(2):
        try_again()
    OutboxEvent.objects.update(dedupe_key=None)
    processing.bury(the_delivery().pk)
    assert DeadLetter.objects.count() == 2
    assert OutboxEvent.objects.count() == 1


def test_a_requeued_delivery_starts_afresh_and_can_die_again(telegram: Telegram) -> None:
    row = die(telegram)
    dead_letters.requeue(actor=ADMIN, letter_id=DeadLetter.objects.get().pk)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.buried_at) == (DeliveryState.PENDING, 0, None)
    telegram.fault("server_error")
    for _ in range(3):
        try_again()
    processing.bury(row.pk)
    second = DeadLetter.objects.latest("pk")
    telegram.heal()
    dead_letters.requeue(actor=ADMIN, letter_id=second.pk)
    assert try_again().state == DeliveryState.SENT
    assert telegram.sent() == 1


def test_an_event_that_cannot_be_processed_is_retried_then_buried_and_can_be_requeued(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    OutboxEvent.objects.update(payload={"reason": "x", "old_starts_at": "not a date"})
    for attempt in range(1, processing.MAX_EVENT_ATTEMPTS + 1):
        processing.process(event)
        assert OutboxEvent.objects.get(pk=event).attempts == attempt
    assert OutboxEvent.objects.get(pk=event).state == EventState.DEAD
    letter = DeadLetter.objects.get()
    assert (letter.task, letter.payload) == ("notifications.process_event", {"event": event})
    assert "Invalid isoformat" in letter.error
    OutboxEvent.objects.filter(pk=event).update(payload={})
    dead_letters.requeue(actor=ADMIN, letter_id=letter.pk)
    processing.process(event)
    assert the_delivery().state == DeliveryState.SENT
