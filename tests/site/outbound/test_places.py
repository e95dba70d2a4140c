"""The outbound limiter, against a real Valkey: never faster than the rate where messages arrive, hardly ever slower."""

import asyncio
import subprocess
import sys
import time
from itertools import pairwise

import pytest
import redis.asyncio

from booking_site.lib.outbound_limiter import EVENLY, OutboundLimiter
from booking_site.lib.outbound_places import HELD, TOLD_WITHIN, FastestCall
from tests.site.outbound.permits import INSTANT, in_hand, sent


def most_in_a_second(instants: list[float]) -> int:
    """The largest number of ``instants`` in any window of one second."""
    instants = sorted(instants)
    most = first = 0
    for last, instant in enumerate(instants):
        while instants[first] <= instant - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


# Each call takes an uneven time until it counts, and another until it is answered; at times all of the process stands still.
SENDER = """
import asyncio, random, sys, time
import redis.asyncio
from booking_site.lib.outbound_limiter import OutboundLimiter

async def main(url, rate, seconds, first_chat, at_once):
    client = redis.asyncio.Redis.from_url(url, decode_responses=True)
    limiter = OutboundLimiter(client, bucket="test", rate=rate, reach=0.04)
    arrived, end, chance = [], time.time() + seconds, random.Random(first_chat)
    async def send(chat):
        while time.time() < end:
            permit = await limiter.permit(chat, patience=30)
            if chance.random() < 0.02:
                time.sleep(0.06)
            await asyncio.sleep(min(0.2, chance.expovariate(100)))
            arrived.append(time.time())
            await asyncio.sleep(0.02 + min(0.1, chance.expovariate(500)))
            permit.answered(usual=True)
            chat += 1000
    await asyncio.gather(*(send(first_chat + n) for n in range(at_once)))
    await client.aclose()
    print("\\n".join(map(repr, arrived)))

asyncio.run(main(sys.argv[1], *map(int, sys.argv[2:])))
"""


@pytest.mark.parametrize(("rate", "seconds"), [(30, 4), (300, 3)])
def test_two_processes_never_exceed_the_rate_however_late_their_calls_arrive(
    valkey: str, rate: int, seconds: int
) -> None:
    senders = [
        subprocess.Popen(
            [sys.executable, "-c", SENDER, valkey, str(rate), str(seconds), str(1_000_000 * n), str(rate // 5)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in (1, 2)
    ]
    arrived = sorted(float(line) for sender in senders for line in sender.communicate()[0].split())
    assert [sender.returncode for sender in senders] == [0, 0]
    assert len(arrived) > 2 * rate, "both of them sent"
    assert most_in_a_second(arrived) <= rate


@pytest.mark.parametrize("rate", [30, 1000])
async def test_permits_follow_each_other_evenly_and_make_up_for_what_was_lost(
    client: "redis.asyncio.Redis", rate: int
) -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=rate, reach=60)
    first, _closed = await limiter._call([(chat, f"permit {chat}") for chat in range(1, 26)])
    gaps = [later - earlier for earlier, later in pairwise(first)]
    assert set(gaps) == {round(1_000_000 * EVENLY / rate)}


async def test_a_message_that_is_late_holds_up_the_one_a_second_after_it(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=2, reach=INSTANT)
    first, second, third = await asyncio.gather(
        sent(limiter, 1, answered_after=0.3), sent(limiter, 2), sent(limiter, 3)
    )
    assert second - first < 0.9
    assert 1.3 <= third - first < 1.9


async def test_a_message_that_is_on_its_way_for_long_keeps_its_place(
    client: "redis.asyncio.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking_site.lib.outbound_places.HELD", 0.1)
    monkeypatch.setattr("booking_site.lib.outbound_limiter.HELD", 0.1)
    monkeypatch.setattr("booking_site.lib.outbound_places._AGAIN", 0.05)
    limiter = OutboundLimiter(client, bucket="test", rate=1, reach=INSTANT)
    first, second = await asyncio.gather(sent(limiter, 1, answered_after=1.4), sent(limiter, 2))
    assert 2.4 <= second - first < 3.2, "not after 1.1 s"


HOLDER = """
import asyncio, sys
import redis.asyncio
from booking_site.lib.outbound_limiter import OutboundLimiter

async def main(url):
    limiter = OutboundLimiter(redis.asyncio.Redis.from_url(url, decode_responses=True), bucket="test", rate=1, reach=0.8)
    await limiter.permit(1, patience=30)
    print("on its way", flush=True)
    await asyncio.sleep(60)

asyncio.run(main(sys.argv[1]))
"""


def die_with_a_call_on_its_way(valkey: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, valkey], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "on its way\n"
    holder.kill()
    holder.communicate()


async def test_a_worker_that_dies_takes_its_permits_along_for_no_more_than_the_bound(
    client: "redis.asyncio.Redis", valkey: str
) -> None:
    die_with_a_call_on_its_way(valkey)
    died = time.monotonic()
    other = OutboundLimiter(client, bucket="test", rate=1, reach=INSTANT)
    assert 1 < await sent(other, 3) - died < 1 + HELD + 0.5


async def test_a_permit_that_is_not_used_costs_nobody_a_place(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=3, reach=INSTANT)
    began = time.monotonic()
    for chat in range(5):
        (await limiter.permit(chat, patience=5)).unused()
    assert time.monotonic() - began < 4 / 3 + 0.5, "no slower than they follow each other"


async def test_who_is_called_back_with_a_permit_in_hand_gives_it_back(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    tasks = await in_hand(limiter, 20)
    for task in tasks:
        task.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    await limiter.close()
    used = sum(not isinstance(outcome, BaseException) for outcome in outcomes)
    assert 0 < used < 20
    assert await client.zcard("rl:out:test:places") == used


async def test_others_hear_of_a_free_place_though_nobody_here_asks_again(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    went = await sent(limiter, 1)
    seconds, micros = await client.time()
    halfway = (seconds + 1.5) * 1_000_000 + micros
    while await client.zcount("rl:out:test:places", halfway, "+inf"):
        assert time.monotonic() - went < TOLD_WITHIN + 0.2
        await asyncio.sleep(0.02)


def test_the_fastest_call_is_that_of_late() -> None:
    fastest = FastestCall()
    for number in range(9):
        fastest.note(0.05 + number / 100, now=100 + number)
    assert fastest.seconds(now=109) == 0, "too few to tell"
    fastest.note(0.07, now=109)
    assert fastest.seconds(now=109) == 0.05
    for number in range(20):
        fastest.note(0.08, now=140 + 2 * number)
    assert fastest.seconds(now=180) == 0.08, "what was is over"
    assert fastest.seconds(now=300) == 0
