"""What is saved or deleted on a page of the admin site is audited, in the transaction of the request, and refused where
the services refuse it.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from bookings.admin.door import actor_of, explain
from bookings.admin.marked import Marked
from bookings.admin.ruled import ruled
from bookings.exceptions import BookingError
from bookings.services.resources.entities import BY_MODEL
from bookings.services.resources.recording import record_deleted, record_saved, stored_values


class Audited(Marked):
    """In front of a ModelAdmin. Rules hold for the rows of inlines, too, and these are audited with what many-to-many
    fields say.
    """

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        return ruled(super().get_form(request, obj, change=change, **kwargs), self.model, actor_of(request))

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        return ruled(super().get_changelist_form(request, **kwargs), self.model, actor_of(request))

    def get_formsets_with_inlines(self, request: HttpRequest, obj: Any = None) -> Iterator[Any]:
        for formset_class, inline in super().get_formsets_with_inlines(request, obj):
            formset_class.form = ruled(formset_class.form, inline.model, actor_of(request))
            yield formset_class, inline

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
        actor, row_id, before = actor_of(request), obj.pk, stored_values(obj)
        if (entity := BY_MODEL.get(type(obj))) is not None:
            entity.part(actor, obj, before)
        super().delete_model(request, obj)
        record_deleted(actor=actor, model=type(obj), row_id=row_id, before=before)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except BookingError as error:
            self.message_user(request, explain(error), messages.ERROR)
            page = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return HttpResponseRedirect(reverse(page, args=[object_id]))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)
