"""What the clock makes happen is decided once and told at most once, however many processes look at it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from booking_site.lib import clock
from booking_site.lib.trace import current_trace_id
from bookings.actor import SYSTEM
from bookings.models import Booking
from notifications.events import Kind
from notifications.models import OutboxEvent, TimedNotice


@dataclass(frozen=True, slots=True)
class Decision:
    """That ``booking`` is told of at ``due_at``; or, with ``skipped``, that it is not, and why.

    ``once`` names what is told of at most once; by default the offset and the start.
    """

    kind: Kind
    booking: Booking
    offset_minutes: int
    due_at: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    skipped: str = ""
    once: str = ""


@transaction.atomic
def write_down(decisions: Sequence[Decision]) -> int:
    """Write the decisions and the events that follow; returns how many events there are.

    What another process has decided meanwhile stays as that one wrote it. Both tables are written in one transaction,
    in the order given: keep to one order everywhere, and two processes wait for each other instead of for ever.
    """
    TimedNotice.objects.bulk_create([_notice(one) for one in decisions], ignore_conflicts=True)
    told = [_event(one) for one in decisions if not one.skipped]
    OutboxEvent.objects.bulk_create(told, ignore_conflicts=True)
    return len(told)


def _notice(decision: Decision) -> TimedNotice:
    return TimedNotice(
        kind=decision.kind,
        booking=decision.booking,
        offset_minutes=decision.offset_minutes,
        starts_at=decision.booking.starts_at,
        skipped=decision.skipped,
        created_at=clock.now(),
    )


def _event(decision: Decision) -> OutboxEvent:
    starts_at = decision.booking.starts_at.isoformat()
    return OutboxEvent(
        kind=decision.kind,
        booking=decision.booking,
        payload={"starts_at": starts_at, "offset_minutes": decision.offset_minutes, **decision.payload},
        actor_role=SYSTEM.role,
        door=SYSTEM.door,
        trace_id=current_trace_id(),
        dedupe_key=f"{decision.kind}:{decision.booking.pk}:{decision.once or f'{decision.offset_minutes}:{starts_at}'}",
        due_at=decision.due_at,
        created_at=clock.now(),
    )
