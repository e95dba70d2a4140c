"""What clients say: read here, answered, and hidden where it has to be."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookings.admin.door import actor_of
from bookings.admin.each import each
from bookings.admin.pages import TitledAdmin
from bookings.admin.typed import ModelForm
from bookings.models import Review
from bookings.services.reviews import HIGHEST, hide_review, reply_to_review


@admin.register(Review)
class ReviewAdmin(TitledAdmin):
    list_display = ("stars", "client", "who", "text", "reply", "is_hidden", "created_at")
    list_filter = ("rating", "is_hidden", "specialists")
    list_select_related = ("client",)
    search_fields = ("text", "client__first_name", "client__last_name", "=booking__id")
    date_hierarchy = "created_at"
    actions = ["hide", "show"]
    fields = (
        ("stars", "is_hidden"),
        ("booking_link", "client", "who"),
        "text",
        "reply",
        ("created_at", "replied_at"),
    )
    readonly_fields = ("stars", "booking_link", "client", "who", "text", "created_at", "replied_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        found: QuerySet[Review] = super().get_queryset(request).prefetch_related("specialists")
        return found

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Review | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Review, form: ModelForm[Review], change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Reply and visibility change through the services, which audit them."""
        if "reply" in form.changed_data:
            reply_to_review(actor=actor_of(request), review_id=obj.pk, reply=obj.reply)
        if "is_hidden" in form.changed_data:
            hide_review(actor=actor_of(request), review_id=obj.pk, hidden=obj.is_hidden)

    @admin.display(description=_("rating"), ordering="rating")
    def stars(self, review: Review) -> str:
        return "★" * review.rating + "☆" * (HIGHEST - review.rating)

    @admin.display(description=_("specialists"))
    def who(self, review: Review) -> str:
        return ", ".join(str(specialist) for specialist in review.specialists.all())

    @admin.display(description=_("booking"))
    def booking_link(self, review: Review) -> SafeString:
        return format_html('<a href="../../../booking/{0}/change/">#{0}</a>', review.booking_id)

    @admin.action(description=_("Hide"))
    def hide(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        each(request, queryset, lambda pk: hide_review(actor=actor_of(request), review_id=pk))

    @admin.action(description=_("Show again"))
    def show(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        each(request, queryset, lambda pk: hide_review(actor=actor_of(request), review_id=pk, hidden=False))
