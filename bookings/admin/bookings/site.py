"""The list and the pages of bookings."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy, ngettext

from booking_site.lib import clock
from bookings.admin.bookings.filters import AffectedFilter, DayFilter
from bookings.admin.bookings.views import CancelView, ClientSearch, CreateView, MoveView, OutcomeView, ReassignView
from bookings.admin.door import actor_of, clock_text, explain, local_text, money_text
from bookings.admin.pages import ReadOnlyInline, TitledAdmin
from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.exceptions import BookingError
from bookings.models import Booking, BookingItem, ClientNote, StatusChange
from bookings.queries.bookings import may_reopen
from bookings.reasons import reason_text
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking


class ItemInline(ReadOnlyInline):
    model = BookingItem
    fields = ("service_name", "specialist_name", "when", "duration_minutes", "room", "seat", "shown_price")
    readonly_fields = ("when", "shown_price")

    @admin.display(description=gettext_lazy("when"))
    def when(self, item: BookingItem) -> str:
        return local_text(item.starts_at, item.booking.location.timezone)

    @admin.display(description=gettext_lazy("price"))
    def shown_price(self, item: BookingItem) -> str:
        return money_text(item.price, item.booking.currency)


class HistoryInline(ReadOnlyInline):
    model = StatusChange
    fields = ("when", "change", "who", "door", "reason_shown", "trace_id")
    readonly_fields = ("when", "change", "who", "reason_shown")
    verbose_name_plural = gettext_lazy("history")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusChange]:
        found: QuerySet[StatusChange] = (
            super().get_queryset(request).select_related("by_user", "booking__location")
        )
        return found

    @admin.display(description=gettext_lazy("when"))
    def when(self, change: StatusChange) -> str:
        return local_text(change.at, change.booking.location.timezone)

    @admin.display(description=gettext_lazy("status"))
    def change(self, change: StatusChange) -> SafeString:
        if change.from_status == change.to_status:
            return status_badge(change.to_status)
        before = status_badge(change.from_status) if change.from_status else "—"
        return format_html("{} → {}", before, status_badge(change.to_status))

    @admin.display(description=gettext_lazy("by"))
    def who(self, change: StatusChange) -> str:
        role = str(change.get_by_role_display())
        return f"{change.by_user.display_name} ({role})" if change.by_user else role

    @admin.display(description=gettext_lazy("reason"))
    def reason_shown(self, change: StatusChange) -> str:
        return reason_text(change.reason)


def status_badge(status: str) -> SafeString:
    return format_html('<span class="badge badge-{}">{}</span>', status, BookingStatus(status).label)


@admin.register(Booking)
class BookingAdmin(TitledAdmin):
    list_display = ("number", "when", "badge", "coming_mark", "client_name", "what", "location", "price_text")
    list_filter = (
        DayFilter,
        "status",
        "location",
        ("items__specialist", admin.RelatedOnlyFieldListFilter),
        AffectedFilter,
    )
    search_fields = ("=id", "client__first_name", "client__last_name", "client__phone", "client__tg_id")
    search_help_text = gettext_lazy("Number of the booking, or the client's name, phone or Telegram id")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-id")
    list_select_related = ("client", "location")
    list_per_page = 50
    actions = ["confirm_selected", "complete_selected", "no_show_selected"]
    inlines = (ItemInline, HistoryInline)
    fields = (
        ("badge", "when", "ends"), ("clock", "coming"), ("client_link", "location"), "price_text", "comment",
        ("door", "created", "version"),
    )  # fmt: skip
    readonly_fields = (
        "badge", "when", "ends", "clock", "coming", "client_link", "location", "price_text", "comment", "door", "created",
        "version",
    )  # fmt: skip
    change_form_template = "bookings/admin/booking.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        found: QuerySet[Booking] = super().get_queryset(request).prefetch_related("items")
        return found

    def get_urls(self) -> list[Any]:
        pages: list[tuple[str, type[Any]]] = [
            ("cancel", CancelView),
            ("move", MoveView),
            ("reassign", ReassignView),
            ("outcome", OutcomeView),
        ]
        own = [
            path(
                f"<int:booking_id>/{name}/",
                self.admin_site.admin_view(view.as_view(model_admin=self)),
                name=f"bookings_booking_{name}",
            )
            for name, view in pages
        ]
        clients = ClientSearch.as_view(admin_site=self.admin_site)
        own.append(path("clients/", self.admin_site.admin_view(clients), name="bookings_booking_clients"))
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        page = CreateView.as_view(model_admin=self)(request)
        assert isinstance(page, HttpResponse), "CreateView streams nothing"  # noqa: S101 - narrows the type
        return page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        booking = self.get_object(request, object_id)
        possible = {
            "confirm": booking is not None and booking.status == BookingStatus.PENDING,
            # A visit that has not begun has no outcome.
            "close": booking is not None
            and booking.status == BookingStatus.CONFIRMED
            and booking.starts_at <= clock.now(),
            "open": booking is not None and booking.status in OPEN_STATUSES,
            "reopen": booking is not None and may_reopen(actor=actor_of(request), booking_id=booking.pk),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "possible": possible})

    # Status and time change through services; nothing here writes a row.
    def has_change_permission(self, _request: HttpRequest, _obj: Booking | None = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Booking | None = None) -> bool:
        return False

    @admin.display(description="№", ordering="id")
    def number(self, booking: Booking) -> str:
        return f"#{booking.pk}"

    @admin.display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, booking: Booking) -> str:
        return local_text(booking.starts_at, booking.location.timezone)

    @admin.display(description=gettext_lazy("until"))
    def ends(self, booking: Booking) -> str:
        return local_text(booking.ends_at, booking.location.timezone)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def badge(self, booking: Booking) -> SafeString:
        return status_badge(booking.status)

    @admin.display(description=gettext_lazy("will come"), ordering="coming_at")
    def coming_mark(self, booking: Booking) -> str:
        return "✓" if booking.coming_at else ""

    @admin.display(description=gettext_lazy("the client is coming, said at"))
    def coming(self, booking: Booking) -> str:
        return local_text(booking.coming_at, booking.location.timezone) if booking.coming_at else "—"

    @admin.display(description=gettext_lazy("times are those of"))
    def clock(self, booking: Booking) -> str:
        return clock_text(booking.location.timezone)

    @admin.display(description=gettext_lazy("created at"))
    def created(self, booking: Booking) -> str:
        return local_text(booking.created_at, booking.location.timezone)

    @admin.display(description=gettext_lazy("client"), ordering="client__first_name")
    def client_name(self, booking: Booking) -> str:
        return booking.client.display_name

    @admin.display(description=gettext_lazy("client"))
    def client_link(self, booking: Booking) -> SafeString:
        kept = ClientNote.objects.filter(client=booking.client_id).count()
        return format_html(
            '<a href="../../../user/{}/change/">{}</a> {}{}',
            booking.client_id,
            booking.client.display_name,
            booking.client.phone,
            " · " + ngettext("%(count)d note", "%(count)d notes", kept) % {"count": kept} if kept else "",
        )

    @admin.display(description=gettext_lazy("services"))
    def what(self, booking: Booking) -> SafeString:
        return format_html_join(
            mark_safe("<br>"),
            '{} <small class="quiet">{}</small>',
            ((str(item.service_name), str(item.specialist_name)) for item in booking.items.all()),
        )

    @admin.display(description=gettext_lazy("price"), ordering="price")
    def price_text(self, booking: Booking) -> str:
        price = money_text(booking.price, booking.currency)
        if not booking.discount:
            return price
        return f"{price} (−{money_text(booking.discount, booking.currency)}, {booking.promo_code})"

    @admin.action(description=gettext_lazy("Confirm"))
    def confirm_selected(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, confirm_booking)

    @admin.action(description=gettext_lazy("The client came"))
    def complete_selected(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, complete_booking)

    @admin.action(description=gettext_lazy("The client did not come"))
    def no_show_selected(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        self._each(request, queryset, mark_no_show)

    def _each(self, request: HttpRequest, queryset: QuerySet[Booking], service: Any) -> None:
        """One by one: what one booking refuses does not hold up the rest."""
        changed = 0
        for booking in queryset.order_by("pk"):
            try:
                service(actor=actor_of(request), booking_id=booking.pk)
                changed += 1
            except BookingError as error:
                reason = explain(error, booking.location.timezone)
                self.message_user(request, f"#{booking.pk}: {reason}", messages.ERROR)
        if changed:
            text = ngettext("%(count)d booking changed.", "%(count)d bookings changed.", changed)
            self.message_user(request, text % {"count": changed}, messages.SUCCESS)
