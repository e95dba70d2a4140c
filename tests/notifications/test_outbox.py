"""An event is a row in the transaction that caused it; the wake-up is only a wake-up."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import redis
from django.conf import settings
from django.db import transaction

from booking_site.embedded_redis import server_command
from booking_site.lib import publishing
from booking_site.supervisor.ports import free_port
from bookings.models import Booking
from bookings.signals import announce
from celery_app import app as celery
from notifications import outbox
from notifications.events import EventState, Kind
from notifications.models import OutboxEvent
from tests.notifications.rows import book, event_of
from tests.timing import quickest


@pytest.fixture(autouse=True)
def publishing_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "_quiet_until", 0.0)


def woken(queue: str = "events:p2p") -> list[dict[str, object]]:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        messages: list[dict[str, object]] = [orjson.loads(one) for one in client.lrange(queue, 0, -1)]
        return messages


@pytest.mark.django_db(transaction=True)
def test_an_event_is_one_row_and_a_wake_up_after_the_commit() -> None:
    booking = book()
    with transaction.atomic():
        announce(event_of(booking, payload={"reason": "x"}))
        assert woken() == []
    row = OutboxEvent.objects.get()
    assert (row.kind, row.booking_id, row.payload) == ("booking_created", booking.pk, {"reason": "x"})
    assert (row.actor_role, row.actor_user_id, row.door) == ("client", booking.client_id, "api")
    assert (row.trace_id, row.state) == ("7race", EventState.PENDING)
    (message,) = woken()
    headers = message["headers"]
    assert isinstance(headers, dict)
    assert (headers["task"], headers["trace_id"]) == ("notifications.process_event", "7race")
    assert headers["argsrepr"] == f"(event {row.pk}: booking_created of booking {booking.pk})"


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_neither_row_nor_wake_up() -> None:
    booking = book()
    with transaction.atomic():
        announce(event_of(booking))
        transaction.set_rollback(True)
    assert not OutboxEvent.objects.exists()
    assert woken() == []


@pytest.mark.django_db(transaction=True)
def test_an_event_that_cannot_be_recorded_takes_the_change_with_it() -> None:
    booking = book()

    @transaction.atomic
    def change() -> None:
        Booking.objects.filter(pk=booking.pk).update(comment="changed")
        announce(event_of(booking, payload={"reason": object()}))

    with pytest.raises(TypeError, match="not JSON serializable"):
        change()
    booking.refresh_from_db()
    assert booking.comment == ""


@pytest.mark.django_db(transaction=True)
def test_a_unique_key_makes_a_second_event_impossible() -> None:
    assert outbox.record(kind=Kind.DEAD_LETTERS, dedupe_key="hour 5") is not None
    assert outbox.record(kind=Kind.DEAD_LETTERS, dedupe_key="hour 5") is None
    assert OutboxEvent.objects.count() == len(woken()) == 1


@pytest.fixture
def other_valkey(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A server of this test alone, which Celery publishes to until the test is over."""
    port = free_port()
    server = subprocess.Popen(server_command(port=port, folder=tmp_path), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert any("Ready to accept connections" in line for line in server.stdout)
    before = celery.conf.broker_url
    celery.conf.update(broker_url=f"redis://127.0.0.1:{port}/0")
    yield server
    celery.conf.update(broker_url=before)
    server.kill()
    server.communicate()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "hanging"])
def test_redis_that_is_dead_or_hangs_neither_fails_nor_delays_the_request(
    other_valkey: "subprocess.Popen[str]", how: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking, announced = book(), 0

    def commit() -> None:
        nonlocal announced
        with transaction.atomic():
            announce(event_of(booking))
        announced += 1

    def commit_after_a_while() -> None:
        monkeypatch.setattr(publishing, "_quiet_until", 0.0)
        commit()

    assert publishing.publish("notifications.process_event", [1], queue="events:p2p")
    os.kill(other_valkey.pid, how)
    assert quickest(commit_after_a_while, enough=0.6) < 0.6
    assert quickest(commit, enough=0.2) < 0.2, "after one failure the next requests do not even try"
    assert OutboxEvent.objects.filter(state=EventState.PENDING).count() == announced
