"""What the domain announces, taken up.

A booking's event becomes an outbox row, in the transaction that sent it; nothing else happens there.
"""

from typing import Any

from django.dispatch import receiver

from bookings.signals import BookingEvent, booking_event, user_returned
from notifications import outbox
from notifications.comebacks import bring_back
from notifications.events import Kind


@receiver(booking_event, dispatch_uid="notifications.write_outbox_row")
def write_outbox_row(event: BookingEvent, **_signal: Any) -> None:
    outbox.record(
        kind=Kind(event.kind.value), booking_id=event.booking_id, payload=event.payload, actor=event.actor
    )


@receiver(user_returned, dispatch_uid="notifications.bring_back")
def bring_back_messages(tg_id: int, **_signal: Any) -> None:
    bring_back(tg_id)
