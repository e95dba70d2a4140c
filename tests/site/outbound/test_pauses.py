"""A pause stops everybody, with permits in hand or without."""

import asyncio
import time
from pathlib import Path

import pytest
import redis.asyncio

from booking_site.lib.outbound_limiter import MustWait, OutboundLimiter
from booking_site.lib.outbound_pause import NOTICED_WITHIN, OutboundPause
from booking_site.supervisor.ports import free_port
from tests.site.outbound.permits import CAMPAIGN, INSTANT, in_hand, start_server


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
