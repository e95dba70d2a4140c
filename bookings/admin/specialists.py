"""Who gives the services."""

from base64 import b64encode
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bookings.admin.affected import AffectedMixin
from bookings.admin.archive import ArchiveAdmin
from bookings.admin.schedule import SpecialistHoursInline, SpecialistOverrideInline
from bookings.admin.typed import ModelForm, TabularInline
from bookings.models import Specialist, SpecialistService
from bookings.services.resources.refusals import InvalidFields
from bookings.services.specialist_photo import LARGEST, portrait_file, store


class OfferForm(ModelForm[SpecialistService]):
    class Meta:
        labels = {"service": _("Service"), "specialist": _("Specialist")}


class OfferInline(TabularInline[SpecialistService, Any]):
    model = SpecialistService
    form = OfferForm
    extra = 0
    fields = ("service", "price", "duration_minutes")
    verbose_name_plural = _("services and own prices")


class SpecialistForm(ModelForm[Specialist]):
    """``new_photo`` is brought into the form of all photos as it is checked."""

    new_photo = forms.FileField(
        label=_("New photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
        help_text=_("JPEG or PNG, up to 10 MB. Clients see it as they choose a specialist in the bot."),
    )
    without_photo = forms.BooleanField(label=_("Take the photo away"), required=False)

    def clean_new_photo(self) -> "ContentFile[bytes] | None":
        given = self.cleaned_data["new_photo"]
        if not given:
            return None
        try:
            return portrait_file(given.read(LARGEST + 1))
        except InvalidFields as error:
            raise ValidationError(list(error.said["photo"])) from error


@admin.register(Specialist)
class SpecialistAdmin(AffectedMixin, ArchiveAdmin):
    list_display = ("name", "places", "user", "is_active")
    list_filter = ("is_active", "locations", "services__category")
    list_select_related = ("user",)
    search_fields = ("name", "user__first_name", "user__last_name", "user__phone")
    autocomplete_fields = ("user",)
    filter_horizontal = ("locations",)
    inlines = (OfferInline, SpecialistHoursInline, SpecialistOverrideInline)
    form = SpecialistForm
    readonly_fields = ("photo_now",)
    fieldsets = (
        (None, {"fields": ("name", "bio", "user", "locations", "position", "is_active")}),
        (_("Photo"), {"fields": ("photo_now", "new_photo", "without_photo")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Specialist]:
        found: QuerySet[Specialist] = super().get_queryset(request).prefetch_related("locations")
        return found

    @admin.display(description=_("locations"))
    def places(self, specialist: Specialist) -> str:
        return ", ".join(str(location) for location in specialist.locations.all())

    @admin.display(description=_("now"))
    def photo_now(self, specialist: Specialist) -> str:
        """In the page itself: uploads are not served, and the address of the API ends with who left."""
        if not specialist.photo:
            return str(_("none"))
        try:
            with specialist.photo.open() as file:
                content = b64encode(file.read()).decode()
        except FileNotFoundError:  # uploads that were not brought along with the database
            return str(_("none"))
        return format_html('<img src="data:image/jpeg;base64,{}" alt="" style="max-height:16rem">', content)

    def save_model(self, request: HttpRequest, obj: Specialist, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        fresh = form.cleaned_data.get("new_photo")
        if fresh:
            obj.photo.name = store(fresh)
        elif form.cleaned_data.get("without_photo"):
            obj.photo.name = ""
        super().save_model(request, obj, form, change)
