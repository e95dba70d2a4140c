"""Invitations: a request for a review after a visit, and "time for the next one" days later."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from booking_site.lib import clock
from booking_site.lib.shutdown import stopping
from bookings.actor import SYSTEM
from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.models import Booking, BookingItem, Service
from bookings.models.booking import BookingQuerySet
from notifications import outbox
from notifications.events import Kind
from notifications.models import NotificationPolicy, OutboxEvent, TimedNotice
from notifications.timed import Decision, write_down

PAGE = 500
#: A visit noted as done later than this is not asked about any more.
FRESH = timedelta(days=7)
#: An invitation that is this late (the service's days were set afterwards, beat was away) is not sent.
LATEST = timedelta(days=14)


def ask_for_review(event: OutboxEvent) -> None:
    """After a visit that took place, write the request down for later, once a booking; in the caller's transaction."""
    delay, booking = NotificationPolicy.objects.current().review_after_minutes, event.booking
    if delay is None or booking is None or booking.ends_at < clock.now() - FRESH:
        return
    outbox.record(
        kind=Kind.REVIEW_REQUEST,
        booking_id=booking.pk,
        actor=SYSTEM.traced(event.trace_id),
        dedupe_key=f"review:{booking.pk}",
        not_before=clock.now() + timedelta(minutes=delay),
    )


def invite(*, page: int = PAGE) -> int:
    """Invite the clients whose time for the next visit has come; returns how many. Safe to repeat and to do at once."""
    invited = 0
    for service in Service.objects.filter(is_active=True, repeat_after_days__isnull=False).order_by("pk"):
        after = 0
        while not stopping():
            visits = list(_due(service, clock.now()).filter(pk__gt=after)[:page])
            invited += _write(visits, service)
            if len(visits) < page:
                break
            after = visits[-1].pk
    return invited


def _due(service: Service, now: datetime) -> BookingQuerySet:
    """Visits of the service, so many days ago, that were followed by no other and no invitation.

    An invitation to the service counts whatever its days were by then; one to another service that repeats after as many
    days came with it.
    """
    then = now - timedelta(days=service.repeat_after_days or 0)
    items = BookingItem.objects.filter(service=service)
    again = items.filter(
        booking__client=OuterRef("client"),
        booking__starts_at__gt=OuterRef("starts_at"),
        booking__status__in=[*OPEN_STATUSES, BookingStatus.DONE],
    )
    invited = TimedNotice.objects.filter(
        booking=OuterRef("pk"), kind=Kind.NEXT_VISIT, offset_minutes=_offset(service)
    )
    before = OutboxEvent.objects.filter(
        booking=OuterRef("pk"), kind=Kind.NEXT_VISIT, payload__service_id=service.pk
    )
    return (
        Booking.objects.filter(
            Exists(items.filter(booking=OuterRef("pk"))),
            ~Exists(invited),
            ~Exists(before),
            ~Exists(again),
            status=BookingStatus.DONE,
            ends_at__lte=then,
            ends_at__gt=then - LATEST,
        )
        .only("pk", "starts_at")
        .order_by("pk")
    )


def _write(visits: list[Booking], service: Service) -> int:
    now, payload, once = clock.now(), {"service_id": service.pk}, f"service:{service.pk}"
    return write_down(
        [Decision(Kind.NEXT_VISIT, visit, _offset(service), now, payload, once=once) for visit in visits]
    )


def _offset(service: Service) -> int:
    return (service.repeat_after_days or 0) * 24 * 60
