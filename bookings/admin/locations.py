"""Where visits take place."""

from typing import Any

from django.contrib import admin

from bookings.admin.affected import AffectedMixin
from bookings.admin.archive import ArchiveAdmin
from bookings.admin.schedule import LocationHoursInline, LocationOverrideInline
from bookings.admin.typed import TabularInline
from bookings.models import Location, Room


class RoomInline(TabularInline[Room, Any]):
    model = Room
    extra = 0
    fields = ("name", "is_active")
    # A room that was used cannot go; switching it off can be undone.
    can_delete = False


@admin.register(Location)
class LocationAdmin(AffectedMixin, ArchiveAdmin):
    list_display = ("name", "address", "timezone", "phone", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "address")
    inlines = (RoomInline, LocationHoursInline, LocationOverrideInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "address",
                    "timezone",
                    "phone",
                    ("latitude", "longitude"),
                    "position",
                    "is_active",
                )
            },
        ),
    )


@admin.register(Room)
class RoomAdmin(AffectedMixin, ArchiveAdmin):
    list_display = ("name", "location", "is_active")
    list_filter = ("location", "is_active")
    list_select_related = ("location",)
    search_fields = ("name",)
