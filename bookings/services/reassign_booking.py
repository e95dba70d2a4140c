"""Somebody else gives the visit, at the same time."""

from bookings.actor import Actor
from bookings.cards import load_booking_card
from bookings.policies import Action
from bookings.read_models import BookingCard
from bookings.services.idempotency import Request, answer_once
from bookings.services.reschedule_booking import Move, place_and_move


def reassign_booking(
    *,
    actor: Actor,
    booking_id: int,
    specialist_id: int,
    item_id: int | None = None,
    expected_version: int | None = None,
    idempotency_key: str | None = None,
) -> BookingCard:
    """Give the whole visit, or its one service ``item_id``, to that specialist; agreed prices stay.

    Announced as a move whose time stays, so that the client and both specialists learn of it. Of several services,
    later ones may begin at another minute where the new specialist takes longer or shorter.

    Raises:
        NotFound: no such booking or item for the actor. NotAllowed: only admins say whose work it is.
        WrongStatus, StaleVersion: as cancelling.
        ServiceUnavailable: the specialist does not give the service there.
        SlotTaken, SlotUnavailable: they are not free then, or the visit has begun.
        IdempotencyConflict, Busy.
    """
    request = Request.of(
        actor=actor,
        operation=Action.REASSIGN,
        key=idempotency_key,
        content={
            "booking": booking_id,
            "item": item_id,
            "specialist": specialist_id,
            "version": expected_version,
        },
    )
    move = Move(actor, booking_id, None, specialist_id, expected_version, item_id, Action.REASSIGN)
    moved_id = answer_once(request, lambda: place_and_move(move, request))
    return load_booking_card(moved_id)
