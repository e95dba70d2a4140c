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
from bookings.enums import Role
from bookings.models import Specialist, SpecialistService, User
from bookings.signals import announce_user_changed


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

    def save_model(self, request: HttpRequest, obj: Specialist, form: ModelForm[Specialist], change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_model(request, obj, form, change)
        if {"user", "is_active"} & set(form.changed_data):
            before = form.initial.get("user")
            for user in User.objects.filter(pk__in={pk for pk in (before, obj.user_id) if pk}):
                if user.pk == obj.user_id and user.role == Role.CLIENT:
                    user.role = Role.SPECIALIST
                    user.save(update_fields=["role"])
                announce_user_changed(user.tg_id)
