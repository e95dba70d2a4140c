"""Answers to requests that nobody will repeat any more are forgotten."""

from datetime import timedelta

from django.conf import settings

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.models import IdempotencyKey
from bookings.services.attempts import retried

#: Rows deleted in one transaction: SQLite has one writer, and bookings must not wait for this one.
CHUNK = 500


def forget_old_requests() -> int:
    """Delete idempotency keys older than IDEMPOTENCY_KEEP_DAYS; returns how many.

    May run in any number of processes at once, and be cut off at any time: the rest goes with the next run.

    Raises Busy as ``retried``; what was deleted until then stays deleted.
    """
    before = clock.now() - timedelta(days=settings.IDEMPOTENCY_KEEP_DAYS)
    old = IdempotencyKey.objects.filter(created_at__lt=before).order_by("created_at").values_list("pk", flat=True)
    forgotten = 0
    while not stopping() and (chunk := list(old[:CHUNK])):
        forgotten += retried(lambda ids=chunk: IdempotencyKey.objects.filter(pk__in=ids).delete()[0])  # type: ignore[misc]  # mypy cannot infer a lambda's default
    return forgotten
