"""Bearer tokens of people who have proved an address: random, hashed in Redis, gone after a while or on demand."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from booking_site.lib import clock
from booking_site.lib.redis_client import client

_PREFIX = "bv_"
_LENGTH = len(_PREFIX) + 43
#: Tokens of one person; a new one ends the oldest.
MOST_TOKENS = 20


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """``token`` is nowhere else. Good until ``expires_at``, used or not."""

    token: str
    expires_at: datetime


def issue_token(user_id: int) -> VisitorToken:
    """A new token of the user. Raises redis.RedisError."""
    token = _PREFIX + secrets.token_urlsafe(32)
    life = timedelta(days=settings.API_TOKEN_DAYS)
    expires_at = clock.now() + life
    mine = _tokens_of(user_id)
    redis = client()
    with redis.pipeline(transaction=True) as steps:
        steps.set(_key(_hash(token)), user_id, ex=life)
        steps.zadd(mine, {_hash(token): expires_at.timestamp()})
        steps.expire(mine, life)
        steps.zremrangebyscore(mine, "-inf", clock.now().timestamp())
        steps.zrange(mine, 0, -MOST_TOKENS - 1)
        superfluous = [str(one) for one in steps.execute()[-1]]
    _forget(user_id, superfluous)
    return VisitorToken(token, expires_at)


def looks_like_a_visitor(token: str) -> bool:
    return token.startswith(_PREFIX)


def user_id_of(token: str) -> int | None:
    """Whose token it is; ``None`` when it is unknown, revoked or past its end. Raises redis.RedisError."""
    if len(token) != _LENGTH:
        return None
    stored = client().get(_key(_hash(token)))
    return int(str(stored)) if stored else None


def revoke_token(user_id: int, token: str) -> None:
    """End this one. Raises redis.RedisError."""
    _forget(user_id, [_hash(token)])


def revoke_all_tokens(user_id: int) -> int:
    """End every token of the user; returns how many there were. Raises redis.RedisError."""
    every = [str(one) for one in client().zrange(_tokens_of(user_id), 0, -1)]
    _forget(user_id, every)
    return len(every)


def _forget(user_id: int, hashes: list[str]) -> None:
    if not hashes:
        return
    with client().pipeline(transaction=True) as steps:
        steps.delete(*map(_key, hashes))
        steps.zrem(_tokens_of(user_id), *hashes)
        steps.execute()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _key(token_hash: str) -> str:
    return f"otp:token:{token_hash}"


def _tokens_of(user_id: int) -> str:
    return f"otp:tokens:{user_id}"
