"""The completion check: confirmed visits whose end has passed are announced, once each."""

from collections.abc import Iterable
from datetime import timedelta

import redis
import structlog
from django.db import IntegrityError, transaction

from booking_site.lib import clock, redis_client
from booking_site.lib.trace import current_trace_id
from bookings.actor import SYSTEM
from bookings.enums import BookingStatus, EventKind
from bookings.models import Booking, EndedVisit
from bookings.services.attempts import retried
from bookings.signals import BookingEvent, announce

log = structlog.get_logger(__name__)

SENT_TTL_SECONDS = 24 * 3600
# Nobody remembers how a visit of last month went; and an import of old bookings must not become a flood of cards.
OLDEST = timedelta(days=31)


def announce_ended_visits(*, limit: int = 500) -> int:
    """Announce ``booking_done`` for up to ``limit`` visits, the longest ended first; returns how many.

    May run in any number of processes at once: the unique ``EndedVisit`` row decides who announces, in the
    transaction of the announcement. ``bkdone:sent:{id}`` in Redis only spares the attempt.
    """
    now = clock.now()
    due = (
        Booking.objects.filter(
            status=BookingStatus.CONFIRMED, ends_at__lte=now, ends_at__gt=now - OLDEST, ended_visit=None
        )
        .order_by("ends_at")
        .values_list("pk", flat=True)[:limit]
    )
    trace_id = current_trace_id()
    announced = [booking_id for booking_id in _not_sent(list(due)) if _announce(booking_id, trace_id)]
    _mark_sent(announced)
    return len(announced)


def _announce(booking_id: int, trace_id: str) -> bool:
    def work() -> bool:
        with transaction.atomic():
            # The lock keeps a cancellation or a move from slipping in between looking and announcing.
            booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
            if booking is None or booking.status != BookingStatus.CONFIRMED or booking.ends_at > clock.now():
                return False
            EndedVisit.objects.create(booking=booking)
            announce(BookingEvent(EventKind.BOOKING_DONE, booking_id, SYSTEM.traced(trace_id)))
            return True

    try:
        return retried(work)
    except IntegrityError:
        if EndedVisit.objects.filter(booking=booking_id).exists():
            return False  # another process was first
        raise


def forget(booking_id: int) -> None:
    """Let the visit be announced again: it moved."""
    try:
        redis_client.client().delete(_key(booking_id))
    except redis.RedisError as error:
        # The row is gone, so the key only delays the card until it expires.
        log.warning("bkdone_not_forgotten", booking_id=booking_id, error=str(error))


def _key(booking_id: int) -> str:
    return f"bkdone:sent:{booking_id}"


def _not_sent(booking_ids: list[int]) -> list[int]:
    if not booking_ids:
        return []
    try:
        marks = redis_client.client().mget([_key(booking_id) for booking_id in booking_ids])
    except redis.RedisError:
        return booking_ids
    return [booking_id for booking_id, mark in zip(booking_ids, marks, strict=True) if mark is None]


def _mark_sent(booking_ids: Iterable[int]) -> None:
    try:
        with redis_client.client().pipeline(transaction=False) as pipe:
            for booking_id in booking_ids:
                pipe.set(_key(booking_id), 1, ex=SENT_TTL_SECONDS)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("bkdone_not_marked", error=str(error))
