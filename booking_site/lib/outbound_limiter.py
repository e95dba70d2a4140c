"""How fast all workers together may send: one rate, one pause, and a pace for each chat, kept in Redis.

Slots are spaced evenly, a little wider than the rate (``SAFETY``), because what counts is when messages *arrive*: with
1.5 % of slack a message may be 15 ms late or early and still no sliding second holds more than the rate. A permit
that could not be used at its time is thrown away and asked for anew rather than used late; so is one whose time comes
while everybody pauses, however early it was handed out (see ``outbound_pause``).
"""

import asyncio
import math
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
from redis import RedisError

from booking_site.lib.outbound_pause import PAUSE_KEY, REDIS_TIMEOUT, OutboundPause

#: Share of the rate that is used. At 30/s: a slot every 33.8 ms, 31 slots span 1015 ms.
SAFETY = 0.985
#: Seconds by which a permit may be used too late, or its time be uncertain; leaves half the slack for the network.
TOLERANCE = 0.008
#: Permits in one round trip at most.
BLOCK = 25
#: Seconds after which a class whose slots are all taken asks again at the soonest. At a thousand a second that is ten
#: permits a round trip; asking whenever a single slot is free would cost one for each.
PACE = 0.01
#: Seconds after which it asks again at the latest: Redis may have been emptied meanwhile.
LONGEST_CLOSED = 0.25
#: Seconds between two looks at who has waited too long: there may be a thousand who wait.
_REVIEW_EVERY = 0.05

_SCRIPT = (Path(__file__).parent / "outbound_limiter.lua").read_text()


class MustWait(Exception):
    """No permit before the deadline; ``seconds`` from now it is worth asking again. Nothing may be sent."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no permit to send for another {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Pace:
    """``burst`` messages at once, then one every ``interval`` seconds."""

    interval: float
    burst: int

    @classmethod
    def of_chat(cls, chat_id: int) -> "Pace":
        """1/s in a private chat, where short bursts pass; 20 a minute in a group (5 + 60 s / 4 s)."""
        return cls(4.0, 5) if chat_id < 0 else cls(1.0, 3)


@dataclass(frozen=True, slots=True)
class _Slot:
    """When to send, on the loop's clock, and by how much that may be wrong (seconds)."""

    at: float
    uncertain: float


@dataclass(slots=True, eq=False)
class _Request:
    chat_id: int
    deadline: float
    granted: "asyncio.Future[_Slot]"
    not_before: float = 0.0


