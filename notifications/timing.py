"""When each reader of an event is told: at once, or after their quiet hours, which may change while a message waits."""

from datetime import datetime, timedelta

from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.enums import Role
from bookings.queries.bookings import get_booking
from bookings.read_models import BookingCard
from notifications.events import DeliveryState, Kind
from notifications.models import Delivery, NotificationPolicy, OutboxEvent
from notifications.offers import offered_visit
from notifications.quiet_hours import Occasion, due_at
from notifications.read_models import Wishes
from notifications.reminders import useful_for


def card_of(event: OutboxEvent) -> BookingCard | None:
    """The visit it is about; of an offer, the one that it would become."""
    if event.kind == Kind.SLOT_FREED:
        return offered_visit(event)
    return get_booking(actor=SYSTEM, booking_id=event.booking_id) if event.booking_id else None


class Timing:
    """Of one event; ``card`` is its visit."""

    def __init__(self, event: OutboxEvent, card: BookingCard | None) -> None:
        self._event, self._card, self._now = event, card, clock.now()
        self._policy = NotificationPolicy.objects.current()

    def due_at(self, *, reader_id: int, role: Role, wishes: Wishes) -> datetime:
        if self._card is None:
            return self._now
        occasion = Occasion(
            kind=Kind(self._event.kind),
            role=role,
            is_receipt=reader_id == self._event.actor_user_id,
            visit_at=self._earliest_start(self._card),
            useful_until=self._useful_until(self._card),
        )
        return due_at(occasion, now=self._now, wishes=wishes, policy=self._policy, zone=self._card.location.zone)

    def _earliest_start(self, card: BookingCard) -> datetime:
        before = self._event.payload.get("old_starts_at")
        return min(card.starts_at, datetime.fromisoformat(before)) if before else card.starts_at

    def _useful_until(self, card: BookingCard) -> datetime | None:
        if self._event.kind != Kind.REMINDER:
            return None
        offset = timedelta(minutes=self._event.payload["offset_minutes"])
        return card.starts_at - offset + useful_for(offset)


def time_again(*, user_id: int, wishes: Wishes) -> None:
    """Hold what waits for this person as long as their ``wishes`` say now; part of the transaction that changes them."""
    held = Delivery.objects.select_related("event").filter(
        recipient=user_id, state=DeliveryState.PENDING, due_at__gt=clock.now(), event__booking__isnull=False
    )
    for row in held:
        if row.event is not None:
            timing = Timing(row.event, card_of(row.event))
            row.due_at = timing.due_at(reader_id=user_id, role=Role(row.role), wishes=wishes)
            # Whoever claimed it meanwhile goes by what they found.
            Delivery.objects.filter(pk=row.pk, state=DeliveryState.PENDING).update(due_at=row.due_at)
