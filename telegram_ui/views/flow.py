"""Texts of the booking flow, one function a step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import BookingCard, CategoryCard, LocationCard, ServiceCard, SpecialistCard, Text
from telegram_ui.callbacks import Step
from telegram_ui.views.format import (
    bold,
    capital,
    clock,
    duration,
    full_moment,
    local_date,
    long_date,
    month_title,
    plain,
    price,
    safe,
    short,
    span,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What has been chosen so far. ``specialist`` is ``None`` for any; ``moving`` is the visit that is being moved."""

    location: LocationCard
    services: tuple[Text, ...]
    specialist: Text | None
    minutes: int
    price: Decimal
    price_varies: bool
    currency: str
    moving: BookingCard | None = None
    #: The place is one of several, so it is named all along.
    names_place: bool = False

    @property
    def zone(self) -> str:
        return self.location.zone


def header(visit: Visit, today: date) -> str:
    """Two to four lines over every step, so that nobody has to scroll up."""
    names = ", ".join(safe(name) for name in visit.services)
    if visit.moving:
        when = full_moment(visit.moving.starts_at, visit.zone, today)
        return bold(_("Moving the visit")) + f"\n{names}\n" + _("Now: %(when)s") % {"when": when}
    facts = f"{duration(visit.minutes)} · {price(visit.price, visit.currency, varies=visit.price_varies)}"
    who = f"\n👤 {safe(visit.specialist)}" if visit.specialist else ""
    return f"<b>{names}</b>\n{facts}{who}{_at(visit.location if visit.names_place else None)}"


def _at(location: LocationCard | None) -> str:
    return f"\n📍 {safe(location.name)}" if location else ""


def choose_location(locations: Sequence[LocationCard]) -> str:
    lines = [bold(_("Where would you like to come?")), ""]
    for location in locations:
        address = f" – {safe(location.address)}" if plain(location.address) else ""
        lines.append(f"📍 {safe(location.name)}{address}")
    return "\n".join(lines)


def choose_category(
    categories: Sequence[CategoryCard],  # noqa: ARG001 - the buttons carry them
    place: LocationCard | None,
) -> str:
    """``place``: where it is one of several."""
    return bold(_("What would you like to book?")) + _at(place)


#: Lines of a list that surely fit a message; the buttons below go on.
LISTED = 30


def choose_service(services: Sequence[ServiceCard], place: LocationCard | None) -> str:
    """``place``: where it is one of several."""
    lines = [bold(_("Choose a service")) + _at(place), ""]
    for service in services[:LISTED]:
        cost = price(service.price, service.currency, varies=service.price_varies)
        lines.append(
            f"• {escape(short(service.name, 60), quote=False)} – {duration(service.duration_minutes)}, {cost}"
        )
    return "\n".join(lines)


def no_services() -> str:
    return _("There is nothing to book here right now. Please look in later.")


def choose_window(visit: Visit, today: date, *, found: bool) -> str:
    ask = _("Nearest times:") if found else _("There is no free time in the coming days. Look at another day.")
    return f"{header(visit, today)}\n\n{ask}"


def choose_specialist(visit: Visit, specialists: Sequence[SpecialistCard], today: date) -> str:
    lines = [header(visit, today), "", _("Who would you like to see?")]
    prices_differ = len({specialist.price for specialist in specialists}) > 1
    for specialist in specialists[:LISTED]:
        bio = f" – {escape(short(specialist.bio, 80), quote=False)}" if plain(specialist.bio) else ""
        own = specialist.price if prices_differ else None
        cost = "" if own is None else f" · {price(own, visit.currency)}"
        lines.append(f"• <b>{escape(short(specialist.name, 40), quote=False)}</b>{cost}{bio}")
    return "\n".join(lines)


