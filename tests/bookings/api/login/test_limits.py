"""How often a code may be asked for, and what happens without Redis."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, override_settings

from booking_site.lib.redis_client import client as redis
from booking_site.supervisor.ports import free_port
from bookings.models import User
from tests.bookings.api.callers import bearer, with_init_data, with_token
from tests.bookings.api.conftest import problem_of
from tests.bookings.api.login.asking import LOGIN, ask, log_in, post
from tests.bookings.conftest import Salon


def test_another_code_is_sent_after_a_minute() -> None:
    ask()
    answer = ask("NEW@example.com")
    assert answer.status_code == 429
    assert problem_of(answer)["code"] == "too_many_codes"
    assert 55 < int(answer["Retry-After"]) <= 60
    assert ask("other@example.com").status_code == 202


def without_redis() -> Any:
    return override_settings(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")


def forget_the_gap() -> None:
    for key in redis().keys("attempts:gap:*"):
        redis().delete(key)


def test_an_address_gets_ten_codes_a_day() -> None:
    for _ in range(10):
        assert post("/code", {"channel": "email", "address": "new@example.com"}).status_code == 202
        forget_the_gap()
    answer = ask()
    assert answer.status_code == 429
    assert 86_000 < int(answer["Retry-After"]) <= 86_400


def test_a_network_address_asks_twenty_times_an_hour() -> None:
    answers = [ask(f"a{number}@example.com").status_code for number in range(21)]
    assert answers == [202] * 20 + [429]
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert post("/code", {"channel": "email", "address": "a@example.com"}, elsewhere).status_code == 202


def test_addresses_are_not_readable_in_redis() -> None:
    ask("secret.person@example.com")
    assert not any("secret" in str(key) for key in redis().keys("attempts:*"))


def test_without_redis_nobody_logs_in() -> None:
    with without_redis():
        asked, given = ask(), post("/token", {"challenge": "x" * 22, "code": "123456"})
    assert {asked.status_code, given.status_code} == {503}
    problem = problem_of(asked)
    assert problem["code"] == "busy"
    assert "is away" in problem["detail"]
    assert asked["Retry-After"] == "1"


@pytest.mark.parametrize("login", [with_token, with_init_data])
def test_without_redis_who_has_logged_in_goes_on(salon: Salon, login: Callable[[User], Client]) -> None:
    booking = salon.book()
    client = login(salon.client)
    with without_redis():
        times = client.get(
            "/api/v1/slots/nearest", {"location_id": salon.location.pk, "service": salon.service.pk}
        )
        assert (times.status_code, times.json()["slots"] != []) == (200, True)
        assert [one["id"] for one in client.get("/api/v1/bookings").json()["items"]] == [booking.id]
        gone = client.post(
            f"/api/v1/bookings/{booking.id}/cancel", json.dumps({"reason": ""}), content_type="application/json"
        )
        assert gone.json()["status"] == "cancelled"
        assert client.delete(LOGIN + "/tokens").status_code == 204


def test_logins_outlive_an_emptied_redis() -> None:
    token = log_in().json()["token"]
    redis().flushdb()
    assert bearer(token).get("/api/v1/me").status_code == 200
