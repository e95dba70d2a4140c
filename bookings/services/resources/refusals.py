"""Why a row is not written or removed."""

from collections.abc import Mapping, Sequence

from bookings.exceptions import BookingError


class InUse(BookingError):
    """Other rows need it. ``details``: ``used_by`` (how many of what), ``can_be_archived``."""

    code = "in_use"


class InvalidFields(BookingError):
    """Values that cannot be. ``errors``: sentences in English, by field; "" for what belongs to no single one."""

    code = "invalid_fields"

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        told = (f"{name}: {' '.join(said)}" if name else " ".join(said) for name, said in errors.items())
        super().__init__("; ".join(told))
        self.errors = errors
