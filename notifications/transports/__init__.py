"""Adapters, one a channel: each sends, classes its errors, and decides nothing."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.messages import Message
from notifications.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way. ``rewrites``: the id of the message whose place it takes."""

    chat_id: int
    message: Message
    rewrites: int | None = None


class Transport(Protocol):
    """Lives on the background loop. ``limited``: whether sends need a permit of the outbound limiter."""

    limited: bool

    async def send(self, parcel: Parcel) -> Outcome:
        """Try once. Raises nothing but cancellation: whatever went wrong is an outcome."""
        ...


@lru_cache
def transport_of(channel: str) -> Transport | None:
    """The adapter that NOTIFICATION_TRANSPORTS names for ``channel``; ``None`` where there is none."""
    path = settings.NOTIFICATION_TRANSPORTS.get(channel)
    transport: Transport | None = import_string(path)() if path else None
    return transport
