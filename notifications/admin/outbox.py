"""What happened, and whether everybody concerned has been written to."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import ReadOnlyAdmin
from notifications.admin.parts import badge, pretty
from notifications.models import OutboxEvent


@admin.register(OutboxEvent)
class OutboxEventAdmin(ReadOnlyAdmin):
    list_display = ("id", "shown_state", "kind", "booking", "actor_role", "door", "created_at", "trace_id")
    list_filter = ("state", "kind", "actor_role", "door", "created_at")
    list_select_related = ("booking",)
    search_fields = ("trace_id__exact", "booking__id__exact")
    search_help_text = _("trace id or number of the booking")
    fields = (
        "shown_state", "kind", "booking", "shown_payload", "actor_role", "actor_user_id", "door", "trace_id",
        "attempts", "error", "created_at", "due_at", "processed_at", "shown_deliveries",
    )  # fmt: skip
    readonly_fields = ("shown_state", "shown_payload", "shown_deliveries")

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, row: OutboxEvent) -> SafeString:
        return badge(row.state, row.get_state_display())

    @admin.display(description=_("payload"))
    def shown_payload(self, row: OutboxEvent) -> SafeString:
        return pretty(row.payload)

    @admin.display(description=_("deliveries"))
    def shown_deliveries(self, row: OutboxEvent) -> SafeString:
        url = reverse("admin:notifications_delivery_changelist")
        return format_html('<a href="{}?event__id__exact={}">{}</a>', url, row.pk, row.deliveries.count())
