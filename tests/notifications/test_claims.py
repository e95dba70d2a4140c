"""Rows that workers die of, or with."""

from collections.abc import Iterable

import pytest

from booking_site.lib import clock
from bookings.enums import Role
from notifications.claims import claim, retake_stale, settle
from notifications.delivery import BATCH
from notifications.events import Channel, DeliveryState, Kind
from notifications.models import Delivery, OutboxEvent
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def rows(count: int) -> list[Delivery]:
    event = OutboxEvent.objects.create(kind=Kind.DEAD_LETTERS, payload={}, trace_id="t" * 16)
    return Delivery.objects.bulk_create(
        Delivery(event=event, recipient=person, role=Role.CLIENT, channel=Channel.TELEGRAM, trace_id="t" * 16)
        for person in ClientFactory.create_batch(count)
    )


def work(kills: Iterable[int], *, limit: int) -> int:
    """A worker takes what is due, and dies of ``kills`` or sends it all; returns how many it took."""
    claimed = claim(Delivery.objects.all(), limit=limit)
    if any(row.pk in kills for row in claimed):
        Delivery.objects.filter(state=DeliveryState.SENDING).update(lease_until=clock.now())
        retake_stale()
    else:
        for row in claimed:
            settle(row, {"state": DeliveryState.SENT})
    return len(claimed)


def test_a_message_that_kills_its_workers_is_dead_in_the_end_and_none_that_died_with_it() -> None:
    poison, *others = rows(BATCH)
    taken = []
    while count := work({poison.pk}, limit=BATCH):
        taken.append(count)
    poison.refresh_from_db()
    assert (poison.state, poison.reason, poison.crashes) == (DeliveryState.DEAD, "interrupted", 5)
    rest = Delivery.objects.filter(pk__in=[row.pk for row in others])
    assert set(rest.values_list("state", flat=True)) == {DeliveryState.SENT}
    assert max(rest.values_list("crashes", flat=True)) == 2
    assert taken[:3] == [50, 5, 5], "and those of the second that lived are through"


def test_a_row_that_must_be_alone_waits_for_its_turn_and_holds_nobody_up() -> None:
    first, fragile, third = rows(3)
    Delivery.objects.filter(pk=fragile.pk).update(crashes=2)
    taken = [[row.pk for row in claim(Delivery.objects.all(), limit=BATCH)] for _time in range(2)]
    assert taken == [[first.pk, third.pk], [fragile.pk]]
