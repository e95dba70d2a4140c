"""Every call the bot made: when, what, to whom, and how it ended."""

import asyncio
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from telegram_ui.playground.errors import JsonDict


@dataclass(slots=True)
class Call:
    """``at`` is monotonic and ``wall`` is seconds since the epoch, both on arrival; ``done`` is monotonic, 0 while open."""

    number: int
    at: float
    wall: float
    method: str
    chat_id: int | None
    params: JsonDict
    status: int = 0
    error: str = ""
    fault: str = ""
    message_id: int | None = None
    done: float = 0.0

    def as_json(self) -> JsonDict:
        return {name: getattr(self, name) for name in self.__slots__}


class Calls:
    """The newest ``capacity`` calls, and counts of all of them."""

    def __init__(self, capacity: int) -> None:
        self._calls: deque[Call] = deque(maxlen=capacity)
        self._waiters: list[asyncio.Future[None]] = []
        self.counts: Counter[tuple[str, int]] = Counter()
        self.next_number = 1
        self.closed = False

    def begin(self, method: str, chat_id: int | None, params: JsonDict, at: float, wall: float) -> Call:
        call = Call(self.next_number, at, wall, method, chat_id, params)
        self.next_number += 1
        self._calls.append(call)
        return call

    def end(self, call: Call, status: int, done: float, *, error: str = "", fault: str = "") -> None:
        call.status, call.done, call.error, call.fault = status, done, error, fault
        self.counts[call.method, status] += 1
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    def close(self) -> None:
        """Let everybody go who waits: the server is stopping."""
        self.closed = True
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)

    def clear(self) -> None:
        """Forget calls and counts; numbers go on."""
        self._calls.clear()
        self.counts.clear()

    def find(
        self, *, after: int = 0, method: str = "", chat_id: int | None = None, status: int | None = None
    ) -> Iterator[Call]:
        """Ended calls with a number above ``after``, oldest first."""
        # Numbers are consecutive: what came before ``after`` is skipped, not read.
        skipped = max(0, after + 1 - self._calls[0].number) if self._calls else 0
        for call in islice(self._calls, skipped, None):
            if (
                call.status
                and (not method or call.method.lower() == method.lower())
                and (chat_id is None or call.chat_id == chat_id)
                and (status is None or call.status == status)
            ):
                yield call

    async def wait(self, seconds: float) -> bool:
        """Wait until a call ends."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        return not self.closed

    def peak_per_second(self, methods: frozenset[str]) -> int:
        """The most successful calls of ``methods`` that arrived in any one second."""
        window: deque[float] = deque()
        peak = 0
        for call in self._calls:
            if call.status == 200 and call.method in methods:  # noqa: PLR2004 - success
                window.append(call.at)
                while window[0] <= call.at - 1:
                    window.popleft()
                peak = max(peak, len(window))
        return peak
