"""Words by which admins sort their clients; who has them is set on each client's page."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _, ngettext

from bookings.admin.pages import TitledAdmin
from bookings.models import Tag
from bookings.models.tag import folded_name


@admin.register(Tag)
class TagAdmin(TitledAdmin):
    list_display = ("name", "clients")
    search_fields = ("folded",)
    fields = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        counted: QuerySet[Tag] = super().get_queryset(request).annotate(having_it=Count("people"))
        return counted

    @admin.display(description=_("clients"), ordering="having_it")
    def clients(self, tag: Any) -> str:
        url = reverse("admin:bookings_user_changelist") + f"?tags__id__exact={tag.pk}"
        return format_html('<a href="{}">{}</a>', url, tag.having_it)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, folded_name(search_term))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Who loses a tag is counted: Django would name the rows between, one by one."""
        tags: list[Any] = list(self.get_queryset(request).filter(pk__in=[tag.pk for tag in objs]))
        told = [
            ngettext(
                "%(name)s: %(count)d client loses it", "%(name)s: %(count)d clients lose it", tag.having_it
            ) % {"name": tag, "count": tag.having_it}
            for tag in tags
        ]  # fmt: skip
        return told, {str(self.opts.verbose_name_plural): len(tags)}, set(), []
