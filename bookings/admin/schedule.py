"""Weekly hours and days off, as parts of the pages they belong to; and all exceptions in one list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin.affected import AffectedMixin
from bookings.admin.typed import ModelAdmin, TabularInline
from bookings.models import CalendarOverride, WorkingHours


class LocationHoursInline(TabularInline[WorkingHours, Any]):
    """Hours of the location itself; those of its specialists are on their pages."""

    model = WorkingHours
    fields = ("weekday", "starts_at", "ends_at", "valid_from", "valid_to")
    extra = 0
    verbose_name_plural = _("opening hours")
    ordering = ("weekday", "starts_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkingHours]:
        return super().get_queryset(request).filter(specialist=None)


class SpecialistHoursInline(TabularInline[WorkingHours, Any]):
    model = WorkingHours
    fields = ("location", "weekday", "starts_at", "ends_at", "valid_from", "valid_to")
    extra = 0
    verbose_name_plural = _("working hours")
    ordering = ("location", "weekday", "starts_at")


class LocationOverrideInline(TabularInline[CalendarOverride, Any]):
    model = CalendarOverride
    fields = ("kind", "date_from", "date_to", "starts_at", "ends_at", "reason")
    extra = 0
    verbose_name_plural = _("holidays and other hours")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarOverride]:
        return super().get_queryset(request).filter(specialist=None, room=None)


class SpecialistOverrideInline(TabularInline[CalendarOverride, Any]):
    model = CalendarOverride
    fields = ("kind", "location", "date_from", "date_to", "starts_at", "ends_at", "reason")
    extra = 0
    verbose_name_plural = _("time off and other hours")


@admin.register(CalendarOverride)
class CalendarOverrideAdmin(AffectedMixin, ModelAdmin[CalendarOverride]):
    list_display = (
        "date_from",
        "date_to",
        "kind",
        "location",
        "specialist",
        "room",
        "starts_at",
        "ends_at",
        "reason",
    )
    list_filter = ("kind", "location", "specialist", "room")
    list_select_related = ("location", "specialist", "room")
    date_hierarchy = "date_from"
    autocomplete_fields = ("specialist",)
