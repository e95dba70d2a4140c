"""Whose fault a worker's death was: what counts against an update, and what does not."""

import random

import pytest

from telegram_ui.leases import Claim, LeaseLost, Leases
from telegram_ui.mailbox import chats_by_state
from tests.telegram_ui.mail import end_pauses, fall_silent, let_leases_expire, opened, put, raw_client

Two = tuple[Leases, Leases]


async def suspect_of(worker: Leases) -> Claim:
    (claim,) = (await worker.claim(1, suspect=True)).claims
    assert claim.deaths
    return claim


class TestDeaths:
    async def test_one_in_company_counts_against_nobody_and_makes_all_suspects(self, workers: Two) -> None:
        for chat in (5, 6):
            put(chat, chat=chat)
        assert len((await workers[0].claim(10)).claims) == 2
        await fall_silent(workers[1])
        assert chats_by_state(raw_client()) == {"ready": 0, "leased": 0, "retry": 0, "suspect": 2}
        for _chat in range(2):
            suspect = await suspect_of(workers[1])
            assert (suspect.deaths, (await workers[1].begin(suspect, alone=True)).attempt) == (1, 1)

    async def test_one_alone_counts(self, workers: Two) -> None:
        put(1)
        await workers[0].claim(1)
        for expected in ((1, 1), (2, 2), (3, 3), (4, 4)):
            await fall_silent(workers[1])
            suspect = await workers[0].begin(await suspect_of(workers[0]), alone=True)
            assert (suspect.deaths, suspect.attempt) == expected

    @pytest.mark.parametrize("at_first", [True, False])
    async def test_one_beside_others_does_not_count_whoever_came_first(self, workers: Two, at_first: bool) -> None:
        put(1)
        await workers[0].claim(1)
        await fall_silent(workers[1])
        suspect = await workers[0].begin(await suspect_of(workers[0]), alone=at_first)
        await workers[0].begin(suspect, alone=False)
        await fall_silent(workers[1])
        again = await workers[1].begin(await suspect_of(workers[1]), alone=True)
        assert (again.deaths, again.attempt) == (2, 1)

    async def test_one_before_the_suspect_was_begun_is_none_of_its_own(self, workers: Two) -> None:
        put(1)
        await workers[0].claim(1)
        await fall_silent(workers[1])
        await suspect_of(workers[0])
        await fall_silent(workers[1])
        assert (await suspect_of(workers[1])).deaths == 1

    async def test_ever_longer_pauses_follow_and_no_two_are_alike(self, workers: Two) -> None:
        chats = range(1, 41)
        for chat in chats:
            put(chat, chat=chat)
        await workers[0].claim(len(chats))
        for longest in (2000, 4000, 4000):
            let_leases_expire()
            await workers[1].sweep()
            due = raw_client().zrange("tg:updates:suspects", 0, -1, withscores=True)
            seconds, micro = raw_client().time()
            pauses = [at - (seconds * 1000 + micro / 1000) for _chat, at in due]
            assert longest / 2 < max(pauses) < longest
            assert len(set(pauses)) == len(chats)
            end_pauses()
            for _chat in chats:
                await workers[0].begin(await suspect_of(workers[0]), alone=True)


