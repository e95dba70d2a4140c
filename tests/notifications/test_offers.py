"""A time from the waitlist is offered to its client as the visit it would become."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from bookings.actor import SYSTEM
from bookings.enums import OfferState
from bookings.models import Specialist, WaitlistEntry, WaitlistOffer
from notifications import outbox
from notifications.events import EventState, Kind
from notifications.fan_out import fan_out
from notifications.models import Delivery, OutboxEvent
from notifications.processing import process
from notifications.relevance import still_wanted
from tests.factories import ClientFactory, LocationFactory, ServiceFactory, SpecialistFactory
from tests.notifications.rows import both

pytestmark = pytest.mark.django_db

STARTS = datetime(2026, 11, 24, 12, tzinfo=UTC)  # 15:00 in Moscow
NOW = STARTS - timedelta(hours=20)  # 19:00 in Moscow


@pytest.fixture
def offer() -> WaitlistOffer:
    location = LocationFactory.create(timezone="Europe/Moscow", name=both("На Арбате", "Arbat"), hours=[])
    entry = WaitlistEntry.objects.create(
        client=ClientFactory.create(), location=location, date_from=date(2026, 11, 24), date_to=date(2026, 11, 24)
    )
    entry.items.create(service=ServiceFactory.create(name=both("Стрижка", "Haircut")))
    anna: Specialist = SpecialistFactory.create(name=both("Анна", "Anna"))
    return WaitlistOffer.objects.create(
        entry=entry, specialist=anna, starts_at=STARTS, ends_at=STARTS + timedelta(hours=1),
        expires_at=NOW + timedelta(minutes=30),
    )  # fmt: skip


def announced(offer: WaitlistOffer) -> OutboxEvent:
    payload = {
        "waitlist_entry_id": offer.entry_id, "starts_at": offer.starts_at.isoformat(),
        "specialist_id": offer.specialist_id, "expires_at": offer.expires_at.isoformat(),
    }  # fmt: skip
    event = outbox.record(kind=Kind.SLOT_FREED, payload=payload, actor=SYSTEM)
    assert event is not None
    return OutboxEvent.objects.get(pk=event.pk)


def told(offer: WaitlistOffer) -> Delivery:
    with time_machine.travel(NOW, tick=False):
        fan_out(announced(offer).pk)
    return Delivery.objects.select_related("event").get()


def test_the_client_can_take_or_decline_it(offer: WaitlistOffer) -> None:
    row = told(offer)
    assert row.recipient == offer.entry.client
    assert row.body is not None
    assert row.body["text"] == (
        "🎉 <b>A time you were waiting for is free</b>\n\n▫️ Haircut\n👤 Anna\n🗓 Tuesday, 24 November, 15:00\n📍 Arbat\n\n"
        "Whoever books first has it."
    )
    actions = [(action["name"], action["args"]) for action in row.body["rows"][0]]
    names = [f"waitlist.{answer}" for answer in ("take", "other", "decline")]
    assert actions == [(name, [offer.entry_id]) for name in names]


def test_without_a_specialist_the_line_is_left_out(offer: WaitlistOffer) -> None:
    offer.specialist_id = None
    row = told(offer)
    assert row.body is not None
    assert "👤" not in row.body["text"]


@pytest.mark.parametrize("state", [state for state in OfferState if state != OfferState.OPEN])
def test_an_offer_that_no_longer_stands_is_not_sent(offer: WaitlistOffer, state: OfferState) -> None:
    row = told(offer)
    with time_machine.travel(NOW, tick=False):
        assert still_wanted(row)
        WaitlistOffer.objects.update(state=state)
        assert not still_wanted(row)


def test_an_offer_past_its_time_is_not_sent(offer: WaitlistOffer) -> None:
    row = told(offer)
    with time_machine.travel(offer.expires_at, tick=False):
        assert not still_wanted(row)


def test_an_offer_whose_entry_was_deleted_tells_nobody(offer: WaitlistOffer) -> None:
    event = announced(offer)
    entry = offer.entry
    offer.delete()
    entry.delete()
    assert process(event.pk) == 0
    event.refresh_from_db()
    assert event.state == EventState.PROCESSED
