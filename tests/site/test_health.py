"""Health addresses tell the truth, quickly, whatever is broken and whatever the request looks like."""

import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.test import Client, override_settings

from booking_site import health, heartbeats, metrics
from booking_site.lib.redis_client import client as redis_client
from booking_site.supervisor.ports import free_port
from tests.timing import quickest

#: Seconds.
HANGS = 20.0


@pytest.fixture
def everything_alive() -> None:
    from django.conf import settings

    for key in [heartbeats.BEAT_KEY, *map(heartbeats.queue_key, settings.QUEUES)]:
        redis_client().set(key, "someone", ex=60)


def get(client: Client, path: str, **headers: Any) -> tuple[int, Any]:
    response = client.get(path, **headers)
    return response.status_code, response.json()


def test_alive_needs_nothing_else(client: Client) -> None:
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0", ALLOWED_HOSTS=[]):
        assert get(client, "/healthz", HTTP_HOST="10.0.0.7:8000") == (200, {"status": "alive"})


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("everything_alive")
def test_ready_when_every_part_is(client: Client) -> None:
    status, answer = get(client, "/readyz")
    assert status == 200
    assert answer["status"] == "ready"
    assert {"database", "redis", "beat", "worker tg:updates", "worker events:p2p"} <= set(answer["checks"])
    assert set(answer["checks"].values()) == {"ok"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("everything_alive")
@pytest.mark.parametrize(
    ("key", "check"),
    [(heartbeats.BEAT_KEY, "beat"), (heartbeats.queue_key("tg:updates"), "worker tg:updates")],
)
def test_a_missing_heartbeat_is_named(client: Client, key: str, check: str) -> None:
    redis_client().delete(key)
    status, answer = get(client, "/readyz")
    assert status == 503
    assert {name for name, state in answer["checks"].items() if state != "ok"} == {check}
    assert answer["checks"][check] == "no sign of life within 15 s"


@pytest.mark.django_db(transaction=True)
def test_redis_down_is_503_within_a_second(client: Client) -> None:
    answers: list[tuple[int, Any]] = []
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"):
        assert quickest(lambda: answers.append(get(client, "/readyz")), enough=1) < 1
    status, answer = answers[-1]
    assert status == 503
    assert answer["checks"]["database"] == "ok"
    assert answer["checks"]["redis"].startswith("Redis: ")


@pytest.fixture
def hanging_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    release = Event()

    def hang() -> dict[str, str]:
        release.wait(HANGS)
        return {}

    assert health.CHECK_SECONDS < 1
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.1)
    monkeypatch.setitem(health._CHECKS, "database", hang)
    yield
    release.set()


@pytest.mark.usefixtures("everything_alive", "hanging_database")
def test_a_database_that_hangs_is_503_in_the_time_of_a_check(client: Client) -> None:
    for _again in range(6):  # more often than there are threads to hang
        began = time.monotonic()
        status, answer = get(client, "/readyz")
        assert time.monotonic() - began < HANGS / 2
        assert status == 503
        assert answer["checks"]["database"] == "no answer within 0.1 s"


def test_metrics_show_queues_and_counters(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "_counters", {})
    metrics.register_counter("things_done", "Things done.")
    redis_client().rpush("events:p2p", "one", "two")
    metrics.increment("things_done", 3)
    body = client.get("/metrics").content.decode()
    assert 'booking_queue_messages{queue="events:p2p"} 2.0' in body
    assert "booking_things_done_total 3.0" in body


@pytest.mark.django_db
def test_a_number_that_cannot_be_read_hides_no_other(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> dict[str, float]:
        raise ValueError("no such table")

    monkeypatch.setattr(metrics, "_gauges", dict(metrics._gauges))
    metrics.register_gauge("broken", "Never read.", broken)
    body = client.get("/metrics").content.decode()
    assert "booking_metrics_failed 1.0" in body
    assert "booking_queue_messages" in body


@pytest.mark.parametrize(
    ("request_headers", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong-token-of-16"}, 403),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer right-token-of-16"}, 200),
    ],
)
def test_metrics_are_for_loopback_or_the_token(
    client: Client, request_headers: dict[str, str], status: int
) -> None:
    with override_settings(METRICS_TOKEN="right-token-of-16"):
        assert client.get("/metrics", **request_headers).status_code == status  # type: ignore[arg-type]


def test_no_token_set_admits_no_empty_token(client: Client) -> None:
    with override_settings(METRICS_TOKEN=""):
        response = client.get("/metrics", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")
    assert response.status_code == 403


def test_the_start_page_links_what_runs(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert 'href="/admin/"' in response.content.decode()
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")
