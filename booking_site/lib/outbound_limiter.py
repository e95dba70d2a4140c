"""How fast all workers together may send: so many places in a second, one pause, and a pace for each chat, in Redis.

What counts is when messages *arrive*, and any of them may be late: a process that waits for its processor, a connection
that is opened, a network. So a permit is no promise that its second ends on time. It has a place, and the place is
free again one second after the message was counted at the latest (``outbound_places`` says how that is known): a late
message holds up the one that comes a second later by as much, and no sliding second ever holds more than the rate. What
that costs is a few milliseconds in a second. A worker that dies with permits in hand takes them along for two seconds.

A permit whose time comes while everybody pauses is given back, however early it was handed out (see ``outbound_pause``).
"""

import asyncio
import itertools
import math
import secrets
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import redis.asyncio
from redis import RedisError

from booking_site.lib.outbound_pause import PAUSE_KEY, REDIS_TIMEOUT, OutboundPause
from booking_site.lib.outbound_places import HELD, Permit, Places

#: Permits follow each other at this share of the even distance at least: what is lost can be made up for, and the places
#: stay spread over the second, so that an instant message finds one soon.
EVENLY = 0.95
#: Seconds by which a permit may be used too late: with what the call takes well below HELD.
LATEST = 0.5
#: Permits in one round trip at most.
BLOCK = 25
#: Seconds after which a class whose slots are all taken asks again at the soonest. At a thousand a second that is ten
#: permits a round trip; asking whenever a single place is free would cost one for each.
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


@dataclass(slots=True, eq=False)
class _Request:
    """``granted``: the moment of its permit, on the loop's clock."""

    chat_id: int
    deadline: float
    granted: "asyncio.Future[float]"
    permit: str
    not_before: float = 0.0

    @property
    def has_place(self) -> bool:
        return (
            self.granted.done()
            and not self.granted.cancelled()
            and not isinstance(self.granted.exception(), MustWait)
        )


