"""Working the mailboxes: one of these runs on the event loop of each worker process.

It takes up to 64 ready chats at a time, one update after the other in each. It starts on a wake-up, stays up for a
moment after the last piece of work, and looks by itself twice a second, so that a lost wake-up or a stopped beat
delays nobody for long.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from redis.exceptions import RedisError

from telegram_ui.fencing import under
from telegram_ui.leases import Claim, LeaseLost, Leases
from telegram_ui.quarantine import Quarantine

T = TypeVar("T")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Handled:
    """The update is done with; ``epitaph`` (JSON) when it was buried instead of handled."""

    epitaph: bytes = b""


@dataclass(frozen=True, slots=True)
class Postponed:
    """The attempt failed; the chat rests for ``pause_ms``."""

    pause_ms: int


Work = Callable[[Claim], Awaitable[Handled | Postponed]]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds, except where the name says otherwise."""

    capacity: int = 64
    poll: float = 0.01  # between two looks while there is something to do
    linger: float = 0.25  # how long "something to do" outlasts the last piece of work
    promise_ms: int = 60  # well above `poll`: arrivals until then need no wake-up
    idle_look: float = 0.5
    heartbeat: float = 2.0
    sweep: float = 30.0
    grace: float = 3.0  # for work in hand at shutdown
    room: float = 0.5  # for work in hand before a suspect is begun
    solitude: float = 2.0  # for a suspect, before others are begun beside it
    redis_pauses: tuple[float, ...] = (0.1, 0.3, 1.0, 2.0, 4.0)  # between tries to record what was done


@dataclass(slots=True)
class _Hand:
    """A chat being worked. ``working``: inside a handler, where it may be cut off; else recording the outcome."""

    claim: Claim
    working: bool = False


