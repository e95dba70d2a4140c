"""What nobody needs any more goes, nightly and in small pieces."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.enums import ON_WAITLIST
from bookings.models import AuditEntry, WaitlistEntry
from notifications.events import DeliveryState, EventState, LetterState
from notifications.models import AdShowing, DeadLetter, Delivery, NotificationPolicy, OutboxEvent, TimedNotice

#: Rows of one transaction: short enough that nobody waits for it.
CHUNK = 1000
#: A night's work ends after so many seconds; the next night goes on.
SECONDS = 900.0
#: What waits, is on its way, or failed and was not looked at, is never thinned.
_SETTLED = (DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.UNKNOWN)


def thin(*, chunk: int = CHUNK, seconds: float = SECONDS) -> dict[str, int]:
    """Delete what is older than ``NotificationPolicy.keep_days`` and AUDIT_KEEP_DAYS; returns how many of each.

    Any number of processes may do this at once, and it may end anywhere: each chunk is a transaction of its own.
    """
    end, now = time.monotonic() + seconds, clock.now()
    kept_since = now - timedelta(days=NotificationPolicy.objects.current().keep_days)
    audit_since = now - timedelta(days=settings.AUDIT_KEEP_DAYS)
    # Messages before their events, or the events would take messages along that are still to be looked at.
    work = (*_old(kept_since), AuditEntry.objects.filter(at__lt=audit_since))
    return {_name(rows): _delete(rows, chunk, end) for rows in work}


def _old(since: datetime) -> tuple[QuerySet[Any], ...]:
    told = Delivery.objects.filter(event=OuterRef("pk"))
    return (
        Delivery.objects.filter(state__in=_SETTLED, campaign=None, created_at__lt=since),
        OutboxEvent.objects.filter(~Exists(told), state=EventState.PROCESSED, created_at__lt=since),
        TimedNotice.objects.filter(created_at__lt=since),
        AdShowing.objects.filter(created_at__lt=since),
        DeadLetter.objects.exclude(state=LetterState.OPEN).filter(created_at__lt=since),
        # Wishes that led to something or nothing, with what was offered.
        WaitlistEntry.objects.exclude(state__in=ON_WAITLIST).filter(date_to__lt=since.date()),
    )


def _delete(rows: QuerySet[Any], chunk: int, end: float) -> int:
    deleted = 0
    while time.monotonic() < end and not stopping():
        with transaction.atomic():
            ids = list(rows.order_by("pk").values_list("pk", flat=True)[:chunk])
            _of(rows).filter(pk__in=ids).delete()
        deleted += len(ids)
        if len(ids) < chunk:
            break
    return deleted


def _of(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.model._default_manager.all()  # noqa: SLF001 - Django's documented name
    return found


def _name(rows: QuerySet[Any]) -> str:
    model: type[Model] = rows.model
    return model.__name__
