"""Old rows go in chunks; what is open, waiting or of use stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from booking_site.lib import clock
from bookings.enums import ON_WAITLIST, OfferState, WaitlistState
from bookings.models import AuditEntry, WaitlistEntry, WaitlistOffer
from notifications import retention
from notifications.events import Channel, DeliveryState, EventState, Kind, LetterState
from notifications.models import DeadLetter, Delivery, NotificationPolicy, OutboxEvent, TimedNotice
from tests.factories import ClientFactory, LocationFactory
from tests.notifications.rows import book

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago() -> datetime:
    NotificationPolicy.objects.create(pk=1, keep_days=30)
    return clock.now() - timedelta(days=31)


def event(at: datetime, state: EventState = EventState.PROCESSED) -> OutboxEvent:
    return OutboxEvent.objects.create(
        kind=Kind.BOOKING_CREATED, actor_role="client", door="api", trace_id="t", state=state, created_at=at
    )


def delivery(of: OutboxEvent, state: DeliveryState = DeliveryState.SENT) -> Delivery:
    return Delivery.objects.create(
        event=of, recipient=ClientFactory.create(), channel=Channel.EMAIL, state=state, created_at=of.created_at
    )


def test_sent_messages_go_with_their_events_after_the_company_s_days(long_ago: datetime) -> None:
    for at in (long_ago, clock.now()):
        delivery(event(at)), event(at)
    assert retention.thin() == {
        "Delivery": 1, "OutboxEvent": 2, "TimedNotice": 0, "AdShowing": 0, "DeadLetter": 0, "WaitlistEntry": 0, "AuditEntry": 0,
    }  # fmt: skip
    assert (Delivery.objects.count(), OutboxEvent.objects.count()) == (1, 2)


@pytest.mark.parametrize(
    "state", [DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY, DeliveryState.DEAD]
)
def test_what_waits_or_failed_stays_and_so_does_its_event(long_ago: datetime, state: DeliveryState) -> None:
    delivery(event(long_ago), state)
    retention.thin()
    assert (Delivery.objects.count(), OutboxEvent.objects.count()) == (1, 1)


@pytest.mark.parametrize("state", [EventState.PENDING, EventState.DEAD])
def test_events_that_nobody_processed_stay(long_ago: datetime, state: EventState) -> None:
    event(long_ago, state)
    assert retention.thin()["OutboxEvent"] == 0


def letter(state: LetterState, at: datetime) -> None:
    DeadLetter.objects.create(source="s", task="t", error="e", state=state, created_at=at)


def test_letters_that_were_settled_go_and_open_ones_stay(long_ago: datetime) -> None:
    for state in LetterState:
        letter(state, long_ago)
    assert retention.thin()["DeadLetter"] == 2
    assert DeadLetter.objects.get().state == LetterState.OPEN


def test_audit_entries_have_days_of_their_own(long_ago: datetime, settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 60
    for days in (59, 61):
        at = clock.now() - timedelta(days=days)
        AuditEntry.objects.create(
            actor_role="system", door="system", action="a", entity="e", entity_id=days, at=at
        )
    assert retention.thin()["AuditEntry"] == 1
    assert AuditEntry.objects.get().entity_id == 59


def test_decisions_of_the_clock_go(long_ago: datetime) -> None:
    booking = book()
    for at in (long_ago, clock.now()):
        TimedNotice.objects.create(
            kind=Kind.REMINDER, booking=booking, offset_minutes=60, starts_at=at, created_at=at
        )
    assert retention.thin()["TimedNotice"] == 1


def test_chunk_after_chunk_until_the_night_is_over(long_ago: datetime) -> None:
    for _ in range(5):
        event(long_ago)
    assert retention.thin(seconds=0)["OutboxEvent"] == 0
    assert retention.thin(chunk=2)["OutboxEvent"] == 5


@pytest.mark.parametrize("state", WaitlistState)
def test_wishes_go_with_their_offers_once_they_are_over(long_ago: datetime, state: WaitlistState) -> None:
    place = LocationFactory.create()
    for day in (long_ago.date(), clock.now().date()):
        entry = WaitlistEntry.objects.create(
            client=ClientFactory.create(), location=place, date_from=day, date_to=day, state=state
        )
        WaitlistOffer.objects.create(
            entry=entry, starts_at=long_ago, ends_at=clock.now(), expires_at=long_ago, state=OfferState.EXPIRED
        )
    gone = 0 if state in ON_WAITLIST else 1
    assert retention.thin()["WaitlistEntry"] == gone
    assert (WaitlistEntry.objects.count(), WaitlistOffer.objects.count()) == (2 - gone, 2 - gone)
