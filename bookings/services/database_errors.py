"""What an error of the database means for a booking; both databases, one vocabulary."""

from enum import Enum, auto

from django.db import DatabaseError, IntegrityError, OperationalError

from bookings.database_guard import EXCLUSIONS, OVERLAP, SEAT_OVER_CAPACITY


class Refusal(Enum):
    #: The time of a specialist or a room is taken.
    OVERLAP = auto()
    #: The seat is taken, or there is none with that number.
    SEAT_TAKEN = auto()
    #: The idempotency key was written by somebody else a moment ago.
    KEY_TAKEN = auto()
    #: A constraint that no ordinary race can hit: a defect, not a refusal to explain to a user.
    OTHER = auto()


# PostgreSQL names the constraint; SQLite names the columns, or says what its trigger raised.
_MEANING = {
    **dict.fromkeys((OVERLAP, *EXCLUSIONS.values()), Refusal.OVERLAP),
    "session_specialist_start": Refusal.OVERLAP,
    "bookings_groupsession.specialist_id, bookings_groupsession.starts_at": Refusal.OVERLAP,
    SEAT_OVER_CAPACITY: Refusal.SEAT_TAKEN,
    "session_seat_once": Refusal.SEAT_TAKEN,
    "bookings_bookingitem.session_id, bookings_bookingitem.seat": Refusal.SEAT_TAKEN,
    "idempotency_key_once": Refusal.KEY_TAKEN,
    "bookings_idempotencykey.scope, bookings_idempotencykey.key": Refusal.KEY_TAKEN,
}

# serialization_failure, deadlock_detected, lock_not_available
_TRANSIENT_STATES = {"40001", "40P01", "55P03"}


def refusal_of(error: DatabaseError) -> Refusal | None:
    """Why the database refused a row; ``None`` when ``error`` is no refusal."""
    if not isinstance(error, IntegrityError):
        return None
    diagnosis = getattr(error.__cause__, "diag", None)
    said = (getattr(diagnosis, "constraint_name", None) or "") if diagnosis else str(error)
    return next((meaning for name, meaning in _MEANING.items() if name in said), Refusal.OTHER)


def is_transient(error: DatabaseError) -> bool:
    """Whether the same transaction may well succeed when it is tried again."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    if state is not None:
        return state in _TRANSIENT_STATES
    return "is locked" in str(error)
