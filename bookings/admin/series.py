"""Visits that repeat: what was agreed, and what became of each."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _, ngettext

from booking_site.lib import clock
from bookings.admin.bookings.site import status_badge
from bookings.admin.door import actor_of, clock_text, local_text, money_text
from bookings.admin.each import each
from bookings.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from bookings.admin.repeating import SeriesView
from bookings.enums import OPEN_STATUSES
from bookings.models import Booking, BookingSeries
from bookings.services.cancel_series import cancel_series


class VisitInline(ReadOnlyInline):
    model = Booking
    fields = ("link", "when", "badge", "who", "shown_price")
    readonly_fields = fields
    ordering = ("starts_at", "id")
    verbose_name_plural = _("visits")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        found: QuerySet[Booking] = (
            super().get_queryset(request).select_related("location").prefetch_related("items")
        )
        return found

    @admin.display(description="№")
    def link(self, booking: Booking) -> SafeString:
        return format_html('<a href="../../../booking/{0}/change/">#{0}</a>', booking.pk)

    @admin.display(description=_("when"))
    def when(self, booking: Booking) -> str:
        return local_text(booking.starts_at, booking.location.timezone)

    @admin.display(description=_("status"))
    def badge(self, booking: Booking) -> SafeString:
        return status_badge(booking.status)

    @admin.display(description=_("specialists"))
    def who(self, booking: Booking) -> str:
        return ", ".join(dict.fromkeys(str(item.specialist_name) for item in booking.items.all()))

    @admin.display(description=_("price"))
    def shown_price(self, booking: Booking) -> str:
        return money_text(booking.price, booking.currency)


@admin.register(BookingSeries)
class SeriesAdmin(ReadOnlyAdmin):
    """Series are made and called off by services: there is a page for the one, and what is still ahead can be called off."""

    list_display = ("number", "client", "location", "first_visit", "rhythm", "visits", "visits_ahead")
    list_filter = ("location",)
    list_select_related = ("client", "location")
    search_fields = ("=id", "client__first_name", "client__last_name", "client__phone")
    search_help_text = _("number of the series, or the client's name or phone")
    ordering = ("-id",)
    actions = ("call_off",)
    inlines = (VisitInline,)
    fields = (("client_link", "location"), ("first_visit", "rhythm"), "clock", "created")
    readonly_fields = ("client_link", "location", "first_visit", "rhythm", "clock", "created")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingSeries]:
        ahead = Q(bookings__status__in=OPEN_STATUSES, bookings__starts_at__gt=clock.now())
        counted: QuerySet[BookingSeries] = (
            super()
            .get_queryset(request)
            .annotate(made=Count("bookings", distinct=True), ahead=Count("bookings", filter=ahead, distinct=True))
        )
        return counted

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As Django has it, not as of rows that only services write: there is a page for it."""
        return super(ReadOnlyAdmin, self).has_add_permission(request) and actor_of(request).is_admin

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        page = SeriesView.as_view(model_admin=self)(request)
        assert isinstance(page, HttpResponse), "SeriesView streams nothing"  # noqa: S101 - narrows the type
        return page

    @admin.display(description="№", ordering="id")
    def number(self, series: BookingSeries) -> str:
        return f"#{series.pk}"

    @admin.display(description=_("first visit"), ordering="starts_at")
    def first_visit(self, series: BookingSeries) -> str:
        return local_text(series.starts_at, series.location.timezone)

    @admin.display(description=_("how often"))
    def rhythm(self, series: BookingSeries) -> str:
        weeks = ngettext("every week", "every %(count)d weeks", series.every_weeks) % {"count": series.every_weeks}
        return f"{weeks} × {series.times}"

    @admin.display(description=_("visits"), ordering="made")
    def visits(self, series: Any) -> int:
        return int(series.made)

    @admin.display(description=_("still ahead"), ordering="ahead")
    def visits_ahead(self, series: Any) -> int:
        return int(series.ahead)

    @admin.display(description=_("client"))
    def client_link(self, series: BookingSeries) -> SafeString:
        return format_html(
            '<a href="../../../user/{}/change/">{}</a> {}',
            series.client_id, series.client.display_name, series.client.phone,
        )  # fmt: skip

    @admin.display(description=_("times are those of"))
    def clock(self, series: BookingSeries) -> str:
        return clock_text(series.location.timezone)

    @admin.display(description=_("created at"))
    def created(self, series: BookingSeries) -> str:
        return local_text(series.created_at, series.location.timezone)

    @admin.action(description=_("Call off what is still ahead"), permissions=["view"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        each(request, queryset, lambda pk: cancel_series(actor=actor_of(request), series_id=pk))
