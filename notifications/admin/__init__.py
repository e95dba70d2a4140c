"""What an operator sees of notifications."""

from notifications.admin.dead_letters import DeadLetterAdmin
from notifications.admin.deliveries import DeliveryAdmin
from notifications.admin.outbox import OutboxEventAdmin
from notifications.admin.settings import NotificationSettingAdmin

__all__ = ["DeadLetterAdmin", "DeliveryAdmin", "NotificationSettingAdmin", "OutboxEventAdmin"]
