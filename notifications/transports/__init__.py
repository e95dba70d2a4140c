"""Adapters, one a channel: each sends, classes its errors, and decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.addresses import Address
from notifications.events import Lane
from notifications.messages import Message
from notifications.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery on its way.

    ``body`` is what the row keeps; ``rewrites`` the id of the message whose place it takes. ``delivery_id`` is the
    same at every repetition, so that a receiver can tell one from a second message. ``word_for_word``: rather not at
    all than without its markup.
    """

    to: Address
    body: Mapping[str, Any]
    delivery_id: int
    lane: str = Lane.P2P
    rewrites: int | None = None
    word_for_word: bool = False

    @property
    def message(self) -> Message:
        """The body as people read it."""
        return Message.from_json(self.body)

    @property
    def photo_path(self) -> str:
        """The file of its photo, where Telegram has no name for that; "" without one."""
        photo = self.body.get("photo")
        return photo["path"] if photo and not photo["file_id"] else ""

    @property
    def paid(self) -> bool:
        """Whether Telegram is paid for taking it beyond the free rate."""
        return bool(self.body.get("paid"))


@dataclass(frozen=True, slots=True)
class Again:
    """It was not accepted; ``parcel`` says the same in another way, which may be. That is another message to the limiter."""

    parcel: Parcel


class Transport(Protocol):
    """Lives on the background loop."""

    async def send(self, parcel: Parcel) -> Outcome | Again:
        """Try once. Raises nothing but cancellation: whatever went wrong is an outcome."""
        ...


@runtime_checkable
class Limited(Transport, Protocol):
    """Each send needs a permit of the outbound limiter, and is one message for Telegram to count."""

    async def prepare(self, parcel: Parcel) -> Outcome | None:
        """Learn whatever else has to be asked for, while nobody has a permit; ``None``: it can be sent.

        A permit is for now: whatever waited with one would go out together with the others that waited.
        """
        ...


@lru_cache
def transport_of(channel: str) -> Transport | None:
    """The adapter that NOTIFICATION_TRANSPORTS names for ``channel``; ``None`` where there is none."""
    path = settings.NOTIFICATION_TRANSPORTS.get(channel)
    transport: Transport | None = import_string(path)() if path else None
    return transport
