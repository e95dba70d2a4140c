"""Inbound limits: token buckets in Redis under ``rl:*``, shared by every process."""

from dataclasses import dataclass
from pathlib import Path

import redis

from booking_site.lib.redis_scripts import RedisScript

LUA = Path(__file__).parent / "lua"
CLOCK = LUA / "clock.lua"
TOKEN_BUCKET = LUA / "token_bucket.lua"
_LIMIT = RedisScript.load(CLOCK, TOKEN_BUCKET, LUA / "limit.lua")


@dataclass(frozen=True, slots=True)
class Limit:
    """``burst`` calls at once, ``per_second`` in the long run (a fraction is fine: 0.5 is one in two seconds)."""

    burst: int
    per_second: float

    def __post_init__(self) -> None:
        if self.burst < 1 or self.per_second <= 0:
            raise ValueError(f"burst must be 1 or more and per_second above 0, not {self}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``retry_after`` is in seconds, 0 when allowed; ``remaining`` calls may follow at once."""

    allowed: bool
    retry_after: float
    remaining: int


def check(client: "redis.Redis", name: str, limit: Limit) -> Verdict:
    """Take one token from the bucket ``rl:{name}``.

    Raises:
        redis.RedisError: no verdict could be had; the caller decides whether that opens or closes its door.
    """
    allowed, wait, left = _LIMIT.run(client, [f"rl:{name}"], [limit.burst, limit.per_second])
    return Verdict(bool(allowed), wait / 1000, left)
