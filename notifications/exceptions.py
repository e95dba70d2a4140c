"""Refusals of the notification services."""

from bookings.exceptions import BookingError


class LetterSettled(BookingError):
    """The dead letter was requeued or discarded before; ``details["state"]`` says which."""

    code = "letter_settled"


class CannotRequeue(BookingError):
    """Nobody takes work of this source back, or taking it back failed; the letter stays open."""

    code = "cannot_requeue"


class InvalidCampaign(BookingError):
    """Something in the campaign cannot be sent; ``details["field"]`` names it, ``details["reason"]`` says what is wrong:
    ``audience``, ``missing``, ``too_long`` (with ``limit``), ``html`` (with ``problem``), ``url``, ``count``, ``photo``,
    ``photo_sides`` and ``photo_ratio`` (with ``limit``), ``service``, ``past``.
    """

    code = "invalid_campaign"


class WrongCampaignStatus(BookingError):
    """The campaign's status does not allow it; ``details["status"]`` is the current one."""

    code = "wrong_campaign_status"


class NobodyToTell(BookingError):
    """Nobody fits the audience, or whoever asks for a test message cannot be reached."""

    code = "nobody_to_tell"
