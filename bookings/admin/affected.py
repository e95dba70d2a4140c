"""After a change of hours, days off or people: say which bookings no longer fit."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import ngettext

from bookings.admin.door import actor_of
from bookings.admin.typed import ModelForm
from bookings.queries.affected import affected_ids


def warn_of_affected(request: HttpRequest) -> None:
    count = len(affected_ids(actor=actor_of(request)))
    if count:
        text = ngettext(
            "%(count)d upcoming booking no longer fits the calendar.",
            "%(count)d upcoming bookings no longer fit the calendar.",
            count,
        )
        link = reverse("admin:bookings_booking_changelist") + "?affected=yes"
        messages.warning(request, format_html('<a href="{}">{}</a>', link, text % {"count": count}))


class AffectedMixin:
    def save_related(self, request: HttpRequest, form: ModelForm[Any], formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        super().save_related(request, form, formsets, change)  # type: ignore[misc]  # a ModelAdmin stands behind
        warn_of_affected(request)

    def changed_many(self, request: HttpRequest) -> None:
        warn_of_affected(request)
