"""A suspect in a worker that has other things to do: alone if that can be had soon, and not for long."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from notifications.models import DeadLetter
from telegram_ui.leases import Leases
from telegram_ui.runtime import Runtime
from tests.telegram_ui.draining import QUICK, draining
from tests.telegram_ui.mail import fall_silent, put, raw_client

pytestmark = pytest.mark.django_db(transaction=True)

#: However slow the machine is.
UNHURRIED = replace(QUICK, room=60, solitude=60)


@pytest_asyncio.fixture
async def victim(pool: Any) -> Leases:
    """A worker that took chat 5 and was never heard of again."""
    leases = Leases(pool, "victim")
    put(1, "suspect")
    await leases.claim(1)
    await fall_silent(leases)
    return leases


def how_held() -> bytes | None:
    held: bytes | None = raw_client().hget("tg:updates:state:5", "hand")
    return held


async def test_begins_when_the_others_have_ended_and_nobody_begins_beside_it(
    victim: Leases, runtime: Runtime, pool: Any
) -> None:
    told: list[str] = []

    async def handler(message: Message, state: FSMContext) -> None:
        told.append(f"{message.text} begins")
        if message.text == "suspect":
            assert how_held() == b"alone"
            put(3, "newcomer", chat=7)
        await asyncio.sleep(0.05)  # many times as long as it takes to look for more
        told.append(f"{message.text} ends")

    put(2, "other", chat=6)
    put(4, "other's next", chat=6)
    async with draining(runtime, pool, handler, pace=UNHURRIED) as drainer:
        await drainer.wait_idle()
    assert told[:4] == ["other begins", "other ends", "suspect begins", "suspect ends"]
    assert sorted(told[4:]) == ["newcomer begins", "newcomer ends", "other's next begins", "other's next ends"]


async def test_slow_other_is_waited_for_a_moment_and_then_is_company(
    victim: Leases, runtime: Runtime, pool: Any
) -> None:
    suspect_ended = asyncio.Event()
    held: list[bytes | None] = []

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "suspect":
            held.append(how_held())
            suspect_ended.set()
        await suspect_ended.wait()

    put(2, "slow", chat=6)
    async with draining(runtime, pool, handler, pace=replace(UNHURRIED, room=0.05)) as drainer:
        await drainer.wait_idle()
    assert held == [None]


async def test_slow_suspect_delays_others_for_a_moment_and_then_has_company(
    victim: Leases, runtime: Runtime, pool: Any
) -> None:
    other_came = asyncio.Event()
    held: list[bytes | None] = []

    async def handler(message: Message, state: FSMContext) -> None:
        if message.text == "suspect":
            put(2, "other", chat=6)
            await other_came.wait()
            held.append(how_held())
        other_came.set()

    put(3, "suspect's next")
    async with draining(runtime, pool, handler, pace=replace(UNHURRIED, solitude=0.05)) as drainer:
        await drainer.wait_idle()
    assert (held, drainer.handled) == ([None], 3)


@pytest.mark.parametrize(("alone", "deaths"), [(True, 4), (False, 10)], ids=["alone", "in company"])
async def test_that_goes_on_killing_workers_is_buried_untried(
    victim: Leases, runtime: Runtime, pool: Any, alone: bool, deaths: int
) -> None:
    seen: list[str] = []

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")

    for _death in range(deaths - 1):
        (suspect,) = (await victim.claim(1, suspect=True)).claims
        await victim.begin(suspect, alone=alone)
        await fall_silent(victim)
    put(2, "food")
    async with draining(runtime, pool, handler) as drainer:
        await drainer.wait_idle()
    assert seen == ["food"]
    letter = await DeadLetter.objects.aget()
    assert (letter.attempts, letter.error) == (deaths, f"WorkerDied: in {deaths} attempts")


async def test_one_death_less_does_not_bury(victim: Leases, runtime: Runtime, pool: Any) -> None:
    seen: list[str] = []

    async def handler(message: Message, state: FSMContext) -> None:
        seen.append(message.text or "")

    for alone in (True, True, *[False] * 6):
        (suspect,) = (await victim.claim(1, suspect=True)).claims
        await victim.begin(suspect, alone=alone)
        await fall_silent(victim)
    async with draining(runtime, pool, handler) as drainer:
        await drainer.wait_idle()
    assert seen == ["suspect"]