def choose_day(visit: Visit, month: date, today: date, *, has_free: bool) -> str:
    ask = _("Choose a day") if has_free else _("No free days in this month")
    legend = _("Numbers are free days · ✕ full · – closed")
    return f"{header(visit, today)}\n\n<b>{month_title(month)}.</b> {ask}\n<i>{legend}</i>"


def choose_time(visit: Visit, day: date, today: date, *, found: bool) -> str:
    head = f"{header(visit, today)}\n\n<b>{capital(long_date(day, today))}</b>"
    if not found:
        return f"{head}\n" + _("No free times left. Look at another day.")
    return f"{head}\n" + _("Choose a time")


def confirm(visit: Visit, starts_at: datetime, ends_at: datetime, today: date) -> str:
    day = long_date(local_date(starts_at, visit.zone), today)
    address = f", {safe(visit.location.address)}" if plain(visit.location.address) else ""
    lines = []
    if visit.moving:
        lines += [bold(_("Move the visit?")), ""]
        was = full_moment(visit.moving.starts_at, visit.zone, today)
        lines += [_("Was: %(when)s") % {"when": was}]
        lines += [_("Will be: %(when)s") % {"when": f"<b>{day}, {clock(starts_at, visit.zone)}</b>"}, ""]
    else:
        lines += [bold(_("Is everything right?")), ""]
        lines += [f"🗓 <b>{capital(day)}, {span(starts_at, ends_at, visit.zone)}</b>"]
    lines += [f"✨ {safe(name)}" for name in visit.services]
    lines += ["👤 " + (safe(visit.specialist) if visit.specialist else _("Any specialist"))]
    lines += [f"📍 {safe(visit.location.name)}{address}"]
    if not visit.moving:
        lines += [f"💳 {price(visit.price, visit.currency, varies=visit.price_varies)}"]
    return "\n".join(lines)


def expected(step: Step) -> str:
    """Said when something was typed that the step cannot use."""
    return {
        Step.LOCATION: _("Please choose a place from the list."),
        Step.CATEGORY: _("Please choose from the list."),
        Step.SERVICE: _("Please choose a service from the list."),
        Step.SPECIALIST: _("Please choose a specialist from the list."),
        Step.WINDOWS: _("Please choose a time, or type a day: 25.11 or tomorrow."),
        Step.DAY: _("Please choose a day, or type it: 25.11 or tomorrow."),
        Step.TIME: _("Please choose a time, or type it: 15:30."),
        Step.CONFIRM: _("Please press a button below to book or to go back."),
    }[step]


def why_not(state: str) -> str:
    """Why a day of the calendar cannot be chosen."""
    return {
        "full": _("Everything is taken on this day."),
        "closed": _("We are closed on this day."),
        "past": _("This day is over."),
        "beyond": _("Booking for this day has not opened yet."),
    }[state]


def lost() -> str:
    return _("That booking was not finished in time. Let's start afresh.")


def other_draft() -> str:
    return _("This button belongs to an earlier booking. Here is the current one.")


def already_made() -> str:
    return _("This is already booked.")


def time_not_free(nearest: Sequence[str], *, is_a_start: bool) -> str:
    """``nearest``: one or two free times around the one that was typed; ``is_a_start``: visits begin at such times."""
    head = _("That time is not free.") if is_a_start else _("Visits do not start at that time.")
    if not nearest:
        return head
    return head + " " + _("The nearest: %(times)s.") % {"times": ", ".join(nearest)}


def place_gone() -> str:
    return _("This place takes no bookings any more.")


def specialist_gone() -> str:
    return _("This specialist takes no bookings any more. Here is who does.")


def hint(name: str) -> str:
    """What a cell that only shows something says when it is pressed."""
    return {
        "first": _("Earlier days are over."),
        "last": _("Booking further ahead has not opened yet."),
        "part_am": _("Times before 12:00"),
        "part_day": _("Times from 12:00 to 17:00"),
        "part_pm": _("Times from 17:00"),
    }.get(name, _("Choose a day with a number."))
