"""How long a permit keeps its place in the second: until that second is over for Telegram, wherever its call was delayed.

A message counts for one second from the instant at which Telegram counts it, and nobody tells when that is. It is after
the permit, by however long the process, the connection and the network took; and it is before the answer, by what Telegram
and the way back take at the least. That much is known: the fastest call of late took no less from its permit to its
answer. So a call that took 30 ms longer than the fastest one may have been counted 30 ms after its permit, not later,
and keeps its place 30 ms longer. One that has not been answered keeps it until ``HELD``.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Seconds beyond its second for which a permit nobody speaks of keeps its place: its worker died, or still waits.
HELD = 1.0
#: Seconds that the fastest call itself may have lost on its way there, and that timers may be early.
_SLACK = 0.005
#: The fastest call is looked for among those of so many seconds, or twice as many.
_SPAN = 30.0
#: Calls without which nothing is known: then all of the time until an answer may have passed before the message counted.
_ENOUGH = 10
#: Seconds after which places are given back at the latest, if nobody asks for a permit meanwhile. None of them is free
#: sooner than a second after it was taken.
TOLD_WITHIN = 0.25


@dataclass(slots=True)
class _Span:
    since: float = -math.inf
    calls: int = 0
    fastest: float = math.inf


class FastestCall:
    """How long a call takes at the least, as the last half a minute to a minute shows."""

    def __init__(self) -> None:
        self._this, self._last = _Span(), _Span()

    def note(self, seconds: float, *, now: float) -> None:
        self._turn(now)
        self._this.calls += 1
        self._this.fastest = min(self._this.fastest, seconds)

    def seconds(self, *, now: float) -> float:
        """0 while too little is known."""
        self._turn(now)
        if self._this.calls + self._last.calls < _ENOUGH:
            return 0.0
        return min(self._this.fastest, self._last.fastest)

    def _turn(self, now: float) -> None:
        if (age := now - self._this.since) >= _SPAN:
            self._last = self._this if age < 2 * _SPAN else _Span()
            self._this = _Span(now)


class Places:
    """The places of one limiter's permits: when each is free again, until Redis is told.

    Args:
        second: seconds for which a message counts.
        waits: called when there is something to tell and there was nothing before.
    """

    def __init__(self, *, second: float, waits: Callable[[], None]) -> None:
        self._second, self._waits = second, waits
        self._fastest = FastestCall()
        self._free: list[tuple[str, float]] = []
        #: When Redis is to be told at the latest, on the loop's clock.
        self.tell_by = math.inf

    def answered(self, permit: str, *, went: float, usual: bool) -> None:
        now = time.monotonic()
        if usual:
            self._fastest.note(now - went, now=now)
        counted_by = max(went, now - self._fastest.seconds(now=now)) if usual else now
        self._tell(permit, counted_by + self._second + _SLACK)

    def unused(self, permit: str) -> None:
        self._tell(permit, -math.inf)

    def take(self) -> list[tuple[str, float]]:
        """What Redis is to be told now: permits, and in how many seconds their places are free, 0 for at once."""
        free, self._free, self.tell_by = self._free, [], math.inf
        now = time.monotonic()
        return [(permit, max(0.0, free_at - now)) for permit, free_at in free]

    def _tell(self, permit: str, free_at: float) -> None:
        self._free.append((permit, free_at))
        if self.tell_by == math.inf:
            self.tell_by = asyncio.get_running_loop().time() + TOLD_WITHIN
            self._waits()


class Permit:
    """Leave to send one message, from the moment it is made. Whoever has it says what became of it, once."""

    __slots__ = ("_name", "_places", "_went")

    def __init__(self, name: str, places: Places) -> None:
        self._name, self._places, self._went = name, places, time.monotonic()

    def answered(self, *, usual: bool) -> None:
        """The call was answered. ``usual``: as most are, after as much work; else nothing is known of when it counted."""
        self._places.answered(self._name, went=self._went, usual=usual)

    def unused(self) -> None:
        """Nothing was sent, and nothing will be."""
        self._places.unused(self._name)
