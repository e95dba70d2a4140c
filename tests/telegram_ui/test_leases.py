"""The back of the mailboxes against a real Valkey: who may take what out, and in which order."""

import asyncio

import pytest

from booking_site.lib.redis_client import async_client
from telegram_ui import mailbox
from telegram_ui.leases import IN_A_ROW, Claim, LeaseLost, Leases
from tests.telegram_ui.mail import end_pauses, fall_silent, keys, let_leases_expire, opened, put, raw_client


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

    async def test_next_update_starts_with_a_fresh_count(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        put(2)
        (first,) = (await workers[0].claim(1)).claims
        await workers[0].fail(first, pause_ms=60_000)
        end_pauses()
        (claim,) = (await workers[0].claim(1)).claims
        following = await workers[0].finish(claim)
        assert following
        assert (claim.attempt, following.attempt) == (2, 1)

    async def test_worker_that_lost_its_lease_changes_nothing(self, workers: tuple[Leases, Leases]) -> None:
        one, two = workers
        put(1)
        put(2)
        (old,) = (await one.claim(1)).claims
        await fall_silent(two)
        (new,) = (await two.claim(1, suspect=True)).claims
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
        await fall_silent(workers[0])
        await workers[0].claim(1, suspect=True)
        with pytest.raises(LeaseLost):
            await workers[0].finish(old)

    async def test_heartbeat_keeps_a_lease(self, workers: tuple[Leases, Leases]) -> None:
        put(1)
        (claim,) = (await workers[0].claim(1)).claims
        let_leases_expire()
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
        await fall_silent(workers[1])
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
