"""Refusals of the notification services."""

from bookings.exceptions import BookingError


class LetterSettled(BookingError):
    """The dead letter was requeued or discarded before; ``details["state"]`` says which."""

    code = "letter_settled"


class CannotRequeue(BookingError):
    """Nobody takes work of this source back, or taking it back failed; the letter stays open."""

    code = "cannot_requeue"
