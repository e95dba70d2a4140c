"""How long a permit keeps its place in the second: until that second is over for Telegram, wherever its call was delayed.

A message counts for one second from the instant at which Telegram counts it, and nobody tells when that is. It is after
the permit, by however long the process, the connection and the network took; and it is before the answer, by what Telegram
and the way back take at the least. That much is known: the fastest call of late took no less from its permit to its
answer. So a call that took 30 ms longer than the fastest one may have been counted 30 ms after its permit, not later,
and keeps its place 30 ms longer. One that has not been answered keeps it until it is, as long as its process lives.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

#: Seconds beyond its second for which a permit nobody speaks of keeps its place: its worker died.
HELD = 1.0
#: Seconds after which a call that is still on its way is spoken of again; well below HELD.
_AGAIN = 0.4
#: Seconds after which it is not any more: no call takes that long.
_FORGOTTEN = 90.0
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
        waits: called when there may be something to tell sooner than before.
    """

    def __init__(self, *, second: float, waits: Callable[[], None]) -> None:
        self._second, self._waits = second, waits
        self._fastest = FastestCall()
        self._free: list[tuple[str, float]] = []
        self._free_told_by = math.inf
        #: Calls on their way: when they went, and when Redis last knew of it; the longest ago comes first.
        self._away: dict[str, tuple[float, float]] = {}

    def went(self, permit: str) -> float:
        """From now on its message may arrive at any time."""
        now = time.monotonic()
        self._away[permit] = now, now
        if len(self._away) == 1:
            self._waits()
        return now

    def answered(self, permit: str, *, went: float, usual: bool) -> None:
        now = time.monotonic()
        if usual:
            self._fastest.note(now - went, now=now)
        counted_by = max(went, now - self._fastest.seconds(now=now)) if usual else now
        self._tell(permit, counted_by + self._second + _SLACK)

    def unused(self, permit: str) -> None:
        self._tell(permit, -math.inf)

    def tell_in(self) -> float:
        """Seconds until Redis is to be told at the latest; infinite while there is nothing to tell."""
        again = math.inf
        for _went, known in self._away.values():
            again = known + _AGAIN
            break
        by = min(self._free_told_by, again)
        return by if by == math.inf else max(0.0, by - time.monotonic())

    def take(self) -> list[tuple[str, float]]:
        """What Redis is to be told now: permits, and in how many seconds their places are free, 0 for at once."""
        now = time.monotonic()
        told = [(permit, max(0.0, free_at - now)) for permit, free_at in self._free]
        self._free, self._free_told_by = [], math.inf
        long_ago = []
        for permit, (_went, known) in self._away.items():
            if known + _AGAIN / 2 > now:
                break
            long_ago.append(permit)
        for permit in long_ago:
            went, _known = self._away.pop(permit)
            if now - went < _FORGOTTEN:
                self._away[permit] = went, now
                told.append((permit, self._second + HELD))
        return told

    def _tell(self, permit: str, free_at: float) -> None:
        self._away.pop(permit, None)
        self._free.append((permit, free_at))
        if self._free_told_by == math.inf:
            self._free_told_by = time.monotonic() + TOLD_WITHIN
            self._waits()


class Permit:
    """Leave to send one message, from the moment it is made. Whoever has it says what became of it, once."""

    __slots__ = ("_name", "_places", "_went")

    def __init__(self, name: str, places: Places) -> None:
        self._name, self._places, self._went = name, places, places.went(name)

    def answered(self, *, usual: bool) -> None:
        """The call was answered. ``usual``: as most are, after as much work; else nothing is known of when it counted."""
        self._places.answered(self._name, went=self._went, usual=usual)

    def unused(self) -> None:
        """Nothing was sent, and nothing will be."""
        self._places.unused(self._name)
