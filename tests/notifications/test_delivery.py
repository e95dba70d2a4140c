"""From an event to the messages people get, against the playground's Bot API."""

from datetime import timedelta
from typing import Any

import pytest
import redis
from django.db.models import F
from structlog.testing import capture_logs

from booking_site.lib import clock
from booking_site.lib.outbound_pause import PAUSE_KEY
from bookings.actor import Actor
from bookings.enums import BookingStatus, Door, EventKind, Role
from bookings.models import Booking, BookingSeries, User
from bookings.services.series_words import told_of_series
from bookings.signals import announce
from notifications import dead_letters, processing
from notifications.claims import claim, retake_stale, settle
from notifications.events import DeliveryState, EventState, Kind
from notifications.fan_out import fan_out
from notifications.models import DeadLetter, Delivery, NotificationSetting, OutboxEvent
from tests.factories import AdminFactory, ClientFactory
from tests.notifications.cards import ENDS, both
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, chats_have_rested, event_of

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)
ADMIN = Actor(role=Role.ADMIN, door=Door.ADMIN)


def specialist_of(booking: Booking) -> User:
    item = booking.items.select_related("specialist__user").get()
    assert item.specialist.user is not None
    return item.specialist.user


def announced(
    telegram: Telegram, booking: Booking, kind: EventKind = EventKind.BOOKING_CREATED, **event: object
) -> int:
    """Announce something about ``booking``, whose people Telegram knows; returns the id of the event."""
    telegram.knows(booking.client, specialist_of(booking), *User.objects.filter(role=Role.ADMIN))
    announce(event_of(booking, kind, **event))  # type: ignore[arg-type]
    return OutboxEvent.objects.latest("pk").pk


def told_client(telegram: Telegram) -> tuple[Booking, int]:
    """A booking whose confirmation to the client is the only message; and its event."""
    booking = book()
    event = announced(telegram, booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999)
    return booking, event


def the_delivery() -> Delivery:
    return Delivery.objects.get()


def pass_time() -> None:
    """Everything that waits for its time is due."""
    Delivery.objects.update(due_at=clock.now())
    OutboxEvent.objects.update(due_at=clock.now())
    chats_have_rested()


def try_again() -> Delivery:
    pass_time()
    processing.deliver_due()
    return the_delivery()


def end_of_the_pause(valkey: str) -> None:
    with redis.Redis.from_url(valkey) as client:
        client.delete(PAUSE_KEY)


# What everybody gets


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


# What can go wrong with one message


