"""Who gives the services."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin.affected import AffectedMixin
from bookings.admin.archive import ArchiveAdmin
from bookings.admin.schedule import SpecialistHoursInline, SpecialistOverrideInline
from bookings.admin.typed import ModelForm, TabularInline
from bookings.models import Specialist, SpecialistService


class OfferForm(ModelForm[SpecialistService]):
    class Meta:
        labels = {"service": _("Service"), "specialist": _("Specialist")}


class OfferInline(TabularInline[SpecialistService, Any]):
    model = SpecialistService
    form = OfferForm
    extra = 0
    fields = ("service", "price", "duration_minutes")
    verbose_name_plural = _("services and own prices")


@admin.register(Specialist)
class SpecialistAdmin(AffectedMixin, ArchiveAdmin):
    list_display = ("name", "places", "user", "is_active")
    list_filter = ("is_active", "locations", "services__category")
    list_select_related = ("user",)
    search_fields = ("name", "user__first_name", "user__last_name", "user__phone")
    autocomplete_fields = ("user",)
    filter_horizontal = ("locations",)
    inlines = (OfferInline, SpecialistHoursInline, SpecialistOverrideInline)
    fieldsets = ((None, {"fields": ("name", "bio", "user", "locations", "position", "is_active")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Specialist]:
        found: QuerySet[Specialist] = super().get_queryset(request).prefetch_related("locations")
        return found

    @admin.display(description=_("locations"))
    def places(self, specialist: Specialist) -> str:
        return ", ".join(str(location) for location in specialist.locations.all())
