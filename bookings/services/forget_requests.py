"""Answers to requests that nobody will repeat any more, and logins that have ended, are forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.models import IdempotencyKey, VisitorToken
from bookings.services.attempts import retried

#: Rows deleted in one transaction: SQLite has one writer, and bookings must not wait for this one.
CHUNK = 500


def forget_old_requests() -> int:
    """Delete idempotency keys older than IDEMPOTENCY_KEEP_DAYS; returns how many.

    May run in any number of processes at once, and be cut off at any time: the rest goes with the next run.

    Raises Busy as ``retried``; what was deleted until then stays deleted.
    """
    before = clock.now() - timedelta(days=settings.IDEMPOTENCY_KEEP_DAYS)
    return _forget(IdempotencyKey.objects.filter(created_at__lt=before).order_by("created_at"))


def forget_ended_logins() -> int:
    """Delete tokens of visitors past their end; returns how many. Otherwise as ``forget_old_requests``."""
    return _forget(VisitorToken.objects.filter(expires_at__lte=clock.now()).order_by("expires_at"))


def _forget(old: QuerySet[Any]) -> int:
    forgotten = 0
    while not stopping() and (chunk := list(old.values_list("pk", flat=True)[:CHUNK])):
        forgotten += retried(_deletion(old, chunk))
    return forgotten


def _deletion(old: QuerySet[Any], chunk: list[int]) -> Callable[[], int]:
    return lambda: old.model._default_manager.filter(pk__in=chunk).delete()[0]  # noqa: SLF001 - Django's documented name
