"""One attempt at one update: handled, tried again later, or given up and buried."""

import asyncio
import traceback
from dataclasses import dataclass

import orjson
import structlog
from pydantic import ValidationError

from booking_site.lib.trace import bound_trace
from notifications import dead_letters
from telegram_ui import notices
from telegram_ui.drainer import Handled, Postponed
from telegram_ui.envelope import Envelope
from telegram_ui.leases import Claim, LeaseLost
from telegram_ui.requeue import SOURCE
from telegram_ui.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """``pauses_ms[n]`` follows failed attempt n + 1; after one more failure the update is buried."""

    time_limit: float = 30.0  # seconds for one attempt; a handler that hangs must not hold its chat for ever
    pauses_ms: tuple[int, ...] = (1_000, 5_000)
    bury_pause_ms: int = 10_000  # when the burial itself failed: the database is away

    @property
    def attempts(self) -> int:
        return len(self.pauses_ms) + 1


class WorkerDied(Exception):
    """The update was begun as often as allowed, and no attempt lived to tell how it ended."""


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
            if claim.attempt > self.patience.attempts:
                return await self._bury(claim, envelope, WorkerDied("the worker died in each attempt"))
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
        hopeless = isinstance(error, ValidationError)  # the same JSON will not fit aiogram's types a second later
        if claim.attempt >= self.patience.attempts or hopeless:
            return await self._bury(claim, envelope, error)
        return Postponed(self.patience.pauses_ms[claim.attempt - 1])

    async def _bury(self, claim: Claim, envelope: Envelope | None, error: BaseException) -> Handled | Postponed:
        """Row first, mailbox second: a crash in between finds the same row again by its reference."""
        reason = f"{type(error).__name__}: {error}"
        raw = claim.raw.decode(errors="replace")
        try:
            letter = await self.runtime.threads.run(
                dead_letters.bury,
                task=SOURCE,
                payload={"chat": claim.chat, "envelope": orjson.loads(claim.raw) if envelope else raw},
                error=reason,
                traceback="".join(traceback.format_exception(error)),
                trace_id=envelope.trace_id if envelope else "",
                attempts=min(claim.attempt, self.patience.attempts),
                source=SOURCE,
                reference=f"{SOURCE}:{envelope.trace_id}:{envelope.update_id}:{envelope.letter}"
                if envelope
                else "",
            )
        except Exception as problem:
            log.exception("burial_failed", chat=claim.chat, exc_info=problem)
            return Postponed(self.patience.bury_pause_ms)
        if envelope:
            await notices.tell(self.runtime.bot, envelope, notices.WENT_WRONG)
        return Handled(epitaph=orjson.dumps({"dead_letter": letter, "error": reason, "envelope": raw}))
