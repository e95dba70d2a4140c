"""The client says that they will come."""

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import load_booking_card
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import NotFound
from bookings.models import Booking
from bookings.policies import Action
from bookings.read_models import BookingCard
from bookings.services import audit
from bookings.services.change import check_status, require
from bookings.services.idempotency import Request, answer_once


def confirm_coming(*, actor: Actor, booking_id: int, idempotency_key: str | None = None) -> BookingCard:
    """Note that the client is coming; said again, it is as it was. Moving the visit to another time takes it back.

    It changes nothing that was agreed on: the version stays, so that buttons drawn before go on working.

    Raises:
        NotFound, NotAllowed: see ``policies.require``. WrongStatus: the booking is not open any more.
        IdempotencyConflict, Busy.
    """
    request = Request.of(
        actor=actor, operation="confirm_coming", key=idempotency_key, content={"booking": booking_id}
    )

    def work() -> int:
        with transaction.atomic():
            booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
            if booking is None:
                raise NotFound("booking")
            require(actor, Action.COMING, booking)
            check_status(booking, *OPEN_STATUSES)
            if booking.coming_at is None:
                booking.coming_at = clock.now()
                booking.save(update_fields=["coming_at", "updated_at"])
                audit.record(
                    actor=actor, action="coming", entity="booking", entity_id=booking.pk,
                    before={"coming_at": None}, after={"coming_at": booking.coming_at},
                )  # fmt: skip
            request.remember(booking_id)
        return booking_id

    return load_booking_card(answer_once(request, work))
