"""Real worker processes that are killed, or told to end, while they have updates in hand.

The small form of ``make chaos ONLY=kill_workers``; see ``benchmarks.pipeline.worker`` for what a text asks of a handler.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from django.conf import settings
from django.test import override_settings

from benchmarks.nursery import database_url
from benchmarks.pipeline.load import text_update
from benchmarks.pipeline.tally import NOTES, count
from benchmarks.pipeline.workers import Kill, Workers
from booking_site.lib.redis_client import async_client, client, raw_client
from booking_site.testing.system import clean_environment
from telegram_ui.gateway.intake import take_in
from telegram_ui.leases import LEASE_MS, Leases
from telegram_ui.mailbox import Verdict
from telegram_ui.playground.threaded import PlaygroundThread
from tests.telegram_ui.builders import context
from tests.telegram_ui.mail import fall_silent

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

CHATS = range(1, 21)
#: Seconds. What must follow at once, on a machine that has much else to do.
SOON = 5.0


@pytest.fixture(scope="module")
def nursery(valkey: str, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    folder: Path = tmp_path_factory.mktemp("workers")
    with PlaygroundThread(settings.TELEGRAM_BOT_TOKEN) as playground:
        playground.client.add_user(id=CHATS.start, count=len(CHATS), started=True)
        playground.client.set_faults(latency_ms=20)
        environment = clean_environment(folder) | {
            "DATABASE_URL": database_url(),
            "REDIS_URL": valkey,
            "TELEGRAM_API_URL": playground.url,
            "LOG_LEVEL": "WARNING",
        }
        store: Any = redis.Redis.from_url(valkey, decode_responses=True, socket_timeout=90)
        with Workers(environment, folder, store) as workers:
            yield workers


@pytest.fixture
def workers(nursery: Workers, clean_redis: None) -> Iterator[Workers]:
    for chat in CHATS:  # everybody is known: nobody is in the database
        client().set(f"tg:ctx:{chat}", context(chat).to_json())
    with override_settings(TELEGRAM_USER_BURST=10_000):
        yield nursery
    nursery.kill_all()


def send(chat: int, number: int, wish: str = "") -> None:
    assert take_in(text_update(chat * 1000 + number, chat, f"{number} {wish}".strip())) is Verdict.ACCEPTED


async def miss_the_dead() -> None:
    """At once, and without the pauses that follow."""
    redis = async_client(text=False)
    await fall_silent(Leases(redis, "test"))
    await redis.aclose()


class Notes:
    """What the workers have noted, one by one, as it happens."""

    def __init__(self, store: Any) -> None:
        self._store, self._last = store, "0"
        self.ended: set[tuple[int, str]] = set()

    def next(self) -> dict[str, Any]:
        found = self._store.xread({NOTES: self._last}, count=1, block=60_000)
        assert found, "no worker did anything for a minute"
        ((_stream, ((self._last, note),)),) = found
        if note["event"] == "ended":
            self.ended.add((int(note["chat"]), note["number"]))
        return dict(note) | {"chat": int(note["chat"]), "at": float(note["at"]), "pid": int(note["pid"])}

    def until(self, event: str, chat: int, number: int) -> dict[str, Any]:
        while True:
            note = self.next()
            if (note["event"], note["chat"], note["number"]) == (event, chat, str(number)):
                return note


def test_nothing_is_lost_or_reordered_when_workers_are_killed(workers: Workers) -> None:
    workers.start(2)
    notes, each = Notes(workers.redis), 15
    for number in range(each):
        for chat in CHATS:
            send(chat, number)
    kills: list[Kill] = []
    for _kill in range(2):
        victim = notes.until("began", CHATS[0], 3 * (1 + len(kills)))["pid"]
        kills.append(workers.kill(victim))
        workers.start(1)
    while len(notes.ended) < len(CHATS) * each:
        notes.next()
    tally = count(workers.redis, chats=CHATS, each=each, kills=kills)
    assert (tally.lost, tally.reordered, tally.strays) == (0, 0, 0)
    assert kills[0].held
    assert tally.recovery_s is not None
    # 8 s of the lease, 2 s of a pause, and one suspect after the other: a moment each, unless the machine is overloaded.
    assert tally.recovery_s < 45


@pytest.mark.django_db(transaction=True)
def test_an_update_that_kills_its_workers_is_given_up_and_nobody_who_died_with_it(workers: Workers) -> None:
    workers.start(5)
    notes = Notes(workers.redis)
    for chat in CHATS[1:]:
        send(chat, 1)
    send(1, 0, "die")
    send(1, 1)
    for _death in range(4):
        workers.wait(notes.until("began", 1, 0)["pid"])
        asyncio.run(miss_the_dead())
    while len(notes.ended) < len(CHATS):
        notes.next()
    assert notes.ended == {(chat, "1") for chat in CHATS}
    (buried,) = [orjson.loads(raw) for raw in raw_client().lrange("tg:updates:dead", 0, -1)]
    assert buried["error"] == "WorkerDied: in 4 attempts"


def test_a_worker_told_to_end_finishes_what_it_has_in_hand_and_another_goes_on_at_once(workers: Workers) -> None:
    workers.start(2)
    notes = Notes(workers.redis)
    send(1, 0, "stopping")
    send(1, 1)
    first = notes.until("began", 1, 0)
    workers.terminate(first["pid"])
    finished = notes.until("ended", 1, 0)
    following = notes.until("began", 1, 1)
    assert finished["pid"] == first["pid"]
    assert following["pid"] != first["pid"]
    assert following["at"] - finished["at"] < min(SOON, LEASE_MS / 1000)
    assert workers.wait(first["pid"]) == 0


def test_a_worker_told_to_end_gives_back_what_does_not_end_and_is_gone_in_time(workers: Workers) -> None:
    workers.start(1)
    notes = Notes(workers.redis)
    send(1, 0, "hang")
    send(2, 0, "cling")
    first = {notes.next()["pid"] for _chat in range(2)}.pop()
    workers.start(1)
    told = time.time()
    workers.terminate(first)
    again = notes.until("began", 1, 0)
    assert again["pid"] != first
    assert workers.wait(first) != 0  # by force: a handler clung to it
    assert time.time() - told < settings.WORKER_STOP_SECONDS + SOON
    (letter,) = [orjson.loads(raw)["update"] for raw in raw_client().lrange("tg:updates:2", 0, -1)]
    assert letter["message"]["text"] == "0 cling"
    assert raw_client().hget("tg:updates:state:1", "attempt") == b"1"  # the one that was cut off does not count
