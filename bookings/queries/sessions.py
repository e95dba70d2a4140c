"""Group sessions of some days: with who sits in them, or as clients may see them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q

from bookings import policies
from bookings.actor import Actor
from bookings.cards import session_card
from bookings.exceptions import NotFound, ServiceUnavailable
from bookings.models import GroupSession
from bookings.policies import Task, require_task
from bookings.queries.bookings import ZONE_MARGIN
from bookings.queries.catalog import get_location
from bookings.read_models import ItemRequest, OpenSession, SessionCard, Slot
from bookings.slots.search import range_slots


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
    sessions = GroupSession.objects.with_details().filter(_about(date_from, date_to))
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


def get_session(*, actor: Actor, session_id: int) -> SessionCard:
    """Raises NotFound, also for a session that is not in the actor's calendar."""
    session = GroupSession.objects.with_details().filter(pk=session_id).first()
    if session is None:
        raise NotFound("group session")
    require_task(actor, Task.RUN_SESSION, specialist_id=session.specialist_id)
    return session_card(session)


def open_sessions(
    *, location_id: int, date_from: date, date_to: date, service_id: int | None = None
) -> tuple[OpenSession, ...]:
    """Sessions with free seats that a client could book now, on those dates of the location (inclusive), by start.

    What can be booked is asked of the slot engine, once for each service that has sessions.

    Raises NotFound: no such location.
    """
    zone = get_location(location_id=location_id).zone
    rows = (
        GroupSession.objects.filter(_about(date_from, date_to), location=location_id)
        .annotate(seats_left=F("capacity") - Count("seats", filter=Q(seats__seat__isnull=False)))
        .filter(seats_left__gt=0)
        .select_related("service", "specialist")
    )
    if service_id is not None:
        rows = rows.filter(service=service_id)
    sessions = list(rows.order_by("starts_at", "id"))
    offered = {
        one: _starts(location_id, one, date_from, date_to) for one in {session.service_id for session in sessions}
    }
    return tuple(
        OpenSession(
            id=session.pk,
            service_id=session.service_id,
            service_name=session.service.name,
            specialist_id=session.specialist_id,
            specialist_name=session.specialist.name,
            zone=zone,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            capacity=session.capacity,
            seats_left=vars(session)["seats_left"],
        )
        for session in sessions
        for slot in [offered[session.service_id].get(session.starts_at)]
        if slot is not None and session.specialist_id in slot.specialist_ids
    )


def _starts(location_id: int, service_id: int, date_from: date, date_to: date) -> dict[datetime, Slot]:
    try:
        days = range_slots(
            location_id=location_id, items=[ItemRequest(service_id)], date_from=date_from, date_to=date_to
        )
    except ServiceUnavailable:
        return {}  # archived since the session was opened
    return {slot.starts_at: slot for day in days for slot in day.slots}


def _about(date_from: date, date_to: date) -> Q:
    """What begins on those dates somewhere on Earth."""
    return Q(
        starts_at__gte=datetime.combine(date_from, time(), UTC) - ZONE_MARGIN,
        starts_at__lt=datetime.combine(date_to + timedelta(days=1), time(), UTC) + ZONE_MARGIN,
    )
