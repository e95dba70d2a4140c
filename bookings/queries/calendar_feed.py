"""Calendars as files: see ``bookings.calendar_files``."""

from collections.abc import Iterator
from datetime import timedelta

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.calendar_files import Busy, booking_file, feed_file
from bookings.cards import location_card
from bookings.enums import BookingStatus
from bookings.models import Booking, BookingItem, Company, GroupSession, Specialist
from bookings.queries.bookings import get_booking
from bookings.services.calendar_feeds import specialist_of

#: What a feed reaches back and ahead.
BACK, AHEAD = timedelta(days=30), timedelta(days=180)


def booking_ics(*, actor: Actor, booking_id: int) -> bytes:
    """The booking as a file for its client's calendar. Raises NotFound as ``get_booking``."""
    card = get_booking(actor=actor, booking_id=booking_id)
    changed_at = Booking.objects.values_list("updated_at", flat=True).get(pk=booking_id)
    return booking_file(card, company=Company.objects.current().name, changed_at=changed_at)


def specialist_ics(*, token: str) -> bytes:
    """The calendar of whoever the secret address is of, in their language. Raises NotFound (see ``specialist_of``)."""
    specialist = specialist_of(token)
    language = specialist.user.language if specialist.user else Company.objects.current().default_language
    entries = sorted(
        [*_visits(specialist), *_sessions(specialist)], key=lambda entry: (entry.starts_at, entry.uid)
    )
    return feed_file(entries, name=specialist.name.localize(language), language=language)


def _visits(specialist: Specialist) -> Iterator[Busy]:
    now = clock.now()
    items = (
        BookingItem.objects.filter(
            specialist=specialist, session=None, starts_at__gte=now - BACK, starts_at__lt=now + AHEAD
        )
        .exclude(booking__status=BookingStatus.CANCELLED)
        .select_related("booking__client", "booking__location")
    )
    for item in items:
        booking = item.booking
        yield Busy(
            uid=f"booking-{booking.pk}-{item.position}",
            sequence=booking.version,
            changed_at=booking.updated_at,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            service_name=item.service_name,
            location=location_card(booking.location),
            confirmed=booking.status != BookingStatus.PENDING,
            client=booking.client.display_name,
            phone=booking.client.phone,
            comment=booking.comment,
        )


def _sessions(specialist: Specialist) -> Iterator[Busy]:
    now = clock.now()
    sessions = GroupSession.objects.with_details().filter(
        specialist=specialist, starts_at__gte=now - BACK, starts_at__lt=now + AHEAD
    )
    for session in sessions:
        taken = {item.seat: item.booking for item in session.seats.all() if item.seat is not None}
        seated = [booking for _seat, booking in sorted(taken.items())]
        changes = [booking.updated_at for booking in seated]
        yield Busy(
            uid=f"session-{session.pk}",
            # Who comes and goes is no new appointment; a calendar that subscribes shows the newest text anyway.
            sequence=0,
            changed_at=max(changes, default=session.starts_at - AHEAD),
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            service_name=session.service.name,
            location=location_card(session.location),
            confirmed=not seated or any(booking.status != BookingStatus.PENDING for booking in seated),
            seats=f"{len(seated)}/{session.capacity}",
            comment="\n".join(booking.client.display_name for booking in seated),
        )
