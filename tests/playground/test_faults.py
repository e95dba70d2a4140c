"""Faults on command, Telegram's limits, and the record of calls that tells of both."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import (
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)

from telegram_ui.playground.faults import FaultSettings, Rule
from telegram_ui.playground.limits import COUNTED, Limiter, Limits
from telegram_ui.playground.server import PlaygroundServer
from tests.playground.conftest import ANNA, JAMES


def put(playground: PlaygroundServer, **given: Any) -> None:
    playground.faults.replace(FaultSettings(**given))


def stored_texts(playground: PlaygroundServer) -> list[str]:
    return [message["text"] for message in playground.api.world.chats[ANNA.id].messages.values()]


async def test_every_nth_call_is_throttled_and_not_stored(bot: Bot, playground: PlaygroundServer) -> None:
    put(playground, rules=[Rule(kind="throttle", every=3, retry_after=7)])
    outcomes: list[int] = []
    for number in range(6):
        try:
            await bot.send_message(ANNA.id, str(number))
            outcomes.append(0)
        except TelegramRetryAfter as error:
            outcomes.append(error.retry_after)
    assert outcomes == [0, 0, 7, 0, 0, 7]
    assert stored_texts(playground) == ["0", "1", "3", "4"]


async def test_a_rule_strikes_as_often_as_it_says(bot: Bot, playground: PlaygroundServer) -> None:
    put(playground, rules=[Rule(kind="server_error", times=1, code=503, methods=["sendMessage"])])
    await bot.send_chat_action(ANNA.id, "typing")
    with pytest.raises(TelegramServerError, match="Service Unavailable"):
        await bot.send_message(ANNA.id, "text")
    await bot.send_message(ANNA.id, "text")


async def test_one_chat_can_be_forbidden(bot: Bot, playground: PlaygroundServer) -> None:
    put(playground, rules=[Rule(kind="forbidden", chat_ids=[ANNA.id])])
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(ANNA.id, "text")
    await bot.send_message(JAMES.id, "text")


async def test_a_reset_connection_stores_nothing_and_a_lost_answer_stores_the_message(
    bot: Bot, playground: PlaygroundServer
) -> None:
    put(playground, rules=[Rule(kind="reset", times=1), Rule(kind="lose_answer", times=1)])
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA.id, "reset")
    assert stored_texts(playground) == []
    with pytest.raises(TelegramNetworkError):
        await bot.send_message(ANNA.id, "lost")
    assert stored_texts(playground) == ["lost"]
    assert [(call.fault, call.status) for call in playground.calls.find()] == [("reset", -1), ("lose_answer", -1)]


async def test_a_mistake_of_the_playground_is_an_answer_that_a_bot_can_read(
    bot: Bot, playground: PlaygroundServer, caplog: pytest.LogCaptureFixture
) -> None:
    playground.api.world.chats[ANNA.id].info = {"type": "private", "unserialisable": object()}
    with pytest.raises(TelegramServerError, match="Internal Server Error"):
        await bot.send_message(ANNA.id, "text")
    assert "The playground failed at sendMessage" in caplog.text


async def test_getting_started_is_spared_unless_named(bot: Bot, playground: PlaygroundServer) -> None:
    put(playground, rules=[Rule(kind="server_error")])
    await bot.get_me()
    put(playground, rules=[Rule(kind="server_error", methods=["getMe"])])
    with pytest.raises(TelegramServerError):
        await bot.get_me()


async def test_an_answer_takes_its_latency_and_the_message_does_not(
    bot: Bot, playground: PlaygroundServer
) -> None:
    put(playground, latency_ms=300)
    began = asyncio.get_running_loop().time()
    await bot.send_message(ANNA.id, "text")
    assert asyncio.get_running_loop().time() - began >= 0.3
    (call,) = playground.calls.find(method="sendMessage")
    assert call.done - call.at < 0.3


async def test_above_a_rate_telegram_refuses(bot: Bot, playground: PlaygroundServer) -> None:
    put(playground, limits={"per_second": 3, "per_chat_burst": 100})
    results = await asyncio.gather(
        *(bot.send_message(ANNA.id, str(number)) for number in range(5)), return_exceptions=True
    )
    refused = [result for result in results if isinstance(result, TelegramRetryAfter)]
    assert [error.retry_after for error in refused] == [1, 1]
    assert playground.calls.peak_per_second(COUNTED) == 3
    await bot.send_message(ANNA.id, "paid", allow_paid_broadcast=True)
    await bot.send_chat_action(ANNA.id, "typing")


def admitted(limiter: Limiter, limits: Limits, *, chat_id: int, times: list[float]) -> list[bool]:
    return [limiter.check(limits, chat_id=chat_id, paid=False, now=now) is None for now in times]


def test_the_second_is_a_sliding_one() -> None:
    limits = Limits(per_second=2, per_chat_burst=100)
    assert admitted(Limiter(), limits, chat_id=1, times=[10.9, 10.95, 11.0, 11.89, 11.9, 11.91, 11.95]) == [
        True, True, False, False, True, False, True,
    ]  # fmt: skip


def test_a_chat_takes_a_burst_and_then_one_a_second() -> None:
    limits = Limits(per_chat_burst=3)
    assert admitted(Limiter(), limits, chat_id=1, times=[0, 0, 0, 0, 0.9, 1, 1.5, 2]) == [
        True, True, True, False, False, True, False, True,
    ]  # fmt: skip


def test_a_group_takes_twenty_a_minute_and_says_how_long_to_wait() -> None:
    limiter, limits = Limiter(), Limits()
    assert all(admitted(limiter, limits, chat_id=-5, times=[float(n) for n in range(20)]))
    refused = limiter.check(limits, chat_id=-5, paid=False, now=30.5)
    assert refused is not None
    assert refused.parameters == {"retry_after": 30}
    assert limiter.check(limits, chat_id=-5, paid=False, now=60.5) is None


async def test_calls_are_recorded_within_bounds() -> None:
    async with PlaygroundServer("1:x", people=(ANNA,), max_calls=5, max_messages=3) as small:
        for number in range(8):
            await small.api.hub.wait(small.api.world.chats[ANNA.id], -1, 1)
            call = small.calls.begin("sendMessage", ANNA.id, {"text": str(number)}, float(number), 0.0)
            small.calls.end(call, 200, float(number))
            small.api.post(small.api.chat(ANNA.id), {"text": str(number)})
        assert [call.number for call in small.calls.find()] == [4, 5, 6, 7, 8]
        assert [call.number for call in small.calls.find(after=6)] == [7, 8]
        assert small.calls.counts["sendMessage", 200] == 8
        assert [m["text"] for m in small.api.world.chats[ANNA.id].messages.values()] == ["5", "6", "7"]