def test_a_server_error_is_retried_with_growing_pauses_then_dead(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    telegram.fault("server_error")
    pauses = []
    processing.process(event)
    for _ in range(2):
        row = the_delivery()
        assert row.state == DeliveryState.RETRY
        pauses.append(row.due_at - clock.now())
        try_again()
    assert timedelta(seconds=3) < pauses[0] < timedelta(seconds=7)
    assert timedelta(seconds=14) < pauses[1] < timedelta(seconds=26)
    assert (the_delivery().state, the_delivery().attempts, telegram.tries()) == (DeliveryState.DEAD, 3, 3)


def test_a_server_error_that_passes_leaves_one_message(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    telegram.fault("server_error", times=2)
    processing.process(event)
    try_again()
    assert try_again().state == DeliveryState.SENT
    assert telegram.sent() == 1


def test_a_blocked_bot_is_remembered_and_never_tried_again(telegram: Telegram) -> None:
    booking, event = told_client(telegram)
    telegram.fault("forbidden")
    processing.process(event)
    assert (the_delivery().state, the_delivery().reason) == (DeliveryState.SKIPPED, "blocked")
    booking.client.refresh_from_db()
    assert booking.client.bot_blocked
    telegram.heal()
    announce(event_of(booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    processing.process(OutboxEvent.objects.latest("pk").pk)
    assert telegram.tries() == 1
    assert set(Delivery.objects.values_list("state", "reason")) == {("skipped", "blocked")}
    assert not DeadLetter.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [("is_banned", True, "banned"), ("bot_blocked", True, "blocked"), ("is_active", False, "inactive")],
)
def test_who_is_banned_blocks_or_leaves_while_a_message_waits_does_not_get_it(
    telegram: Telegram, field: str, value: bool, reason: str
) -> None:
    _booking, event = told_client(telegram)
    telegram.fault("server_error", times=1)
    processing.process(event)
    User.objects.update(**{field: value})
    row = try_again()
    assert (row.state, row.reason, telegram.tries()) == (DeliveryState.SKIPPED, reason, 1)


def test_a_chat_that_does_not_exist_is_skipped_without_a_letter(telegram: Telegram) -> None:
    booking = book()
    announce(event_of(booking, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    processing.process(OutboxEvent.objects.get().pk)
    assert (the_delivery().state, the_delivery().reason) == (DeliveryState.SKIPPED, "chat_not_found")


def test_a_message_telegram_will_never_take_is_dead_at_once(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    telegram.fault("server_error", times=1)
    processing.process(event)
    Delivery.objects.update(body={"text": "x" * 4097, "rows": []})
    row = try_again()
    assert (row.state, row.reason) == (DeliveryState.DEAD, "refused")
    assert "too long" in row.error


def test_words_telegram_cannot_read_are_sent_without_markup_under_a_permit_of_their_own(
    telegram: Telegram, settings: Any
) -> None:
    settings.NOTIFICATION_RATE_PER_SECOND = 4
    booking, event = told_client(telegram)
    telegram.fault("server_error", times=1)
    processing.process(event)
    Delivery.objects.update(body={"text": "<b>3 &lt; 4, <i/>never closed", "rows": []})
    with capture_logs() as logs:
        assert try_again().state == DeliveryState.SENT
    assert telegram.texts(booking.client) == ["3 < 4, never closed"]
    assert [line["delivery"] for line in logs if line["event"] == "sent_without_markup"] == [the_delivery().pk]
    *_earlier, refused, accepted = telegram.client.calls("sendMessage")
    assert (refused["status"], accepted["status"]) == (400, 200)
    assert accepted["at"] - refused["at"] >= 0.2, "each of the two is a message to Telegram"


def test_a_lost_answer_is_repeated_once_and_never_twice(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    telegram.fault("lose_answer")
    processing.process(event)
    assert (the_delivery().state, the_delivery().attempts) == (DeliveryState.RETRY, 0)
    assert try_again().state == DeliveryState.UNKNOWN
    processing.deliver_due()
    assert telegram.sent() == 2


UNKNOWN_TOKEN = "7654321:" + "A" * 35
#: Telegram answers 401 to the first and 404 to the second; the third does not even get there.
WRONG_TOKENS = [UNKNOWN_TOKEN, "7654321:short", "no token"]


@pytest.mark.parametrize("token", WRONG_TOKENS)
def test_a_wrong_token_costs_no_attempt_and_makes_no_dead_letter(
    telegram: Telegram, settings: Any, valkey: str, token: str
) -> None:
    right = settings.TELEGRAM_BOT_TOKEN
    _booking, event = told_client(telegram)
    settings.TELEGRAM_BOT_TOKEN = token
    processing.process(event)
    for _ in range(4):
        end_of_the_pause(valkey)
        row = try_again()
    assert (row.state, row.attempts, row.unknowns, row.reason) == (DeliveryState.RETRY, 0, 0, "misconfigured")
    assert row.error.startswith("TELEGRAM_BOT_TOKEN: ")
    assert not DeadLetter.objects.exists()

    settings.TELEGRAM_BOT_TOKEN = right
    end_of_the_pause(valkey)
    assert try_again().state == DeliveryState.SENT
    assert telegram.sent() == 1


def test_a_wrong_token_stops_everybody_for_a_while_and_is_told_once(telegram: Telegram, settings: Any) -> None:
    _booking, event = told_client(telegram)
    others = [told_client(telegram)[1] for _ in range(3)]
    settings.TELEGRAM_BOT_TOKEN = UNKNOWN_TOKEN
    with capture_logs() as logs:
        processing.process(event)
        for other in others:
            processing.process(other)
    told = [line for line in logs if line["event"] == "not_let_in"]
    assert [(line["log_level"], line["setting"]) for line in told] == [("critical", "TELEGRAM_BOT_TOKEN")]
    waits = Delivery.objects.exclude(event=event)
    assert set(waits.values_list("state", "attempts", "error")) == {(DeliveryState.RETRY, 0, "")}, "nobody tried"


def test_nobody_listening_is_a_failure_that_certainly_sent_nothing(telegram: Telegram, settings: object) -> None:
    _booking, event = told_client(telegram)
    settings.TELEGRAM_API_URL = "http://127.0.0.1:9"  # type: ignore[attr-defined]
    processing.process(event)
    assert (the_delivery().state, the_delivery().attempts, the_delivery().unknowns) == (DeliveryState.RETRY, 1, 0)


def test_a_429_costs_no_attempt_and_stops_everybody(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    other = book()
    telegram.fault("throttle", retry_after=2, times=1)
    processing.process(event)
    throttled_at = clock.now()
    row = the_delivery()
    assert (row.state, row.attempts, row.reason) == (DeliveryState.RETRY, 0, "throttled")
    assert timedelta(seconds=1.5) < row.due_at - clock.now() < timedelta(seconds=3.1)
    processing.process(announced(telegram, other, EventKind.BOOKING_CONFIRMED, role=Role.ADMIN, user_id=999))
    assert clock.now() - throttled_at >= timedelta(seconds=1.9), "the other message waited for the pause"
    assert set(Delivery.objects.exclude(pk=row.pk).values_list("state", "attempts")) == {("sent", 0)}


def test_without_redis_nothing_is_sent_and_nothing_is_lost(telegram: Telegram, settings: object) -> None:
    _booking, event = told_client(telegram)
    with_redis = settings.REDIS_URL  # type: ignore[attr-defined]
    settings.REDIS_URL = "redis://127.0.0.1:9/0"  # type: ignore[attr-defined]
    processing.process(event)
    assert (the_delivery().state, the_delivery().attempts, telegram.tries()) == (DeliveryState.RETRY, 0, 0)
    settings.REDIS_URL = with_redis  # type: ignore[attr-defined]
    assert try_again().state == DeliveryState.SENT


# Letters


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


# Claims


def test_a_claim_is_exclusive_until_its_lease_ends(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    OutboxEvent.objects.filter(pk=event).update(state=EventState.PENDING)
    telegram.fault("server_error", times=1)
    processing.process(event)
    pass_time()
    (row,) = claim(Delivery.objects.all(), limit=10)
    assert claim(Delivery.objects.all(), limit=10) == []
    retake_stale()
    assert claim(Delivery.objects.all(), limit=10) == []
    Delivery.objects.update(lease_until=clock.now())
    assert retake_stale() == 1
    (again,) = claim(Delivery.objects.all(), limit=10)
    assert again.crashes == 1
    assert not settle(row, {"state": DeliveryState.SENT}), "whose claim ended has no say"
    assert settle(again, {"state": DeliveryState.SENT})


def test_a_message_that_keeps_killing_its_worker_is_dead_in_the_end(telegram: Telegram) -> None:
    told_client(telegram)
    fan_out(OutboxEvent.objects.get().pk)
    for _ in range(5):
        pass_time()
        assert len(claim(Delivery.objects.all(), limit=1)) == 1
        Delivery.objects.update(lease_until=clock.now())
        retake_stale()
    row = the_delivery()
    assert (row.state, row.reason, row.crashes) == (DeliveryState.DEAD, "interrupted", 5)


# The completion card


def asked(telegram: Telegram) -> tuple[Booking, User, User]:
    """A visit that ended, and the two admins who were asked about it."""
    olga, ivan = AdminFactory.create(first_name="Olga", language="en"), AdminFactory.create(language="en")
    booking = book()
    processing.process(announced(telegram, booking, EventKind.BOOKING_DONE, role=Role.SYSTEM, door=Door.SYSTEM))
    return booking, olga, ivan


def answer(booking: Booking, by: User, door: Door) -> None:
    Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.DONE)
    announce(event_of(booking, EventKind.BOOKING_COMPLETED, role=Role.ADMIN, user_id=by.pk, door=door))
    processing.process(OutboxEvent.objects.latest("pk").pk)


def test_every_admin_is_asked_whether_the_client_came(telegram: Telegram) -> None:
    _booking, olga, ivan = asked(telegram)
    for admin in (olga, ivan):
        (card,) = telegram.client.chat(admin.tg_id or 0)["messages"]
        assert card["text"].startswith("🏁 The visit has ended. Did the client come?")
        buttons = [button["text"] for row in card["inline_keyboard"] for button in row]
        assert buttons == ["✅ Yes", "🙅 No"]


def test_once_one_admin_has_answered_the_cards_of_the_others_say_so(telegram: Telegram) -> None:
    booking, olga, ivan = asked(telegram)
    answer(booking, olga, Door.BOT)
    (card,) = telegram.client.chat(ivan.tg_id or 0)["messages"]
    assert card["text"].startswith("✅ The client came")
    assert card["text"].endswith("Noted by Olga")
    assert card["inline_keyboard"] == []
    assert telegram.texts(olga)[0].startswith("🏁"), "the bot itself redraws the card that was pressed"


def test_an_answer_on_the_admin_site_rewrites_the_card_of_whoever_gave_it(telegram: Telegram) -> None:
    booking, olga, _ivan = asked(telegram)
    answer(booking, olga, Door.ADMIN)
    assert telegram.texts(olga) == ["✅ The client came"]


def test_a_card_that_was_never_sent_is_not_sent_after_the_answer(telegram: Telegram) -> None:
    olga, booking = AdminFactory.create(first_name="Olga", language="en"), book()
    telegram.fault("server_error", methods=["sendMessage"])
    processing.process(announced(telegram, booking, EventKind.BOOKING_DONE, role=Role.SYSTEM, door=Door.SYSTEM))
    telegram.heal()
    answer(booking, olga, Door.ADMIN)
    pass_time()
    processing.deliver_due()
    pass_time()
    processing.deliver_due()
    assert telegram.texts(olga) == []
    assert set(Delivery.objects.values_list("state", "reason")) == {("skipped", "outdated")}


# News that comes late


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


# What beat mends


def test_beat_wakes_what_was_never_processed_and_leaves_it_alone_for_a_while(telegram: Telegram) -> None:
    told_client(telegram)
    assert processing.wake_due(expires=5)["events"] == 0, "the wake-up of the commit is given time"
    pass_time()
    assert processing.wake_due(expires=5)["events"] == 1
    assert processing.wake_due(expires=5)["events"] == 0


def test_beat_wakes_due_retries_stale_claims_and_unburied_dead(telegram: Telegram) -> None:
    _booking, event = told_client(telegram)
    fan_out(event)
    assert processing.wake_due(expires=5) == {"stale": 0, "events": 0, "deliveries": 1, "burials": 0}
    claim(Delivery.objects.all(), limit=1)
    assert processing.wake_due(expires=5) == {"stale": 0, "events": 0, "deliveries": 0, "burials": 0}
    Delivery.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    assert processing.wake_due(expires=5) == {"stale": 1, "events": 0, "deliveries": 1, "burials": 0}
    Delivery.objects.update(state=DeliveryState.DEAD, due_at=F("due_at"))
    assert processing.wake_due(expires=5) == {"stale": 0, "events": 0, "deliveries": 0, "burials": 1}
