"""What is told to whom, and in whose words, with a preview in both languages."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import TitledAdmin
from notifications.admin.parts import bubble
from notifications.admin.typed import ModelForm
from notifications.events import Channel
from notifications.messages import render
from notifications.models import NotificationSetting
from notifications.placeholders import PLACEHOLDERS
from notifications.sample import sample_facts
from notifications.switchboard import ensure_rows, template_of


class SettingForm(ModelForm[NotificationSetting]):
    class Meta:
        model = NotificationSetting
        fields = ("enabled", "tell_peers", "with_ad", "text_ru", "text_en")

    def clean_text_ru(self) -> str:
        return _lines(self.cleaned_data["text_ru"])

    def clean_text_en(self) -> str:
        return _lines(self.cleaned_data["text_en"])


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


class ChannelFilter(admin.SimpleListFilter):
    """The channels that something can be sent through; a row of another has nothing to switch."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [(channel, Channel(channel).label) for channel in settings.NOTIFICATION_TRANSPORTS]

    def queryset(
        self, _request: HttpRequest, queryset: QuerySet[NotificationSetting]
    ) -> QuerySet[NotificationSetting]:
        return queryset.filter(channel=self.value()) if self.value() else queryset


@admin.register(NotificationSetting)
class NotificationSettingAdmin(TitledAdmin):
    form = SettingForm
    list_display = ("kind", "role", "channel", "enabled", "tell_peers", "with_ad", "has_own_text")
    list_editable = ("enabled", "tell_peers", "with_ad")
    list_filter = ("kind", "role", ChannelFilter, "enabled")
    list_per_page = 200
    readonly_fields = ("kind", "role", "channel", "preview", "placeholders")
    fieldsets = (
        (None, {"fields": ("kind", "role", "channel", "enabled", "tell_peers", "with_ad")}),
        (_("Own words"), {"fields": ("text_ru", "text_en", "placeholders")}),
        (_("How it looks"), {"fields": ("preview",)}),
    )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        ensure_rows()
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # every cell that exists has its row

    def has_delete_permission(self, request: HttpRequest, obj: NotificationSetting | None = None) -> bool:
        return False

    @admin.display(description=_("own text"), boolean=True)
    def has_own_text(self, row: NotificationSetting) -> bool:
        return bool(row.text_ru or row.text_en)

    @admin.display(description=_("as it is sent"))
    def preview(self, row: NotificationSetting) -> SafeString:
        facts, template = sample_facts(), template_of(row.kind, row.role)
        shown = (
            (name, bubble(render(template=template, role=row.role, language=code, facts=facts, own_text=own)))
            for code, name, own in (("ru", "Русский", row.text_ru), ("en", "English", row.text_en))
        )
        return format_html_join(
            "",
            '<div style="display:inline-block;vertical-align:top;margin:0 24px 12px 0"><b>{}</b>{}</div>',
            shown,
        )

    @admin.display(description=_("placeholders"))
    def placeholders(self, _row: NotificationSetting) -> SafeString:
        return format_html_join(
            "", "<div><code>{{{}}}</code> — {}</div>", ((name, about) for name, about in PLACEHOLDERS.items())
        )
