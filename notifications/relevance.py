"""Whether a message is still worth sending when its turn has come: much can happen to a visit while it waits."""

from collections.abc import Callable, Mapping
from datetime import datetime

from booking_site.lib import clock
from bookings.enums import OPEN_STATUSES, BookingStatus, OfferState
from bookings.models import Booking, Review, WaitlistOffer
from notifications.events import DeliveryState, Kind, Lane
from notifications.models import Delivery, OutboxEvent
from notifications.people import wishes_of
from notifications.recipients import declines


def still_wanted(delivery: Delivery) -> bool:
    """``False`` when nobody should read this any more."""
    event = delivery.event
    if event is None or delivery.edits_id:
        return True
    if event.kind in _OVERTAKEN_BY:
        return _still_news(delivery, event)
    rule = _RULES.get(event.kind)
    return rule is None or rule(event)


def declined(delivery: Delivery) -> bool:
    """Whether the reader has asked not to be sent this, be it after it was written down.

    Costs no query where the recipient was read with their preferences. Test messages of a campaign were asked for.
    """
    if delivery.recipient is None or (delivery.campaign_id is not None and delivery.lane != Lane.CAMPAIGN):
        return False
    kind = Kind(delivery.event.kind) if delivery.event is not None else None
    return declines(kind, wishes_of(delivery.recipient))


def _still_news(delivery: Delivery, event: OutboxEvent) -> bool:
    """Whether what was done to the visit still holds, or its reader does not know better yet.

    Integrators are told the whole history. A message that stands for a series holds as long as any visit of it does.
    """
    if delivery.endpoint_id is not None:
        return True
    newer = OutboxEvent.objects.filter(
        booking=event.booking_id, pk__gt=event.pk, kind__in=_OVERTAKEN_BY[Kind(event.kind)]
    )
    found = list(newer.only("kind", "actor_user_id"))
    if not found:
        return True
    if int(event.payload.get("visits", 1)) > 1:
        return Booking.objects.filter(series=event.payload["series_id"], status__in=OPEN_STATUSES).exists()
    # Whom the booking was taken from is not told of its end: only this frees their time in their head.
    if delivery.template != "taken_away" and any(one.kind == Kind.BOOKING_CANCELLED for one in found):
        return False
    if delivery.recipient_id in {one.actor_user_id for one in found}:
        return False
    told = Delivery.objects.filter(event__in=found, recipient=delivery.recipient_id)
    return not told.exclude(state=DeliveryState.SKIPPED).exists()


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


#: What makes news of a visit old: it is not sent after what its reader was told, or did, since.
_OVERTAKEN_BY: Mapping[Kind | str, tuple[Kind, ...]] = {
    Kind.BOOKING_CREATED: (Kind.BOOKING_CONFIRMED, Kind.BOOKING_RESCHEDULED, Kind.BOOKING_CANCELLED),
    Kind.BOOKING_CONFIRMED: (Kind.BOOKING_RESCHEDULED, Kind.BOOKING_CANCELLED),
    Kind.BOOKING_RESCHEDULED: (Kind.BOOKING_RESCHEDULED, Kind.BOOKING_CANCELLED),
}

_RULES: Mapping[str, Callable[[OutboxEvent], bool]] = {
    Kind.BOOKING_DONE: _unanswered,
    Kind.REMINDER: _ahead_as_announced,
    Kind.REVIEW_REQUEST: _unreviewed,
    Kind.SLOT_FREED: _offer_stands,
    Kind.NEXT_VISIT: _not_booked_again,
}
