"""Advertisements, as they will look under a message."""

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import TitledAdmin
from notifications.admin.parts import bubble
from notifications.messages import Message
from notifications.models import AdTemplate


@admin.register(AdTemplate)
class AdTemplateAdmin(TitledAdmin):
    list_display = ("name", "is_active", "starts_at", "ends_at", "weight", "daily_cap", "times_shown")
    list_filter = ("is_active",)
    search_fields = ("name", "text_ru", "text_en")
    readonly_fields = ("preview",)
    fieldsets = (
        (None, {"fields": ("name", "is_active")}),
        (_("Words"), {"fields": ("text_ru", "text_en", "preview")}),
        (_("When and how often"), {"fields": (("starts_at", "ends_at"), "weight", "daily_cap")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[AdTemplate]:
        counted: QuerySet[AdTemplate] = (
            super().get_queryset(request).annotate(shown=Count("showings", distinct=True))
        )
        return counted

    @admin.display(description=_("times shown"), ordering="shown")
    def times_shown(self, ad: AdTemplate) -> int:
        return int(getattr(ad, "shown", 0))

    @admin.display(description=_("as it is sent"))
    def preview(self, ad: AdTemplate) -> SafeString:
        return format_html_join("", "{}", ((bubble(Message(text)),) for text in (ad.text_ru, ad.text_en) if text))
