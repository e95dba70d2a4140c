"""Whether a message is still worth sending when its turn has come: much can happen to a visit while it waits."""

from collections.abc import Callable, Mapping
from datetime import datetime

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES, BookingStatus, OfferState
from bookings.models import Booking, Review, WaitlistOffer
from notifications.events import Kind
from notifications.models import Delivery, OutboxEvent


def still_wanted(delivery: Delivery) -> bool:
    """``False`` when nobody should read this any more."""
    event = delivery.event
    if event is None or delivery.edits_id:
        return True
    rule = _RULES.get(event.kind)
    return rule is None or rule(event)


def _unanswered(event: OutboxEvent) -> bool:
    answered = (BookingStatus.DONE, BookingStatus.NO_SHOW, BookingStatus.CANCELLED)
    return not Booking.objects.filter(pk=event.booking_id or 0, status__in=answered).exists()


def _ahead_as_announced(event: OutboxEvent) -> bool:
    """The visit is still to come, and at the time that the reminder names."""
    starts_at = datetime.fromisoformat(event.payload["starts_at"])
    same = Booking.objects.filter(pk=event.booking_id or 0, status=BookingStatus.CONFIRMED, starts_at=starts_at)
    return starts_at > clock.now() and same.exists()


def _unreviewed(event: OutboxEvent) -> bool:
    took_place = Booking.objects.filter(pk=event.booking_id or 0, status=BookingStatus.DONE).exists()
    return took_place and not Review.objects.filter(booking=event.booking_id).exists()


def _offer_stands(event: OutboxEvent) -> bool:
    offers = WaitlistOffer.objects.filter(
        entry=event.payload["waitlist_entry_id"], starts_at=datetime.fromisoformat(event.payload["starts_at"])
    )
    return offers.filter(state=OfferState.OPEN, expires_at__gt=clock.now()).exists()


def _not_booked_again(event: OutboxEvent) -> bool:
    booking = Booking.objects.get(pk=event.booking_id or 0)
    again = Booking.objects.filter(
        client=booking.client_id, status__in=OPEN_STATUSES, items__service=event.payload["service_id"]
    )
    return not again.filter(ends_at__gt=clock.now()).exists()


_RULES: Mapping[str, Callable[[OutboxEvent], bool]] = {
    Kind.BOOKING_DONE: _unanswered,
    Kind.REMINDER: _ahead_as_announced,
    Kind.REVIEW_REQUEST: _unreviewed,
    Kind.SLOT_FREED: _offer_stands,
    Kind.NEXT_VISIT: _not_booked_again,
}
