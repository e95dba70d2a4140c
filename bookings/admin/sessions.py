"""Group sessions: when, with whom, and who sits in them."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.bookings.site import status_badge
from bookings.admin.door import actor_of, clock_text, local_text
from bookings.admin.each import each
from bookings.admin.opening import OpenSessionView
from bookings.admin.pages import ReadOnlyAdmin, ReadOnlyInline
from bookings.models import BookingItem, GroupSession
from bookings.services.group_sessions import cancel_session


class SeatInline(ReadOnlyInline):
    model = BookingItem
    fields = ("seat", "booking_link", "client_link", "badge")
    readonly_fields = fields
    ordering = ("seat",)
    verbose_name_plural = _("who comes")

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingItem]:
        found: QuerySet[BookingItem] = super().get_queryset(request).select_related("booking__client")
        return found

    @admin.display(description=_("booking"))
    def booking_link(self, item: BookingItem) -> SafeString:
        return format_html('<a href="../../../booking/{0}/change/">#{0}</a>', item.booking_id)

    @admin.display(description=_("client"))
    def client_link(self, item: BookingItem) -> SafeString:
        client = item.booking.client
        return format_html(
            '<a href="../../../user/{}/change/">{}</a><br>{}', client.pk, client.display_name, client.phone
        )

    @admin.display(description=_("status"))
    def badge(self, item: BookingItem) -> SafeString:
        return status_badge(item.booking.status)


@admin.register(GroupSession)
class GroupSessionAdmin(ReadOnlyAdmin):
    """Sessions are opened and called off by services: here one can be opened in advance, and called off with everybody
    in it.
    """

    list_display = ("when", "service", "seats_taken", "specialist", "location", "room", "planned")
    list_display_links = ("when", "service")
    list_filter = ("location", ("specialist", admin.RelatedOnlyFieldListFilter), "planned")
    list_select_related = ("service", "specialist", "location", "room")
    search_fields = ("=id", "seats__booking__client__first_name", "seats__booking__client__phone")
    search_help_text = _("number of the session, or the name or phone of somebody in it")
    date_hierarchy = "starts_at"
    ordering = ("-starts_at", "-id")
    actions = ("call_off",)
    inlines = (SeatInline,)
    fields = (
        ("service", "specialist"),
        ("location", "room"),
        ("when", "until"),
        "clock",
        ("seats_taken", "planned"),
    )
    readonly_fields = (
        "service", "specialist", "location", "room", "when", "until", "clock", "seats_taken", "planned",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupSession]:
        # Each once: a search for who sits in them joins the seats a second time.
        counted: QuerySet[GroupSession] = (
            super()
            .get_queryset(request)
            .annotate(taken=Count("seats", filter=Q(seats__seat__isnull=False), distinct=True))
        )
        return counted

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As Django has it, not as of rows that only services write: there is a page for it."""
        return super(ReadOnlyAdmin, self).has_add_permission(request) and actor_of(request).is_admin

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        page = OpenSessionView.as_view(model_admin=self)(request)
        assert isinstance(page, HttpResponse), "OpenSessionView streams nothing"  # noqa: S101 - narrows the type
        return page

    @admin.display(description=_("when"), ordering="starts_at")
    def when(self, session: GroupSession) -> str:
        return local_text(session.starts_at, session.location.timezone)

    @admin.display(description=_("until"))
    def until(self, session: GroupSession) -> str:
        return local_text(session.ends_at, session.location.timezone)

    @admin.display(description=_("times are those of"))
    def clock(self, session: GroupSession) -> str:
        return clock_text(session.location.timezone)

    @admin.display(description=_("seats taken"), ordering="taken")
    def seats_taken(self, session: Any) -> str:
        return f"{session.taken} / {session.capacity}"

    @admin.action(description=_("Call off, with every booking in it"), permissions=["view"])
    def call_off(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        each(request, queryset, lambda pk: cancel_session(actor=actor_of(request), session_id=pk))
