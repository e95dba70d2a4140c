"""Visits that no longer fit the calendar."""

from collections.abc import Sequence

from django.utils.translation import gettext as _, ngettext

from bookings.read_models import BookingCard
from telegram_ui.views.format import bold, short_date
from telegram_ui.views.staff import brief, line, local_day

#: Visits that are listed with a button each; the rest is counted.
LISTED = 12


def warning(count: int) -> str:
    text = ngettext(
        "%(count)d visit no longer fits. It stays booked until somebody moves or cancels it:",
        "%(count)d visits no longer fit. They stay booked until somebody moves or cancels them:",
        count,
    )
    return "⚠️ " + text % {"count": count}


def listed(bookings: Sequence[BookingCard], count: int, *, whose: bool) -> str:
    """The first of ``count`` visits under the warning, a line each; ``whose``: with who gives them."""
    lines = [_line(booking, whose=whose) for booking in bookings[:LISTED]]
    more = ["…"] if count > LISTED else []
    return "\n".join([warning(count), *lines, *more])


def _line(booking: BookingCard, *, whose: bool) -> str:
    people = dict.fromkeys(brief(item.specialist_name) for item in booking.items)
    return f"{short_date(local_day(booking))} {line(booking)}" + (f" · {', '.join(people)}" if whose else "")


def page(bookings: Sequence[BookingCard], count: int) -> str:
    head = "⚠️ " + bold(_("Clashes"))
    if not count:
        return f"{head}\n\n" + _("Every visit ahead fits the calendar.")
    about = _("Visits ahead whose specialist or room is not there at that time.")
    return f"{head}\n\n{about}\n\n{listed(bookings, count, whose=True)}"


def after(said: str, bookings: Sequence[BookingCard], count: int) -> str:
    """``said``: what was done, and left them without their time."""
    return f"{said}\n\n{listed(bookings, count, whose=True)}"
