"""Inbound limits alone, against a real Valkey."""

import threading

import pytest
import redis

from booking_site.lib.rate_limiter import Limit, Verdict, check
from booking_site.lib.redis_client import client

#: None comes back while a test runs.
SLOW = Limit(burst=3, per_second=0.01)


def age(name: str, milliseconds: int) -> None:
    """As if the bucket had last been asked so long ago."""
    tokens, at = str(client().get(f"rl:{name}")).split()
    client().set(f"rl:{name}", f"{tokens} {int(at) - milliseconds}")


def test_a_burst_passes_and_then_it_is_told_how_long_to_wait() -> None:
    told = [check(client(), "a", SLOW) for _ in range(4)]
    assert [(one.allowed, one.remaining) for one in told] == [(True, 2), (True, 1), (True, 0), (False, 0)]
    assert [one.retry_after for one in told[:3]] == [0, 0, 0]
    assert 99 <= told[3].retry_after <= 100


def test_what_is_refused_costs_nothing() -> None:
    for _ in range(3 + 5):
        last = check(client(), "a", SLOW)
    assert 99 <= last.retry_after <= 100


def test_each_name_has_a_bucket_of_its_own() -> None:
    for _ in range(4):
        check(client(), "a", SLOW)
    assert check(client(), "b", SLOW) == Verdict(allowed=True, retry_after=0, remaining=2)


def test_time_brings_tokens_back_up_to_the_burst_and_no_further() -> None:
    for _ in range(3):
        check(client(), "a", SLOW)
    age("a", 100_000)
    assert [check(client(), "a", SLOW).allowed for _ in range(2)] == [True, False]
    age("a", 10_000_000)
    assert check(client(), "a", SLOW).remaining == 2


def test_a_bucket_is_forgotten_once_it_would_be_full_again() -> None:
    check(client(), "a", Limit(burst=10, per_second=2.0))
    assert 1000 < client().pttl("rl:a") <= 1500


def test_threads_that_ask_at_once_get_no_more_than_the_burst() -> None:
    allowed: list[bool] = []
    together = threading.Barrier(12)

    def ask() -> None:
        together.wait()
        allowed.append(check(client(), "a", SLOW).allowed)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(allowed) == [False] * 9 + [True] * 3


@pytest.mark.parametrize(("burst", "per_second"), [(0, 1.0), (1, 0.0), (1, -1.0)])
def test_a_limit_that_lets_nobody_through_is_refused(burst: int, per_second: float) -> None:
    with pytest.raises(ValueError, match="burst must be 1 or more"):
        Limit(burst, per_second)


def test_without_redis_there_is_no_verdict() -> None:
    nobody = redis.Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    with pytest.raises(redis.RedisError):
        check(nobody, "a", SLOW)
