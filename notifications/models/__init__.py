"""Tables of what is to be told to whom."""

from notifications.models.dead_letter import DeadLetter
from notifications.models.delivery import Delivery
from notifications.models.outbox import OutboxEvent
from notifications.models.setting import NotificationSetting

__all__ = ["DeadLetter", "Delivery", "NotificationSetting", "OutboxEvent"]
