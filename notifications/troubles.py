"""Channels that are not let in: an operator has to mend a setting before anything goes out on them.

Nothing is stored for it: a message that was turned away waits with that reason until it goes out, so the trouble is
there as long as such messages are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from notifications.events import Channel, DeliveryState
from notifications.models import Delivery


@dataclass(frozen=True, slots=True)
class Trouble:
    """``error`` begins with the name of the setting; ``waiting`` counts all messages of the channel that are due."""

    channel: Channel
    error: str
    since: datetime
    waiting: int


def troubles() -> tuple[Trouble, ...]:
    """Every channel whose last try was turned away, in the order of the channels."""
    turned_away = Delivery.objects.filter(state=DeliveryState.RETRY, reason="misconfigured")
    found = turned_away.order_by("channel").values("channel").annotate(error=Max("error"), since=Min("created_at"))
    waiting = _waiting() if found else {}
    return tuple(
        Trouble(Channel(one["channel"]), one["error"], one["since"], waiting[one["channel"]]) for one in found
    )


def not_let_in() -> Mapping[str, float]:
    """For Prometheus: 1 for each channel in trouble, 0 for the others."""
    bad = {trouble.channel for trouble in troubles()}
    return {channel.value: float(channel in bad) for channel in Channel}


def _waiting() -> dict[str, int]:
    rows = Delivery.objects.filter(state__in=(DeliveryState.PENDING, DeliveryState.RETRY))
    return dict(rows.order_by().values_list("channel").annotate(Count("pk")))
