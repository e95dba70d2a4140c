"""Taking rows to send so that nobody else takes them, and taking back those of workers that died."""

import secrets
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from booking_site.lib import clock
from notifications.events import DeliveryState
from notifications.models import Delivery
from notifications.models.delivery import DeliveryQuerySet
from notifications.next_state import MAX_CRASHES

#: Longer than the longest wait for a permit and the longest call together; what a claim is worth after that.
LEASE = timedelta(seconds=60)


def claim(rows: DeliveryQuerySet, *, limit: int) -> list[Delivery]:
    """Take up to ``limit`` due rows of ``rows``, the longest due first; two workers never get the same row.

    PostgreSQL skips rows that somebody is just taking, SQLite has one writer at a time; on both the conditional
    UPDATE decides, and whoever holds the new token holds the row until its lease ends.
    """
    now, token = clock.now(), secrets.token_hex(16)
    with transaction.atomic():
        due = rows.claimable(now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = list(due.values_list("pk", flat=True)[:limit])
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids).claimable(now).update(
            state=DeliveryState.SENDING, claim_token=token, lease_until=now + LEASE
        )
    # The second condition lets SQLite use the index of tokens, which leaves out the rows that have none.
    claimed = Delivery.objects.filter(claim_token=token).exclude(claim_token="")
    claimed = claimed.select_related("recipient", "endpoint", "event", "campaign", "edits")
    return list(claimed.order_by("due_at", "pk"))


def settle(delivery: Delivery, changes: dict[str, Any]) -> bool:
    """Record an outcome; ``False`` when the claim had passed to somebody else, whose outcome counts."""
    held = Delivery.objects.filter(pk=delivery.pk, claim_token=delivery.claim_token, state=DeliveryState.SENDING)
    return held.update(**changes, lease_until=None) == 1


def retake_stale() -> int:
    """Make claims past their lease claimable again; returns how many.

    Nobody knows whether their message went out: this is the one way in which a message may be sent twice. A row
    whose claims keep ending like this is dead.
    """
    now = clock.now()
    stale = Delivery.objects.stale(now)
    dead = stale.filter(crashes__gte=MAX_CRASHES - 1).update(
        state=DeliveryState.DEAD, crashes=F("crashes") + 1, lease_until=None,
        reason="interrupted", error="the worker that was sending it died, time and again",
    )  # fmt: skip
    again = stale.update(
        state=DeliveryState.RETRY, crashes=F("crashes") + 1, lease_until=None, due_at=now, reason="interrupted"
    )
    return dead + again
