"""The one signal by which the domain announces what happened."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from bookings.actor import Actor
from bookings.enums import EventKind


@dataclass(frozen=True, slots=True)
class BookingEvent:
    """``payload`` is ready for JSON: what a message needs and the row no longer tells (old time, reason).

    ``booking_id`` is ``None`` where no booking stands behind it: an offer from the waitlist.
    """

    kind: EventKind
    booking_id: int | None
    actor: Actor
    payload: dict[str, Any] = field(default_factory=dict)


_silent: ContextVar[bool] = ContextVar("announcements_silenced", default=False)

#: Sent inside the transaction that made the change, with ``event: BookingEvent``. A receiver that raises
#: rolls the change back: an event that could not be recorded must not have happened. What receivers write travels
#: with the change (see ``booking_site.lib.one_trip``): prepared inserts, and nothing that asks.
booking_event = Signal()


def announce(event: BookingEvent) -> None:
    """Tell the receivers; call it inside ``atomic``."""
    if not _silent.get():
        booking_event.send(sender=BookingEvent, event=event)


@contextmanager
def silence() -> Iterator[None]:
    """For the block, in this thread or task, nothing is announced: for bookings that are news to nobody."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


#: Sent after commit with ``tg_id: int`` when a user's role, language, ban or specialist link changed, so that
#: whoever remembers the user forgets. Never sent for users without Telegram.
user_changed = Signal()


#: Sent with ``tg_id: int`` inside the transaction that records that a user lets the bot in again.
user_returned = Signal()


def announce_user_changed(tg_id: int | None) -> None:
    """Tell the receivers once the change is committed; a receiver that fails does not undo the change."""
    if tg_id is not None:
        transaction.on_commit(partial(_send_user_changed, tg_id))


def _send_user_changed(tg_id: int) -> None:
    user_changed.send_robust(sender=None, tg_id=tg_id)
