"""One attempt at one update: handled, tried again later, or given up and buried."""

import asyncio
import traceback
from dataclasses import dataclass

import orjson
import structlog

from booking_site import metrics
from booking_site.lib.trace import bound_trace
from notifications import dead_letters
from telegram_ui import mailbox, notices
from telegram_ui.drainer import Handled, Postponed
from telegram_ui.envelope import Envelope
from telegram_ui.leases import Claim, LeaseLost
from telegram_ui.requeue import SOURCE
from telegram_ui.runtime import Runtime, UnreadableUpdate

log = structlog.get_logger(__name__)

#: Seconds between two alarms about them: one kind of message of an older Bot API server may come all day long, no user
#: waits for an answer to it, and the letters keep every one.
UNREADABLE_ALARM_EVERY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Patience:
    """``pauses_ms[n]`` follows failed attempt n + 1; after one more failure the update is buried."""

    time_limit: float = 30.0  # seconds for one attempt; a handler that hangs must not hold its chat for ever
    pauses_ms: tuple[int, ...] = (1_000, 5_000)
    bury_pause_ms: int = 10_000  # when the burial itself failed: the database is away
    deaths: int = (
        10  # of workers that had it in hand, in whatever company, after which the update is buried untried
    )

    @property
    def attempts(self) -> int:
        return len(self.pauses_ms) + 1


class WorkerDied(Exception):
    """The worker died with the update in hand: as often as it has attempts while it was alone there, or all too often in
    company.
    """


class BuriedLate(Exception):
    """The last attempt failed while the database was away, and with it went the reason."""


@dataclass(frozen=True, slots=True)
class Handling:
    """Call it with a claim. Raises only :class:`LeaseLost` and cancellation."""

    runtime: Runtime
    patience: Patience = Patience()

    async def __call__(self, claim: Claim) -> Handled | Postponed:
        try:
            envelope = Envelope.from_json(claim.raw, attempt=claim.attempt)
        except ValueError as error:
            return await self._bury(claim, None, error)
        with bound_trace(envelope.trace_id):
            if claim.deaths >= self.patience.deaths or (claim.deaths and claim.attempt > self.patience.attempts):
                return await self._bury(claim, envelope, WorkerDied(f"in {claim.deaths} attempts"))
            if claim.attempt > self.patience.attempts:
                return await self._bury(claim, envelope, BuriedLate("failed in each attempt"))
            try:
                async with asyncio.timeout(self.patience.time_limit):
                    await self.runtime.process(envelope)
            except LeaseLost:
                raise
            except asyncio.CancelledError:
                task = asyncio.current_task()
                if task is None or task.cancelling():
                    raise
                # A handler let the cancellation of something of its own escape; nobody cancelled this work.
                return await self._failed(claim, envelope, RuntimeError("the handler cancelled itself"))
            except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - any handler, any error
                return await self._failed(claim, envelope, error)
        return Handled()

    async def _failed(self, claim: Claim, envelope: Envelope, error: BaseException) -> Handled | Postponed:
        log.warning(
            "update_failed",
            update_id=envelope.update_id, chat=claim.chat, attempt=claim.attempt, exc_info=error,
        )  # fmt: skip
        # The same JSON will not fit aiogram's types a second later.
        if claim.attempt >= self.patience.attempts or isinstance(error, UnreadableUpdate):
            return await self._bury(claim, envelope, error)
        return Postponed(self.patience.pauses_ms[claim.attempt - 1])

    async def _bury(self, claim: Claim, envelope: Envelope | None, error: BaseException) -> Handled | Postponed:
        """Row first, mailbox second: a crash in between finds the same row again by its reference."""
        reason = f"{type(error).__name__}: {error}"
        raw = claim.raw.decode(errors="replace")
        unreadable = isinstance(error, UnreadableUpdate)
        try:
            letter = await self.runtime.threads.run(
                dead_letters.bury,
                task=SOURCE,
                payload={"chat": claim.chat, "envelope": orjson.loads(claim.raw) if envelope else raw},
                error=reason,
                traceback="".join(traceback.format_exception(error)),
                trace_id=envelope.trace_id if envelope else "",
                attempts=max(claim.deaths, min(claim.attempt, self.patience.attempts)),
                source=SOURCE,
                reference=f"{SOURCE}:{envelope.trace_id}:{envelope.update_id}:{envelope.letter}"
                if envelope
                else "",
                alert=not unreadable or await self._is_news(),
            )
        except Exception as problem:
            log.exception("burial_failed", chat=claim.chat, exc_info=problem)
            return Postponed(self.patience.bury_pause_ms)
        if envelope and unreadable:
            await self.runtime.threads.run(metrics.increment, mailbox.UNREADABLE)
            await notices.let_rest(self.runtime.bot, envelope)
        elif envelope:
            await notices.tell(self.runtime.bot, envelope, notices.WENT_WRONG)
        return Handled(epitaph=orjson.dumps({"dead_letter": letter, "error": reason, "envelope": raw}))

    async def _is_news(self) -> bool:
        """Whether admins have not been told of unreadable updates for a day."""
        key = "tg:updates:unreadable"
        return bool(await self.runtime.redis.set(key, "told", nx=True, ex=UNREADABLE_ALARM_EVERY))
