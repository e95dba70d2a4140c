"""Taking rows to send so that nobody else takes them, and taking back those of workers that died."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
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


#: Whoever is sent a row, with what they wish: that may have changed while it waited.
READER = ("recipient", "recipient__notification_preferences")
#: What sending needs to know of a row beside itself.
_RELATED = (*READER, "endpoint", "event", "campaign", "edits")


def claim(rows: DeliveryQuerySet, *, limit: int, related: Sequence[str] = _RELATED) -> list[Delivery]:
    """Take up to ``limit`` due rows of ``rows``, the longest due first; two workers never get the same row.

    PostgreSQL skips rows that somebody is just taking, SQLite has one writer at a time; on both the conditional
    UPDATE decides, and whoever holds the new token holds the row until its lease ends.

    Rows whose workers died are claimed in ever smaller company, in the end alone: one of them may be what kills workers,
    and the others must not share its death until all are taken for dead.
    """
    now, token = clock.now(), secrets.token_hex(16)
    with transaction.atomic():
        due = rows.claimable(now).order_by("due_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        ids = _together(due.values_list("pk", "crashes")[:limit], limit)
        if not ids:
            return []
        Delivery.objects.filter(pk__in=ids).claimable(now).update(
            state=DeliveryState.SENDING, claim_token=token, lease_until=now + LEASE
        )
    # The second condition lets SQLite use the index of tokens, which leaves out the rows that have none.
    claimed = Delivery.objects.filter(claim_token=token).exclude(claim_token="")
    claimed = claimed.select_related(*related)
    return list(claimed.order_by("due_at", "pk"))


def _together(due: Iterable[tuple[int, int]], limit: int) -> list[int]:
    """Of ``due``, ids with their crashes, those that may be claimed at once: a tenth of ``limit`` for each crash of any."""
    ids: list[int] = []
    room = limit
    for pk, crashes in due:
        room_for_it = min(room, max(1, limit // 10**crashes))
        if len(ids) < room_for_it:
            ids.append(pk)
            room = room_for_it
    return ids


def settle(delivery: Delivery, changes: dict[str, Any]) -> bool:
    """Record an outcome; ``False`` when the claim had passed to somebody else, whose outcome counts."""
    held = Delivery.objects.filter(pk=delivery.pk, claim_token=delivery.claim_token, state=DeliveryState.SENDING)
    return held.update(**changes, lease_until=None) == 1


def settle_sent(sent: Sequence[tuple[Delivery, int | None]], *, at: datetime) -> set[int]:
    """Record that these rows were sent, each as the message of that id; returns the ids of those whose claim held.

    One statement for all: hundreds of single ones a second would keep every other writer waiting.
    """
    if not sent:
        return set()
    told = [
        (row.pk, row.claim_token, message_id, row.recipient.tg_id if row.recipient else None)
        for row, message_id in sent
    ]
    table = connection.ops.quote_name(Delivery._meta.db_table)  # noqa: SLF001 - Django's documented name
    one = "(CAST(%s AS bigint), CAST(%s AS varchar(32)), CAST(%s AS bigint), CAST(%s AS bigint))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH told(id, token, message_id, chat_id) AS (VALUES {', '.join([one] * len(told))}) "  # noqa: S608
            f"UPDATE {table} SET state = %s, sent_at = %s, settled_at = %s, message_id = told.message_id, "
            "chat_id = told.chat_id, "
            "reason = '', error = '', traceback = '', lease_until = NULL FROM told "
            f"WHERE {table}.id = told.id AND {table}.claim_token = told.token AND {table}.state = %s "
            f"RETURNING {table}.id",
            [
                *(value for row in told for value in row),
                DeliveryState.SENT.value,
                *[connection.ops.adapt_datetimefield_value(at)] * 2,
                DeliveryState.SENDING.value,
            ],
        )
        return {int(row[0]) for row in cursor.fetchall()}


def give_back(rows: Sequence[Delivery]) -> None:
    """Let others claim rows that were never tried; what they have been through stays as it was."""
    tokens = {row.claim_token for row in rows}
    held = Delivery.objects.filter(pk__in=[row.pk for row in rows], claim_token__in=tokens)
    held.filter(state=DeliveryState.SENDING).update(state=DeliveryState.PENDING, lease_until=None)


def retake_stale() -> int:
    """Make claims past their lease claimable again; returns how many.

    Nobody knows whether their message went out: this is the one way in which a message may be sent twice. A row
    whose claims keep ending like this is dead.
    """
    now = clock.now()
    stale = Delivery.objects.stale(now)
    dead = stale.filter(crashes__gte=MAX_CRASHES - 1).update(
        state=DeliveryState.DEAD, settled_at=now, crashes=F("crashes") + 1, lease_until=None,
        reason="interrupted", error="the worker that was sending it died, time and again",
    )  # fmt: skip
    again = stale.update(
        state=DeliveryState.RETRY, crashes=F("crashes") + 1, lease_until=None, due_at=now, reason="interrupted"
    )
    return dead + again
