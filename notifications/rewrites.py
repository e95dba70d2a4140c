"""Cards that asked a question are rewritten once somebody has answered it."""

from booking_site.lib import clock
from bookings.enums import Door, Role
from bookings.models import User
from notifications.details import Facts
from notifications.events import Channel, DeliveryState, Kind
from notifications.messages import render
from notifications.models import Delivery, OutboxEvent

_ANSWERS = {Kind.BOOKING_COMPLETED.value: "came", Kind.BOOKING_NO_SHOW.value: "did_not_come"}
#: A card in one of these states is on somebody's screen, or may get there yet.
_ALIVE = (
    DeliveryState.SENT,
    DeliveryState.SENDING,
    DeliveryState.PENDING,
    DeliveryState.RETRY,
    DeliveryState.UNKNOWN,
)


def rewrites_of(event: OutboxEvent, facts: Facts) -> list[Delivery]:
    """One row for each completion card of the booking: it will say what was answered, and by whom.

    Whoever pressed the button in the bot has their card rewritten by the bot itself.
    """
    cards = Delivery.objects.filter(
        event__kind=Kind.BOOKING_DONE, event__booking=event.booking_id, channel=Channel.TELEGRAM, state__in=_ALIVE
    ).select_related("recipient")
    if event.door == Door.BOT and event.actor_user_id is not None:
        cards = cards.exclude(recipient=event.actor_user_id)
    answered = Facts(
        today=facts.today,
        card=facts.card,
        payload={**facts.payload, "answered_by": _name(event.actor_user_id)},
        company=facts.company,
    )
    # The latest card of each admin: a visit that was moved after it had ended has been asked about twice.
    latest = {card.recipient: card for card in cards.order_by("pk")}
    return [_row(event, card, reader, answered) for reader, card in latest.items() if reader is not None]


def _row(event: OutboxEvent, card: Delivery, reader: User, facts: Facts) -> Delivery:
    template = _ANSWERS[event.kind]
    message = render(template=template, role=Role.ADMIN, language=reader.language, facts=facts)
    return Delivery(
        event=event,
        recipient=reader,
        role=Role.ADMIN,
        channel=Channel.TELEGRAM,
        template=template,
        edits=card,
        body=message.to_json(),
        trace_id=event.trace_id,
        due_at=clock.now(),
        created_at=clock.now(),
    )


def _name(user_id: int | None) -> str:
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    return user.display_name if user is not None else ""
