"""The domain's signal becomes an outbox row, in the transaction that sent it; nothing else happens here."""

from typing import Any

from django.dispatch import receiver

from bookings.signals import BookingEvent, booking_event
from notifications import outbox
from notifications.events import Kind


@receiver(booking_event, dispatch_uid="notifications.write_outbox_row")
def write_outbox_row(event: BookingEvent, **_signal: Any) -> None:
    outbox.record(
        kind=Kind(event.kind.value), booking_id=event.booking_id, payload=event.payload, actor=event.actor
    )
