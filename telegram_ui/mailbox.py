"""The front of the mailboxes: one Lua call takes an update in, or says why not.

Everything about an accepted update is in Redis when :func:`accept` returns; nothing else has to succeed.
"""

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import redis

from booking_site.lib.rate_limiter import CLOCK, TOKEN_BUCKET, Limit
from booking_site.lib.redis_scripts import RedisScript

LUA = Path(__file__).parent / "lua"
COMMON = (CLOCK, LUA / "mailboxes.lua")
_ACCEPT = RedisScript.load(*COMMON, TOKEN_BUCKET, LUA / "accept.lua")
_PUT_BACK = RedisScript.load(*COMMON, LUA / "put_back.lua")

#: Updates waiting in one chat: more than a person could mean, less than would hurt.
MAILBOX_CAP = 1000
#: Update ids remembered for one chat and day; what comes after is refused, so that none is forgotten early.
SEEN_CAP = 100_000
DEAD_CAP = 1000
#: The counter of updates that the bot library cannot read.
UNREADABLE = "telegram_updates_unreadable"


class Verdict(IntEnum):
    """What became of an update; the numbers are those of ``accept.lua``."""

    ACCEPTED = 0
    DUPLICATE = 1
    LIMITED = 2
    BANNED = 3
    FULL = 4
    #: Nothing was done: the user is not in the cache, ask again with their context.
    UNKNOWN_USER = 5


@dataclass(frozen=True, slots=True)
class Incoming:
    """An authentic update at the door. ``chat_id`` names its mailbox; ``raw`` is its JSON, which was parsed once.

    ``user_id`` is Telegram's id of who sent it, ``None`` for channel posts and the like. ``pressed``: a button, which
    waits for an answer.
    """

    chat_id: int
    user_id: int | None
    update_id: int
    trace_id: str
    raw: bytes
    private: bool = False
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class Accepted:
    verdict: Verdict
    wake_up: bool


@dataclass(frozen=True, slots=True)
class Door:
    """``limit`` holds for each user; ``notice_seconds`` is the least time between two notices of it."""

    limit: Limit
    notice_seconds: int = 60


def accept(client: "redis.Redis", incoming: Incoming, door: Door, context: bytes = b"") -> Accepted:
    """Take one update in. ``context`` is the sender's UserContext as JSON; when empty it is read from ``tg:ctx``.

    Raises:
        redis.RedisError: Redis did not answer. The update may have been taken in; offering it again is safe.
    """
    verdict, wake_up = _ACCEPT.run(
        client,
        [],
        [
            incoming.chat_id,
            "" if incoming.user_id is None else incoming.user_id,
            incoming.update_id,
            incoming.trace_id,
            incoming.raw,
            context,
            int(incoming.private),
            door.limit.burst,
            door.limit.per_second,
            door.notice_seconds,
            MAILBOX_CAP,
            SEEN_CAP,
            int(incoming.pressed),
        ],
    )
    return Accepted(Verdict(verdict), bool(wake_up))


def counters(client: "redis.Redis") -> dict[str, int]:
    """How many updates were accepted, duplicate, limited, banned, full, handled, retried, dead and fenced so far."""
    stored = client.hgetall("tg:updates:counts")
    return {_text(name): int(value) for name, value in stored.items()}


def chats_by_state(client: "redis.Redis") -> dict[str, int]:
    """How many chats with mail are ready, leased to a worker, resting before another attempt, or to be tried alone."""
    return {
        state: int(client.zcard(f"tg:updates:{key}"))
        for state, key in (("ready", "ready"), ("leased", "leases"), ("retry", "retry"), ("suspect", "suspects"))
    }


def put_back(client: "redis.Redis", *, chat: str, envelope: bytes) -> None:
    """Append an envelope that was given up once; it is not held against what was accepted before."""
    _PUT_BACK.run(client, [], [chat, envelope])


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
