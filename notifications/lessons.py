"""What a try taught about an address, remembered for all messages after it."""

from bookings.services.users import follow_chat, mark_bot_blocked
from notifications.events import Channel
from notifications.models import Delivery, PushSubscription, WebhookEndpoint
from notifications.outcomes import Failed, Gone, Moved, Outcome, Sent, Unknown


def learn(row: Delivery, outcome: Outcome) -> None:
    """Remember who blocked the bot, which chat moved, which browser or webhook is no more; inside ``atomic``. Safe to repeat."""
    person = row.recipient
    if person is not None and person.tg_id is not None:
        if isinstance(outcome, Gone) and outcome.blocked:
            mark_bot_blocked(tg_id=person.tg_id, blocked=True)
        if isinstance(outcome, Moved):
            follow_chat(tg_id=person.tg_id, moved_to=outcome.chat_id)
    if isinstance(outcome, Sent | Gone | Failed | Unknown) and outcome.dead_addresses:
        _forget(row, outcome.dead_addresses)


def _forget(row: Delivery, dead: tuple[int, ...]) -> None:
    if row.channel == Channel.PUSH:
        PushSubscription.objects.filter(pk__in=dead, user=row.recipient_id).delete()
    elif row.channel == Channel.WEBHOOK:
        gone = WebhookEndpoint.objects.filter(pk__in=dead, is_active=True)
        gone.update(is_active=False, stopped_because="410 Gone")
