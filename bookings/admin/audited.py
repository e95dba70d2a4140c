"""What is saved or deleted on a page of the admin site is audited, in the transaction of the request."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpRequest

from bookings.admin.door import actor_of
from bookings.admin.typed import ModelAdmin
from bookings.services.resources.recording import record_deleted, record_saved, stored_values

if TYPE_CHECKING:
    _AnyAdmin = ModelAdmin[Any]
else:
    _AnyAdmin = object


class Audited(_AnyAdmin):
    """In front of a ModelAdmin. The rows of inlines and what many-to-many fields say are audited, too."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        form.values_before = stored_values(obj) if change else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_related(request, form, formsets, change)
        before = getattr(form, "values_before", None)
        if before is not None:  # some pages save by services, which audit by themselves
            record_saved(actor=actor_of(request), row=form.instance, before=before)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        known = [one.instance for one in formset.initial_forms if one.has_changed()]
        before = {row.pk: stored_values(row) for row in known}
        gone = {one.instance.pk for one in formset.deleted_forms} & before.keys()
        super().save_formset(request, form, formset, change)
        actor = actor_of(request)
        for row in (*formset.new_objects, *(row for row, _fields in formset.changed_objects)):
            record_saved(actor=actor, row=row, before=before.get(row.pk, {}))
        for row_id in gone:
            record_deleted(actor=actor, model=formset.model, row_id=row_id, before=before[row_id])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        row_id, before = obj.pk, stored_values(obj)
        super().delete_model(request, obj)
        record_deleted(actor=actor_of(request), model=type(obj), row_id=row_id, before=before)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)
