"""Ways to narrow the list of bookings."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from booking_site.lib import clock
from bookings.admin.door import actor_of
from bookings.models import Booking, Location
from bookings.queries.affected import affected_ids


class DayFilter(admin.SimpleListFilter):
    """Days as each location counts them."""

    title = _("day")
    parameter_name = "day"

    _RANGES = {"yesterday": (-1, 0), "today": (0, 1), "tomorrow": (1, 2), "week": (0, 7), "month": (0, 31)}

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("today", _("Today")),
            ("tomorrow", _("Tomorrow")),
            ("yesterday", _("Yesterday")),
            ("week", _("Next 7 days")),
            ("month", _("Next 31 days")),
        ]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        span = self._RANGES.get(self.value() or "")
        if span is None:
            return queryset
        found = queryset.none()
        for location in Location.objects.all():
            today = clock.now().astimezone(location.zone).date()
            starts, ends = (
                datetime.combine(today + timedelta(days=days), time(), location.zone).astimezone(UTC)
                for days in span
            )
            found |= queryset.filter(location=location, starts_at__gte=starts, starts_at__lt=ends)
        return found


class AffectedFilter(admin.SimpleListFilter):
    title = _("fits the calendar")
    parameter_name = "affected"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("No longer: to be moved or cancelled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(pk__in=affected_ids(actor=actor_of(request)))
