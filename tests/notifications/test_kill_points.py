"""A worker is killed at every point between two steps of a delivery: nobody is left out, and a message comes twice
only if it was on its way.
"""

import signal
from datetime import timedelta

import pytest
from django.db.models import F

from benchmarks.kill_points import ON_THE_WAY, POINTS
from benchmarks.nursery import Nursery
from bookings.enums import Role
from bookings.models import User
from bookings.signals import announce
from notifications import processing
from notifications.events import DeliveryState
from notifications.fan_out import fan_out
from notifications.models import DeadLetter, Delivery, OutboxEvent
from tests.factories import AdminFactory
from tests.notifications.conftest import Telegram
from tests.notifications.rows import book, chats_have_rested, event_of

pytestmark = pytest.mark.django_db(transaction=True)


def an_hour_later() -> None:
    """What would be true by then: leases have ended, everything is due."""
    hour = timedelta(hours=1)
    Delivery.objects.update(due_at=F("due_at") - hour, lease_until=F("lease_until") - hour)
    OutboxEvent.objects.update(due_at=F("due_at") - hour)
    chats_have_rested()


def other_workers_go_on(event_id: int) -> None:
    """What beat's wake-ups make the surviving workers do."""
    processing.wake_due(expires=5)
    processing.process(event_id)
    processing.deliver_due()


@pytest.mark.parametrize("point", POINTS)
def test_killed_at(point: str, telegram: Telegram, nursery: Nursery) -> None:
    booking = book()
    everybody = [booking.client, *User.objects.filter(role=Role.SPECIALIST), *AdminFactory.create_batch(2)]
    telegram.knows(*everybody)
    announce(event_of(booking))
    event_id = OutboxEvent.objects.get().pk

    assert nursery.run("notifications.processing.process", event_id, dies=POINTS[point]) == [-signal.SIGKILL]
    in_flight = Delivery.objects.filter(state=DeliveryState.SENDING).count()
    an_hour_later()
    other_workers_go_on(event_id)

    received = [len(telegram.texts(person)) for person in everybody]
    twice = sum(count - 1 for count in received)
    print(f"killed when {point}: lost 0, twice {twice} of {in_flight} in flight")  # noqa: T201
    assert min(received) >= 1
    assert twice <= (in_flight if point in ON_THE_WAY else 0)
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert Delivery.objects.count() == len(everybody)


def test_killed_while_burying_leaves_exactly_one_letter(telegram: Telegram, nursery: Nursery) -> None:
    announce(event_of(book()))
    fan_out(OutboxEvent.objects.get().pk)
    row = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=row.pk).update(state=DeliveryState.DEAD, error="e")
    statuses = nursery.run(
        "notifications.processing.bury", row.pk, dies=("notifications.dead_letters.bury", "after")
    )
    assert statuses == [-signal.SIGKILL]
    assert not DeadLetter.objects.exists()
    assert processing.wake_due(expires=5)["burials"] == 1
    processing.bury(row.pk)
    processing.bury(row.pk)
    assert DeadLetter.objects.count() == 1


def test_workers_that_go_for_the_same_rows_send_each_once(telegram: Telegram, nursery: Nursery) -> None:
    booking = book()
    admins = AdminFactory.create_batch(20)
    telegram.knows(*admins)
    announce(event_of(booking, role=Role.SYSTEM))
    fan_out(OutboxEvent.objects.get().pk)
    assert nursery.run("notifications.processing.deliver_due", workers=4) == [0, 0, 0, 0]
    assert {len(telegram.texts(admin)) for admin in admins} == {1}


def test_workers_that_process_one_event_tell_each_person_once(telegram: Telegram, nursery: Nursery) -> None:
    booking = book()
    admins = AdminFactory.create_batch(3)
    telegram.knows(booking.client, *admins)
    announce(event_of(booking))
    event_id = OutboxEvent.objects.get().pk
    assert nursery.run("notifications.processing.process", event_id, workers=4) == [0, 0, 0, 0]
    assert {len(telegram.texts(person)) for person in (booking.client, *admins)} == {1}
