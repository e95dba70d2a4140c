"""Group sessions as staff run them: opened in advance, cancelled as a whole."""

from datetime import datetime

from django.db import transaction

from booking_site.lib import clock
from bookings.actor import Actor
from bookings.cards import booking_card, session_card
from bookings.enums import OPEN_STATUSES
from bookings.exceptions import NotFound, ServiceUnavailable, SessionBegun, SlotTaken
from bookings.models import AuditEntry, Booking, GroupSession, Location
from bookings.policies import Task, require_task
from bookings.read_models import BookingCard, ItemRequest, SessionCard
from bookings.services import audit, visits
from bookings.services.attempts import pause
from bookings.services.cancel_booking import cancel_booking
from bookings.services.create_booking import PLACING_ATTEMPTS
from bookings.services.idempotency import Request, answer_once, made_once
from bookings.slots.search import nearest_alternatives, place_visit

_CANCELLED = "cancelled"


def open_session(
    *,
    actor: Actor,
    location_id: int,
    service_id: int,
    specialist_id: int,
    starts_at: datetime,
    idempotency_key: str | None = None,
) -> SessionCard:
    """Put a session into the calendar before anybody has booked it; it stays when the last one leaves.

    The room, where the service needs one, is picked as for a booking.

    Raises:
        NotFound, NotAllowed: it is not the actor's calendar. NotFound: the session that this key opened was called off.
        ServiceUnavailable: no group service, or one that is not given there by that specialist.
        SlotTaken, SlotUnavailable: the specialist or every room is busy, or there is such a session already.
        IdempotencyConflict, Busy.
    """
    require_task(actor, Task.RUN_SESSION, specialist_id=specialist_id)
    request = Request.of(
        actor=actor,
        operation="open_session",
        key=idempotency_key,
        content={
            "location": location_id,
            "service": service_id,
            "specialist": specialist_id,
            "starts_at": starts_at.timestamp(),
        },
    )
    items = [ItemRequest(service_id, specialist_id)]

    def work() -> int:
        for attempt in range(PLACING_ATTEMPTS):
            (place,) = place_visit(location_id=location_id, items=items, starts_at=starts_at, bypass_notice=True)
            if place.session_id is not None:
                break
            if not place.opens_session:
                raise ServiceUnavailable("not a group service", reason="service", service_id=service_id)
            try:
                with visits.outpaced_when_refused(), transaction.atomic():
                    visits.claim([place], location_id=location_id, client_id=None)
                    session = visits.open_session(location_id, place, planned=True)
                    audit.record(
                        actor=actor, action="created", entity="group_session", entity_id=session.pk,
                        before=None,
                        after={"service": service_id, "specialist": specialist_id, "starts_at": session.starts_at},
                    )  # fmt: skip
                    request.remember(session.pk)
                    return int(session.pk)
            except visits.Outpaced:
                pause(attempt)
        near = nearest_alternatives(location_id=location_id, items=items, starts_at=starts_at, bypass_notice=True)
        # Where clients still find a seat there is a session already.
        open_ones = GroupSession.objects.filter(specialist=specialist_id, starts_at__in=near)
        there = set(open_ones.values_list("starts_at", flat=True))
        free = tuple(start for start in near if start not in there)
        zone = Location.objects.get(pk=location_id).timezone
        raise SlotTaken("there is a session, or somebody was faster", alternatives=free, zone=zone)

    return session_card(made_once(GroupSession.objects.with_details(), request, work))


def cancel_session(
    *, actor: Actor, session_id: int, reason: str = "", idempotency_key: str | None = None
) -> tuple[BookingCard, ...]:
    """Call the whole session off: every booking in it is cancelled, each with its event, and the session goes.

    All in one transaction; who sits down meanwhile is either cancelled too or finds no session. Returns the cancelled
    bookings, by id; those of the first time where this was answered before.

    Raises:
        NotFound, NotAllowed: it is not the actor's calendar. SessionBegun.
        What ``cancel_booking`` raises; IdempotencyConflict, Busy.
    """
    request = Request.of(
        actor=actor, operation="cancel_session", key=idempotency_key,
        content={"session": session_id, "reason": reason},
    )  # fmt: skip

    def work() -> int:
        cancelled: list[int] = []
        with transaction.atomic():
            session = GroupSession.objects.select_for_update().filter(pk=session_id).first()
            if session is None:
                raise NotFound("group session")
            require_task(actor, Task.RUN_SESSION, specialist_id=session.specialist_id)
            if session.starts_at <= clock.now():
                raise SessionBegun(
                    "the session has begun", starts_at=session.starts_at, zone=session.location.timezone
                )
            seated = Booking.objects.filter(items__session=session, status__in=OPEN_STATUSES)
            for booking_id in sorted(set(seated.values_list("pk", flat=True))):
                cancel_booking(actor=actor, booking_id=booking_id, reason=reason)
                cancelled.append(booking_id)
            GroupSession.objects.filter(pk=session_id).delete()  # a planned one, which does not go by itself
            audit.record(
                actor=actor, action=_CANCELLED, entity=audit.entity_of(GroupSession), entity_id=session_id,
                before={"starts_at": session.starts_at, "bookings": cancelled}, after=None,
            )  # fmt: skip
            request.remember(session_id)
        return session_id

    cancelled = _cancelled_with(answer_once(request, work))
    found = Booking.objects.with_details().in_bulk(cancelled)
    return tuple(booking_card(found[booking_id]) for booking_id in cancelled)


def _cancelled_with(session_id: int) -> list[int]:
    """The session is gone; the audit, which outlives the keys of requests, knows who was in it."""
    entry = AuditEntry.objects.filter(
        entity=audit.entity_of(GroupSession), entity_id=session_id, action=_CANCELLED
    ).first()
    return list(entry.before["bookings"]) if entry is not None and entry.before else []
