"""Refusals of the domain. ``code`` is stable: the API publishes it, the bot translates by it."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar


class BookingError(Exception):
    """A rule said no; nothing was written. ``details`` hold what the message needs: what JSON has, and aware instants.

    ``zone`` is the IANA name of the clocks by which these instants are told to people.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str = "", *, zone: str = "UTC", **details: object) -> None:
        super().__init__(message or self.code)
        self.details = details
        self.zone = zone


class NotFound(BookingError):
    """The thing does not exist, or the actor may not know that it does."""

    code = "not_found"


class NotAllowed(BookingError):
    code = "not_allowed"


class SlotTaken(BookingError):
    """``alternatives``: aware start instants (UTC), nearest first, that were free a moment ago.

    ``details["reason"]`` is a ``SlotReason``: ``taken`` or ``own_visit``.
    """

    code = "slot_taken"

    def __init__(
        self, message: str = "", *, alternatives: Sequence[datetime] = (), zone: str = "UTC", **details: object
    ) -> None:
        super().__init__(message, zone=zone, **details)
        self.alternatives = tuple(alternatives)


class SlotUnavailable(SlotTaken):
    """The time was never on offer; ``details["reason"]``: ``past``, ``too_soon``, ``too_far``, ``off_step``, ``closed``."""

    code = "slot_unavailable"


class TooLate(BookingError):
    """The policy's window for clients has closed; ``details["window_minutes"]`` says how long it is."""

    code = "too_late"


class WrongStatus(BookingError):
    """The booking's status does not allow the change; ``details["status"]`` is the current one."""

    code = "wrong_status"


class StaleVersion(BookingError):
    """The caller saw an older version of the booking."""

    code = "stale_version"


class TooManyBookings(BookingError):
    code = "too_many_bookings"


class ServiceUnavailable(BookingError):
    """The service, specialist or location was deleted, archived, or does not go together."""

    code = "service_unavailable"


class IdempotencyConflict(BookingError):
    """The same key came with other content."""

    code = "idempotency_conflict"


class Banned(BookingError):
    code = "banned"


class TooEarly(BookingError):
    """A visit that has not begun has no outcome; ``details["starts_at"]`` is its start."""

    code = "too_early"


class OutcomeSettled(BookingError):
    """How a visit went was noted too long ago to be taken back, or its client has reviewed it."""

    code = "outcome_settled"


class InvalidContact(BookingError):
    """A name or a phone number that cannot be one; ``details["field"]`` is ``name`` or ``phone``."""

    code = "invalid_contact"


class InvalidText(BookingError):
    """A comment or reason that is too long; ``details["limit"]`` is the number of characters allowed."""

    code = "invalid_text"


class Busy(BookingError):
    """The database was too busy, several times over. Nothing was written; trying again later is fine."""

    code = "busy"


class RangeTooLong(BookingError):
    """More days were asked for than one answer gives; ``details["max_days"]`` says how many it does."""

    code = "range_too_long"


class RangeReversed(BookingError):
    """A range of dates that ends before it begins."""

    code = "range_reversed"


class InvalidValue(BookingError):
    """A value that cannot be: a rating of six, no weeks between visits; ``details["field"]`` names it."""

    code = "invalid_value"


class HoursReversed(InvalidValue):
    """Hours that end before they begin, where nobody said that they end on the next day; or said so of other hours."""

    code = "hours_reversed"


class PromotionRefused(BookingError):
    """The code makes nothing cheaper here; ``details["reason"]`` says why (see ``services.promotions.Reason``)."""

    code = "promotion_refused"


class OfferOver(BookingError):
    """There is no offer from the waitlist any more: it was answered, or not in time."""

    code = "offer_over"


class AlreadyWaiting(BookingError):
    """The client is on the waitlist for that already, or for ``details["limit"]`` other things."""

    code = "already_waiting"


class AlreadyReviewed(BookingError):
    """Each visit is reviewed once."""

    code = "already_reviewed"


class SeriesConflict(BookingError):
    """Some dates of a series cannot be booked; ``details["conflicts"]`` are their starts."""

    code = "series_conflict"


class InviteRefused(BookingError):
    """The invitation lets this person in nowhere; ``details["reason"]`` is an ``InviteReason``."""

    code = "invite_refused"


class SessionBegun(BookingError):
    """A group session that has begun is not cancelled any more; ``details["starts_at"]`` is its start."""

    code = "session_begun"
