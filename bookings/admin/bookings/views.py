"""Pages that change a booking: each shows a form, calls one service, and puts its refusal in words."""

import secrets
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from bookings.admin.bookings.forms import (
    BookingForm,
    CancelForm,
    MoveForm,
    ReassignForm,
    VersionedForm,
    bookable_clients,
    client_label,
)
from bookings.admin.door import actor_of, explain
from bookings.admin.form_pages import FormPage, MakingPage
from bookings.exceptions import BookingError, NotFound
from bookings.models import Booking, User
from bookings.queries.bookings import get_booking
from bookings.read_models import BookingCard
from bookings.services.cancel_booking import cancel_booking
from bookings.services.complete_booking import complete_booking, mark_no_show
from bookings.services.confirm_booking import confirm_booking
from bookings.services.create_booking import create_booking
from bookings.services.reassign_booking import reassign_booking
from bookings.services.reopen_booking import reopen_booking
from bookings.services.reschedule_booking import reschedule_booking


def seen(card: BookingCard) -> dict[str, Any]:
    """What a form about the booking begins with."""
    return {"version": card.version, "idempotency_key": secrets.token_hex(12)}


class BookingPage(FormPage):
    """A page about one booking."""

    def card(self, request: HttpRequest, booking_id: int) -> BookingCard:
        if not self.model_admin.has_view_permission(request):
            raise PermissionDenied
        try:
            return get_booking(actor=actor_of(request), booking_id=booking_id)
        except NotFound:
            raise Http404 from None


class ClientSearch(AutocompleteJsonView):
    """Clients for ``ClientSelect``, with the phone that tells two of one name apart."""

    def process_request(self, request: HttpRequest) -> Any:
        term, people_admin, source, to_field = super().process_request(request)
        if source.model is not Booking or source.name != "client":
            raise PermissionDenied
        return term, people_admin, source, to_field

    def get_queryset(self) -> QuerySet[User]:
        found: QuerySet[User] = super().get_queryset() & bookable_clients()
        return found

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": client_label(obj)}


class CreateView(MakingPage):
    title = gettext_lazy("New booking")
    submit = gettext_lazy("Book")
    form_class = BookingForm

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), "client": request.GET.get("client")}

    def make(self, request: HttpRequest, form: BookingForm, starts_at: datetime) -> HttpResponse:
        card = create_booking(
            actor=actor_of(request),
            client_id=form.cleaned_data["client"].pk,
            location_id=form.cleaned_data["location"].pk,
            items=form.items(),
            starts_at=starts_at,
            comment=form.cleaned_data["comment"],
            promo_code=form.cleaned_data["promo_code"],
            idempotency_key=form.key,
        )
        return self.done(request, card.id, _("The booking was made."))


class CancelView(BookingPage):
    title = gettext_lazy("Cancel the booking")
    submit = gettext_lazy("Cancel the booking")

    def get(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        return self.page(request, CancelForm(initial=seen(card)), card=card)

    def post(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        form = CancelForm(request.POST)
        if form.is_valid():
            try:
                cancel_booking(
                    actor=actor_of(request),
                    booking_id=booking_id,
                    reason=form.cleaned_data["reason"],
                    expected_version=form.cleaned_data["version"],
                    idempotency_key=form.key,
                )
            except BookingError as error:
                form.add_error(None, explain(error, card.location.zone))
            else:
                return self.done(request, booking_id, _("The booking was cancelled."))
        return self.page(request, form, card=card)


class MoveView(BookingPage):
    title = gettext_lazy("Move the booking")
    submit = gettext_lazy("Move")

    def get(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        start = card.starts_at.astimezone(ZoneInfo(card.location.zone))
        initial = {"day": start.date(), "time": start.time(), **seen(card)}
        return self.page(request, MoveForm(initial=initial), card=card)

    def post(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        form = MoveForm(request.POST)
        starts_at = form.starts_at(ZoneInfo(card.location.zone)) if form.is_valid() else None
        if starts_at is not None:
            specialist = form.cleaned_data["specialist"]
            try:
                reschedule_booking(
                    actor=actor_of(request),
                    booking_id=booking_id,
                    starts_at=starts_at,
                    specialist_id=specialist.pk if specialist else None,
                    expected_version=form.cleaned_data["version"],
                    idempotency_key=form.key,
                )
            except BookingError as error:
                form.add_error(None, explain(error, card.location.zone))
            else:
                return self.done(request, booking_id, _("The booking was moved."))
        return self.page(request, form, card=card)


class ReassignView(BookingPage):
    title = gettext_lazy("Another specialist")
    submit = gettext_lazy("Reassign")

    def get(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        return self.page(request, ReassignForm(card=card, initial=seen(card)), card=card)

    def post(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        form = ReassignForm(request.POST, card=card)
        if form.is_valid():
            try:
                reassign_booking(
                    actor=actor_of(request),
                    booking_id=booking_id,
                    specialist_id=form.cleaned_data["specialist"].pk,
                    item_id=form.item_id(),
                    expected_version=form.cleaned_data["version"],
                    idempotency_key=form.key,
                )
            except BookingError as error:
                form.add_error(None, explain(error, card.location.zone))
            else:
                return self.done(request, booking_id, _("The booking was reassigned."))
        return self.page(request, form, card=card)


class OutcomeView(BookingPage):
    """Buttons without a form: confirm, came, did not come."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, booking_id: int) -> HttpResponse:
        card = self.card(request, booking_id)
        outcomes = {
            "confirm": confirm_booking, "complete": complete_booking, "no_show": mark_no_show, "reopen": reopen_booking,
        }  # fmt: skip
        service = outcomes.get(request.POST.get("outcome", ""))
        form = VersionedForm(request.POST)
        if service is None or not form.is_valid():
            raise Http404
        try:
            service(actor=actor_of(request), booking_id=booking_id, expected_version=form.cleaned_data["version"])
        except BookingError as error:
            messages.error(request, explain(error, card.location.zone))
            return HttpResponseRedirect(reverse("admin:bookings_booking_change", args=[booking_id]))
        return self.done(request, booking_id, _("Saved."))
