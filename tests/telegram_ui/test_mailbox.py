"""The mailboxes against a real Valkey: what goes in, who may take it out, and in which order."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import pytest_asyncio
import redis

from booking_site.lib import redis_client
from booking_site.lib.rate_limiter import Limit
from booking_site.lib.redis_client import async_client
from telegram_ui import mailbox
from telegram_ui.envelope import Envelope
from telegram_ui.leases import IN_A_ROW, Claim, LeaseLost, Leases
from telegram_ui.mailbox import Accepted, Door, Incoming, Verdict
from tests.telegram_ui.builders import context, text_update


def raw_client() -> Any:
    """redis-py's annotations cannot tell a client of bytes from one of text."""
    return redis_client.raw_client()


ROOMY = Door(Limit(burst=10_000, per_second=10_000))


def put(update_id: int, *, chat: int = 5, user: int | None = None, door: Door = ROOMY) -> Accepted:
    sender = chat if user is None else user
    incoming = Incoming(
        chat_id=chat,
        user_id=sender,
        update_id=update_id,
        trace_id="a" * 16,
        raw=orjson.dumps(text_update(update_id, chat=chat, user=sender)),
        private=chat == sender,
    )
    return mailbox.accept(raw_client(), incoming, door, context(sender).to_json())


def keys(pattern: str = "*") -> list[str]:
    return sorted(key.decode() for key in raw_client().keys(pattern))


def opened(claim: Claim) -> Envelope:
    return Envelope.from_json(claim.raw, attempt=claim.attempt)


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[tuple[Leases, Leases]]:
    clients = [async_client(text=False) for _ in range(2)]
    yield Leases(clients[0], "one"), Leases(clients[1], "two")
    for client in clients:
        await client.aclose()


async def let_leases_expire() -> None:
    for chat in raw_client().zrange("tg:updates:leases", 0, -1):
        raw_client().zadd("tg:updates:leases", {chat: 1})