class OutboundLimiter:
    """Hands out permits to the coroutines of one event loop, asking Redis for several of them at a time.

    Args:
        client: belongs to the running loop; text in, text out.
        bucket: messages of one bucket share ``rate`` (per second).
        reach: seconds ahead a permit may be booked; the longer one goes before the shorter (see the Lua script). Below a
            second: what is further ahead depends on places of which nobody can know yet when they are free.
        pause: shared by all limiters of the loop, so that what one learns stops all of them; left out: one of its own.
    """

    def __init__(
        self,
        client: "redis.asyncio.Redis",
        *,
        bucket: str,
        rate: float,
        reach: float,
        pause: OutboundPause | None = None,
    ) -> None:
        self._pause = pause or OutboundPause(client)
        self._script = client.register_script(_SCRIPT)
        self._shared_keys = PAUSE_KEY, f"rl:out:{bucket}:next", f"rl:out:{bucket}:places"
        count = max(1, math.floor(rate))
        second = count / rate
        self._terms = (
            count, *(round(seconds * 1_000_000) for seconds in (EVENLY / rate, reach, second + HELD)), 60_000,
        )  # fmt: skip
        self._places = Places(second=second, waits=self._to_tell)
        #: What this limiter calls its permits: nobody else's are called so.
        self._name, self._numbers = secrets.token_hex(6), itertools.count()
        self._reviewed_at = 0.0
        #: Until then there are no permits, whoever asks.
        self._closed_until = 0.0
        self._unreviewed = False
        self._waiting: deque[_Request] = deque()
        self._desk: asyncio.Task[None] | None = None
        #: Until when the desk waits for somebody to come; not at all while it is at work.
        self._asleep_until = -math.inf
        self._came = asyncio.Event()

    async def permit(self, chat_id: int, *, patience: float) -> Permit:
        """Return at the moment one message to ``chat_id`` may be sent.

        Raises:
            MustWait: not within ``patience`` seconds, or Redis cannot be asked: nobody knows, so nobody sends.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        not_before = 0.0
        while True:
            name = f"{self._name}:{next(self._numbers)}"
            request = _Request(chat_id, deadline, loop.create_future(), name, not_before)
            good = False
            try:
                good = await self._still_good_at(await self._booked(request))
            finally:
                if not good and request.has_place:
                    self._places.unused(name)
            if good:
                return Permit(name, self._places)
            not_before = self._pause.until()

    async def _still_good_at(self, moment: float) -> bool:
        """Whether a permit for ``moment`` may be used, when that has come."""
        loop = asyncio.get_running_loop()
        try:
            await self._pause.look_before(moment)
        except (RedisError, OSError):
            raise MustWait(REDIS_TIMEOUT) from None
        await asyncio.sleep(moment - loop.time())
        now = loop.time()
        return self._pause.allows(now) and now - moment <= LATEST

    async def pause(self, seconds: float) -> bool:
        """Stop everybody for ``seconds``, see :meth:`OutboundPause.begin`."""
        return await self._pause.begin(seconds)

    async def paused_for(self) -> float:
        """Seconds for which nobody may send from now on, 0 where everybody may. Raises RedisError, OSError."""
        return await self._pause.left()

    async def close(self) -> None:
        """Give back what places there are to give back: others need not wait for it."""
        if self._places.tell_in() < math.inf:
            await self._ask_for([])

    async def _booked(self, request: _Request) -> float:
        self._waiting.append(request)
        self._open_desk()
        return await request.granted

    def _to_tell(self) -> None:
        tell_by = asyncio.get_running_loop().time() + self._places.tell_in()
        if self._desk is None or self._desk.done() or self._asleep_until > tell_by:
            self._open_desk()

    def _open_desk(self) -> None:
        self._came.set()
        if self._desk is None or self._desk.done():
            self._desk = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        """Answer everybody who waits and speak of all places that are taken, then end."""
        loop = asyncio.get_running_loop()
        while self._waiting or self._places.tell_in() < math.inf:
            self._came.clear()
            ready = self._ready(loop.time())
            if ready or self._places.tell_in() <= 0:
                await self._ask_for(ready)
            self._turn_away_the_late(loop.time())
            soonest = min(loop.time() + self._places.tell_in(), self._soonest())
            if soonest < math.inf:
                self._asleep_until = soonest
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, soonest - loop.time())):
                        await self._came.wait()
                self._asleep_until = -math.inf

    # A thousand may wait: as a rule the first of them tell all there is to know.

    def _ready(self, now: float) -> list[_Request]:
        """Whom to ask for now, the longest waiting first."""
        if self._closed_until > now:
            return []
        ready = (one for one in self._waiting if one.not_before <= now and not one.granted.done())
        return list(itertools.islice(ready, BLOCK))

    def _soonest(self) -> float:
        """When there may be something to do for those who wait."""
        # Whoever was not looked at may be late, whatever the others wait for.
        soonest = self._reviewed_at + _REVIEW_EVERY if self._unreviewed and self._waiting else math.inf
        for one in self._waiting:
            if not one.granted.done():
                soonest = min(soonest, self._due(one))
                if soonest <= self._closed_until:
                    break
        return soonest

    def _due(self, request: _Request) -> float:
        return max(request.not_before, self._closed_until)

    async def _ask_for(self, requests: Sequence[_Request]) -> None:
        loop = asyncio.get_running_loop()
        asked = self._pause.asking()
        try:
            async with asyncio.timeout(REDIS_TIMEOUT):
                answers, closed = await self._call([(request.chat_id, request.permit) for request in requests])
        except (RedisError, OSError, TimeoutError):
            # Places that were to be given back come free by themselves.
            for request in requests:
                self._settle(request, MustWait(REDIS_TIMEOUT))
            return
        # Redis looked at its clock before this: no permit is used before its moment by that.
        after = loop.time()
        if max(answers, default=-1) >= 0:
            self._pause.heard(asked, 0.0)  # while everybody pauses there are no permits
        if closed:
            self._closed_until = after + min(max(closed / 1_000_000, PACE), LONGEST_CLOSED)
        for request, answer in zip(requests, answers, strict=True):
            wait = answer / 1_000_000
            if wait < 0:
                request.not_before = after - wait
            else:
                self._settle(request, after + wait)

    async def _call(self, requests: Sequence[tuple[int, str]]) -> tuple[list[int], int]:
        """Give back places and ask for permits: chats, and what each permit is to be called.

        Returns the script's answers for the chats, and for how long there are no permits at all.
        """
        keys = [*self._shared_keys, *(f"rl:out:chat:{chat_id}" for chat_id, _permit in requests)]
        free = self._places.take()
        args: list[int | str] = [*self._terms, len(free)]
        for permit, free_in in free:
            args += [permit, math.ceil(free_in * 1_000_000)]
        for chat_id, permit in requests:
            pace = Pace.of_chat(chat_id)
            args += [permit, round(pace.interval * 1_000_000), pace.burst]
        *answers, closed = await self._script(keys=keys, args=args)
        return answers, int(closed)

    def _turn_away_the_late(self, now: float) -> None:
        self._unreviewed = now - self._reviewed_at < _REVIEW_EVERY
        if self._unreviewed:
            return
        self._reviewed_at = now
        self._waiting = deque(one for one in self._waiting if not one.granted.done())
        for request in [one for one in self._waiting if max(self._due(one), now) > one.deadline]:
            self._settle(request, MustWait(max(0.001, self._due(request) - now)))

    def _settle(self, request: _Request, outcome: float | MustWait) -> None:
        self._waiting.remove(request)
        if request.granted.done():  # whoever asked was cancelled meanwhile
            if not isinstance(outcome, MustWait):
                self._places.unused(request.permit)
        elif isinstance(outcome, MustWait):
            request.granted.set_exception(outcome)
        else:
            request.granted.set_result(outcome)