class TestSuspects:
    @pytest.fixture
    async def one(self, workers: Two) -> None:
        """Chat 5, with two updates."""
        put(1)
        put(2)
        await workers[0].claim(1)
        await fall_silent(workers[1])

    async def test_go_to_who_asks_for_them_one_at_a_time_and_before_others(self, one: None, workers: Two) -> None:
        put(3, chat=6)
        await workers[0].claim(1)
        await fall_silent(workers[1])
        put(4, chat=7)
        put(5, chat=8)
        assert [claim.chat for claim in (await workers[0].claim(1)).claims] == ["7"]
        assert [claim.chat for claim in (await workers[0].claim(9, suspect=True)).claims] == ["5", "8"]
        assert [claim.chat for claim in (await workers[0].claim(9, suspect=True)).claims] == ["6"]

    async def test_stay_so_while_mail_arrives_and_sweeps_pass(self, one: None, workers: Two) -> None:
        put(3)
        await workers[0].sweep()
        assert (await workers[0].claim(9)).claims == ()
        raw_client().delete("tg:updates:suspects")
        await workers[0].sweep()
        assert opened(await suspect_of(workers[0])).update_id == 1

    @pytest.mark.parametrize("begun", [True, False])
    async def test_given_back_are_tried_alone_elsewhere_and_nothing_counts(
        self, one: None, workers: Two, begun: bool
    ) -> None:
        suspect = await suspect_of(workers[0])
        if begun:
            suspect = await workers[0].begin(suspect, alone=True)
        assert await workers[0].release([suspect]) == 1
        again = await workers[1].begin(await suspect_of(workers[1]), alone=True)
        assert (again.deaths, again.attempt) == (1, 1)

    async def test_that_fail_rest_and_are_tried_alone_again(self, one: None, workers: Two) -> None:
        suspect = await workers[0].begin(await suspect_of(workers[0]), alone=True)
        await workers[0].fail(suspect, pause_ms=60_000)
        assert (await workers[0].claim(9, suspect=True)).claims == ()
        end_pauses()
        assert (await workers[0].begin(await suspect_of(workers[0]), alone=True)).attempt == 2

    async def test_that_were_handled_leave_no_suspicion_behind(self, one: None, workers: Two) -> None:
        suspect = await workers[0].begin(await suspect_of(workers[0]), alone=True)
        following = await workers[0].finish(suspect)
        assert following
        assert (opened(following).update_id, following.attempt, following.deaths) == (2, 1, 0)
        await fall_silent(workers[1])
        assert (await suspect_of(workers[1])).deaths == 1

    async def test_cannot_be_begun_under_a_lost_lease(self, one: None, workers: Two) -> None:
        suspect = await suspect_of(workers[0])
        await fall_silent(workers[1])
        with pytest.raises(LeaseLost):
            await workers[0].begin(suspect, alone=True)
        assert (await suspect_of(workers[1])).deaths == 1


async def test_whatever_workers_do_and_die_of_each_chat_waits_in_one_line_and_keeps_its_order(
    workers: Two,
) -> None:
    chance, chats = random.Random(7), range(1, 5)
    sent, handled = dict.fromkeys(chats, 0), {chat: list[int]() for chat in chats}
    held: list[Claim] = []
    for _step in range(250):
        worker, chat = chance.choice(workers), chance.choice(chats)
        act = chance.choice(("put", "claim", "claim", "finish", "finish", "begin", "fail", "release", "die"))
        claim = held.pop(chance.randrange(len(held))) if held and act not in ("put", "claim", "die") else None
        try:
            match act, claim:
                case "put", None:
                    sent[chat] += 1
                    put(chat * 1000 + sent[chat], chat=chat)
                case "claim", None:
                    held += (await worker.claim(2, suspect=True)).claims
                case "die", None:
                    await fall_silent(worker)
                case "begin", Claim():
                    held.append(await worker.begin(claim, alone=chance.random() < 0.5))
                case "finish", Claim():
                    held += filter(None, [await worker.finish(claim)])
                    handled[int(claim.chat)].append(opened(claim).update_id % 1000)
                case "fail", Claim():
                    await worker.fail(claim, pause_ms=1)
                case "release", Claim():
                    await worker.release([claim])
        except LeaseLost:
            pass
        with_mail = sum(raw_client().exists(f"tg:updates:{chat}") for chat in chats)
        assert sum(chats_by_state(raw_client()).values()) == with_mail
    assert handled == {chat: list(range(1, len(done) + 1)) for chat, done in handled.items()}
    assert sum(map(len, handled.values())) > 10
