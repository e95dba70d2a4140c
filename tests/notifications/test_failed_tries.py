"""What becomes of a delivery that Telegram did not take, or perhaps did."""

from datetime import timedelta
from typing import Any

import pytest
import redis
from structlog.testing import capture_logs

from booking_site.lib import clock
from booking_site.lib.outbound_pause import PAUSE_KEY
from bookings.enums import EventKind, Role
from bookings.models import User
from bookings.signals import announce
from notifications import processing
from notifications.events import DeliveryState
from notifications.models import DeadLetter, Delivery, OutboxEvent
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, event_of
from tests.notifications.told import announced, the_delivery, told_client, try_again

pytestmark = pytest.mark.django_db(transaction=True)


def end_of_the_pause(valkey: str) -> None:
    with redis.Redis.from_url(valkey) as client:
        client.delete(PAUSE_KEY)


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