class TestAccept:
    def test_update_arrives_whole_with_its_context_and_time(self, workers: tuple[Leases, Leases]) -> None:
        assert put(1) == Accepted(Verdict.ACCEPTED, wake_up=True)
        stored = orjson.loads(raw_client().lindex("tg:updates:5", 0))
        seconds, _micro = raw_client().time()
        assert abs(stored.pop("meta")["ts"] / 1000 - seconds) < 5
        assert stored == {
            "trace_id": "a" * 16,
            "update": text_update(1, chat=5),
            "user_context": orjson.loads(context(5).to_json()),
        }

    def test_duplicate_changes_nothing(self) -> None:
        put(1)
        assert put(1) == Accepted(Verdict.DUPLICATE, wake_up=False)
        assert raw_client().llen("tg:updates:5") == 1

    async def test_update_is_still_a_duplicate_after_it_was_handled(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        claimed = await workers[0].claim(1)
        await workers[0].finish(claimed.claims[0])
        assert put(1).verdict is Verdict.DUPLICATE

    def test_ids_are_remembered_through_the_next_day_and_forgotten_after_it(self) -> None:
        put(1)
        (seen,) = keys("tg:updates:seen:*")
        assert 24 * 3600 < raw_client().ttl(seen) <= 48 * 3600
        prefix, day = seen.rsplit(":", 1)
        raw_client().rename(seen, f"{prefix}:{int(day) - 1}")
        assert put(1).verdict is Verdict.DUPLICATE
        raw_client().rename(f"{prefix}:{int(day) - 1}", f"{prefix}:{int(day) - 2}")
        assert put(1).verdict is Verdict.ACCEPTED

    def test_ids_of_one_day_are_capped_and_what_exceeds_the_cap_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mailbox, "SEEN_CAP", 3)
        assert [put(i).verdict for i in range(5)] == [Verdict.ACCEPTED] * 3 + [Verdict.FULL] * 2
        assert put(0).verdict is Verdict.DUPLICATE

    def test_mailbox_is_capped(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailbox, "MAILBOX_CAP", 2)
        assert [put(i).verdict for i in range(3)] == [Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.FULL]
        assert raw_client().llen("tg:updates:5") == 2

    def test_user_over_the_limit_is_dropped_and_told_once(self) -> None:
        door = Door(Limit(burst=3, per_second=0.001))
        verdicts = [put(i, door=door).verdict for i in range(6)]
        assert verdicts == [Verdict.ACCEPTED] * 3 + [Verdict.LIMITED] * 3
        stored = [orjson.loads(raw) for raw in raw_client().lrange("tg:updates:5", 0, -1)]
        assert [one.get("notice", "") for one in stored] == ["", "", "", "slow_down"]

    def test_limit_is_per_user_not_per_chat_and_a_group_gets_no_notice(self) -> None:
        door = Door(Limit(burst=1, per_second=0.001))
        group = -100
        assert put(1, chat=group, user=7, door=door).verdict is Verdict.ACCEPTED
        assert put(2, chat=group, user=7, door=door).verdict is Verdict.LIMITED
        assert put(3, chat=group, user=8, door=door).verdict is Verdict.ACCEPTED
        assert raw_client().llen("tg:updates:-100") == 2

    def test_dropped_update_stays_dropped_when_it_comes_again(self) -> None:
        door = Door(Limit(burst=1, per_second=0.001))
        put(1, door=door)
        put(2, door=door)
        assert put(2).verdict is Verdict.DUPLICATE

    def test_unknown_user_is_asked_for_and_nothing_is_written(self) -> None:
        incoming = Incoming(5, 5, 1, "a" * 16, b"{}", private=True)
        assert mailbox.accept(raw_client(), incoming, ROOMY).verdict is Verdict.UNKNOWN_USER
        assert keys() == []

    def test_known_user_needs_no_second_look(self) -> None:
        put(1)
        incoming = Incoming(5, 5, 2, "a" * 16, b'{"update_id":2}', private=True)
        assert mailbox.accept(raw_client(), incoming, ROOMY).verdict is Verdict.ACCEPTED
        assert 590 < raw_client().ttl("tg:ctx:5") <= 600

    def test_banned_user_is_dropped_and_counted(self) -> None:
        raw_client().set("tg:ctx:5", context(5).to_json().replace(b'"is_banned":false', b'"is_banned":true'))
        incoming = Incoming(5, 5, 1, "a" * 16, b'{"update_id":1}', private=True)
        assert mailbox.accept(raw_client(), incoming, ROOMY) == Accepted(Verdict.BANNED, wake_up=False)
        assert keys("tg:updates:*") == ["tg:updates:counts"]
        assert mailbox.counters(raw_client()) == {"banned": 1}

    def test_update_without_a_user_is_accepted(self) -> None:
        incoming = Incoming(-7, None, 1, "a" * 16, b'{"update_id":1}')
        assert mailbox.accept(raw_client(), incoming, ROOMY).verdict is Verdict.ACCEPTED
        assert keys("rl:*") == []

    def test_works_after_the_scripts_were_flushed(self) -> None:
        put(1)
        raw_client().script_flush()
        assert put(2).verdict is Verdict.ACCEPTED

    def test_refusal_for_want_of_memory_leaves_nothing_behind(self) -> None:
        put(1, chat=6)
        before = keys()
        raw_client().config_set("maxmemory", 1)
        try:
            with pytest.raises(redis.ResponseError):
                put(2)
        finally:
            raw_client().config_set("maxmemory", 0)
        assert [key for key in keys() if key not in before] in ([], ["tg:ctx:5"])
        assert put(2).verdict is Verdict.ACCEPTED


