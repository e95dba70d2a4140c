"""Visits that repeat: how often, how many, which dates, and what became of them."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from django.utils.translation import gettext as _, ngettext

from bookings.enums import OPEN_STATUSES, BookingStatus
from bookings.read_models import BookingCard, PlannedVisit, RecurringPlan, SeriesCard
from telegram_ui.drafts import Draft
from telegram_ui.views.bookings import status_line
from telegram_ui.views.format import (
    bold,
    capital,
    clock,
    local_date,
    long_date,
    money,
    near_moment,
    safe,
    short_date,
    visits,
)
from telegram_ui.views.visit import Visit, header

#: Conflicts whose other times are named; more would not fit a message.
TOLD = 12
#: Other times named for one date.
NEAR = 2
_MARKS = {
    BookingStatus.PENDING: "⏳",
    BookingStatus.CONFIRMED: "▫️",
    BookingStatus.DONE: "✅",
    BookingStatus.NO_SHOW: "🚫",
    BookingStatus.CANCELLED: "✖️",
}


def every(weeks: int) -> str:
    if weeks == 1:
        return _("every week")
    return ngettext("every %(count)d week", "every %(count)d weeks", weeks) % {"count": weeks}


def ask_rhythm(visit: Visit, starts_at: datetime, today: date, *, offered: bool) -> str:
    """``offered``: some rhythm fits into the days that can be booked."""
    first = _("First visit: %(when)s") % {"when": near_moment(starts_at, visit.zone, today)}
    ask = _("How often would you like to come? Choose, or type the number of weeks.")
    if not offered:
        ask = _("Further visits cannot be booked so far ahead yet.")
    return f"{header(visit, today)}\n{first}\n\n{ask}"


def ask_times(visit: Visit, weeks: int, today: date) -> str:
    ask = _("How many visits in all? Choose, or type the number.")
    return f"{header(visit, today)}\n🔁 {capital(every(weeks))}\n\n{ask}"


def code_not_for_all(code: str) -> str:
    return _("The promo code %(code)s is not for so many visits. It is kept for a single one.") % {
        "code": escape(code, quote=False)
    }


def plan(visit: Visit, found: RecurringPlan, draft: Draft, today: date) -> str:
    weeks = draft.every_weeks or 1
    lines = [header(visit, today), f"🔁 {capital(every(weeks))}, {visits(len(found.visits))}", ""]
    told = 0
    for number, planned in enumerate(found.visits, start=1):
        told += not planned.is_free
        lines.append(f"{number}. {_planned(planned, visit.zone, today, near=told <= TOLD)}")
    free = len(found.visits) - len(found.conflicts)
    if free:
        total = {"visits": visits(free), "price": money(found.price - found.discount, found.currency)}
        lines += ["", "💳 " + _("%(visits)s: %(price)s in all") % total]
    if found.discount:
        code = escape(draft.promo_code, quote=False)
        lines.append(f"🎟 {code}: −{money(found.discount, found.currency)}")
    if visit.comment:
        lines.append(f"💬 {escape(visit.comment, quote=False)}")
    if found.conflicts:
        lines += [
            "",
            _("Dates marked ✕ can be left out, or be given another time: one by one (✏️), or all together."),
        ]
    return "\n".join(lines)


def swap(visit: Visit, draft: Draft, own: datetime, day: date | None, today: date) -> str:
    """``own``: when the visit is by the rhythm; ``day``: whose times stand below, ``None`` where nothing near is free."""
    number = {"number": draft.swap_visit, "count": draft.times}
    lines = [header(visit, today), "", bold(_("Visit %(number)d of %(count)d") % number)]
    lines.append(_("Instead of: %(when)s") % {"when": near_moment(own, visit.zone, today)})
    if day is None:
        lines += [
            "",
            _("Nothing near that date is free. The visit can be left out, or choose another time for all."),
        ]
    else:
        lines += ["", f"{bold(capital(long_date(day, today)))}\n" + _("Choose a time")]
    return "\n".join(lines)


def not_near(own: datetime, zone: str) -> str:
    """Said of a day that lies too far from the date of the visit that is swapped."""
    day = {"day": short_date(local_date(own, zone))}
    return _("A single visit can move by up to three days from %(day)s.") % day


def _planned(planned: PlannedVisit, zone: str, today: date, *, near: bool) -> str:
    when = near_moment(planned.starts_at, zone, today)
    if planned.is_free:
        own = planned.instead_of
        return f"✅ {when}" + (f" ← {_near(own, planned.starts_at, zone)}" if own else "")
    why = _("taken") if planned.code == "slot_taken" else _("not on offer")
    others = [_near(at, planned.starts_at, zone) for at in planned.alternatives[:NEAR]]
    free = "; " + _("free: %(times)s") % {"times": ", ".join(others)} if others and near else ""
    return f"✕ {when} – {why}{free}"


def _near(at: datetime, wanted: datetime, zone: str) -> str:
    day = local_date(at, zone)
    return clock(at, zone) if day == local_date(wanted, zone) else f"{short_date(day)} {clock(at, zone)}"


def booked(series: SeriesCard, today: date) -> str:
    """The receipt of a series."""
    waiting = any(booking.status == BookingStatus.PENDING for booking in series.bookings)
    head = _("Thank you, the requests are in! 🙌") if waiting else _("You are booked! 🎉")
    tail = _("We will write to you as soon as they are confirmed.") if waiting else _("See you soon!")
    return f"{bold(head)}\n\n{_about(series, today)}\n\n{tail}"


def page(series: SeriesCard, today: date, *, client: str | None) -> str:
    """``client``: whose visits they are, for the team."""
    who = f"\n🙂 {escape(client, quote=False)}" if client else ""
    return bold(_("Visits that repeat")) + f"{who}\n\n{_about(series, today)}"


def _about(series: SeriesCard, today: date) -> str:
    zone = series.location.zone
    lines = []
    if series.bookings:
        items = series.bookings[0].items
        lines.append(f"✨ {', '.join(safe(item.service_name) for item in items)}")
    lines += [
        f"🔁 {capital(every(series.every_weeks))}, {visits(len(series.bookings))}",
        f"📍 {safe(series.location.name)}",
        "",
    ]
    for number, booking in enumerate(series.bookings, start=1):
        lines.append(f"{number}. {_MARKS[booking.status]} {_line(booking, zone, today)}")
    return "\n".join(lines)


def _line(booking: BookingCard, zone: str, today: date) -> str:
    over = "" if booking.status in OPEN_STATUSES else f" · {status_line(booking.status).split(' ', 1)[-1]}"
    return f"{near_moment(booking.starts_at, zone, today)} · {safe(booking.items[0].specialist_name)}{over}"


def ask_cancel(ahead: Sequence[BookingCard], zone: str, today: date) -> str:
    lines = [f"• {near_moment(booking.starts_at, zone, today)}" for booking in ahead]
    return bold(_("Cancel these visits?")) + "\n\n" + "\n".join(lines)


def cancelled() -> str:
    return _("The visits are cancelled.")


def partly_cancelled() -> str:
    return _("Cancelled. What is too near to be cancelled here stays: please call us.")


def nothing_ahead() -> str:
    return _("Nothing of this series lies ahead any more.")
