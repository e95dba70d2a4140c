"""Series of visits."""

from bookings.actor import Actor
from bookings.cards import series_card
from bookings.exceptions import NotFound
from bookings.models import BookingSeries
from bookings.read_models import SeriesCard
from bookings.services.cancel_series import require_series


def get_series(*, actor: Actor, series_id: int) -> SeriesCard:
    """Raises NotFound, also for a series that is none of the actor's business."""
    series = BookingSeries.objects.select_related("client", "location").filter(pk=series_id).first()
    if series is None:
        raise NotFound("series")
    require_series(actor, series)
    return series_card(series)
