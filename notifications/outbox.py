"""Writing an event down, and waking the worker that will tell about it."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.prepared_insert import PreparedInsert
from booking_site.lib.publishing import publish
from booking_site.lib.trace import current_trace_id
from bookings.actor import SYSTEM, Actor
from notifications import queues
from notifications.events import Kind
from notifications.lanes import queue_of
from notifications.models import OutboxEvent

log = logging.getLogger(__name__)

#: The wake-up on commit normally wins; beat looks at an event only when it is older than this.
GRACE = timedelta(seconds=3)

_events = PreparedInsert(OutboxEvent)


def record(
    *,
    kind: Kind,
    booking_id: int | None = None,
    payload: dict[str, Any] | None = None,
    actor: Actor = SYSTEM,
    dedupe_key: str | None = None,
    not_before: datetime | None = None,
) -> OutboxEvent | None:
    """Write one event in the caller's transaction and wake a worker when it commits; return the event, whose id is
    known after the trip to the database that may be under way.

    With ``not_before`` nobody is woken; beat does it when the time has come.
    With a ``dedupe_key`` that is taken already nothing is written, and ``None`` comes back. Database errors
    propagate, so that a change whose event cannot be recorded does not happen either.
    """
    at = clock.now()
    values = {
        "kind": kind,
        "booking_id": booking_id,
        "payload": payload or {},
        "actor_role": actor.role,
        "actor_user_id": actor.user_id,
        "door": actor.door,
        "trace_id": actor.trace_id or current_trace_id(),
        "created_at": at,
        "due_at": not_before or at + GRACE,
    }
    if dedupe_key is None:
        event = _events.write_soon(OutboxEvent(**values))
    else:
        event, created = OutboxEvent.objects.get_or_create(dedupe_key=dedupe_key, defaults=values)
        if not created:
            return None
    if not_before is None:
        transaction.on_commit(lambda: wake(event), robust=True)
    return event


def wake(event: OutboxEvent, *, expires: float | None = None) -> bool:
    """Ask a worker to process ``event`` now. A lost wake-up costs time, never the event."""
    return publish(
        queues.PROCESS_EVENT,
        [event.pk],
        queue=queue_of(event.kind),
        expires=expires,
        shown_as=f"(event {event.pk}: {event.kind} of booking {event.booking_id})",
        trace_id=event.trace_id,
    )
