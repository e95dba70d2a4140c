"""Who waits for a time, and what they were offered."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from bookings.admin.door import actor_of, local_text
from bookings.admin.each import each
from bookings.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from bookings.models import WaitlistEntry, WaitlistItem, WaitlistOffer
from bookings.services.waitlist import leave_waitlist


class WishInline(ReadOnlyInline):
    model = WaitlistItem
    fields = ("service", "specialist")


class OfferInline(ReadOnlyInline):
    model = WaitlistOffer
    fields = ("when", "specialist", "state", "until")
    readonly_fields = ("when", "until")

    @admin.display(description=_("when"))
    def when(self, offer: WaitlistOffer) -> str:
        return local_text(offer.starts_at, offer.entry.location.timezone)

    @admin.display(description=_("stands until"))
    def until(self, offer: WaitlistOffer) -> str:
        return local_text(offer.expires_at, offer.entry.location.timezone)


@admin.register(WaitlistEntry)
class WaitlistAdmin(ReadOnlyAdmin):
    list_display = ("client", "what", "location", "date_from", "date_to", "part_of_day", "state", "created_at")
    list_filter = ("state", "location", "part_of_day")
    list_select_related = ("client", "location")
    search_fields = ("=id", "client__first_name", "client__last_name", "client__phone")
    date_hierarchy = "date_from"
    ordering = ("-id",)
    actions = ["take_off"]
    inlines = (WishInline, OfferInline)
    fields = (
        ("client", "location", "state"), ("date_from", "date_to", "part_of_day"), ("booking", "created_at"),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[WaitlistEntry]:
        found: QuerySet[WaitlistEntry] = (
            super().get_queryset(request).prefetch_related("items__service", "items__specialist")
        )
        return found

    @admin.display(description=_("services"))
    def what(self, entry: WaitlistEntry) -> SafeString:
        return format_html_join(
            mark_safe("<br>"),
            '{} <small class="quiet">{}</small>',
            ((str(item.service), str(item.specialist or _("any specialist"))) for item in entry.items.all()),
        )

    @admin.action(description=_("Take off the list"), permissions=["view"])
    def take_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        each(request, queryset, lambda pk: leave_waitlist(actor=actor_of(request), entry_id=pk))
