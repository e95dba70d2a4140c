"""Claimed rows are sent side by side, and what came of each is recorded as soon as it is known."""

import random
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from booking_site.lib import background_loop, clock
from booking_site.lib.publishing import publish
from bookings.services.attempts import retried
from notifications import queues
from notifications.addresses import Address, address_of
from notifications.campaigns.content import body_of
from notifications.claims import claim, settle, settle_sent
from notifications.events import DeliveryState, Lane
from notifications.lanes import dead_queue_of
from notifications.lessons import learn
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.next_state import PAUSES, Tries, after
from notifications.outcomes import Failed, NotYet, Outcome, Refused, Unwanted
from notifications.relevance import declined, still_wanted
from notifications.sending import send_permitted
from notifications.transports import Parcel, transport_of

log = structlog.get_logger(__name__)

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
        settled = [(ready.pop(future), _outcome_of(future)) for future in done]
        retried(partial(record, settled))


def _outcome_of(future: "Future[Outcome]") -> Outcome:
    try:
        return future.result()
    except Exception as error:  # a defect in sending must not leave the row claimed until its lease ends
        log.exception("delivery_broke")
        return Failed(f"{type(error).__name__}: {error}")


def _start(row: Delivery) -> "Future[Outcome]":
    """Decide in this thread, where the database is, whether and how to send; send on the loop."""
    transport = transport_of(row.channel)
    ready = parcel_of(row) if transport is not None else Unwanted("no_transport")
    if isinstance(ready, Parcel) and transport is not None:
        return background_loop.submit(send_permitted(transport, ready, row.lane))
    settled: Future[Outcome] = Future()
    settled.set_result(ready if not isinstance(ready, Parcel) else Unwanted("no_transport"))
    return settled


def parcel_of(row: Delivery) -> Parcel | Outcome:
    """The message ready to go, or why it does not go (now)."""
    to = address_of(row)
    if not isinstance(to, Address):
        return to
    if declined(row):
        return Unwanted("declined")
    if not still_wanted(row):
        return Unwanted("outdated")
    body = row.body or _body_of_campaign(row)
    if body is None:
        return Refused("there is no message to send")
    if row.edits is None:
        # A campaign is mended once, before a hundred thousand people get it.
        return Parcel(to, body, row.pk, row.lane, word_for_word=row.campaign_id is not None)
    if row.edits.state == DeliveryState.SENT and row.edits.message_id is not None:
        return Parcel(to, body, row.pk, row.lane, rewrites=row.edits.message_id)
    # What is to be rewritten is still on its way; or it never arrived, and there is nothing to rewrite.
    waits = row.edits.state in (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRY)
    return NotYet(5) if waits else Unwanted("outdated")


def _body_of_campaign(row: Delivery) -> dict[str, Any] | None:
    if row.campaign is None or row.recipient is None:
        return None
    return body_of(row.campaign, row.recipient.language)


def record(results: Sequence[tuple[Delivery, Outcome]]) -> None:
    """Write down what came of claimed rows: those that were sent in one statement, the others one by one."""
    now = clock.now()
    decided = [
        (row, outcome, after(_tries_of(row), outcome, now=now, chance=random.random)) for row, outcome in results
    ]
    with transaction.atomic():
        sent = [one for one in decided if one[2]["state"] == DeliveryState.SENT]
        held = settle_sent([(row, changes["message_id"]) for row, _outcome, changes in sent], at=now)
        for row, _outcome, changes in decided:
            if changes["state"] != DeliveryState.SENT and settle(row, changes):
                held.add(row.pk)
        for row, outcome, changes in decided:
            _log(row, outcome, changes["state"], held=row.pk in held)
        # Together with the row: a row that is settled is never looked at again, and what it taught would be lost.
        for row, outcome in results:
            learn(row, outcome)
        dead = [
            row for row, _outcome, changes in decided if changes["state"] == DeliveryState.DEAD and row.pk in held
        ]
        transaction.on_commit(partial(_after_commit, dead))


def _tries_of(row: Delivery) -> Tries:
    return Tries(
        row.lane, row.attempts, row.unknowns, settings.NOTIFICATION_RETRY_SECONDS.get(row.channel, PAUSES)
    )


def _after_commit(dead: Sequence[Delivery]) -> None:
    for row in dead:
        wake_burial(row)


def wake_burial(row: Delivery, *, expires: float | None = None) -> bool:
    """Ask for the dead letter of a dead delivery; a lost wake-up is repeated by beat."""
    return publish(queues.BURY, [row.pk], queue=dead_queue_of(row.lane), expires=expires, shown_as=f"(delivery {row.pk})",
                   trace_id=row.trace_id)  # fmt: skip


def _log(row: Delivery, outcome: Outcome, state: str, *, held: bool) -> None:
    if row.lane == Lane.CAMPAIGN and state == DeliveryState.SENT and held:
        return  # a thousand lines a second that the rows themselves tell
    write = log.info if held and state != DeliveryState.DEAD else log.warning
    write(
        "delivery", delivery=row.pk, outcome=type(outcome).__name__.lower(), state=state if held else "lost_claim",
        kind=row.event.kind if row.event else "", recipient=row.recipient_id or f"webhook {row.endpoint_id}", trace_id=row.trace_id,
    )  # fmt: skip
