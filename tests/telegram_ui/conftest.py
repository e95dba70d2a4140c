"""Fixtures of the pipeline: a Bot API to talk to, and a runtime on the test's own loop."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from aiogram import Router
from django.conf import settings

from booking_site.lib.redis_client import async_client
from telegram_ui import handlers, runtime as runtime_module
from telegram_ui.leases import Leases
from telegram_ui.runtime import Runtime
from tests.telegram_ui.fake_bot_api import FakeBotApi


@pytest.fixture(scope="session", autouse=True)
def one_tree_of_routers() -> Iterator[None]:
    """A handler's signature is looked at when it is registered, of hundreds: for most tests that took longer than all they
    do. The tree is kept, and tied to the dispatcher of one test after the other.
    """
    tree = handlers.build_router()

    def untied() -> Router:
        tree._parent_router = None
        return tree

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(handlers, "build_router", untied)
        yield


@pytest_asyncio.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    api = FakeBotApi()
    await api.start()
    before = settings.TELEGRAM_API_URL
    settings.TELEGRAM_API_URL = api.url
    yield api
    settings.TELEGRAM_API_URL = before
    await api.stop()


@pytest_asyncio.fixture
async def runtime(bot_api: FakeBotApi) -> AsyncIterator[Runtime]:
    yield await runtime_module.get_runtime()
    await runtime_module.close_runtime()


@pytest_asyncio.fixture
async def pool() -> AsyncIterator[Any]:
    """A client of bytes on the test's own loop."""
    client = async_client(text=False)
    yield client
    await client.aclose()


@pytest_asyncio.fixture
async def workers() -> AsyncIterator[tuple[Leases, Leases]]:
    """What two worker processes deal with the mailboxes by."""
    clients = [async_client(text=False) for _ in range(2)]
    yield Leases(clients[0], "one"), Leases(clients[1], "two")
    for client in clients:
        await client.aclose()
