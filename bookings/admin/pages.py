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

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """Without the pairs of many-to-many relations, whose tables have names for developers alone."""
        shown, counts, refused, protected = super().get_deleted_objects(objs, request)
        through: list[Any] = [relation.remote_field.through for relation in self.opts.many_to_many]
        pairs = [model._meta for model in through]  # noqa: SLF001 - Django's documented name
        kinds = [pair for pair in pairs if pair.auto_created]
        begins = tuple(f"{capfirst(str(pair.verbose_name))}: " for pair in kinds)
        for pair in kinds:
            counts.pop(str(pair.verbose_name_plural), None)
        return _without(shown, begins), counts, refused, protected


def _without(shown: list[Any], begins: tuple[str, ...]) -> list[Any]:
    """Of the lists in lists, those lines that do not begin so."""
    kept = [_without(one, begins) if isinstance(one, list) else one for one in shown]
    return [one for one in kept if one != [] and not (begins and str(one).startswith(begins))]


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
