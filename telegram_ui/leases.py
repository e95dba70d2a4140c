"""The back of the mailboxes: workers claim chats, work them in order and prove with each step that they still may.

All scripts take time from Redis. A step under a lost lease changes nothing and says so.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import redis.asyncio

from booking_site.lib.redis_scripts import RedisScript
from telegram_ui.mailbox import COMMON, DEAD_CAP, LUA

_CLAIM, _BEGIN, _FINISH, _FAIL, _RELEASE, _HEARTBEAT, _SWEEP = (
    RedisScript.load(*COMMON, LUA / f"{name}.lua")
    for name in ("claim", "begin", "finish", "fail", "release", "heartbeat", "sweep")
)

#: A silent worker's chats are free after this; heartbeats come every quarter of it.
LEASE_MS = 8_000
#: A busy chat lets waiting ones through after this many updates.
IN_A_ROW = 8


class LeaseLost(Exception):
    """The chat belongs to another worker by now: stop, and change nothing more on its behalf."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work one chat, and the update to begin with. ``attempt`` counts from 1.

    ``deaths``: how often a worker fell silent with this update in hand. Any makes it a suspect, and a suspect is not
    begun yet: see :meth:`Leases.begin`.
    """

    chat: str
    token: str
    attempt: int
    raw: bytes
    deaths: int = 0
    #: Updates of this chat handled under this lease before this one.
    row: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    """``now_ms`` is Redis' time; ``ready`` how many chats were left waiting."""

    claims: tuple[Claim, ...]
    now_ms: int
    ready: int


class Leases:
    """One worker process's dealings with the mailboxes. ``worker`` must be unique, restarts included."""

    def __init__(self, client: "redis.asyncio.Redis", worker: str, *, lease_ms: int = LEASE_MS) -> None:
        self._redis = client
        self._worker = worker
        self._lease_ms = lease_ms
        self._issued = 0

    def _new_token(self) -> str:
        # Each update has its own, so that neither an old handler nor a step that is tried again passes for a new one.
        self._issued += 1
        return f"{self._worker}:{self._issued}"

    async def claim(self, most: int, *, promise_ms: int = 0, suspect: bool = False) -> Claimed:
        """Lease up to ``most`` ready chats, first come first, and count the attempt at each one's first update.

        With ``suspect`` one of them may be a suspect, if one is due, and comes first. When fewer were ready and
        ``promise_ms`` is given, no wake-ups are sent for that long: the caller promises to claim again before it is
        over.
        """
        token = self._new_token()
        now_ms, ready, *claimed = await _CLAIM.run_async(
            self._redis, [], [token, most, self._lease_ms, promise_ms, int(suspect)]
        )
        return Claimed(tuple(_claim(one) for one in claimed), now_ms, ready)

    async def begin(self, suspect: Claim, *, alone: bool) -> Claim:
        """Count the attempt at a suspect. ``alone``: nothing else is in this process's hands, nor will be; when that
        changes, say so by another call, before it does.

        If this process falls silent now, the attempt stays counted when it was alone, and else it does not.

        Raises:
            LeaseLost: the chat is no longer the caller's.
        """
        attempt = await _BEGIN.run_async(self._redis, [], [suspect.chat, suspect.token, int(alone)])
        if not attempt:
            raise LeaseLost(suspect.chat)
        return replace(suspect, attempt=int(attempt))

    async def finish(self, claim: Claim, *, more: bool = True, epitaph: bytes = b"") -> Claim | None:
        """Take the handled update out; ``epitaph`` (JSON) goes to ``tg:updates:dead`` when it was given up instead.

        Returns the next thing to do, this chat's next update or another chat, unless ``more`` is false.

        Raises:
            LeaseLost: nothing was taken out; whoever holds the chat now handles the update.
        """
        next_token = self._new_token()
        lease_ms = self._lease_ms if more else 0
        held, *following = await _FINISH.run_async(
            self._redis,
            [],
            [claim.chat, claim.token, next_token, lease_ms, claim.row + 1, IN_A_ROW, epitaph, DEAD_CAP],
        )
        if not held:
            raise LeaseLost(claim.chat)
        if not following:
            return None
        following_claim = _claim(following[0])
        if following_claim.chat == claim.chat:
            return replace(following_claim, row=claim.row + 1)
        return following_claim

    async def fail(self, claim: Claim, *, pause_ms: int) -> None:
        """Let the chat rest before the next attempt.

        Raises:
            LeaseLost: the chat is no longer the caller's.
        """
        if not await _FAIL.run_async(self._redis, [], [claim.chat, claim.token, pause_ms]):
            raise LeaseLost(claim.chat)

    async def release(self, claims: Sequence[Claim]) -> int:
        """Give chats back unhandled, the attempt not counted. Returns how many were still held."""
        released = await _RELEASE.run_async(self._redis, [], _pairs(claims)) if claims else 0
        return int(released)

    async def heartbeat(self, claims: Sequence[Claim]) -> frozenset[str]:
        """Prolong leases; returns the chats that were lost."""
        if not claims:
            return frozenset()
        lost = await _HEARTBEAT.run_async(self._redis, [], [self._lease_ms, *_pairs(claims)])
        return frozenset(chat.decode() for chat in lost)

    async def sweep(self, *, every: float = 0.0) -> int:
        """Recover chats with mail that nobody looks after; returns how many chats wait for a worker now.

        With ``every`` (seconds) nothing is done when any process swept within that time.
        """
        if every and not await self._redis.set("tg:updates:swept", "1", nx=True, px=int(every * 900)):
            return 0
        _moved, ready = await _SWEEP.run_async(self._redis, [], [])
        async for chats in self._mailboxes():
            _moved, ready = await _SWEEP.run_async(self._redis, [], chats)
        return int(ready)

    async def _mailboxes(self) -> AsyncIterator[list[str]]:
        """Chats that have mail, in portions."""
        scan: Any = self._redis.scan  # annotated for text, and this client is of bytes
        cursor = 0
        while True:
            cursor, keys = await scan(cursor, match="tg:updates:*", count=1000, _type="list")
            chats = [key.decode().removeprefix("tg:updates:") for key in keys]
            yield [chat for chat in chats if chat.lstrip("-").isdigit()]
            if not cursor:
                return


def _claim(fields: Sequence[Any]) -> Claim:
    chat, attempt, raw, token, *deaths = fields
    return Claim(chat.decode(), token.decode(), int(attempt), raw, *map(int, deaths))


def _pairs(claims: Sequence[Claim]) -> list[str]:
    return [part for claim in claims for part in (claim.chat, claim.token)]
