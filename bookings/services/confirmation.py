"""Whether a new booking holds at once, or waits for staff to agree."""

from bookings.enums import BookingStatus
from bookings.models import Booking, Company
from bookings.policies import Standing


def first_status(company: Company, standing: Standing, client_id: int) -> BookingStatus:
    """Confirmed when staff book. A client's own booking is pending where the company confirms by hand: everybody,
    or those who stayed away as often as ``confirm_after_no_shows`` says.
    """
    if standing is not Standing.OWNER:
        return BookingStatus.CONFIRMED
    if not company.auto_confirm or _stays_away(client_id, company.confirm_after_no_shows):
        return BookingStatus.PENDING
    return BookingStatus.CONFIRMED


def _stays_away(client_id: int, limit: int | None) -> bool:
    if limit is None:
        return False
    return Booking.objects.filter(client=client_id, status=BookingStatus.NO_SHOW).count() >= limit
