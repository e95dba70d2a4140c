"""A channel that turns the service away is seen; and who lets the bot in again gets what still matters."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from booking_site.lib import clock
from bookings.enums import Role
from bookings.models import Booking
from bookings.services.users import mark_bot_blocked
from notifications.events import Channel, DeliveryState, Kind, LetterState
from notifications.models import DeadLetter, Delivery, OutboxEvent
from notifications.troubles import not_let_in, troubles
from tests.factories import AdminFactory, ClientFactory
from tests.notifications.rows import book

pytestmark = pytest.mark.django_db


def delivery(state: DeliveryState, reason: str = "", error: str = "") -> Delivery:
    event = OutboxEvent.objects.create(kind=Kind.DEAD_LETTERS, actor_role="system", door="system", trace_id="t")
    return Delivery.objects.create(
        event=event,
        recipient=ClientFactory.create(),
        channel=Channel.TELEGRAM,
        state=state,
        reason=reason,
        error=error,
    )


def turned_away() -> Delivery:
    return delivery(DeliveryState.RETRY, "misconfigured", "TELEGRAM_BOT_TOKEN: Unauthorized")


def test_a_trouble_lasts_as_long_as_a_message_waits_because_of_it() -> None:
    assert troubles() == ()
    row = turned_away()
    delivery(DeliveryState.RETRY, "throttled"), delivery(DeliveryState.SENT)
    (trouble,) = troubles()
    assert (trouble.channel, trouble.error, trouble.waiting) == ("telegram", "TELEGRAM_BOT_TOKEN: Unauthorized", 2)
    assert not_let_in()["telegram"] == 1
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.SENT, reason="")
    assert troubles() == ()
    assert set(not_let_in().values()) == {0}


@pytest.mark.parametrize(("language", "words"), [("ru", "ждёт с"), ("en", "has been waiting since")])
def test_the_admin_site_says_so_on_its_first_page(language: str, words: str) -> None:
    site = Client(headers={"accept-language": language})
    site.force_login(AdminFactory.create())
    assert "errornote" not in site.get("/admin/").content.decode()
    turned_away()
    page = site.get("/admin/").content.decode()
    assert "TELEGRAM_BOT_TOKEN: Unauthorized" in page
    assert words in page


@pytest.mark.parametrize(("language", "words"), [("ru", "2 задачи не удались"), ("en", "2 pieces of work failed")])
def test_the_first_page_counts_the_open_dead_letters(language: str, words: str) -> None:
    site = Client(headers={"accept-language": language})
    site.force_login(AdminFactory.create())
    for state in (LetterState.OPEN, LetterState.OPEN, LetterState.DISCARDED):
        DeadLetter.objects.create(
            task="t", payload={}, error="e", traceback="", trace_id="", attempts=1, source="s", state=state
        )
    page = site.get("/admin/").content.decode()
    assert words in page
    assert "/admin/notifications/deadletter/?state__exact=open" in page


def test_others_are_not_told() -> None:
    site = Client()
    site.force_login(ClientFactory.create(role=Role.SPECIALIST, is_staff=True))
    turned_away()
    assert "TELEGRAM_BOT_TOKEN" not in site.get("/admin/").content.decode()


# Letting the bot in again


def kept_back(*, starts_in: timedelta = timedelta(days=1), age: timedelta = timedelta(hours=1)) -> Delivery:
    """A message about a visit that was not sent because its client had blocked the bot."""
    starts_at = clock.now() + starts_in
    booking: Booking = book(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    booking.client.bot_blocked = True
    booking.client.save()
    event = OutboxEvent.objects.create(
        kind=Kind.BOOKING_CONFIRMED, booking=booking, actor_role="admin", door="admin", trace_id="t"
    )
    return Delivery.objects.create(
        event=event, recipient=booking.client, channel=Channel.TELEGRAM, state=DeliveryState.SKIPPED,
        reason="blocked", created_at=clock.now() - age,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({}, DeliveryState.RETRY),
        ({"starts_in": timedelta(hours=-2)}, DeliveryState.SKIPPED),
        ({"age": timedelta(days=2)}, DeliveryState.SKIPPED),
    ],
)
def test_unblocking_brings_back_news_of_visits_ahead(row: dict[str, timedelta], state: DeliveryState) -> None:
    delivery = kept_back(**row)
    assert delivery.recipient is not None
    mark_bot_blocked(tg_id=delivery.recipient.tg_id or 0, blocked=False)
    delivery.refresh_from_db()
    assert delivery.state == state


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_back_is_due_again_in_the_transaction_that_records_the_return() -> None:
    """A process that dies right after it leaves nothing behind for others to find out."""
    delivery = kept_back()
    assert delivery.recipient is not None
    with transaction.atomic():
        mark_bot_blocked(tg_id=delivery.recipient.tg_id or 0, blocked=False)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.RETRY


@pytest.mark.django_db(transaction=True)
def test_a_change_of_somebody_who_still_blocks_the_bot_brings_nothing_back() -> None:
    delivery = kept_back()
    assert delivery.recipient is not None
    delivery.recipient.bot_blocked = False
    delivery.recipient.save()
    mark_bot_blocked(tg_id=delivery.recipient.tg_id or 0, blocked=True)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.SKIPPED
