"""The end of a series of visits: what lies ahead of it is called off together."""

from collections.abc import Sequence

from django.db import transaction

from booking_site.lib import clock
from bookings import policies
from bookings.actor import Actor
from bookings.cards import series_card
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import NotFound, TooLate
from bookings.models import Booking, BookingItem, BookingSeries, Company
from bookings.policies import Standing
from bookings.read_models import SeriesCard
from bookings.services import history
from bookings.services.cancel_booking import cancel_booking
from bookings.services.idempotency import Request, made_once
from bookings.services.recurring import all_series
from bookings.services.series_words import told_of_series


def cancel_series(
    *,
    actor: Actor,
    series_id: int,
    from_booking_id: int | None = None,
    reason: str = "",
    idempotency_key: str | None = None,
) -> SeriesCard:
    """Cancel what lies ahead of the series, or of it what begins with ``from_booking_id``, in one transaction.

    What may not be cancelled any more stays. The events say with how many others each was cancelled, as those of the
    booking did.

    Raises:
        NotFound: no such series, or none of the actor's business. TooLate: nothing could be cancelled any more.
        IdempotencyConflict; what ``cancel_booking`` raises.
    """
    series = BookingSeries.objects.filter(pk=series_id).first()
    if series is None:
        raise NotFound("series")
    require_series(actor, series)
    reason = history.clean_text(reason, limit=history.REASON_LIMIT, field="reason")
    request = Request.of(
        actor=actor,
        operation="cancel_series",
        key=idempotency_key,
        content={"series": series_id, "from": from_booking_id, "reason": reason},
    )

    def work() -> int:
        with transaction.atomic():
            _cancel(actor, series, _ahead(series, from_booking_id), reason)
            request.remember(series_id)
        return series_id

    return series_card(made_once(all_series(), request, work))


def _ahead(series: BookingSeries, from_booking_id: int | None) -> list[Booking]:
    """What is open and has not begun, by start; locked, so that it stays so until the transaction ends."""
    ahead = Booking.objects.filter(series=series, status__in=OPEN_STATUSES, starts_at__gt=clock.now())
    if from_booking_id is not None:
        first = Booking.objects.filter(series=series, pk=from_booking_id).first()
        if first is None:
            raise NotFound("booking")
        ahead = ahead.filter(starts_at__gte=first.starts_at)
    return list(ahead.select_for_update().order_by("starts_at").prefetch_related("items"))


def _cancel(actor: Actor, series: BookingSeries, found: Sequence[Booking], reason: str) -> None:
    """Raises TooLate where nothing of what was ``found`` may be cancelled any more."""
    standing = _standing(actor, series)
    in_time = [booking for booking in found if _in_time(booking, standing)]
    teams = [[item.specialist_id for item in booking.items.all()] for booking in in_time]
    # If all are too late, the first of them says so.
    words = told_of_series(series.pk, teams) if in_time else [None]
    refused: TooLate | None = None
    cancelled = 0
    for booking, told in zip(in_time or found[:1], words, strict=False):
        try:
            cancel_booking(actor=actor, booking_id=booking.pk, reason=reason, details=told)
            cancelled += 1
        except TooLate as error:  # as of a moment ago it was not
            refused = error
    if refused is not None and not cancelled:
        raise refused


def require_series(actor: Actor, series: BookingSeries) -> None:
    """Whether the series is the actor's business. Raises NotFound."""
    if _standing(actor, series) is Standing.STRANGER:
        raise NotFound("series")


def _standing(actor: Actor, series: BookingSeries) -> Standing:
    people = set(BookingItem.objects.filter(booking__series=series).values_list("specialist", flat=True))
    return policies.standing(actor, client_id=series.client_id, specialist_ids=people)


def _in_time(booking: Booking, standing: Standing) -> bool:
    window = Company.objects.current().cancel_window_minutes
    try:
        policies.require_in_time(standing, starts_at=booking.starts_at, now=clock.now(), window_minutes=window)
    except TooLate:
        return False
    return True
