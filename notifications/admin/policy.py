"""When the business tells what nobody asked for, and what people want to be told."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from bookings.admin.pages import ReadOnlyAdmin, TitledAdmin
from notifications.admin.typed import ModelForm
from notifications.models import NotificationPolicy, NotificationPreferences, TimedNotice
from notifications.models.policy import check_offsets


class MinutesField(forms.CharField):
    """A list of numbers as people write one: “1440, 120”."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = str(super().clean(value) or "")
        try:
            minutes = sorted((int(part) for part in text.split(",") if part.strip()), reverse=True)
        except ValueError:
            raise ValidationError(_("Numbers of minutes, with commas between them.")) from None
        check_offsets(minutes)
        return minutes


class PolicyForm(ModelForm[NotificationPolicy]):
    reminder_minutes = MinutesField(
        required=False, label=capfirst(gettext_lazy("reminders, minutes before the visit")),
        help_text=gettext_lazy("1440 is a day; with commas between them; empty: no reminders"),
    )  # fmt: skip

    class Meta:
        model = NotificationPolicy
        fields = (
            "reminder_minutes",
            "review_after_minutes",
            "quiet_from",
            "quiet_until",
            "quiet_news",
            "keep_days",
        )

    def clean(self) -> dict[str, Any] | None:
        """Both ends of the quiet hours, or neither."""
        cleaned = super().clean() or {}
        ends = [name for name in ("quiet_from", "quiet_until") if cleaned.get(name) is None and name in cleaned]
        if len(ends) == 1:
            self.add_error(ends[0], _("Give both times, or neither."))
        return cleaned


@admin.register(NotificationPolicy)
class NotificationPolicyAdmin(TitledAdmin):
    form = PolicyForm
    fieldsets = (
        (gettext_lazy("Prompted by the clock"), {"fields": ("reminder_minutes", "review_after_minutes")}),
        (gettext_lazy("Quiet hours"), {"fields": (("quiet_from", "quiet_until"), "quiet_news")}),
        (gettext_lazy("Retention"), {"fields": ("keep_days",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One row needs no list."""
        policy = NotificationPolicy.objects.current()
        return HttpResponseRedirect(reverse("admin:notifications_notificationpolicy_change", args=[policy.pk]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: NotificationPolicy | None = None) -> bool:
        return False


@admin.register(NotificationPreferences)
class NotificationPreferencesAdmin(ReadOnlyAdmin):
    """Theirs to change, in the bot or through the API."""

    list_display = ("user", "reminders", "invitations", "quiet_from", "quiet_until", "zone")
    list_filter = ("reminders", "invitations")
    list_select_related = ("user",)
    search_fields = ("user__first_name", "user__last_name", "user__tg_username", "user__phone")


@admin.register(TimedNotice)
class TimedNoticeAdmin(ReadOnlyAdmin):
    list_display = ("id", "kind", "booking", "starts_at", "offset_minutes", "skipped", "created_at")
    list_filter = ("kind", "skipped", "created_at")
    list_select_related = ("booking",)
    search_fields = ("booking__id__exact",)
    search_help_text = gettext_lazy("number of the booking")
