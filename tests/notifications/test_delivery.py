"""From an event to the messages people get, against the playground's Bot API."""

from datetime import timedelta

import pytest

from bookings.enums import EventKind, Role
from bookings.models import User
from bookings.services.series_words import told_of_series
from bookings.signals import announce
from notifications import processing
from notifications.events import DeliveryState, EventState, Kind
from notifications.fan_out import fan_out
from notifications.models import Delivery, NotificationSetting, OutboxEvent
from tests.factories import AdminFactory, ClientFactory
from tests.notifications.cards import ENDS, both
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, event_of
from tests.notifications.told import announced, specialist_of, the_delivery, told_client

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def test_client_specialist_and_admin_each_read_their_own_text(telegram: Telegram) -> None:
    admin = AdminFactory.create(language="ru")
    booking = book()
    processing.process(announced(telegram, booking))
    assert telegram.texts(booking.client) == ["✅ You are booked!"]
    assert telegram.texts(specialist_of(booking)) == ["🆕 Новая запись"]
    assert telegram.texts(admin) == ["🆕 Новая запись"]


def test_a_sent_delivery_remembers_where_and_when(telegram: Telegram) -> None:
    booking, event = told_client(telegram)
    processing.process(event)
    row = the_delivery()
    assert (row.state, row.chat_id, row.trace_id) == (DeliveryState.SENT, booking.client.tg_id, "7race")
    assert row.message_id is not None
    assert row.sent_at is not None
    assert OutboxEvent.objects.get().state == EventState.PROCESSED


def test_processing_again_tells_nobody_twice(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    for _ in range(3):
        processing.process(event)
    OutboxEvent.objects.update(state=EventState.PENDING)
    processing.process(event)
    assert telegram.tries() == 1


def test_what_is_switched_off_is_written_down_and_not_sent(telegram: Telegram) -> None:
    NotificationSetting.objects.create(kind=Kind.BOOKING_CONFIRMED, role=Role.CLIENT, enabled=False)
    _booking, event = told_client(telegram)
    processing.process(event)
    assert (the_delivery().state, the_delivery().reason) == (DeliveryState.SKIPPED, "switched_off")
    assert telegram.tries() == 0


def test_own_text_of_the_reader_s_language_is_sent(telegram: Telegram) -> None:
    NotificationSetting.objects.create(
        kind=Kind.BOOKING_CONFIRMED, role=Role.CLIENT, text_ru="Ждём, {client}", text_en="Come, {client}"
    )
    booking, event = told_client(telegram)
    processing.process(event)
    assert telegram.texts(booking.client) == ["Come, James Carter"]


def test_who_loses_a_booking_to_a_colleague_is_told_and_so_is_the_colleague(telegram: Telegram) -> None:
    booking, other = book(), book()
    former = other.items.get().specialist
    telegram.knows(specialist_of(other))
    processing.process(
        announced(
            telegram, booking, EventKind.BOOKING_RESCHEDULED, role=Role.ADMIN, user_id=999,
            payload={"old_starts_at": "2026-11-23T09:00:00+00:00", "old_specialist_ids": [former.pk]},
        )
    )  # fmt: skip
    assert telegram.texts(specialist_of(other)) == ["➡️ Запись передана коллеге"]
    assert telegram.texts(specialist_of(booking)) == ["🆕 Новая запись"]
    assert telegram.texts(booking.client) == ["🔁 Your visit has been moved"]


def test_each_specialist_of_a_visit_is_told_of_their_part(telegram: Telegram) -> None:
    admin = AdminFactory.create(language="en")
    booking = book()
    haircut, massage = booking.items.get(), book(starts_at=ENDS, ends_at=ENDS + HOUR).items.get()
    massage.booking, massage.position, massage.service_name = booking, 1, both("Массаж", "Massage")
    massage.save()
    booking.ends_at = massage.ends_at
    booking.save()
    old = (booking.starts_at - 24 * HOUR).isoformat()
    for kind, payload in (
        (EventKind.BOOKING_CREATED, {}),
        (EventKind.BOOKING_RESCHEDULED, {"old_starts_at": old, "old_specialist_ids": []}),
    ):
        announce(event_of(booking, kind, payload=payload))
        fan_out(OutboxEvent.objects.latest("pk").pk)

    def told(reader: User | None) -> list[list[str]]:
        rows = Delivery.objects.filter(recipient=reader).order_by("pk")
        texts = [(row.body or {})["text"].split("\n") for row in rows]
        return [[line for line in text if line.startswith(("▫️", "🗓", "Было", "Стало"))] for text in texts]

    assert told(haircut.specialist.user) == [
        ["▫️ Стрижка", "🗓 вторник, 24 ноября, 15:00"],
        ["▫️ Стрижка", "Было: понедельник, 23 ноября, 15:00", "Стало: вторник, 24 ноября, 15:00"],
    ]
    assert told(massage.specialist.user) == [
        ["▫️ Массаж", "🗓 вторник, 24 ноября, 16:00"],
        ["▫️ Массаж", "Было: понедельник, 23 ноября, 16:00", "Стало: вторник, 24 ноября, 16:00"],
    ]
    assert told(admin)[0] == ["▫️ Haircut, Massage", "🗓 Tuesday, 24 November, 15:00"]


def test_a_series_is_told_of_once(telegram: Telegram) -> None:
    booking = book()
    for number in (1, 2, 3):
        payload = {"series_id": 1, "visit": number, "visits": 3}
        processing.process(announced(telegram, booking, payload=payload))
    assert telegram.texts(booking.client) == ["✅ You are booked!"]
    assert telegram.texts(specialist_of(booking)) == ["🆕 Новая запись"]


def test_a_specialist_who_comes_into_a_series_later_is_told_then_of_their_own_visits(telegram: Telegram) -> None:
    client = ClientFactory.create()
    first, second = book(client=client), book(client=client)
    teams = [[booking.items.get().specialist_id] for booking in (first, second, second)]
    for booking, payload in zip((first, second, second), told_of_series(1, teams), strict=True):
        processing.process(announced(telegram, booking, payload=payload))
    assert texts_of(client) == [("You are booked", "and 2 more visits")]
    assert texts_of(specialist_of(first)) == [("Новая запись", "")]
    assert texts_of(specialist_of(second)) == [("Новая запись", "и ещё 1 визит")]


def test_a_series_that_is_cancelled_is_told_of_once(telegram: Telegram) -> None:
    booking = book()
    for payload in told_of_series(1, [[booking.items.get().specialist_id]] * 3):
        event = announced(
            telegram, booking, EventKind.BOOKING_CANCELLED, role=Role.ADMIN, user_id=9, payload=payload
        )
        processing.process(event)
    assert texts_of(booking.client) == [("Your visit has been cancelled", "and 2 more visits")]
    assert texts_of(specialist_of(booking)) == [("Запись отменена", "и ещё 2 визита")]


def texts_of(reader: User) -> list[tuple[str, str]]:
    """Headline and line about the series of each message written to ``reader``."""
    found = []
    for row in Delivery.objects.filter(recipient=reader).order_by("pk"):
        lines = (row.body or {})["text"].split("\n")
        headline = lines[0].partition("<b>")[2].strip("!").removesuffix("</b>").strip("!")
        found.append((headline, next((line.removeprefix("🔁 ") for line in lines if "🔁 " in line), "")))
    return found
