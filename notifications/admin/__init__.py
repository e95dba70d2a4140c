"""What an operator sees of notifications."""

from django.contrib import admin

from notifications.admin import ads, campaigns, dead_letters, deliveries, outbox, policy, settings, webhooks

__all__ = ["ads", "campaigns", "dead_letters", "deliveries", "outbox", "policy", "settings", "webhooks"]

# Extends the domain's page, which does not know of channels.
admin.site.index_template = "notifications/admin/index.html"
