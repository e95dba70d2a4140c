"""Weekly hours and days off, as parts of the pages they belong to; and all exceptions in one list."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy as _

from bookings.admin.affected import AffectedMixin
from bookings.admin.pages import TitledAdmin
from bookings.admin.typed import TabularInline
from bookings.models import CalendarOverride, WorkingHours


class LocationHoursInline(TabularInline[WorkingHours, Any]):
    """Hours of the location itself; those of its specialists are on their pages."""

    model = WorkingHours
    fields = ("weekday", "starts_at", "ends_at", "over_midnight", "valid_from", "valid_to")
    extra = 0
    verbose_name_plural = _("opening hours")
    ordering = ("weekday", "starts_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkingHours]:
        return super().get_queryset(request).filter(specialist=None)


class SpecialistHoursInline(TabularInline[WorkingHours, Any]):
    model = WorkingHours
    fields = ("location", "weekday", "starts_at", "ends_at", "over_midnight", "valid_from", "valid_to")
    extra = 0
    verbose_name_plural = _("working hours")
    ordering = ("location", "weekday", "starts_at")


class LocationOverrideInline(TabularInline[CalendarOverride, Any]):
    model = CalendarOverride
    fields = ("kind", "date_from", "date_to", "starts_at", "ends_at", "over_midnight", "reason")
    extra = 0
    verbose_name_plural = _("holidays and other hours")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarOverride]:
        return super().get_queryset(request).filter(specialist=None, room=None)


class SpecialistOverrideInline(TabularInline[CalendarOverride, Any]):
    model = CalendarOverride
    fields = ("kind", "location", "date_from", "date_to", "starts_at", "ends_at", "over_midnight", "reason")
    extra = 0
    verbose_name_plural = _("time off and other hours")


@admin.register(CalendarOverride)
class CalendarOverrideAdmin(AffectedMixin, TitledAdmin):
    list_display = ("date_from", "date_to", "kind", "hours", "whose", "reason")
    list_filter = ("kind", "location", "specialist", "room")
    list_select_related = ("location", "specialist", "room")
    date_hierarchy = "date_from"
    autocomplete_fields = ("specialist",)

    @admin.display(description=_("hours"), ordering="starts_at")
    def hours(self, override: CalendarOverride) -> str:
        if override.starts_at is None or override.ends_at is None:
            return gettext("the whole day")
        hours = f"{override.starts_at:%H:%M}–{override.ends_at:%H:%M}"
        return gettext("%(hours)s of the next day") % {"hours": hours} if override.over_midnight else hours

    @admin.display(description=_("whose"))
    def whose(self, override: CalendarOverride) -> str:
        """The narrowest first: a specialist or a room, and where, if that is stated."""
        named = [str(one) for one in (override.specialist, override.room, override.location) if one is not None]
        return ", ".join(named) or gettext("the whole business")
