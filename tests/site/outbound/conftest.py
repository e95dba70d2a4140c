"""A connection of the test's own to ask for permits by."""

from collections.abc import AsyncIterator

import pytest_asyncio
import redis.asyncio


@pytest_asyncio.fixture
async def client(valkey: str) -> AsyncIterator["redis.asyncio.Redis"]:
    async with redis.asyncio.Redis.from_url(valkey, decode_responses=True) as connection:
        yield connection
