"""A playground and a real aiogram bot that speaks to it over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.server import PlaygroundServer
from telegram_ui.playground.threaded import PlaygroundThread
from telegram_ui.playground.world import Person

TOKEN = "1000000001:token-of-the-playground-tests"
ANNA = Person(1001, "Anna", "Smirnova", username="anna", language_code="ru", role="client")
JAMES = Person(1002, "James", language_code="en", role="client")


@pytest.fixture(autouse=True)
def clean_redis() -> None:
    """The playground knows nothing of Redis: no server is started for its tests."""


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[PlaygroundServer]:
    async with PlaygroundServer(TOKEN, people=(ANNA, JAMES), pause_unit=0.001) as server:
        yield server


class QuickSession(AiohttpSession):
    """aiogram waits a quarter of a second for TLS to close; there is none here."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


async def until(condition: Callable[[], Awaitable[object]]) -> None:
    """Ask again until ``condition`` holds: for what the Bot API itself can only be asked."""
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - the server may be in another state only when asked
            await asyncio.sleep(0)


def bot_of(playground: PlaygroundServer, token: str = TOKEN) -> Bot:
    session = QuickSession(api=TelegramAPIServer.from_base(playground.url))
    return Bot(token, session=session, default=DefaultBotProperties(parse_mode="HTML"))


@pytest_asyncio.fixture
async def bot(playground: PlaygroundServer) -> AsyncIterator[Bot]:
    async with bot_of(playground).context() as bot:
        yield bot


@pytest.fixture
def thread() -> Iterator[PlaygroundThread]:
    """A playground for tests that are not asynchronous."""
    with PlaygroundThread(TOKEN, people=(ANNA, JAMES)) as thread:
        yield thread


@pytest.fixture
def client(thread: PlaygroundThread) -> PlaygroundClient:
    return thread.client