class OutboundLimiter:
    """Hands out permits to the coroutines of one event loop, asking Redis for several of them at a time.

    Args:
        client: belongs to the running loop; text in, text out.
        bucket: messages of one bucket share ``rate`` (per second).
        reach: seconds ahead a slot may be booked; the longer one goes before the shorter (see the Lua script).
        safety: share of the rate that is used; what it leaves of a second is what messages may be late together.
        tolerance: seconds by which a permit may be used too late.
        pause: shared by all limiters of the loop, so that what one learns stops all of them; left out: one of its own.
    """

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        *,
        bucket: str,
        rate: float,
        reach: float,
        safety: float = SAFETY,
        tolerance: float = TOLERANCE,
        pause: OutboundPause | None = None,
    ) -> None:
        self._pause = pause or OutboundPause(client)
        self._script = client.register_script(_SCRIPT)
        self._next_key = f"rl:out:{bucket}:next"
        self._gap = round(1_000_000 / (rate * safety))
        self._tolerance = tolerance
        self._reviewed_at = 0.0
        #: Until then there are no slots, whoever asks.
        self._closed_until = 0.0
        self._unreviewed = False
        self._reach = round(reach * 1_000_000)
        self._waiting: deque[_Request] = deque()
        self._desk: asyncio.Task[None] | None = None
        self._came = asyncio.Event()

    async def permit(self, chat_id: int, *, patience: float) -> None:
        """Return at the moment one message to ``chat_id`` may be sent.

        Raises:
            MustWait: not within ``patience`` seconds, or Redis cannot be asked: nobody knows, so nobody sends.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        not_before = 0.0
        while True:
            slot = await self._slot(_Request(chat_id, deadline, loop.create_future(), not_before))
            try:
                await self._pause.look_before(slot.at)
            except (RedisError, OSError):
                raise MustWait(REDIS_TIMEOUT) from None
            await asyncio.sleep(slot.at - loop.time())
            now = loop.time()
            if self._pause.allows(now) and now - slot.at + slot.uncertain <= self._tolerance:
                return
            not_before = self._pause.until()

    async def pause(self, seconds: float) -> bool:
        """Stop everybody for ``seconds``, see :meth:`OutboundPause.begin`."""
        return await self._pause.begin(seconds)

    async def paused_for(self) -> float:
        """Seconds for which nobody may send from now on, 0 where everybody may. Raises RedisError, OSError."""
        return await self._pause.left()

    async def _slot(self, request: _Request) -> _Slot:
        self._waiting.append(request)
        self._came.set()
        if self._desk is None or self._desk.done():
            self._desk = asyncio.create_task(self._serve())
        return await request.granted

    async def _serve(self) -> None:
        """Answer everybody who waits, then end."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            self._came.clear()
            self._waiting = deque(request for request in self._waiting if not request.granted.done())
            now = loop.time()
            ready = [request for request in self._waiting if self._due(request) <= now][:BLOCK]
            if ready:
                await self._ask_for(ready)
            self._turn_away_the_late(loop.time())
            if self._waiting:
                # Whoever was not looked at may be late, whatever the others wait for.
                review = self._reviewed_at + _REVIEW_EVERY if self._unreviewed else math.inf
                soonest = min(review, *(self._due(request) for request in self._waiting))
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, soonest - loop.time())):
                        await self._came.wait()

    def _due(self, request: _Request) -> float:
        return max(request.not_before, self._closed_until)

    async def _ask_for(self, requests: Sequence[_Request]) -> None:
        loop = asyncio.get_running_loop()
        before, asked = loop.time(), self._pause.asking()
        try:
            async with asyncio.timeout(REDIS_TIMEOUT):
                answers, closed = await self._call([request.chat_id for request in requests])
        except (RedisError, OSError, TimeoutError):
            for request in requests:
                self._settle(request, MustWait(REDIS_TIMEOUT))
            return
        # Redis looked at its clock somewhere in between, so half the round trip is what the slot is uncertain by.
        after = loop.time()
        asked_at, uncertain = (before + after) / 2, (after - before) / 2
        if max(answers) >= 0:
            self._pause.heard(asked, 0.0)  # while everybody pauses there are no slots
        if closed:
            self._closed_until = after + min(max(closed / 1_000_000, PACE), LONGEST_CLOSED)
        for request, answer in zip(requests, answers, strict=True):
            wait = answer / 1_000_000
            if wait < 0:
                request.not_before = after - wait
            else:
                self._settle(request, _Slot(asked_at + wait, uncertain))

    async def _call(self, chat_ids: Sequence[int]) -> tuple[list[int], int]:
        """The script's answers for the chats, and for how long there are no slots at all."""
        keys = [PAUSE_KEY, self._next_key, *(f"rl:out:chat:{chat_id}" for chat_id in chat_ids)]
        args: list[int] = [self._gap, self._reach, 60_000]
        for chat_id in chat_ids:
            pace = Pace.of_chat(chat_id)
            args += [round(pace.interval * 1_000_000), pace.burst]
        *answers, closed = await self._script(keys=keys, args=args)
        return answers, int(closed)

    def _turn_away_the_late(self, now: float) -> None:
        self._unreviewed = now - self._reviewed_at < _REVIEW_EVERY
        if self._unreviewed:
            return
        self._reviewed_at = now
        for request in [one for one in self._waiting if max(self._due(one), now) > one.deadline]:
            self._settle(request, MustWait(max(0.001, self._due(request) - now)))

    def _settle(self, request: _Request, outcome: _Slot | MustWait) -> None:
        self._waiting.remove(request)
        if request.granted.done():
            return  # whoever asked was cancelled meanwhile
        if isinstance(outcome, MustWait):
            request.granted.set_exception(outcome)
        else:
            request.granted.set_result(outcome)
