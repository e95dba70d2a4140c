"""Work of workers that died, and what beat does about it."""

from datetime import timedelta

import pytest
from django.db.models import F

from booking_site.lib import clock
from notifications import processing
from notifications.claims import claim, retake_stale, settle
from notifications.events import DeliveryState, EventState
from notifications.fan_out import fan_out
from notifications.models import Delivery, OutboxEvent
from tests.notifications.conftest import Telegram
from tests.notifications.told import pass_time, the_delivery, told_client

pytestmark = pytest.mark.django_db(transaction=True)


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
