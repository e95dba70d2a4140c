"""An event becomes delivery rows: once, however often it is tried."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from booking_site.lib import clock
from bookings.enums import Door, Role
from bookings.queries.users import company
from bookings.read_models import BookingCard
from notifications.ads import Reader, ad_for
from notifications.dead_letters import letters_to_tell
from notifications.details import Facts
from notifications.events import Channel, DeliveryState, EventState, Kind, Lane
from notifications.invitations import ask_for_review
from notifications.lanes import lane_of
from notifications.messages import render
from notifications.models import Delivery, OutboxEvent, WebhookEndpoint
from notifications.people import people_of, switches_of
from notifications.recipients import Switches, Telling, decide
from notifications.rewrites import rewrites_of
from notifications.series import visits_told
from notifications.timing import Timing, card_of
from notifications.webhook_bodies import OFFERED, webhook_body


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
        if event.kind == Kind.DEAD_LETTERS:
            event.payload["letters"] = letters_to_tell(event)
            event.save(update_fields=["payload"])
        Delivery.objects.bulk_create(_deliveries(event), ignore_conflicts=True)
        if event.kind == Kind.BOOKING_COMPLETED:
            ask_for_review(event)
        OutboxEvent.objects.filter(pk=event.pk).update(
            state=EventState.PROCESSED, processed_at=clock.now(), error=""
        )
    return True


def _deliveries(event: OutboxEvent) -> list[Delivery]:
    if event.kind == Kind.DEAD_LETTERS and not event.payload["letters"]:
        return []
    card = card_of(event)
    facts = Facts(today=clock.now(), card=card, payload=event.payload, company=company().name)
    hooks = _hooks(event, card)
    if event.kind in (Kind.BOOKING_COMPLETED, Kind.BOOKING_NO_SHOW):
        return [*rewrites_of(event, facts), *hooks]
    switches = switches_of(event.kind)
    people = people_of(card, former_specialist_ids=_former(event, card))
    tellings = decide(
        kind=Kind(event.kind),
        by=Role(event.actor_role),
        initiator_id=event.actor_user_id,
        door=Door(event.door),
        people=people,
        switches=switches,
    )
    when, wishes = Timing(event, card), {person.user_id: person.wishes for person in people}
    shares = [(telling, visits_told(event.payload, telling.specialist_id)) for telling in tellings]
    rows = [
        _row(
            event,
            telling,
            facts.of_visits(share),
            switches,
            when.due_at(reader_id=telling.user_id, role=telling.role, wishes=wishes[telling.user_id]),
        )
        for telling, share in shares
        if share
    ]
    return [*rows, *hooks]


def _hooks(event: OutboxEvent, card: BookingCard | None) -> list[Delivery]:
    """One row for each integrator who asked for this kind of event."""
    if event.kind not in OFFERED:
        return []
    active = WebhookEndpoint.objects.filter(is_active=True).order_by("pk")
    # Their few names of events are compared here: SQLite cannot ask a JSON list whether it holds one.
    wanted = [endpoint for endpoint in active if event.kind in endpoint.kinds]
    body = webhook_body(event, card) if wanted else None
    return [
        Delivery(
            event=event,
            endpoint=endpoint,
            channel=Channel.WEBHOOK,
            lane=Lane.WEBHOOK,
            body=body,
            trace_id=event.trace_id,
            due_at=clock.now(),
            created_at=clock.now(),
        )
        for endpoint in wanted
    ]


def _former(event: OutboxEvent, card: BookingCard | None) -> list[int]:
    if event.kind != Kind.BOOKING_RESCHEDULED or card is None:
        return []
    return [int(specialist_id) for specialist_id in event.payload.get("old_specialist_ids", ())]


def _row(event: OutboxEvent, telling: Telling, facts: Facts, switches: Switches, due: datetime) -> Delivery:
    switch = switches.get((event.kind, telling.role, telling.channel))
    message = render(
        template=telling.template,
        role=telling.role,
        language=telling.language,
        facts=replace(facts, specialist_id=telling.specialist_id),
        own_text=switch.texts.get(telling.language, "") if switch else "",
    )
    if switch is not None and switch.with_ad and not telling.skip:
        message = message.with_more(ad_for(_reader(telling, facts), now=clock.now()))
    return Delivery(
        event=event,
        recipient_id=telling.user_id,
        role=telling.role,
        channel=telling.channel,
        lane=lane_of(event.kind),
        template=telling.template,
        body=message.to_json(),
        state=DeliveryState.SKIPPED if telling.skip else DeliveryState.PENDING,
        settled_at=clock.now() if telling.skip else None,
        reason=telling.skip,
        trace_id=event.trace_id,
        due_at=due,
        created_at=clock.now(),
    )


def _reader(telling: Telling, facts: Facts) -> Reader:
    zone = ZoneInfo(facts.card.location.zone) if facts.card is not None else UTC
    return Reader(telling.user_id, telling.language, clock.now().astimezone(zone).date())
