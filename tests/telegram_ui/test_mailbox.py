"""The front of the mailboxes against a real Valkey: what goes in, what does not, and whom it wakes."""

import asyncio

import orjson
import pytest
import redis

from booking_site.lib.rate_limiter import Limit
from telegram_ui import mailbox
from telegram_ui.leases import Leases
from telegram_ui.mailbox import Accepted, Door, Incoming, Verdict
from tests.telegram_ui.builders import context, text_update
from tests.telegram_ui.mail import ROOMY, keys, put, raw_client


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
        incoming = Incoming(-7, 5, 1, "a" * 16, b'{"update_id":1}')
        assert mailbox.accept(raw_client(), incoming, ROOMY) == Accepted(Verdict.BANNED, wake_up=False)
        assert not raw_client().exists("tg:updates:-7")
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
