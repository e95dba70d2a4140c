"""The page on which visits that repeat are booked: their dates first, with what is not free, then all of them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from bookings.admin.bookings.forms import BookingForm
from bookings.admin.door import actor_of, clock_text, local_text, money_text
from bookings.admin.form_pages import MakingPage
from bookings.exceptions import SeriesConflict, SlotTaken
from bookings.read_models import PlannedVisit, RecurringPlan
from bookings.services.recurring import (
    FEWEST_TIMES,
    MOST_TIMES,
    MOST_WEEKS,
    book_recurring,
    is_within_reach,
    plan_recurring,
)

_OTHER = "visit_"


class SeriesForm(BookingForm):
    """A visit as it is booked once, and its rhythm. ``planned`` marks what the dates below were looked up for."""

    every_weeks = forms.IntegerField(
        label=gettext_lazy("Every so many weeks"), min_value=1, max_value=MOST_WEEKS, initial=1
    )
    times = forms.IntegerField(
        label=gettext_lazy("Visits in all"), min_value=FEWEST_TIMES, max_value=MOST_TIMES, initial=4
    )
    planned = forms.CharField(widget=forms.HiddenInput, required=False)

    field_order = ("client", "location", "day", "time", "every_weeks", "times")

    def mark(self) -> str:
        """Changes with whatever the dates and their price hang on."""
        told = [
            str(getattr(self.cleaned_data[name], "pk", self.cleaned_data[name]))
            for name in sorted(self.cleaned_data)
            if name not in ("planned", "comment", "idempotency_key")
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Choices:
    """What is to become of visits whose date is not free, by their number: another time, or (``None``) nothing."""

    by_visit: Mapping[int, datetime | None]

    @classmethod
    def of(cls, sent: QueryDict) -> "Choices":
        """What cannot be read was not on the page, and is no choice."""
        return cls(dict(_read(sent)))

    @property
    def swaps(self) -> dict[int, datetime]:
        return {number: at for number, at in self.by_visit.items() if at is not None}

    @property
    def left_out(self) -> frozenset[int]:
        return frozenset(number for number, at in self.by_visit.items() if at is None)


def _read(sent: QueryDict) -> Iterator[tuple[int, datetime | None]]:
    for number in range(1, MOST_TIMES + 1):
        stated = sent.get(f"{_OTHER}{number}")
        if stated is None:
            continue
        try:
            at = datetime.fromisoformat(stated) if stated else None
        except ValueError:
            continue
        if at is None or at.tzinfo is not None:
            yield number, at


@dataclass(frozen=True, slots=True)
class Row:
    """One date as the page shows it; ``field`` asks what to do about one that is not free."""

    number: int
    when: str
    instead_of: str
    reason: str
    field: forms.BoundField | None


class SeriesView(MakingPage):
    title = gettext_lazy("New series of visits")
    submit = gettext_lazy("Show the dates")
    template = "bookings/admin/series_page.html"
    form_class = SeriesForm

    def initial(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().initial(request), "client": request.GET.get("client")}

    def make(self, request: HttpRequest, form: SeriesForm, starts_at: datetime) -> HttpResponse:
        chosen, choices = form.cleaned_data, Choices.of(request.POST)
        wish: dict[str, Any] = {
            "actor": actor_of(request),
            "client_id": chosen["client"].pk,
            "location_id": chosen["location"].pk,
            "items": form.items(),
            "starts_at": starts_at,
            "every_weeks": chosen["every_weeks"],
            "times": chosen["times"],
            "promo_code": chosen["promo_code"],
        }
        is_seen = chosen["planned"] == form.mark()
        if "_book" not in request.POST or not is_seen:
            return self._dates(request, form, plan_recurring(**wish), Choices({}))
        try:
            card = book_recurring(
                **wish,
                swaps=choices.swaps,
                leave_out=choices.left_out,
                comment=chosen["comment"],
                idempotency_key=form.key,
            )
        except SeriesConflict as refusal:
            taken = _("Some of these dates are not free any more. Look at them again.")
            form.add_error(None, taken if refusal.details["conflicts"] else _("No visit is left to be booked."))
            return self._dates(request, form, plan_recurring(**wish, swaps=choices.swaps), choices)
        made = len(card.bookings)
        text = ngettext("%(count)d visit was booked.", "%(count)d visits were booked.", made)
        return self.done(request, card.id, text % {"count": made})

    def _dates(
        self, request: HttpRequest, form: SeriesForm, plan: RecurringPlan, choices: Choices
    ) -> HttpResponse:
        """The form as it was sent, with its dates: nothing is written."""
        form.data = {**request.POST.dict(), "planned": form.mark()}
        zone = form.cleaned_data["location"].timezone
        free = len(plan.visits) - len(plan.conflicts)
        return self.page(
            request,
            form,
            rows=_Others(plan, choices, zone).rows(),
            clock=clock_text(zone),
            conflicts=len(plan.conflicts),
            free=ngettext("%(count)d visit", "%(count)d visits", free) % {"count": free} if free else "",
            total=money_text(plan.price - plan.discount, plan.currency),
            discount=money_text(plan.discount, plan.currency) if plan.discount else "",
        )


class _Others(forms.Form):
    """A question for each date that is not free, or was given another time."""

    def __init__(self, plan: RecurringPlan, choices: Choices, zone: str) -> None:
        super().__init__()
        self._visits, self._zone = plan.visits, zone
        for number, visit in enumerate(plan.visits, start=1):
            if not visit.is_free or visit.instead_of is not None:
                chosen = choices.swaps.get(number) if visit.is_free else None
                self.fields[f"{_OTHER}{number}"] = forms.ChoiceField(
                    # Leaving it out is an answer as well: browsers would refuse an empty one to what is required.
                    label=_("Instead"),
                    choices=self._choices(visit),
                    initial=_value(chosen),
                    required=False,
                )

    def _choices(self, visit: PlannedVisit) -> list[tuple[str, str]]:
        date = visit.instead_of or visit.starts_at
        times = [visit.starts_at] if visit.is_free else visit.alternatives
        near = [at for at in times if is_within_reach(at, date=date, zone=ZoneInfo(self._zone))]
        return [("", _("leave this visit out")), *((_value(at), local_text(at, self._zone)) for at in near)]

    def rows(self) -> list[Row]:
        return [self._row(number, visit) for number, visit in enumerate(self._visits, start=1)]

    def _row(self, number: int, visit: PlannedVisit) -> Row:
        name = f"{_OTHER}{number}"
        return Row(
            number=number,
            when=local_text(visit.starts_at, self._zone),
            instead_of=local_text(visit.instead_of, self._zone) if visit.instead_of else "",
            reason="" if visit.is_free else _reason(visit.code),
            field=self[name] if name in self.fields else None,
        )


def _reason(code: str) -> str:
    return _("taken") if code == SlotTaken.code else _("not on offer: closed, past, or too far ahead")


def _value(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat()
