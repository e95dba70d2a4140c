"""Claimed rows are sent side by side, and what came of each is recorded as soon as it is known."""

import random
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial

import structlog
from django.db import transaction
from redis import RedisError

from booking_site.lib import background_loop, clock
from booking_site.lib.outbound_limiter import MustWait, OutboundLimiter
from booking_site.lib.publishing import publish
from notifications import queues
from notifications.addresses import Address, Chat, address_of
from notifications.claims import claim, settle
from notifications.events import DeliveryState
from notifications.lanes import dead_queue_of
from notifications.lessons import learn
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.next_state import MEND_PAUSE, Tries, after
from notifications.outcomes import Failed, Misconfigured, NotYet, Outcome, Refused, Throttled, Unwanted
from notifications.permits import limiter_of
from notifications.relevance import still_wanted
from notifications.transports import Parcel, Transport, transport_of

log = structlog.get_logger(__name__)

#: Seconds a claimed message waits for its permit before it is given back. With the longest call this stays well
#: below the lease of a claim.
PATIENCE = 20.0
#: Rows claimed at a time: what one lease can cover at the common rate.
BATCH = 50


def deliver(rows: DeliveryQuerySet, *, limit: int = BATCH) -> int:
    """Claim what is due among ``rows`` and send it; returns how many were claimed."""
    claimed = claim(rows, limit=limit)
    if claimed:
        _send(claimed)
    return len(claimed)


def _send(claimed: Sequence[Delivery]) -> None:
    ready = {_start(row): row for row in claimed}
    while ready:
        done, _running = wait(ready, return_when=FIRST_COMPLETED)
        _record([(ready.pop(future), _outcome_of(future)) for future in done])


def _outcome_of(future: "Future[Outcome]") -> Outcome:
    try:
        return future.result()
    except Exception as error:  # a defect in sending must not leave the row claimed until its lease ends
        log.exception("delivery_broke")
        return Failed(f"{type(error).__name__}: {error}")


def _start(row: Delivery) -> "Future[Outcome]":
    """Decide in this thread, where the database is, whether and how to send; send on the loop."""
    transport = transport_of(row.channel)
    ready = _parcel(row) if transport is not None else Unwanted("no_transport")
    if isinstance(ready, Parcel) and transport is not None:
        return background_loop.submit(_try(transport, ready, row.lane))
    settled: Future[Outcome] = Future()
    settled.set_result(ready if not isinstance(ready, Parcel) else Unwanted("no_transport"))
    return settled


def _parcel(row: Delivery) -> Parcel | Outcome:
    """The message ready to go, or why it does not go (now)."""
    to = address_of(row)
    if not isinstance(to, Address):
        return to
    if not still_wanted(row):
        return Unwanted("outdated")
    if row.body is None:
        return Refused("there is no message to send")
    if row.edits is None:
        return Parcel(to, row.body, row.pk, row.lane)
    if row.edits.state == DeliveryState.SENT and row.edits.message_id is not None:
        return Parcel(to, row.body, row.pk, row.lane, rewrites=row.edits.message_id)
    # What is to be rewritten is still on its way; or it never arrived, and there is nothing to rewrite.
    waits = row.edits.state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY)
    return NotYet(5) if waits else Unwanted("outdated")


async def _try(transport: Transport, parcel: Parcel, lane: str) -> Outcome:
    limiter = None
    if transport.limited and isinstance(parcel.to, Chat):
        limiter = limiter_of(lane)
        try:
            await limiter.permit(parcel.to.chat_id, patience=PATIENCE)
        except MustWait as refused:
            return NotYet(refused.seconds)
    outcome = await transport.send(parcel)
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


async def _pause(limiter: OutboundLimiter, seconds: float) -> bool:
    """Stop everybody; whether nobody had before."""
    try:
        return await limiter.pause(seconds)
    except (RedisError, OSError) as error:
        # The row itself still waits; the others will hear it from Telegram themselves.
        log.warning("pause_not_shared", seconds=seconds, error=str(error))
        return True


def _record(results: Sequence[tuple[Delivery, Outcome]]) -> None:
    now, dead = clock.now(), []
    with transaction.atomic():
        for row, outcome in results:
            tries = Tries(lane=row.lane, attempts=row.attempts, unknowns=row.unknowns)
            changes = after(tries, outcome, now=now, chance=random.random)
            if changes["state"] == DeliveryState.SENT and row.recipient is not None:
                changes["chat_id"] = row.recipient.tg_id
            held = settle(row, changes)
            if held and changes["state"] == DeliveryState.DEAD:
                dead.append(row)
            _log(row, outcome, changes["state"], held=held)
        transaction.on_commit(partial(_after_commit, results, dead))


def _after_commit(results: Sequence[tuple[Delivery, Outcome]], dead: Sequence[Delivery]) -> None:
    for row, outcome in results:
        learn(row, outcome)
    for row in dead:
        wake_burial(row)


def wake_burial(row: Delivery, *, expires: float | None = None) -> bool:
    """Ask for the dead letter of a dead delivery; a lost wake-up is repeated by beat."""
    return publish(queues.BURY, [row.pk], queue=dead_queue_of(row.lane), expires=expires, shown_as=f"(delivery {row.pk})",
                   trace_id=row.trace_id)  # fmt: skip


def _log(row: Delivery, outcome: Outcome, state: str, *, held: bool) -> None:
    write = log.info if held and state != DeliveryState.DEAD else log.warning
    write(
        "delivery", delivery=row.pk, outcome=type(outcome).__name__.lower(), state=state if held else "lost_claim",
        kind=row.event.kind if row.event else "", recipient=row.recipient_id or f"webhook {row.endpoint_id}", trace_id=row.trace_id,
    )  # fmt: skip
