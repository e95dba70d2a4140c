"""Messages on their way: handed to the background loop in one go, what came of them collected in another."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from booking_site.lib import background_loop
from notifications.models import Delivery
from notifications.outcomes import Failed, Outcome
from notifications.sending import send_permitted
from notifications.transports import Parcel, Transport

log = structlog.get_logger(__name__)

#: A row and what came of it; ``None``: it was called back before anything was tried.
Landed = tuple[Delivery, Outcome | None]


@dataclass(frozen=True, slots=True)
class Passenger:
    """A claimed row, and what goes out for it."""

    row: Delivery
    parcel: Parcel
    transport: Transport


class Flight:
    """Used from one thread. ``aboard`` counts the rows that were launched and not yet collected."""

    def __init__(self) -> None:
        self.aboard = 0
        self._landed: SimpleQueue[Landed] = SimpleQueue()
        # These belong to the loop: every task, and of them those that still wait for their permit.
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._waiting: set[asyncio.Task[Outcome]] = set()

    def launch(self, passengers: Sequence[Passenger]) -> None:
        """Send each as soon as it is permitted."""
        self.aboard += len(passengers)
        background_loop.get_loop().call_soon_threadsafe(self._launch, passengers)

    def recall(self) -> None:
        """Call back all that still wait for a permit; the others come in with what becomes of their call."""
        background_loop.get_loop().call_soon_threadsafe(self._recall)

    def collect(self, seconds: float) -> list[Landed]:
        """What comes in within ``seconds``; earlier, once everybody has."""
        end = time.monotonic() + seconds
        landed: list[Landed] = []
        while len(landed) < self.aboard and (left := end - time.monotonic()) > 0:
            try:
                landed.append(self._landed.get(timeout=left))
            except Empty:
                break
        self.aboard -= len(landed)
        return landed

    def _launch(self, passengers: Sequence[Passenger]) -> None:
        for passenger in passengers:
            task = asyncio.get_running_loop().create_task(self._fly(passenger))
            self._tasks.add(task)
            self._waiting.add(task)
            task.add_done_callback(partial(self._land, passenger.row))

    def _recall(self) -> None:
        for task in list(self._waiting):
            task.cancel()

    async def _fly(self, passenger: Passenger) -> Outcome:
        task: Any = asyncio.current_task()
        return await send_permitted(
            passenger.transport, passenger.parcel, passenger.row.lane,
            on_permit=lambda: self._waiting.discard(task),
        )  # fmt: skip

    def _land(self, row: Delivery, task: "asyncio.Task[Outcome]") -> None:
        self._tasks.discard(task)
        self._waiting.discard(task)
        if task.cancelled():  # called back, perhaps before its first step
            self._landed.put((row, None))
        elif (error := task.exception()) is not None:
            # A defect in sending must not leave the row claimed until its lease ends.
            log.error("delivery_broke", exc_info=error)
            self._landed.put((row, Failed(f"{type(error).__name__}: {error}")))
        else:
            self._landed.put((row, task.result()))
