"""How a visit went was noted by mistake: it is open again, and can be noted anew."""

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.enums import BookingStatus, EventKind
from bookings.exceptions import OutcomeSettled
from bookings.models import Booking, Review
from bookings.policies import REOPEN_WITHIN, Action, Standing
from bookings.read_models import BookingCard
from bookings.services import history
from bookings.services.change import change_booking, check_status


def reopen_booking(
    *, actor: Actor, booking_id: int, expected_version: int | None = None, idempotency_key: str | None = None
) -> BookingCard:
    """Take back that the client came, or did not: the booking is confirmed, as before, and its time was always held.

    A request for a review that has not been sent yet is not sent any more.

    Raises:
        WrongStatus: nothing was noted. OutcomeSettled: it was, more than ``REOPEN_WITHIN`` ago, or there is a review.
        What ``change_booking`` raises.
    """

    def apply(booking: Booking, _standing: Standing) -> None:
        check_status(booking, BookingStatus.DONE, BookingStatus.NO_SHOW)
        noted = booking.history.filter(to_status=booking.status).last()
        if (
            noted is None
            or clock.now() - noted.at > REOPEN_WITHIN
            or Review.objects.filter(booking=booking).exists()
        ):
            raise OutcomeSettled("it stays as it was noted")
        before, booking.status = booking.status, BookingStatus.CONFIRMED
        history.record(booking, actor=actor, kind=EventKind.BOOKING_REOPENED, from_status=before)

    return change_booking(
        actor=actor,
        action=Action.REOPEN,
        booking_id=booking_id,
        expected_version=expected_version,
        idempotency_key=idempotency_key,
        content={},
        apply=apply,
    )
