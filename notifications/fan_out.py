"""An event becomes delivery rows: once, however often it is tried."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from booking_site.lib import clock
from bookings.actor import SYSTEM
from bookings.enums import Door, Role
from bookings.models import Booking
from bookings.queries.bookings import get_booking
from bookings.queries.users import company
from bookings.read_models import BookingCard
from notifications.details import Facts
from notifications.events import DeliveryState, EventState, Kind, Lane
from notifications.messages import render
from notifications.models import Delivery, OutboxEvent
from notifications.people import people_of, switches_of
from notifications.recipients import Switches, Telling, decide
from notifications.rewrites import rewrites_of

_LANES: Mapping[str, Lane] = {Kind.REMINDER: Lane.REMINDER, Kind.REVIEW_REQUEST: Lane.REMINDER}


def fan_out(event_id: int) -> bool:
    """Write the deliveries of a pending event and mark it processed, all in one transaction.

    Returns ``False`` when there was nothing to do: no such event, or somebody did it before.
    """
    with transaction.atomic():
        events = OutboxEvent.objects.filter(pk=event_id, state=EventState.PENDING)
        if connection.features.has_select_for_update:
            events = events.select_for_update()
        event = events.first()
        if event is None:
            return False
        Delivery.objects.bulk_create(_deliveries(event), ignore_conflicts=True)
        OutboxEvent.objects.filter(pk=event.pk).update(
            state=EventState.PROCESSED, processed_at=clock.now(), error=""
        )
    return True


def _deliveries(event: OutboxEvent) -> list[Delivery]:
    card = get_booking(actor=SYSTEM, booking_id=event.booking_id) if event.booking_id else None
    facts = Facts(today=clock.now(), card=card, payload=event.payload, company=company().name)
    if event.kind in (Kind.BOOKING_COMPLETED, Kind.BOOKING_NO_SHOW):
        return rewrites_of(event, facts)
    switches = switches_of(event.kind)
    tellings = decide(
        kind=Kind(event.kind),
        by=Role(event.actor_role),
        initiator_id=event.actor_user_id,
        door=Door(event.door),
        people=people_of(card, former_specialist_ids=_former(event, card)),
        switches=switches,
    )
    return [_row(event, telling, facts, switches) for telling in tellings]


def _former(event: OutboxEvent, card: BookingCard | None) -> list[int]:
    if event.kind != Kind.BOOKING_RESCHEDULED or card is None:
        return []
    return [int(specialist_id) for specialist_id in event.payload.get("old_specialist_ids", ())]


def _row(event: OutboxEvent, telling: Telling, facts: Facts, switches: Switches) -> Delivery:
    switch = switches.get((event.kind, telling.role, telling.channel))
    message = render(
        template=telling.template,
        role=telling.role,
        language=telling.language,
        facts=facts,
        own_text=switch.texts.get(telling.language, "") if switch else "",
    )
    return Delivery(
        event=event,
        recipient_id=telling.user_id,
        role=telling.role,
        channel=telling.channel,
        lane=_LANES.get(event.kind, Lane.P2P),
        template=telling.template,
        body=message.to_json(),
        state=DeliveryState.SKIPPED if telling.skip else DeliveryState.PENDING,
        reason=telling.skip,
        trace_id=event.trace_id,
        due_at=clock.now(),
        created_at=clock.now(),
    )


def still_wanted(delivery: Delivery) -> bool:
    """Whether the message is worth sending by now: nobody is asked about a visit that was answered for."""
    event = delivery.event
    if event is None or event.booking_id is None or event.kind != Kind.BOOKING_DONE or delivery.edits_id:
        return True
    answered: dict[str, Any] = {"status__in": ("done", "no_show", "cancelled")}
    return not Booking.objects.filter(pk=event.booking_id, **answered).exists()
