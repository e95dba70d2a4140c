"""``python -m benchmarks.load.generator``: a plan as JSON on stdin, what came of it as JSON on stdout.

Bare connections and requests made beforehand: an HTTP client would cost more than the server it measures. In the open
loop a request that finds every connection busy waits, and its latency counts from the moment it should have gone out.
"""

import asyncio
import gc
import json
import re
import statistics
import sys
import time
from collections import Counter, deque
from typing import Any

import uvloop

from benchmarks.load.plan import Plan

_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_ACCEPTED = 200


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._transport: Any = None
        self._received = b""
        self._due: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head) if found else None
        if not found or (length and len(rest) < int(length[1])):
            return
        self._received = b""
        due, self._due = self._due, None
        if due is not None:
            self._run.answered(self, int(head[9:12]), due)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._due is not None:
            self._run.broken()

    def close(self) -> None:
        self._due = None
        self._transport.close()


class Run:
    """One plan being carried out."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = plan.requests()
        self._next = 0
        self._waiting: deque[float] = deque()
        self._idle: list[Connection] = []
        self._latencies: list[float] = []
        self._statuses: Counter[int] = Counter()
        self._done = asyncio.Event()

    async def carry_out(self) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        for _ in range(self._plan.connections):
            _transport, connection = await loop.create_connection(
                lambda: Connection(self), "127.0.0.1", self._plan.port
            )
            self._idle.append(connection)
        every = list(self._idle)
        wall, began = time.time(), time.perf_counter()
        if self._plan.rate:
            await self._by_the_clock(began)
        else:
            self._waiting.extend([began] * len(self._requests))
            self._pass_on()
        await self._done.wait()
        seconds = time.perf_counter() - began
        for connection in every:
            connection.close()
        cuts = statistics.quantiles(self._latencies, n=100)
        return {
            "answered": sum(self._statuses.values()), "accepted": self._statuses[_ACCEPTED], "seconds": seconds,
            "p50_ms": cuts[49] * 1000, "p99_ms": cuts[98] * 1000, "began": wall,
            "statuses": {str(status): count for status, count in self._statuses.items()},
        }  # fmt: skip

    async def _by_the_clock(self, began: float) -> None:
        for number in range(len(self._requests)):
            due = began + number / self._plan.rate
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)  # to the millisecond, so a moment early at worst
            self._waiting.append(due)
            self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting and self._idle:
            due = self._waiting.popleft()
            if not self._plan.rate:
                due = time.perf_counter()
            self._idle.pop().send(self._requests[self._next], due)
            self._next += 1

    def answered(self, connection: Connection, status: int, due: float) -> None:
        self._latencies.append(time.perf_counter() - due)
        self._statuses[status] += 1
        self._idle.append(connection)
        self._pass_on()
        self._end_if_over()

    def broken(self) -> None:
        self._statuses[0] += 1
        self._end_if_over()

    def _end_if_over(self) -> None:
        if sum(self._statuses.values()) >= len(self._requests):
            self._done.set()


def main() -> None:
    plan = Plan(**json.load(sys.stdin))
    gc.disable()  # a collection among the latencies would be the generator's, not the server's
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(runner.run(_run(plan)), sys.stdout)


async def _run(plan: Plan) -> dict[str, Any]:
    return await Run(plan).carry_out()


if __name__ == "__main__":
    main()
