"""Pages that several areas of the site are made of."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from bookings.admin.audited import Audited
from bookings.admin.by_hand import ByHand
from bookings.admin.typed import ModelAdmin, TabularInline


class Titled(ByHand):
    """Pages headed by the name of what they show: Django's own headings do not know Russian cases."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name))
        return super().changeform_view(request, object_id, form_url, {"title": title, **(extra_context or {})})


class TitledAdmin(Titled, Audited, ModelAdmin[Any]):
    """Most pages. What is changed on them is audited."""


class ReadOnlyAdmin(TitledAdmin):
    """Rows that the service writes and people only read."""

    show_full_result_count = False  # counting a million deliveries for every page would take longer than the page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline[Any, Any]):
    """The same for rows on another row's page."""

    extra = 0
    can_delete = False

    def has_add_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False
