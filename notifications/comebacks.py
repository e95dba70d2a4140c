"""Somebody lets the bot in again: what was kept from them meanwhile and still matters is sent."""

from datetime import timedelta

from booking_site.lib import clock
from notifications.events import Channel, DeliveryState
from notifications.models import Delivery

#: Messages that are older are no news any more.
FRESH = timedelta(days=1)


def bring_back(tg_id: int) -> int:
    """Make messages of the last day about visits to come due again, unless the user still blocks the bot.

    Returns how many. Whether each is still wanted is asked again when it is sent. Part of the transaction that records
    the return: once that is known, nothing is kept back any more.
    """
    now = clock.now()
    kept = Delivery.objects.filter(
        recipient__tg_id=tg_id,
        recipient__bot_blocked=False,
        channel=Channel.TELEGRAM,
        state=DeliveryState.SKIPPED,
        reason="blocked",
        created_at__gt=now - FRESH,
        event__booking__starts_at__gt=now,
    )
    return Delivery.objects.filter(pk__in=list(kept.values_list("pk", flat=True))).update(
        state=DeliveryState.RETRY, settled_at=None, reason="unblocked", due_at=now
    )
