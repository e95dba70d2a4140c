"""Which messages follow a campaign by themselves: a hash in Redis, ``tg:following``.

``chat:message`` → the campaign, who looks at it, and what was drawn last. There are two sorts: a message of its own that
stays in the chat, without buttons, and the campaign's card as long as it is the chat's live menu.
"""

import json
from dataclasses import asdict, dataclass

from redis.asyncio import Redis

KEY = "tg:following"
#: Seconds. A campaign that is paused for longer is looked at by opening it.
_LIFE = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Follower:
    """``drawn``: the text as it stands. ``is_card``: the message is the campaign's card."""

    campaign_id: int
    user_id: int
    drawn: str = ""
    is_card: bool = False


async def follow(redis: Redis, *, chat_id: int, message_id: int, follower: Follower) -> None:
    """From now on that message tells how far the campaign is; an earlier one of its sort in the chat stays as it is."""
    for field, known in (await all_followers(redis)).items():
        same = (known.campaign_id, known.is_card) == (follower.campaign_id, follower.is_card)
        if field.startswith(f"{chat_id}:") and same:
            await redis.hdel(KEY, field)
    await keep(redis, f"{chat_id}:{message_id}", follower)


async def all_followers(redis: Redis) -> dict[str, Follower]:
    stored = await redis.hgetall(KEY)
    return {str(field): Follower(**json.loads(value)) for field, value in stored.items()}


async def keep(redis: Redis, field: str, follower: Follower) -> None:
    await redis.hset(KEY, field, json.dumps(asdict(follower), ensure_ascii=False))
    await redis.expire(KEY, _LIFE)
