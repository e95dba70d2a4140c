"""Workers that die: a random one is killed with SIGKILL every two seconds while updates pour in."""

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from typing import Any

import redis
from django.conf import settings

from benchmarks.pipeline.load import Flow, deliver
from benchmarks.pipeline.tally import Tally, count
from benchmarks.pipeline.workers import Kill, Workers
from benchmarks.registry import Context, Outcome, scenario
from booking_site.supervisor.child import FIRST_PAUSE
from booking_site.testing.system import SystemUnderTest
from telegram_ui.playground.process import PlaygroundProcess

CHATS, EACH, WORKERS = 500, 40, 8
PER_SECOND, KILL_SECONDS, LATENCY_MS = 300.0, 2.0, 50
#: Updates sent and not yet handled: what a busy hour has waiting, and not a flood that puts every chat in somebody's hands.
WINDOW = 160
#: Seconds without any progress after which the rest counts as lost, and seconds for the whole load.
PATIENCE, LOAD_SECONDS = 40.0, 240.0
RECOVERY_SECONDS = 15.0


class Unexplained(Exception):
    """The run came to its end, and shows what must not be."""


@scenario("kill_workers", seconds=355)
def kill_workers(context: Context) -> Outcome:
    """20,000 updates from 500 chats; see the outcome's words for what was done."""
    return run(context, chats=CHATS, each=EACH)


def run(context: Context, *, chats: int, each: int, workers: int = WORKERS) -> Outcome:
    """The same at any size."""
    everybody = range(1, chats + 1)
    with PlaygroundProcess(settings.TELEGRAM_BOT_TOKEN) as playground:
        playground.client.add_user(id=everybody.start, count=chats, first_name="Client", started=True)
        playground.client.set_faults(latency_ms=LATENCY_MS)
        limits = {"TELEGRAM_USER_BURST": "100000", "TELEGRAM_USER_PER_SECOND": "100000", "LOG_LEVEL": "WARNING"}
        environment = {"TELEGRAM_API_URL": playground.url, **limits}
        system = context.system(only=("redis", "web"), seed=False, env=environment)
        store: Any = redis.Redis.from_url(system.redis_url, decode_responses=True)
        # Both take long to start: at once.
        with Workers(system.environment, context.folder, store) as crew, system:
            crew.start(workers)
            began = time.monotonic()
            flow = Flow(PER_SECOND, WINDOW)
            sender = threading.Thread(
                target=lambda: asyncio.run(_deliver(system, everybody, each, flow)), daemon=True
            )
            sender.start()
            _kill_until_done(crew, store, sender, flow, chats * each)
            took = time.monotonic() - began
            tally = count(store, chats=everybody, each=each, kills=crew.kills)
            counts = store.hgetall("tg:updates:counts")
    _report(tally, crew.kills, counts)
    return Outcome(
        load=f"{chats * each} updates from {chats} chats over the real webhook (one web process) at "
        f"≤ {PER_SECOND:g}/s, ≤ {WINDOW} of them waiting, playground as Bot API at {LATENCY_MS} ms, done after {took:.0f} s, "
        f"{os.cpu_count()} cores with a load of {os.getloadavg()[0]:.0f}",
        faults=f"{_in_words(crew.kills)}, each to a random one of {workers} worker processes, replaced after "
        f"{FIRST_PAUSE:g} s by a fork of a process that has imported everything; "
        f"{_in_hand(crew.kills)} chats in hand at the kills; {counts.get('dead', 0)} dead letters; "
        f"the longest standstill of a chat, repeated kills included, {tally.standstill_s or 0:.1f} s",
        lost=tally.lost,
        reordered=tally.reordered,
        duplicated=tally.duplicated,
        recovery_s=tally.recovery_s,
    )


async def _deliver(system: SystemUnderTest, chats: range, each: int, flow: Flow) -> None:
    url, secret = f"{system.web_url}/tg/webhook", system.secrets["TELEGRAM_WEBHOOK_SECRET"]
    await deliver(url, secret, chats, each, connections=20, flow=flow)


def _kill_until_done(crew: Workers, store: Any, sender: threading.Thread, flow: Flow, expected: int) -> None:
    before, progressed = -1, time.monotonic()
    deadline = progressed + LOAD_SECONDS
    next_kill = progressed + KILL_SECONDS
    while time.monotonic() < deadline:
        counts = store.hmget("tg:updates:counts", "handled", "dead")
        done = flow.done = sum(int(number or 0) for number in counts)
        if done >= expected and not sender.is_alive():
            return
        if done != before:
            before, progressed = done, time.monotonic()
        if time.monotonic() - progressed > PATIENCE:
            return
        crew.replace()
        if time.monotonic() >= next_kill and crew.up():
            crew.kill_one()
            next_kill = max(next_kill + KILL_SECONDS, time.monotonic())
        time.sleep(0.05)


def _report(tally: Tally, kills: Sequence[Kill], counts: dict[str, str]) -> None:
    """Say what the outcome has no field for, and refuse what is not explained.

    Raises:
        Unexplained: more was handled twice than was in flight, or a chat stood still for too long.
    """
    print(
        f"handled twice: {tally.duplicated} of {_in_hand(kills)} in hand at the kills; counters: {counts}",
        flush=True,
    )
    if tally.strays:
        raise Unexplained(f"{tally.strays} updates were handled twice that no killed worker had in hand")
    if tally.recovery_s is not None and tally.recovery_s > RECOVERY_SECONDS:
        raise Unexplained(f"a chat stood still for {tally.recovery_s:.1f} s, over {RECOVERY_SECONDS:g} s")


def _in_words(kills: Sequence[Kill]) -> str:
    if len(kills) <= 1:
        return f"{len(kills)} SIGKILL"
    return f"{len(kills)} SIGKILLs, one every {(kills[-1].at - kills[0].at) / (len(kills) - 1):.1f} s"


def _in_hand(kills: Sequence[Kill]) -> int:
    return sum(len(kill.held) for kill in kills)
