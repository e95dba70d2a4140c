"""The outbound limiter, against a real Valkey: never faster than the rate where messages arrive, hardly ever slower."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
import redis.asyncio
from redis import Redis

from booking_site.embedded_redis import server_command
from booking_site.lib.outbound_limiter import EVENLY, PACE, MustWait, OutboundLimiter
from booking_site.lib.outbound_pause import NOTICED_WITHIN, OutboundPause
from booking_site.lib.outbound_places import HELD, TOLD_WITHIN, FastestCall, Permit
from booking_site.supervisor.ports import free_port

INSTANT, CAMPAIGN = 0.8, 0.04


@pytest_asyncio.fixture
async def client(valkey: str) -> AsyncIterator["redis.asyncio.Redis"]:
    async with redis.asyncio.Redis.from_url(valkey, decode_responses=True) as connection:
        yield connection


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


# Places


async def sent(limiter: OutboundLimiter, chat_id: int, *, answered_after: float | None = 0.0) -> float:
    """Send one message that counts when it is answered; the instant at which that might have begun."""
    permit = await limiter.permit(chat_id, patience=5)
    went = time.monotonic()
    if answered_after is not None:
        await asyncio.sleep(answered_after)
        permit.answered(usual=False)
    return went


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


# Classes


async def test_an_instant_message_does_not_queue_behind_a_campaign(client: "redis.asyncio.Redis") -> None:
    campaign = OutboundLimiter(client, bucket="test", rate=30, reach=CAMPAIGN)
    instant = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    senders = [asyncio.create_task(sent(campaign, chat)) for chat in range(1, 120)]
    await asyncio.wait(senders, return_when=asyncio.FIRST_COMPLETED)
    waits = []
    for chat in range(1001, 1011):
        started = time.monotonic()
        waits.append(await sent(instant, chat) - started)
    for sender in senders:
        sender.cancel()
    await asyncio.gather(*senders, return_exceptions=True)
    assert sorted(waits)[len(waits) // 2] < 1, "the queue is over six seconds long"


async def test_a_pause_stops_every_bucket_and_every_process_and_is_never_shortened(
    client: "redis.asyncio.Redis",
) -> None:
    free = OutboundLimiter(client, bucket="free", rate=30, reach=INSTANT)
    paid = OutboundLimiter(client, bucket="paid", rate=1000, reach=INSTANT)
    await free.pause(0.5)
    await paid.pause(0.1)
    started = time.perf_counter()
    await asyncio.gather(free.permit(1, patience=5), paid.permit(2, patience=5))
    assert time.perf_counter() - started >= 0.49


async def in_hand(limiter: OutboundLimiter, permits: int, *, patience: float = 5) -> "list[asyncio.Task[float]]":
    """Coroutines that have their slots booked already, up to a second ahead; each answers with when it was let go."""

    async def one(chat_id: int) -> float:
        await limiter.permit(chat_id, patience=patience)
        return time.perf_counter()

    tasks = [asyncio.create_task(one(chat_id)) for chat_id in range(1, permits + 1)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    return tasks


async def test_permits_in_hand_are_worth_nothing_once_anybody_in_the_process_pauses(
    client: "redis.asyncio.Redis",
) -> None:
    pause = OutboundPause(client)
    instant = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT, pause=pause)
    campaign = OutboundLimiter(client, bucket="paid", rate=1000, reach=CAMPAIGN, pause=pause)
    tasks = await in_hand(instant, 20)
    began = time.perf_counter()
    await campaign.pause(0.6)
    went = [await task - began for task in tasks]
    assert not [seconds for seconds in went if 0 < seconds < 0.6]
    assert sum(seconds >= 0.6 for seconds in went) > 10, "they waited for the end of the pause, and went then"


async def test_permits_in_hand_of_another_process_stop_within_the_bound(client: "redis.asyncio.Redis") -> None:
    refused = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    other = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    tasks = await in_hand(other, 20)
    began = time.perf_counter()
    await refused.pause(0.6)
    told = time.perf_counter()
    went = [await task for task in tasks]
    assert not [when - told for when in went if when > told + NOTICED_WITHIN and when < began + 0.6]


async def test_a_pause_that_redis_cannot_be_told_of_holds_in_the_process_all_the_same() -> None:
    loop = asyncio.get_running_loop()
    async with redis.asyncio.Redis.from_url(f"redis://127.0.0.1:{free_port()}/0") as nobody:
        pause = OutboundPause(nobody)
        began = loop.time()
        with pytest.raises((redis.RedisError, OSError)):
            await pause.begin(30)
    pause.heard(pause.asking(), 0.0)  # back again, it knows of no pause
    assert not pause.allows(loop.time())
    assert 30 <= pause.until() - began < 31


async def test_an_answer_asked_for_before_a_pause_began_here_says_nothing_about_it(
    client: "redis.asyncio.Redis",
) -> None:
    pause, loop = OutboundPause(client), asyncio.get_running_loop()
    asked = pause.asking()
    await pause.begin(30)
    pause.heard(asked, 0.0)
    assert not pause.allows(loop.time())


async def test_who_has_a_permit_in_hand_when_redis_dies_does_not_use_it_late(tmp_path: Path) -> None:
    port = free_port()
    server = start_server(port, tmp_path)
    async with redis.asyncio.Redis.from_url(f"redis://127.0.0.1:{port}/0", decode_responses=True) as client:
        tasks = await in_hand(OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT), 20)
        server.kill()
        server.communicate()
        died = time.perf_counter()
        went = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [when for when in went if isinstance(when, float) and when > died + NOTICED_WITHIN]
        assert sum(isinstance(outcome, MustWait) for outcome in went) > 5


async def test_the_pause_is_looked_at_a_few_times_a_second_whatever_is_in_hand(
    client: "redis.asyncio.Redis",
) -> None:
    pause = OutboundPause(client)
    await pause.left()  # loads the script
    before = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    now = asyncio.get_running_loop().time()
    await asyncio.gather(*(pause.look_before(now + n / 1000) for n in range(800)))
    calls = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"] - before
    assert 1 <= calls <= 4


async def test_who_cannot_wait_long_enough_is_told_how_long_it_takes(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    await limiter.pause(20)
    started = time.perf_counter()
    with pytest.raises(MustWait) as refused:
        await limiter.permit(1, patience=15)
    assert 5 < refused.value.seconds <= 20
    assert time.perf_counter() - started < 15, "at once, rather than when it has waited"


async def test_one_chat_gets_a_short_burst_then_its_own_pace(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=1000, reach=INSTANT)
    answers, _closed = await limiter._call([(chat, f"permit {n}") for n, chat in enumerate([7] * 5 + [8] * 2)])
    assert [answer >= 0 for answer in answers] == [True] * 3 + [False] * 2 + [True] * 2, (
        "another chat is not held up"
    )
    assert 0.9 < -answers[3] / 1_000_000 <= 1.01, "one more each second"


async def test_a_group_gets_twenty_a_minute(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=1000, reach=INSTANT)
    answers, _closed = await limiter._call([(-100, f"permit {n}") for n in range(6)])
    assert [answer >= 0 for answer in answers] == [True] * 5 + [False]
    with pytest.raises(MustWait) as refused:
        await limiter.permit(-100, patience=0.1)
    assert 0 < refused.value.seconds <= 4.01


async def test_many_permits_cost_few_round_trips(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=1000, reach=INSTANT)
    await limiter.permit(1, patience=30)  # loads the script
    before = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    await asyncio.gather(*(limiter.permit(chat, patience=5) for chat in range(100, 300)))
    calls = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"] - before
    assert calls <= 20


async def test_a_thousand_who_wait_for_a_campaigns_slots_cost_few_round_trips(
    client: "redis.asyncio.Redis",
) -> None:
    """Slots of a campaign are given out shortly before their time: hardly ever is there more than one at once."""
    limiter = OutboundLimiter(client, bucket="test", rate=500, reach=CAMPAIGN)
    await limiter.permit(1, patience=30)  # loads the script
    before = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"]
    began = time.perf_counter()
    waiting: list[asyncio.Task[Permit]] = [
        asyncio.create_task(limiter.permit(chat, patience=30)) for chat in range(100, 1100)
    ]
    await asyncio.gather(*waiting[:200])
    took = time.perf_counter() - began
    calls = (await client.info("commandstats"))["cmdstat_evalsha"]["calls"] - before
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert calls <= 10 + took / PACE


async def test_every_key_expires(client: "redis.asyncio.Redis") -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=1000, reach=INSTANT)
    await limiter.permit(1, patience=30)
    await limiter.pause(30)
    keys = [key async for key in client.scan_iter("rl:out:*")]
    assert len(keys) == 4
    assert all([0 < await client.pttl(key) <= 61_000 for key in keys])


def start_server(port: int, folder: Path) -> "subprocess.Popen[str]":
    server = subprocess.Popen(server_command(port=port, folder=folder), stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert any("Ready to accept connections" in line for line in server.stdout)
    return server


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=["dead", "hanging"])
async def test_without_redis_nobody_sends(tmp_path: Path, how: signal.Signals) -> None:
    port = free_port()
    server = start_server(port, tmp_path)
    async with redis.asyncio.Redis.from_url(f"redis://127.0.0.1:{port}/0", decode_responses=True) as client:
        limiter = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
        await limiter.permit(1, patience=30)
        os.kill(server.pid, how)
        with pytest.raises(MustWait):
            await limiter.permit(1, patience=5)
    server.kill()
    server.communicate()


async def test_an_emptied_redis_starts_afresh(client: "redis.asyncio.Redis", valkey: str) -> None:
    limiter = OutboundLimiter(client, bucket="test", rate=30, reach=INSTANT)
    await limiter.permit(1, patience=30)
    with Redis.from_url(valkey) as other:
        other.flushall()
        other.script_flush()
    await limiter.permit(1, patience=30)
