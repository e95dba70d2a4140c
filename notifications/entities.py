"""The tables of notifications as the resource service sees them (see ``bookings.services.resources``)."""

from bookings.actor import Actor
from bookings.enums import Role
from bookings.services.resources.entity import Before, Entity
from notifications.models import (
    AdTemplate,
    Campaign,
    DeadLetter,
    Delivery,
    NotificationPolicy,
    NotificationSetting,
    OutboxEvent,
    PushSubscription,
    WebhookEndpoint,
)
from notifications.webhook_rules import part_with_webhook, prepare_webhook


def _one_sort_of_line_end(_actor: Actor, row: NotificationSetting, _before: Before) -> None:
    row.text_ru, row.text_en = (text.replace("\r\n", "\n") for text in (row.text_ru, row.text_en))


SETTINGS = Entity(
    NotificationSetting,
    writable=("enabled", "tell_peers", "with_ad", "text_ru", "text_en"),
    prepare=_one_sort_of_line_end,
)
POLICY = Entity(
    NotificationPolicy,
    writable=(
        "reminder_minutes", "review_after_minutes", "quiet_from", "quiet_until", "quiet_news", "keep_days",
    ),
)  # fmt: skip
AD_TEMPLATES = Entity(
    AdTemplate,
    writable=("name", "text_ru", "text_en", "starts_at", "ends_at", "weight", "daily_cap", "is_active"),
)
PUSH_SUBSCRIPTIONS = Entity(PushSubscription, removable=True, own={Role.CLIENT: "user"})
OUTBOX_EVENTS = Entity(OutboxEvent)
DELIVERIES = Entity(Delivery)
CAMPAIGNS = Entity(Campaign)
DEAD_LETTERS = Entity(DeadLetter)
#: Secrets are made here, and anew by ``services.webhooks``.
WEBHOOKS = Entity(
    WebhookEndpoint,
    writable=("name", "url", "kinds", "is_active"),
    prepare=prepare_webhook,
    part=part_with_webhook,
)
