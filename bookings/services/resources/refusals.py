"""Why a row is not written or removed."""

from collections.abc import Mapping, Sequence

from bookings.exceptions import BookingError


class InUse(BookingError):
    """Other rows need it. ``details``: ``used_by`` (how many of what), ``can_be_archived``."""

    code = "in_use"


class RowChanged(BookingError):
    """The row is not what the caller saw any more."""

    code = "row_changed"


class InvalidFields(BookingError):
    """Values that cannot be. ``errors``: sentences in English, by field; "" for what belongs to no single one.

    ``said``: the same in the language that was active where it was asked, for people.
    """

    code = "invalid_fields"

    def __init__(
        self, errors: Mapping[str, Sequence[str]], *, said: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        told = (f"{name}: {' '.join(each)}" if name else " ".join(each) for name, each in errors.items())
        super().__init__("; ".join(told))
        self.errors = errors
        self.said = errors if said is None else said
