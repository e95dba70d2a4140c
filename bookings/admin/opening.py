"""The page on which a group session is put into the calendar before anybody has booked it."""

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from booking_site.lib import clock
from bookings.admin.bookings.forms import WhenForm, next_half_hour
from bookings.admin.bookings.views import AdminPage
from bookings.admin.door import actor_of, explain
from bookings.exceptions import BookingError
from bookings.models import Location, Service, Specialist
from bookings.services.group_sessions import open_session


class OpenSessionForm(WhenForm):
    """Of services that several clients visit at once."""

    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True, capacity__gt=1), label=gettext_lazy("Service")
    )
    specialist = forms.ModelChoiceField(Specialist.objects.filter(is_active=True), label=gettext_lazy("With"))
    location = forms.ModelChoiceField(Location.objects.filter(is_active=True), label=gettext_lazy("Location"))
    idempotency_key = forms.CharField(widget=forms.HiddenInput)

    field_order = ("service", "specialist", "location", "day", "time")


class OpenSessionView(AdminPage):
    title = gettext_lazy("New group session")
    submit = gettext_lazy("Open the session")

    def get(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        location = Location.objects.filter(is_active=True).first()
        initial: dict[str, Any] = {"idempotency_key": secrets.token_hex(12)}
        if location is not None:
            start = next_half_hour(clock.now(), location.zone)
            initial |= {"location": location, "day": start.date(), "time": start.time()}
        return self.page(request, OpenSessionForm(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        self._require(request)
        form = OpenSessionForm(request.POST)
        if form.is_valid():
            chosen = form.cleaned_data
            starts_at = form.starts_at(chosen["location"].zone)
            if starts_at is not None:
                try:
                    card = open_session(
                        actor=actor_of(request),
                        location_id=chosen["location"].pk,
                        service_id=chosen["service"].pk,
                        specialist_id=chosen["specialist"].pk,
                        starts_at=starts_at,
                        idempotency_key=f"admin:{chosen['idempotency_key']}",
                    )
                except BookingError as error:
                    form.add_error(None, explain(error, chosen["location"].timezone))
                else:
                    messages.success(request, _("The session is open for bookings."))
                    return HttpResponseRedirect(reverse("admin:bookings_groupsession_change", args=[card.id]))
        return self.page(request, form)

    def _require(self, request: HttpRequest) -> None:
        if not self.model_admin.has_add_permission(request):
            raise PermissionDenied
