"""How a specialist is doing."""

from datetime import date

from babel.numbers import format_percent
from django.utils.translation import gettext as _

from bookings.read_models import Figures, Text
from telegram_ui.views.format import bold, locale, money, month_title, safe, short_date, visits


def period(first: date, last: date, *, month: bool) -> str:
    return month_title(first) if month else f"{short_date(first)} – {short_date(last)}"


def page(
    now: Figures, before: Figures, *, first: date, last: date, month: bool, currency: str, specialist: Text | None
) -> str:
    """``before``: of the period before this one; ``specialist``: where they are not the reader."""
    who = f"\n{safe(specialist)}" if specialist else ""
    ahead = now.booked - now.visits - now.no_shows
    lines = [
        bold(_("Figures")) + who,
        bold(period(first, last, month=month)),
        "",
        "✅ " + _("Took place: %(count)d") % {"count": now.visits},
        "💳 " + _("Revenue: %(amount)s") % {"amount": money(now.revenue, currency)},
        "🚫 " + _("Did not come: %(count)d") % {"count": now.no_shows},
        "✖️ " + _("Cancelled: %(count)d") % {"count": now.cancellations},
        "✨ " + _("New clients: %(count)d") % {"count": now.new_clients},
        "⏱ " + _("Booked of the working time: %(percent)s") % {"percent": percent(now.occupancy)},
    ]
    if ahead > 0:
        lines.append("▫️ " + _("Ahead or not marked yet: %(count)d") % {"count": ahead})
    told = {"visits": visits(before.visits), "amount": money(before.revenue, currency)}
    compared = (
        _("The month before: %(visits)s, %(amount)s") if month else _("The week before: %(visits)s, %(amount)s")
    )
    return "\n".join([*lines, "", f"<i>{compared % told}</i>"])


def percent(share: float | None) -> str:
    return "–" if share is None else str(format_percent(round(share, 2), locale=locale()))


def no_calendar() -> str:
    return _("Figures are those of a specialist: open somebody's day to see theirs.")
