"""Suspects are tried alone: in whose company a worker died, that one is begun in a process with nothing else in hand.

Of the chats that a dead worker had in hand at most one is at fault, and a worker that is killed from outside dies of none.
Tried together again they would go down together again, up to the last of their attempts.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.exceptions import RedisError

from telegram_ui.leases import Claim, LeaseLost, Leases

log = structlog.get_logger(__name__)


@dataclass
class Quarantine:
    """One process's. ``room``: seconds that what is in hand gets to end before a suspect is begun beside it after all;
    ``solitude``: seconds that everybody else waits for a suspect. What kills its worker does so sooner, most of the time.
    """

    leases: Leases
    room: float
    solitude: float
    on_open: Callable[[], None]
    #: A suspect is in hand, and another one would be company.
    occupied: bool = False
    #: Nothing new may be begun.
    shut: bool = False
    _guard: "asyncio.Task[None] | None" = field(default=None, init=False)

    def enter(self) -> None:
        """A suspect has been claimed."""
        self.occupied = self.shut = True

    async def begin(self, suspect: Claim, others: Collection["asyncio.Task[Any]"]) -> Claim:
        """Begin it, alone if ``others``, the work in hand, come to their ends soon.

        Raises:
            LeaseLost: it is somebody else's, or Redis did not answer, and the lease runs out.
        """
        if others:
            await asyncio.wait(others, timeout=self.room)
        alone = all(other.done() for other in others)
        if not alone:
            self._open()
        try:
            begun = await self.leases.begin(suspect, alone=alone)
        except (RedisError, OSError) as error:
            raise LeaseLost(suspect.chat) from error
        log.info("suspect_begun", chat=suspect.chat, deaths=suspect.deaths, attempt=begun.attempt, alone=alone)
        if alone:
            self._guard = asyncio.create_task(self._let_company_in(begun))
        return begun

    def leave(self) -> None:
        """The suspect is no longer in hand."""
        if self._guard:
            self._guard.cancel()
            self._guard = None
        self.occupied = False
        self._open()

    async def _let_company_in(self, suspect: Claim) -> None:
        await asyncio.sleep(self.solitude)
        try:
            await self.leases.begin(suspect, alone=False)
        except (LeaseLost, RedisError, OSError) as error:
            # Whether it is lost shows at the next heartbeat; and without Redis nobody has anything to begin.
            log.warning("company_not_recorded", chat=suspect.chat, error=str(error))
        self._open()

    def _open(self) -> None:
        self.shut = False
        self.on_open()
