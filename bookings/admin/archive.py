"""What is in use is archived, not deleted, and the site says why."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.pages import TitledAdmin
from bookings.services.resources.entities import BY_MODEL
from bookings.services.resources.use import uses_of
from bookings.services.resources.writing import update


class ArchiveAdmin(TitledAdmin):
    """For models with ``is_active``. Rows are saved one by one: what changes openness is noticed by their signals."""

    actions = ["archive", "restore"]

    @admin.action(description=gettext_lazy("Archive"))
    def archive(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._set_active(request, queryset, active=False)

    @admin.action(description=gettext_lazy("Bring back from the archive"))
    def restore(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._set_active(request, queryset, active=True)

    def _set_active(self, request: HttpRequest, queryset: QuerySet[Any], *, active: bool) -> None:
        if not self.has_change_permission(request):
            self.message_user(request, _("You may not change this."), messages.ERROR)
            return

        def told(count: int) -> str:
            if active:
                return ngettext("%(count)d brought back.", "%(count)d brought back.", count) % {"count": count}
            return ngettext("%(count)d archived.", "%(count)d archived.", count) % {"count": count}

        def change(pk: int) -> None:
            update(actor=actor_of(request), entity=BY_MODEL[self.model], row_id=pk, values={"is_active": active})

        each(request, queryset.exclude(is_active=active), change, told)
        self.changed_many(request)

    def changed_many(self, request: HttpRequest) -> None:
        """Called after an action; ``AffectedMixin`` looks at the consequences."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        # Deleting many at once has no way to say which of them is in use.
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is not None and (users := in_use(row)):
            text = _(
                "“%(name)s” is in use (%(users)s) and cannot be deleted. Archive it instead: switch “active” off."
            )
            self.message_user(request, text % {"name": row, "users": users}, messages.ERROR)
            opts = self.opts
            return HttpResponseRedirect(
                reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id])
            )
        return super().delete_view(request, object_id, extra_context)


def in_use(row: Model) -> str:
    """What keeps ``row`` from being deleted, as "bookings: 3, rooms: 1"; empty when nothing does."""
    return ", ".join(f"{model._meta.verbose_name_plural}: {count}" for model, count in uses_of(row).items())  # noqa: SLF001 - Django's documented name
