"""The outbound limiter: who goes first, chats and groups, what it costs, and what happens without Redis."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest
import redis.asyncio
from redis import Redis

from booking_site.lib.outbound_limiter import PACE, MustWait, OutboundLimiter
from booking_site.lib.outbound_places import Permit
from booking_site.supervisor.ports import free_port
from tests.site.outbound.permits import CAMPAIGN, INSTANT, sent, start_server


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