class TestWakeUps:
    def test_one_message_wakes_for_many_chats(self) -> None:
        assert [put(i, chat=i).wake_up for i in range(1, 6)] == [True, False, False, False, False]

    async def test_none_is_due_while_a_worker_has_promised_to_look(self, workers: tuple[Leases, Leases]) -> None:
        await workers[0].claim(4, promise_ms=60_000)
        assert not put(1).wake_up

    async def test_one_is_due_once_the_promise_is_over(self, workers: tuple[Leases, Leases]) -> None:
        await workers[0].claim(4, promise_ms=1)
        await asyncio.sleep(0.005)  # the server's clock is the one that counts
        assert put(1).wake_up

    async def test_a_worker_with_its_hands_full_promises_nothing(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        await workers[0].claim(1, promise_ms=60_000)
        assert put(2, chat=6).wake_up


class TestLeases:
    async def test_chat_has_one_worker_and_its_updates_come_in_order(self, workers: tuple[Leases, Leases]) -> None:
        one, two = workers
        for update_id in (1, 2, 3):
            put(update_id)
        (claim,) = (await one.claim(10)).claims
        assert (await two.claim(10)).claims == ()
        order = [opened(claim).update_id]
        following: Claim | None = claim
        while following := await one.finish(following):  # type: ignore[arg-type]
            order.append(opened(following).update_id)
        assert order == [1, 2, 3]
        assert keys("tg:updates:*") == sorted(["tg:updates:counts", *keys("tg:updates:seen:*")])

    async def test_update_stays_until_it_was_handled(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        await workers[0].claim(1)
        assert raw_client().llen("tg:updates:5") == 1

    async def test_attempt_is_counted_before_handling_and_survives_the_worker(
        self, workers: tuple[Leases, Leases]
    ) -> None:
        put(1)
        (first,) = (await workers[0].claim(1)).claims
        await let_leases_expire()
        (second,) = (await workers[1].claim(1)).claims
        assert (first.attempt, second.attempt) == (1, 2)

    async def test_next_update_starts_with_a_fresh_count(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2)
        await workers[0].claim(1)
        await let_leases_expire()
        (claim,) = (await workers[0].claim(1)).claims
        following = await workers[0].finish(claim)
        assert following
        assert (claim.attempt, following.attempt) == (2, 1)

    async def test_worker_that_lost_its_lease_changes_nothing(self, workers: tuple[Leases, Leases]) -> None:
        one, two = workers
        put(1)
        put(2)
        (old,) = (await one.claim(1)).claims
        await let_leases_expire()
        (new,) = (await two.claim(1)).claims
        with pytest.raises(LeaseLost):
            await one.finish(old)
        with pytest.raises(LeaseLost):
            await one.fail(old, pause_ms=1)
        assert await one.release([old]) == 0
        assert await one.heartbeat([old]) == {"5"}
        assert raw_client().llen("tg:updates:5") == 2
        assert await two.heartbeat([new]) == frozenset()
        await two.finish(new)
        assert raw_client().llen("tg:updates:5") == 1

    async def test_the_same_worker_cannot_use_its_old_lease_either(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        (old,) = (await workers[0].claim(1)).claims
        await let_leases_expire()
        await workers[0].claim(1)
        with pytest.raises(LeaseLost):
            await workers[0].finish(old)

    async def test_heartbeat_keeps_a_lease(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        (claim,) = (await workers[0].claim(1)).claims
        await let_leases_expire()
        assert await workers[0].heartbeat([claim]) == frozenset()
        assert (await workers[1].claim(1)).claims == ()

    async def test_released_chat_goes_on_elsewhere_with_its_attempt_given_back(
        self, workers: tuple[Leases, Leases]
    ) -> None:
        put(1)
        (claim,) = (await workers[0].claim(1)).claims
        assert await workers[0].release([claim]) == 1
        (again,) = (await workers[1].claim(1)).claims
        assert (again.attempt, again.raw) == (1, claim.raw)

    async def test_failed_chat_rests_and_keeps_its_order_while_others_go_on(
        self, workers: tuple[Leases, Leases]
    ) -> None:
        put(1)
        put(2)
        (claim,) = (await workers[0].claim(1)).claims
        await workers[0].fail(claim, pause_ms=60_000)
        put(3)
        put(4, chat=6)
        assert [one.chat for one in (await workers[0].claim(10)).claims] == ["6"]
        raw_client().zadd("tg:updates:retry", {"5": 1})
        (again,) = (await workers[0].claim(10)).claims
        assert (again.chat, again.attempt, opened(again).update_id) == ("5", 2, 1)

    async def test_finishing_takes_the_next_waiting_chat(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2, chat=6)
        (claim,) = (await workers[0].claim(1)).claims
        following = await workers[0].finish(claim)
        assert following
        assert (following.chat, following.attempt) == ("6", 1)

    async def test_busy_chat_lets_others_through(self, workers: tuple[Leases, Leases]) -> None:
        for update_id in range(IN_A_ROW + 3):
            put(update_id)
        (claim,) = (await workers[0].claim(1)).claims
        put(100, chat=6)
        worked: list[str] = []
        following: Claim | None = claim
        while following:
            worked.append(following.chat)
            following = await workers[0].finish(following)
        assert worked == ["5"] * IN_A_ROW + ["6"] + ["5"] * 3

    async def test_busy_chat_alone_goes_on_under_its_lease(self, workers: tuple[Leases, Leases]) -> None:
        count = IN_A_ROW * 2 + 1
        for update_id in range(count):
            put(update_id)
        (claim,) = (await workers[0].claim(1)).claims
        order = []
        following: Claim | None = claim
        while following:
            order.append(opened(following).update_id)
            following = await workers[0].finish(following)
        assert order == list(range(count))

    async def test_leaving_worker_takes_nothing_more(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2)
        (claim,) = (await workers[0].claim(1)).claims
        assert await workers[0].finish(claim, more=False) is None
        (following,) = (await workers[1].claim(1)).claims
        assert opened(following).update_id == 2

    async def test_given_up_update_is_kept_among_the_dead_which_are_capped(
        self, workers: tuple[Leases, Leases], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("telegram_ui.leases.DEAD_CAP", 2)
        for update_id in (1, 2, 3):
            put(update_id)
            (claim,) = (await workers[0].claim(1)).claims
            await workers[0].finish(claim, epitaph=str(update_id).encode())
        assert raw_client().lrange("tg:updates:dead", 0, -1) == [b"3", b"2"]
        assert mailbox.counters(raw_client())["dead"] == 3


class TestRecovery:
    async def test_sweep_restores_a_lost_ready_list(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2, chat=-6)
        raw_client().delete("tg:updates:ready")
        assert (await workers[0].claim(10)).claims == ()
        assert await workers[0].sweep() == 2
        assert {claim.chat for claim in (await workers[0].claim(10)).claims} == {"5", "-6"}

    async def test_sweep_leaves_chats_at_work_and_at_rest_alone(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2, chat=6)
        first, second = (await workers[0].claim(2)).claims
        await workers[0].fail(second, pause_ms=60_000)
        assert await workers[1].sweep() == 0
        assert await workers[0].heartbeat([first]) == frozenset()

    async def test_sweep_frees_the_chats_of_a_silent_worker(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        await workers[0].claim(1)
        await let_leases_expire()
        assert await workers[1].sweep() == 1

    async def test_sweep_ignores_the_list_of_the_dead(self, workers: tuple[Leases, Leases]) -> None:
        raw_client().lpush("tg:updates:dead", "x")
        assert await workers[0].sweep() == 0

    async def test_emptied_redis_is_nothing_to_do_and_no_crash(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        (claim,) = (await workers[0].claim(1)).claims
        raw_client().flushall()
        with pytest.raises(LeaseLost):
            await workers[0].finish(claim)
        assert await workers[0].heartbeat([claim]) == {"5"}
        assert await workers[0].sweep() == 0
        assert (await workers[0].claim(10)).claims == ()

    async def test_order_holds_in_every_chat_under_many_workers(self) -> None:
        chats, each = 20, 15
        for update_id in range(chats * each):
            put(update_id, chat=1 + update_id % chats)
        seen: dict[str, list[int]] = {}
        at_work: set[str] = set()
        clients = [async_client(text=False) for _ in range(6)]

        async def work(leases: Leases) -> None:
            while claims := (await leases.claim(3)).claims:
                await asyncio.gather(*(work_chat(leases, claim) for claim in claims))

        async def work_chat(leases: Leases, claim: Claim) -> None:
            following: Claim | None = claim
            while following:
                assert following.chat not in at_work
                at_work.add(following.chat)
                await asyncio.sleep(0)
                seen.setdefault(following.chat, []).append(opened(following).update_id)
                at_work.discard(following.chat)
                following = await leases.finish(following)

        await asyncio.gather(*(work(Leases(client, f"w{i}")) for i, client in enumerate(clients)))
        assert seen == {str(1 + chat): [chat + chats * turn for turn in range(each)] for chat in range(chats)}
        for client in clients:
            await client.aclose()
