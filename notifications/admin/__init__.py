"""What an operator sees of notifications."""

from notifications.admin import ads, campaigns, dead_letters, deliveries, outbox, policy, settings, webhooks

__all__ = ["ads", "campaigns", "dead_letters", "deliveries", "outbox", "policy", "settings", "webhooks"]
