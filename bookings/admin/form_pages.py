"""Pages of the admin site with one form on them: each calls one service, and puts its refusal in words."""

import secrets
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views import View

from booking_site.lib import clock
from bookings.admin.bookings.forms import MakingForm, next_half_hour
from bookings.admin.door import explain
from bookings.admin.typed import ModelAdmin
from bookings.exceptions import BookingError
from bookings.models import Location


class FormPage(View):
    """A page of the admin site with one form on it."""

    #: Given to ``as_view``, which accepts only what the class has.
    model_admin: ModelAdmin[Any] = None  # type: ignore[assignment]
    title: ClassVar[Any] = ""
    submit: ClassVar[Any] = gettext_lazy("Save")
    template: ClassVar[str] = "bookings/admin/form_page.html"

    def page(self, request: HttpRequest, form: forms.Form, **more: Any) -> HttpResponse:
        """``more`` is what the template shows beside the form: ``card`` of the booking that it is about."""
        context = {
            **self.model_admin.admin_site.each_context(request),
            "opts": self.model_admin.opts,
            "title": self.title,
            "submit": self.submit,
            "form": form,
            "media": self.model_admin.media + form.media,
            **more,
        }
        return TemplateResponse(request, self.template, context)

    def done(self, request: HttpRequest, row_id: int, text: str) -> HttpResponse:
        """To the page of the row that was made or changed."""
        messages.success(request, text)
        opts = self.model_admin.opts
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[row_id]))


class MakingPage(FormPage):
    """On which something is put into the calendar of a location. Its form, sent twice, makes one."""

    form_class: ClassVar[type[MakingForm]]

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        """What an empty form offers."""
        location = Location.objects.filter(is_active=True).first()
        start = next_half_hour(clock.now(), location.zone if location else ZoneInfo("UTC"))
        key = secrets.token_hex(12)
        return {"location": location, "day": start.date(), "time": start.time(), "idempotency_key": key}

    def make(self, request: HttpRequest, form: Any, starts_at: datetime) -> HttpResponse:
        """Do what the form asks for. May raise BookingError, which is told above the form."""
        raise NotImplementedError

    def get(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        return self.page(request, self.form_class(initial=self.initial(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        form = self.form_class(request.POST)
        starts_at = form.starts_at(form.cleaned_data["location"].zone) if form.is_valid() else None
        if starts_at is not None:
            try:
                return self.make(request, form, starts_at)
            except BookingError as error:
                form.add_error(None, explain(error, form.cleaned_data["location"].timezone))
        return self.page(request, form)

    def _require(self, request: HttpRequest) -> None:
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
