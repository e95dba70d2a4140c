"""One message on its way, on the background loop: first its permit, then the call."""

import asyncio
from collections.abc import Callable

import structlog
from redis import RedisError

from booking_site.lib.outbound_limiter import MustWait, OutboundLimiter
from booking_site.lib.outbound_places import Permit
from notifications.addresses import Chat
from notifications.next_state import MEND_PAUSE
from notifications.outcomes import Misconfigured, NotYet, Outcome, Sent, Throttled
from notifications.permits import limiter_of
from notifications.transports import Again, Limited, Parcel, Transport, uploads

log = structlog.get_logger(__name__)

#: Seconds a claimed message waits for its permit before it is given back. With the longest call this stays well
#: below the lease of a claim.
PATIENCE = 20.0


async def send_permitted(
    transport: Transport, parcel: Parcel, lane: str, *, on_permit: Callable[[], None] = lambda: None
) -> Outcome:
    """What came of ``parcel``. Until ``on_permit`` is called nothing was sent, and cancelling loses nothing."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    limiter = limiter_of(lane, paid=parcel.paid) if isinstance(transport, Limited) else None
    outcome: Outcome | Again = Again(parcel)
    if isinstance(transport, Limited):
        outcome = await transport.prepare(parcel) or outcome
    while isinstance(outcome, Again):
        outcome = await _send(transport, outcome.parcel, limiter, deadline, on_permit)
    if limiter is not None and isinstance(outcome, Throttled):
        await _pause(limiter, outcome.seconds)
    # Of all who are turned away at once, the one that began the pause tells of it.
    if isinstance(outcome, Misconfigured) and (
        limiter is None or await _pause(limiter, MEND_PAUSE.total_seconds())
    ):
        log.critical(
            "not_let_in", setting=outcome.setting, error=outcome.error,
            advice=f"check {outcome.setting}; nothing is sent or lost until it is mended",
        )  # fmt: skip
    return outcome


async def _send(
    transport: Transport,
    parcel: Parcel,
    limiter: OutboundLimiter | None,
    deadline: float,
    on_permit: Callable[[], None],
) -> Outcome | Again:
    """One call, under one permit where the transport is limited."""
    if limiter is None or not isinstance(parcel.to, Chat):
        on_permit()
        return await transport.send(parcel)
    try:
        permit = await _turn(limiter, parcel, parcel.to.chat_id, deadline)
    except MustWait as refused:
        return NotYet(refused.seconds)
    on_permit()
    outcome = None
    try:
        outcome = await transport.send(parcel)
    finally:
        permit.answered(usual=isinstance(outcome, Sent))
    return outcome


async def _turn(limiter: OutboundLimiter, parcel: Parcel, chat_id: int, deadline: float) -> Permit:
    """Return at the moment it may be sent, with all there that it needs. Raises MustWait.

    A permit is for now: whoever finds somebody uploading the photo meanwhile waits for that and asks for another one,
    or all who waited would be sent at once.
    """
    loop = asyncio.get_running_loop()
    path = parcel.photo_path
    while True:
        if not await uploads.ended(path, within=deadline - loop.time()):
            raise MustWait(1.0)
        permit = await limiter.permit(chat_id, patience=deadline - loop.time())
        if not uploads.in_progress(path):
            return permit
        permit.unused()


async def _pause(limiter: OutboundLimiter, seconds: float) -> bool:
    """Stop everybody; whether nobody had before."""
    try:
        return await limiter.pause(seconds)
    except (RedisError, OSError) as error:
        # The row itself still waits; the others will hear it from Telegram themselves.
        log.warning("pause_not_shared", seconds=seconds, error=str(error))
        return True
