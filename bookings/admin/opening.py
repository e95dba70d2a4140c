"""The page on which a group session is put into the calendar before anybody has booked it."""

from datetime import datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _, gettext_lazy

from bookings.admin.bookings.forms import MakingForm
from bookings.admin.door import actor_of
from bookings.admin.form_pages import MakingPage
from bookings.models import Service, Specialist
from bookings.services.group_sessions import open_session


class OpenSessionForm(MakingForm):
    """Of services that several clients visit at once."""

    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True, capacity__gt=1), label=gettext_lazy("Service")
    )
    specialist = forms.ModelChoiceField(Specialist.objects.filter(is_active=True), label=gettext_lazy("With"))

    field_order = ("service", "specialist", "location", "day", "time")


class OpenSessionView(MakingPage):
    title = gettext_lazy("New group session")
    submit = gettext_lazy("Open the session")
    form_class = OpenSessionForm

    def make(self, request: HttpRequest, form: OpenSessionForm, starts_at: datetime) -> HttpResponse:
        chosen = form.cleaned_data
        card = open_session(
            actor=actor_of(request),
            location_id=chosen["location"].pk,
            service_id=chosen["service"].pk,
            specialist_id=chosen["specialist"].pk,
            starts_at=starts_at,
            idempotency_key=form.key,
        )
        return self.done(request, card.id, _("The session is open for bookings."))
