"""What can be booked."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin.archive import ArchiveAdmin
from bookings.admin.specialists import OfferForm
from bookings.admin.typed import TabularInline
from bookings.models import Service, ServiceCategory, SpecialistService


class ServiceOfferInline(TabularInline[SpecialistService, Any]):
    model = SpecialistService
    form = OfferForm
    extra = 0
    fields = ("specialist", "price", "duration_minutes")
    autocomplete_fields = ("specialist",)
    verbose_name_plural = _("who gives it")


@admin.register(ServiceCategory)
class ServiceCategoryAdmin(ArchiveAdmin):
    list_display = ("name", "service_count", "position", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceCategory]:
        counted: QuerySet[ServiceCategory] = (
            super().get_queryset(request).annotate(services_in_it=Count("services", distinct=True))
        )
        return counted

    @admin.display(description=_("services"), ordering="services_in_it")
    def service_count(self, category: Any) -> int:
        return int(category.services_in_it)


@admin.register(Service)
class ServiceAdmin(ArchiveAdmin):
    list_display = ("name", "category", "duration_minutes", "price", "capacity", "needs_room", "is_active")
    list_filter = ("category", "is_active", "needs_room")
    list_select_related = ("category",)
    search_fields = ("name",)
    inlines = (ServiceOfferInline,)
    fieldsets = (
        (None, {"fields": ("category", "name", "description", "position", "is_active")}),
        (
            _("Time and price"),
            {"fields": ("duration_minutes", ("buffer_before_minutes", "buffer_after_minutes"), "price")},
        ),
        (_("Group and room"), {"fields": ("capacity", "needs_room")}),
        (_("Afterwards"), {"fields": ("repeat_after_days",)}),
    )
