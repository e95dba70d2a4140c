"""The list of campaigns, and the way to its pages."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.door import local_text
from bookings.admin.pages import TitledAdmin
from notifications.admin.campaigns.views import (
    ActView,
    CampaignView,
    ComposeView,
    CountView,
    FailuresView,
    ProgressView,
    ScheduleView,
    zone_here,
)
from notifications.admin.parts import badge
from notifications.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(TitledAdmin):
    list_display = ("name", "shown_status", "total", "when", "created_by")
    list_filter = ("status", "created_at")
    list_select_related = ("created_by",)
    search_fields = ("name", "text_ru", "text_en")
    actions = None

    def get_urls(self) -> list[Any]:
        pages: list[tuple[str, str, type[Any]]] = [
            ("count/", "count", CountView),
            ("<int:campaign_id>/edit/", "edit", ComposeView),
            ("<int:campaign_id>/act/", "act", ActView),
            ("<int:campaign_id>/schedule/", "schedule", ScheduleView),
            ("<int:campaign_id>/progress/", "progress", ProgressView),
            ("<int:campaign_id>/failures.csv", "failures", FailuresView),
        ]
        own = [
            path(
                route,
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"notifications_campaign_{name}",
            )
            for route, name, view in pages
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self._page(ComposeView, request)

    def change_view(self, request: HttpRequest, object_id: str, *_args: Any, **_kwargs: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        return self._page(CampaignView, request, campaign_id=found.pk)

    def _page(self, view: type[Any], request: HttpRequest, **kwargs: Any) -> HttpResponse:
        page: HttpResponse = view.as_view(model_admin=self)(request, **kwargs)
        return page

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return False  # what was sent to people stays on record

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, campaign: Campaign) -> SafeString:
        return badge(campaign.status, campaign.get_status_display())

    @admin.display(description=_("when"), ordering="started_at")
    def when(self, campaign: Campaign) -> str:
        at = campaign.started_at or campaign.scheduled_at
        return local_text(at, zone_here()) if at else "—"
