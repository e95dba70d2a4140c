"""Tables of what is to be told to whom."""

from notifications.models.ad import AdShowing, AdTemplate
from notifications.models.campaign import Campaign
from notifications.models.dead_letter import DeadLetter
from notifications.models.delivery import Delivery
from notifications.models.outbox import OutboxEvent
from notifications.models.policy import NotificationPolicy
from notifications.models.preferences import NotificationPreferences
from notifications.models.push_subscription import PushSubscription
from notifications.models.setting import NotificationSetting
from notifications.models.timed_notice import TimedNotice
from notifications.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "AdShowing",
    "AdTemplate",
    "Campaign",
    "DeadLetter",
    "Delivery",
    "NotificationPolicy",
    "NotificationPreferences",
    "NotificationSetting",
    "OutboxEvent",
    "PushSubscription",
    "TimedNotice",
    "WebhookEndpoint",
]
