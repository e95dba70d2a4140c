"""Whether a booking could be changed this moment, for faces that would rather say so before they ask for details."""

from booking_site.lib import clock
from bookings import policies
from bookings.actor import Actor
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import WrongStatus
from bookings.models import Company
from bookings.policies import Action
from bookings.queries.bookings import get_booking
from bookings.read_models import BookingCard


def require_changeable(*, actor: Actor, booking_id: int, action: Action) -> BookingCard:
    """``action`` is CANCEL or RESCHEDULE; the service that does it looks again.

    Raises:
        NotFound, NotAllowed: see ``policies.require``.
        WrongStatus: the booking is not open any more. TooLate: the company's window for clients has closed.
    """
    booking = get_booking(actor=actor, booking_id=booking_id)
    standing = policies.require(
        actor, action, client_id=booking.client.id, specialist_ids={item.specialist_id for item in booking.items}
    )
    if booking.status not in OPEN_STATUSES:
        raise WrongStatus(f"the booking is {booking.status}", status=str(booking.status))
    company = Company.objects.current()
    windows = {
        Action.CANCEL: company.cancel_window_minutes,
        Action.RESCHEDULE: company.reschedule_window_minutes,
    }
    policies.require_in_time(
        standing, starts_at=booking.starts_at, now=clock.now(), window_minutes=windows[action]
    )
    return booking
