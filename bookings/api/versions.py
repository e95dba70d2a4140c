"""Changing only what one has seen: ``If-Match`` with the ETag of a booking, or its ``version`` in the body.

The ETag begins with the version, so that the service can hold it against the row inside its own transaction; and the
same request again, with the same Idempotency-Key, is still the same request.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from django.http import HttpResponse
from django.utils.http import parse_etags
from ninja import Header

from bookings.api.booking_out import Booking, booking_out
from bookings.exceptions import BookingError, StaleVersion
from bookings.read_models import BookingCard

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=500,
        description="The ETag of what you read: if it has changed since, nothing is done and the answer is 412",
    ),
]

#: Strong ones alone, as RFC 9110 has it: two documents that are only much the same may be of two versions.
_OURS = re.compile(r'"v([0-9]{1,9})-[0-9a-f]{32}"', re.ASCII)


class PreconditionFailed(BookingError):
    """The row is not what ``If-Match`` says any more."""

    code = "precondition_failed"


def versioned(card: BookingCard, response: HttpResponse) -> Booking:
    """The booking as it is answered; the middleware completes the ETag with the hash of the content."""
    response["ETag"] = f'"v{card.version}"'
    return booking_out(card)


@contextmanager
def version_of(if_match: str | None, stated: int | None) -> Iterator[int | None]:
    """The version that has to be the row's: that of ``if_match``, and the one ``stated`` in the body.

    Raises:
        PreconditionFailed: ``if_match`` is of another version than the row or the body, or no ETag of a booking.
    """
    if if_match is None or if_match.strip() == "*":
        yield stated
        return
    found = [match for match in map(_OURS.fullmatch, parse_etags(if_match)) if match]
    if len(found) != 1:
        raise PreconditionFailed("If-Match is no ETag of a booking")
    version = int(found[0][1])
    if stated not in (None, version):
        raise PreconditionFailed(
            "If-Match and expected_version are of two versions; one of them is not the booking's"
        )
    try:
        yield version
    except StaleVersion as error:
        raise PreconditionFailed("The booking has changed since", zone=error.zone, **error.details) from None