@dataclass
class Drainer:
    """Run :meth:`run` as a task on the loop, :meth:`nudge` it on wake-ups, :meth:`stop` it before the loop ends."""

    leases: Leases
    work: Work
    pace: Pace = field(default_factory=Pace)
    handled: int = 0
    _in_hand: dict[asyncio.Task[None], _Hand] = field(default_factory=dict)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _stopping: bool = False
    _closed: bool = False
    _busy_until: float = 0.0
    _promised_until_ms: int = 0
    _quarantine: Quarantine = field(init=False)

    def __post_init__(self) -> None:
        self._quarantine = Quarantine(self.leases, self.pace.room, self.pace.solitude, on_open=self._bell.set)

    @property
    def in_hand(self) -> int:
        """Chats being worked at this moment."""
        return len(self._in_hand)

    def nudge(self) -> None:
        """There may be something to do."""
        if not self._stopping:
            self._idle.clear()
            self._bell.set()

    async def wait_idle(self) -> None:
        """Return when a look found nothing to do and nothing is in hand, or when work has stopped."""
        await self._idle.wait()

    async def run(self) -> None:
        """Work until stopped. Errors of Redis are waited out; nothing else is expected to escape."""
        async with asyncio.TaskGroup() as group:
            housekeeping = [group.create_task(self._beat()), group.create_task(self._sweep())]
            try:
                await self._look_and_work()
            finally:
                await self._settle()
                self._closed = True
                for task in housekeeping:
                    task.cancel()
                self._idle.set()

    def stop(self) -> None:
        """Take nothing new from now on; ``run`` returns once what is in hand is done, cut off or given back."""
        self._stopping = True
        self._bell.set()

    async def _look_and_work(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stopping:
            self._bell.clear()
            free = self.pace.capacity - len(self._in_hand)
            if free <= 0 or self._quarantine.shut:
                await self._bell.wait()  # a hand that comes free rings it, and a quarantine that opens
                continue
            busy = bool(self._in_hand) or loop.time() < self._busy_until
            try:
                claimed = await self.leases.claim(
                    free,
                    promise_ms=self.pace.promise_ms if busy else 0,
                    suspect=not self._quarantine.occupied,
                )
            except (RedisError, OSError) as error:
                log.warning("mailboxes_unreachable", error=str(error))
                await self._ring(self.pace.idle_look)
                continue
            if busy:
                self._promised_until_ms = claimed.now_ms + self.pace.promise_ms
            for claim in claimed.claims:
                self._take_in_hand(claim)
            # Before resting, one look must come after the last promise ended: whoever arrived under it sent no wake-up.
            if busy or claimed.claims or claimed.now_ms < self._promised_until_ms:
                await self._ring(self.pace.poll)
            else:
                self._idle.set()
                await self._ring(self.pace.idle_look)

    async def _ring(self, within: float) -> None:
        try:
            async with asyncio.timeout(within):
                await self._bell.wait()
        except TimeoutError:
            pass

    def _take_in_hand(self, claim: Claim) -> None:
        self._idle.clear()
        hand = _Hand(claim)
        if claim.deaths:
            self._quarantine.enter()
            task = asyncio.create_task(self._work_suspect(hand))
        else:
            task = asyncio.create_task(self._work_chats(claim))
        self._in_hand[task] = hand
        task.add_done_callback(self._put_down)

    def _put_down(self, task: asyncio.Task[None]) -> None:
        was_full = len(self._in_hand) >= self.pace.capacity
        del self._in_hand[task]
        self._busy_until = task.get_loop().time() + self.pace.linger
        if was_full or self._stopping:
            self._bell.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("mailbox_work_broke", exc_info=error)

    async def _work_chats(self, claim: Claim | None) -> None:
        """One update after the other, of one chat or of the next that is ready, until there is none."""
        task = asyncio.current_task()
        while claim is not None and task is not None:
            if self._stopping:
                # The order to stop came while Redis was answering with this claim.
                await self.leases.release([claim])
                return
            hand = self._in_hand[task] = _Hand(claim)
            try:
                claim = await self._work_one(hand)
            except LeaseLost:
                log.warning("lease_lost", chat=hand.claim.chat)
                return

    async def _work_suspect(self, hand: _Hand) -> None:
        """The update alone, where that can be had soon; then on as ever."""
        following: Claim | None = None
        try:
            others = [task for task, other in self._in_hand.items() if other is not hand]
            hand.claim = await self._quarantine.begin(hand.claim, others)
            if self._stopping:
                await self.leases.release([hand.claim])
            else:
                following = await self._work_one(hand)
        except LeaseLost:
            log.warning("lease_lost", chat=hand.claim.chat)
        finally:
            self._quarantine.leave()
        await self._work_chats(following)

    async def _work_one(self, hand: _Hand) -> Claim | None:
        claim = hand.claim
        hand.working = True
        try:
            with under(claim):
                outcome = await self.work(claim)
        except asyncio.CancelledError:
            # Cut off at shutdown, or because the lease went to somebody else; then there is nothing to give back.
            hand.working = False
            await self.leases.release([claim])
            return None
        hand.working = False
        self.handled += 1
        if isinstance(outcome, Postponed):
            await self._record(lambda: self.leases.fail(claim, pause_ms=outcome.pause_ms))
            return None
        more = not self._stopping and not self._quarantine.shut
        return await self._record(lambda: self.leases.finish(claim, more=more, epitaph=outcome.epitaph))

    async def _record(self, step: Callable[[], Awaitable[T]]) -> T | None:
        """Write the outcome down, again if Redis does not answer; a step that went through the first time is fenced."""
        for pause in (*self.pace.redis_pauses, 0.0):
            try:
                return await step()
            except (RedisError, OSError) as error:
                log.warning("outcome_not_recorded", error=str(error))
                await asyncio.sleep(pause)
        return None

    async def _settle(self) -> None:
        """Work in hand gets its grace, then is cut off and its chats are given back."""
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=self.pace.grace)
        for task, hand in self._in_hand.items():
            if hand.working:
                task.cancel()
        if self._in_hand:
            await asyncio.wait(self._in_hand, timeout=self.pace.grace)

    async def _beat(self) -> None:
        while not self._closed:  # a cancellation may be lost inside a client library; this is not
            await asyncio.sleep(self.pace.heartbeat)
            before = {task: hand.claim for task, hand in self._in_hand.items()}
            try:
                lost = await self.leases.heartbeat(tuple(before.values()))
            except (RedisError, OSError) as error:
                log.warning("heartbeat_failed", error=str(error))
                continue
            for task, claim in before.items():
                hand = self._in_hand.get(task)
                if claim.chat in lost and hand and hand.claim is claim and hand.working:
                    log.warning("lease_lost", chat=claim.chat)
                    task.cancel()

    async def _sweep(self) -> None:
        while not self._closed:
            await asyncio.sleep(self.pace.sweep)
            try:
                if await self.leases.sweep(every=self.pace.sweep):
                    self.nudge()
            except (RedisError, OSError) as error:
                log.warning("sweep_failed", error=str(error))
