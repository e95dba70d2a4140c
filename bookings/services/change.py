"""What all changes of one booking have in common: ask, lock, check, change, remember."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from bookings import policies
from bookings.actor import Actor
from bookings.cards import load_booking_card
from bookings.enums import BookingStatus
from bookings.exceptions import NotFound, StaleVersion, WrongStatus
from bookings.models import Booking
from bookings.policies import Action, Standing
from bookings.read_models import BookingCard
from bookings.services.idempotency import Request, answer_once


def change_booking(
    *,
    actor: Actor,
    action: Action,
    booking_id: int,
    expected_version: int | None,
    idempotency_key: str | None,
    content: dict[str, Any],
    apply: Callable[[Booking, Standing], None],
) -> BookingCard:
    """Lock the booking, let ``apply`` change it in memory and its rows, save it with the next version.

    ``content`` is what makes this request different from another one with the same key.

    Raises:
        NotFound, NotAllowed: see ``policies.require``.
        StaleVersion: the booking changed since the caller looked.
        IdempotencyConflict, Busy, and what ``apply`` raises.
    """
    request = Request.of(
        actor=actor,
        operation=action,
        key=idempotency_key,
        content={**content, "booking": booking_id, "version": expected_version},
    )

    def work() -> int:
        with transaction.atomic():
            booking = Booking.objects.select_for_update().filter(pk=booking_id).first()
            if booking is None:
                raise NotFound("booking")
            standing = require(actor, action, booking)
            check_version(booking, expected_version)
            apply(booking, standing)
            booking.version += 1
            booking.save()
            request.remember(booking.pk)
        return booking_id

    return load_booking_card(answer_once(request, work))


def require(actor: Actor, action: Action, booking: Booking) -> Standing:
    """``policies.require`` for a row."""
    specialist_ids = set(booking.items.values_list("specialist", flat=True))
    return policies.require(actor, action, client_id=booking.client_id, specialist_ids=specialist_ids)


def check_version(booking: Booking, expected: int | None) -> None:
    if expected is not None and booking.version != expected:
        raise StaleVersion("the booking has changed", version=booking.version)


def check_status(booking: Booking, *allowed: BookingStatus) -> None:
    if booking.status not in allowed:
        raise WrongStatus(f"the booking is {booking.status}", status=booking.status)
