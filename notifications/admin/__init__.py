"""What an operator sees of notifications."""

from notifications.admin import ads, dead_letters, deliveries, outbox, policy, settings, webhooks

__all__ = ["ads", "dead_letters", "deliveries", "outbox", "policy", "settings", "webhooks"]
