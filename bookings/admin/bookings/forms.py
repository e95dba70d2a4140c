"""What staff fill in. Dates and times are wall clock at the booking's location."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.admin.widgets import KnownAutocomplete
from bookings.enums import Role
from bookings.models import Booking, Location, Service, Specialist, User
from bookings.planned_days import FIRST_DAY, LAST_DAY
from bookings.read_models import BookingCard, ItemRequest
from bookings.services.history import COMMENT_LIMIT, REASON_LIMIT

ITEM_ROWS = 3


def instant_of(day: Any, moment: Any, zone: ZoneInfo) -> datetime:
    """UTC instant of a wall-clock time. Raises ValidationError for an hour that the clock skips that day."""
    naive = datetime.combine(day, moment)
    instant = naive.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != naive:
        raise forms.ValidationError(_("The clock skips this hour on that day."))
    return instant


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class WhenForm(forms.Form):
    day = forms.DateField(
        label=_("Date"),
        widget=DateInput(),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
    time = forms.TimeField(label=_("Time"), widget=TimeInput())

    def starts_at(self, zone: ZoneInfo) -> datetime | None:
        day, moment = self.cleaned_data.get("day"), self.cleaned_data.get("time")
        if day is None or moment is None:
            return None
        try:
            return instant_of(day, moment, zone)
        except forms.ValidationError as error:
            self.add_error("time", error)
            return None


class MakingForm(WhenForm):
    """Something new at a location; sent twice, with the key that it was given, it makes one."""

    location = forms.ModelChoiceField(Location.objects.filter(is_active=True), label=_("Location"))
    idempotency_key = forms.CharField(widget=forms.HiddenInput)

    @property
    def key(self) -> str:
        return f"admin:{self.cleaned_data['idempotency_key']}"


def bookable_clients() -> QuerySet[User]:
    """Whom staff may book for: clients, as long as their login is not switched off."""
    return User.objects.filter(is_active=True, role=Role.CLIENT)


def client_label(client: User) -> str:
    return f"{client.display_name} · {client.phone}" if client.phone else client.display_name


class ClientSelect(KnownAutocomplete):
    """Finds clients as one types, by what ``PeopleAdmin`` searches: a list of all would be a page of megabytes."""

    def __init__(self) -> None:
        super().__init__(Booking._meta.get_field("client"), admin.site)  # noqa: SLF001 - Django's documented name

    def get_url(self) -> str:
        return reverse("admin:bookings_booking_clients")


class BookingForm(MakingForm):
    """A new booking: up to three services in one visit."""

    client = forms.ModelChoiceField(
        bookable_clients().order_by("first_name", "last_name"),
        label=_("Client"),
        widget=ClientSelect(),
        help_text=_("Somebody new? Add them under Users first."),
    )
    promo_code = forms.CharField(label=_("Promotion code"), max_length=40, required=False)
    comment = forms.CharField(label=_("Comment"), max_length=COMMENT_LIMIT, required=False)

    field_order: tuple[str, ...] = ("client", "location", "day", "time")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"].label_from_instance = client_label  # type: ignore[attr-defined]
        for row in range(ITEM_ROWS):
            self.fields[f"service_{row}"] = forms.ModelChoiceField(
                Service.objects.filter(is_active=True).select_related("category"),
                label=_("Service") if row == 0 else _("and then"),
                required=row == 0,
            )
            self.fields[f"specialist_{row}"] = forms.ModelChoiceField(
                Specialist.objects.filter(is_active=True),
                label=_("with"),
                required=False,
                empty_label=_("any specialist"),
            )
        self.order_fields(
            [*self.field_order, *(name for name in self.fields if name[-1].isdigit()), "promo_code", "comment"]
        )

    def items(self) -> list[ItemRequest]:
        return [
            ItemRequest(service.pk, specialist.pk if specialist else None)
            for row in range(ITEM_ROWS)
            if (service := self.cleaned_data.get(f"service_{row}"))
            for specialist in [self.cleaned_data.get(f"specialist_{row}")]
        ]


class VersionedForm(forms.Form):
    """``version``: the booking as the form's reader saw it. Sent twice, with the key that it was given, it acts once."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    idempotency_key = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def key(self) -> str | None:
        """Buttons that stand alone come without one."""
        stated = self.cleaned_data["idempotency_key"]
        return f"admin:{stated}" if stated else None


class CancelForm(VersionedForm):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LIMIT,
        required=False,
        help_text=_("The client and the specialist read it."),
    )


class MoveForm(WhenForm, VersionedForm):
    specialist = forms.ModelChoiceField(
        Specialist.objects.filter(is_active=True),
        label=_("With"),
        required=False,
        empty_label=_("as before"),
    )


class ReassignForm(VersionedForm):
    """Who gives the visit from now on, or one service of it."""

    specialist = forms.ModelChoiceField(Specialist.objects.filter(is_active=True), label=_("With"))

    def __init__(self, *args: Any, card: BookingCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(card.items) > 1:
            whole = [("", _("the whole visit"))]
            parts = [(str(item.id), f"{item.service_name} ({item.specialist_name})") for item in card.items]
            self.fields["item"] = forms.ChoiceField(label=_("Service"), choices=[*whole, *parts], required=False)

    def item_id(self) -> int | None:
        chosen = self.cleaned_data.get("item")
        return int(chosen) if chosen else None


def next_half_hour(now: datetime, zone: ZoneInfo) -> datetime:
    """A start to offer in an empty form."""
    local = now.astimezone(zone)
    return (local + timedelta(minutes=30 - local.minute % 30)).replace(second=0, microsecond=0)
