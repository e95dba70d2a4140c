"""Group sessions of some days, with who sits in them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bookings import policies
from bookings.actor import Actor
from bookings.cards import session_card
from bookings.models import GroupSession
from bookings.queries.bookings import ZONE_MARGIN
from bookings.read_models import SessionCard


def day_sessions(
    *,
    actor: Actor,
    date_from: date,
    date_to: date,
    location_id: int | None = None,
    specialist_id: int | None = None,
) -> tuple[SessionCard, ...]:
    """Sessions that start on those dates (inclusive, as each location counts days), by start; in two queries.

    ``location_id`` and ``specialist_id`` narrow; a specialist gets their own only.

    Raises NotFound where a client asks, or a specialist asks for a colleague's.
    """
    specialist_id = policies.calendar_of(actor, specialist_id)
    sessions = GroupSession.objects.with_details().filter(
        starts_at__gte=datetime.combine(date_from, time(), UTC) - ZONE_MARGIN,
        starts_at__lt=datetime.combine(date_to + timedelta(days=1), time(), UTC) + ZONE_MARGIN,
    )
    if location_id is not None:
        sessions = sessions.filter(location=location_id)
    if specialist_id is not None:
        sessions = sessions.filter(specialist=specialist_id)
    cards = (session_card(session) for session in sessions.order_by("starts_at", "id"))
    return tuple(
        card
        for card in cards
        if date_from <= card.starts_at.astimezone(ZoneInfo(card.location.zone)).date() <= date_to
    )
