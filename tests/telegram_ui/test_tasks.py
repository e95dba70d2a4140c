"""What beat ticks, as Flower sees it end."""

import pytest
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from booking_site.lib import background_loop
from telegram_ui import following, tasks
from telegram_ui.leases import Leases


async def without_redis(*_args: object) -> int:
    """What a tick meets while Redis starts again."""
    away = redis.asyncio.Redis.from_url("redis://127.0.0.1:9/0", retry=Retry(NoBackoff(), 0))
    return int(await away.dbsize())


def test_a_tick_takes_a_restart_of_redis_in_stride(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "tick", without_redis)
    monkeypatch.setattr(Leases, "sweep", without_redis)
    with pytest.raises(redis.RedisError):
        background_loop.submit(without_redis()).result(5)
    assert (tasks.refresh_following(), tasks.sweep_mailboxes()) == (0, 0)
