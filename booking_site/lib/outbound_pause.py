"""The one pause of all who send: after a refusal nobody sends until it is over. Redis keeps it, for every process.

Within the process that was refused it is in force at once, before Redis has heard of it. Another process learns of it
whenever it asks Redis anything; what it has learned is good for ``NOTICED_WITHIN`` and no longer. So a permit that was
handed out early is not sent on the strength of an old answer: shortly before its moment the pause is looked at again,
once for all permits of that quarter of a second.
"""

import asyncio
import math

import redis.asyncio

#: Seconds within which a pause that began anywhere stops everybody: nothing is sent on older knowledge than this.
NOTICED_WITHIN = 0.25
#: Seconds before its moment that a permit has the pause looked at, so that the round trip does not make it late.
_LOOK_AHEAD = 0.05
#: Seconds after which Redis counts as unreachable.
REDIS_TIMEOUT = 1.0

PAUSE_KEY = "rl:out:pause"

# Time is Redis's own, in microseconds. A longer pause that is in force stays.
_BEGIN = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local until_, wanted = tonumber(redis.call('GET', KEYS[1]) or '0'), now + tonumber(ARGV[1])
if wanted > until_ then
  redis.call('SET', KEYS[1], string.format('%.0f', wanted), 'PX', math.max(1, math.ceil(ARGV[1] / 1000)))
end
return until_ <= now and 1 or 0
"""
_LEFT = """
local clock = redis.call('TIME')
return math.max(0, tonumber(redis.call('GET', KEYS[1]) or '0') - clock[1] * 1000000 - clock[2])
"""

#: When Redis was asked, on the loop's clock, and which pause of this process was the newest then.
Asked = tuple[float, int]


class OutboundPause:
    """What the coroutines of one event loop know of the pause. All limiters of the loop share one.

    Args:
        client: belongs to the running loop; text in, text out.
    """

    def __init__(self, client: "redis.asyncio.Redis") -> None:
        self._begin = client.register_script(_BEGIN)
        self._left = client.register_script(_LEFT)
        self._asked_at = -math.inf
        self._until = -math.inf
        #: Ends of pauses that Redis has not been told of.
        self._untold: list[float] = []
        #: Answers to questions asked before the newest pause of this process say nothing.
        self._newest = 0
        self._looking: asyncio.Task[None] | None = None

    async def begin(self, seconds: float) -> bool:
        """Stop everybody for ``seconds``, this process before the first ``await``; a longer pause in force stays.

        Whether a pause begins with this call: ``False`` while one is in force.

        Raises:
            RedisError, OSError: the others were not told; this process keeps the pause all the same.
        """
        until = asyncio.get_running_loop().time() + seconds
        self._untold.append(until)
        self._forget()
        async with asyncio.timeout(REDIS_TIMEOUT):
            began = await self._begin(keys=[PAUSE_KEY], args=[round(seconds * 1_000_000)])
        self._untold.remove(until)
        self._forget()
        return bool(began)

    async def left(self) -> float:
        """Seconds for which nobody may send from now on, 0 where everybody may. Raises RedisError, OSError."""
        await self._look()
        return max(0.0, self.until() - asyncio.get_running_loop().time())

    def asking(self) -> Asked:
        """To be taken before Redis is asked for anything that tells of the pause."""
        return asyncio.get_running_loop().time(), self._newest

    def heard(self, asked: Asked, left: float) -> None:
        """Redis says that the pause goes on for ``left`` seconds; 0: that there is none."""
        asked_at, newest = asked
        if newest == self._newest and asked_at >= self._asked_at:
            self._asked_at = asked_at
            self._until = asyncio.get_running_loop().time() + left if left else -math.inf

    async def look_before(self, instant: float) -> None:
        """Return in time for ``instant``, knowing enough of the pause to send then. Raises RedisError, OSError."""
        if self._knows_at(instant):
            return
        await asyncio.sleep(instant - _LOOK_AHEAD - asyncio.get_running_loop().time())
        if self._knows_at(instant):
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        # One look for all who want to know: whoever is called back must not end it for the others.
        await asyncio.shield(self._looking)

    def allows(self, now: float) -> bool:
        """Whether it is known, and lately enough, that nobody has to wait at ``now``."""
        return self._knows_at(now) and self.until() <= now

    def until(self) -> float:
        """The instant of the loop's clock until which, as far as is known, nobody may send."""
        now = asyncio.get_running_loop().time()
        self._untold = [until for until in self._untold if until > now]
        return max(self._until, *self._untold, -math.inf)

    def _knows_at(self, instant: float) -> bool:
        return instant - self._asked_at <= NOTICED_WITHIN

    def _forget(self) -> None:
        self._newest += 1
        self._asked_at = -math.inf

    async def _look(self) -> None:
        asked = self.asking()
        async with asyncio.timeout(REDIS_TIMEOUT):
            micros = await self._left(keys=[PAUSE_KEY])
        self.heard(asked, int(micros) / 1_000_000)
