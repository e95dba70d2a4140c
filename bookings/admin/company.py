"""The business itself: one row."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.admin.pages import TitledAdmin
from bookings.models import Company


@admin.register(Company)
class CompanyAdmin(TitledAdmin):
    fieldsets = (
        (None, {"fields": ("name", "about", "phone")}),
        (_("Defaults"), {"fields": ("currency", "default_language")}),
        (
            _("Booking rules"),
            {
                "fields": (
                    "slot_step_minutes",
                    "min_notice_minutes",
                    "horizon_days",
                    "cancel_window_minutes",
                    "reschedule_window_minutes",
                    "auto_confirm",
                    "confirm_after_no_shows",
                    "max_open_bookings",
                    "waitlist_offer_minutes",
                ),
                "description": _("Notice, horizon, windows and the limit bind clients; staff are free of them."),
            },
        ),
    )

    def changelist_view(self, _request: HttpRequest, _extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One row needs no list."""
        company = Company.objects.current()
        return HttpResponseRedirect(reverse("admin:bookings_company_change", args=[company.pk]))

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Company | None = None) -> bool:
        return False
