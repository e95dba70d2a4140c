"""Every message to everybody: where it is, what went wrong, what it says."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import ReadOnlyAdmin
from notifications.admin.parts import badge, bubble, preformatted, pretty
from notifications.events import Channel
from notifications.messages import Message
from notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = (
        "id", "shown_state", "event", "recipient", "endpoint", "role", "channel", "attempts", "due_at", "sent_at", "trace_id",
    )  # fmt: skip
    list_filter = ("state", "event__kind", "channel", "role", "lane", "created_at")
    list_select_related = ("event", "recipient", "endpoint")
    search_fields = (
        "trace_id__exact", "recipient__first_name", "recipient__last_name", "recipient__tg_username",
        "recipient__tg_id__exact",
    )  # fmt: skip
    search_help_text = _("trace id, name, username or Telegram id of the recipient")
    fieldsets = (
        (None, {"fields": ("shown_state", "reason", "event", "recipient", "endpoint", "role", "channel", "lane", "trace_id")}),
        (_("Message"), {"fields": ("shown_body", "chat_id", "message_id", "edits")}),
        (_("Tries"), {"fields": (
            "attempts", "unknowns", "crashes", "created_at", "due_at", "lease_until", "sent_at", "buried_at",
            "error", "shown_traceback",
        )}),
    )  # fmt: skip
    readonly_fields = ("shown_state", "shown_body", "shown_traceback")

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: Delivery) -> SafeString:
        return badge(row.state, row.get_state_display())

    @admin.display(description=_("message"))
    def shown_body(self, row: Delivery) -> SafeString | str:
        body: dict[str, Any] | None = row.body
        if body is None:
            return "—"
        return pretty(body) if row.channel == Channel.WEBHOOK else bubble(Message.from_json(body))

    @admin.display(description=_("traceback"))
    def shown_traceback(self, row: Delivery) -> SafeString:
        return preformatted(row.traceback)
