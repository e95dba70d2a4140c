"""Who changed what; to be read only."""

import json
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import ReadOnlyAdmin
from bookings.models import AuditEntry, User
from bookings.services.audit import entity_of


class EntityFilter(admin.SimpleListFilter):
    """Every kind of row there is: looking for those in the table would read all of it."""

    title = _("of what")
    parameter_name = "entity"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        models = (
            model for app in ("bookings", "notifications") for model in apps.get_app_config(app).get_models()
        )
        return [(entity_of(model), model._meta.verbose_name_plural) for model in models]  # noqa: SLF001 - Django's documented name

    def queryset(self, _request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(entity=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = (
        "at",
        "who",
        "door",
        "action",
        "entity",
        "entity_id",
        "changed",
        "trace_id",
    )
    list_filter = (EntityFilter, "actor_role", "door", "at")
    search_fields = ("trace_id__exact", "action__exact", "entity_id__exact", "actor_user_id__exact")
    search_help_text = _("trace id, action, number of the row or of the user")
    fields = (
        "at", "who", "actor_key_id", "door", "action", "entity", "entity_id", "shown_before", "shown_after", "trace_id",
    )  # fmt: skip
    readonly_fields = ("who", "shown_before", "shown_after")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        full_name = NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
        named = User.objects.filter(pk=OuterRef("actor_user_id")).values(name=Coalesce(full_name, F("username")))
        found: QuerySet[AuditEntry] = super().get_queryset(request).annotate(actor_name=Subquery(named))
        return found

    @admin.display(description=_("by"), ordering="actor_user_id")
    def who(self, entry: Any) -> str:
        role = str(entry.get_actor_role_display())
        if entry.actor_user_id is None:
            return role
        return f"{entry.actor_name or f'#{entry.actor_user_id}'} ({role})"

    @admin.display(description=_("changed"))
    def changed(self, entry: AuditEntry) -> str:
        """The names alone: before and after are on the page of the entry, since either may be long."""
        before, after = entry.before or {}, entry.after or {}
        return ", ".join(name for name in {**before, **after} if before.get(name) != after.get(name)) or "—"

    @admin.display(description=_("before"))
    def shown_before(self, entry: AuditEntry) -> SafeString:
        return _pretty(entry.before)

    @admin.display(description=_("after"))
    def shown_after(self, entry: AuditEntry) -> SafeString:
        return _pretty(entry.after)


def _pretty(values: dict[str, object] | None) -> SafeString:
    if values is None:
        return format_html("{}", "—")
    lines = "\n".join(f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values.items())
    return format_html('<pre style="margin:0;white-space:pre-wrap">{}</pre>', lines)
