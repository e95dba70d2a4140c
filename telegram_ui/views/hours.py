"""Weekly hours."""

from collections.abc import Mapping, Sequence
from html import escape

from django.utils.translation import gettext as _

from bookings.queries.working_week import seasons_of
from bookings.read_models import ALWAYS, DayHours, Period, Span, is_reversed
from telegram_ui.editor.kinds.times import days_text, hours_text
from telegram_ui.views.format import bold, weekday_names
from telegram_ui.views.time_off import hours

#: Periods that are named; the buttons have all.
_LISTED = 20


def week(days: Sequence[DayHours], *, of: str) -> str:
    """``of``: the place, and the person where it is theirs."""
    names = weekday_names()
    period = days[0].period
    lines = [f"{names[day.weekday]}: {_open(day)}" for day in days]
    parts = [_head(of, period), "\n".join(lines)]
    if period != ALWAYS:
        parts.append(_on_top())
    seasons = seasons_of(days)
    if seasons:
        told = "\n".join(f"• {days_text(one)}" for one in seasons[:_LISTED])
        parts.append(bold(_("For a time")) + f"\n{told}")
    return "\n\n".join([*parts, ask_week()])


def _open(day: DayHours) -> str:
    """In a period a day without hours of its own is as always."""
    return "–" if day.period != ALWAYS and not day.spans else spans(day.spans)


def _on_top() -> str:
    return _("These hours come on top of those that hold always. For fewer hours than usual, enter a day off.")


def _head(of: str, period: Period = ALWAYS) -> str:
    days = "" if period == ALWAYS else f"\n📅 {days_text(period)}"
    return "🕘 " + bold(_("Working hours")) + f"\n{escape(of, quote=False)}{days}"


def ask_night(days: Mapping[int, Sequence[Span]], *, of: str, period: Period) -> str:
    """``days``: those of what was typed whose hours end before they begin: 14:00–10:00 is nearly always a slip."""
    names = weekday_names()
    ask = bold(_("Do these hours end on the next day?"))
    lines = [f"{names[day]}: {spans(told)}" for day, told in days.items()]
    return f"{_head(of, period)}\n\n{ask}\n" + "\n".join(lines)


def spans(told: Sequence[Span]) -> str:
    return ", ".join(map(_span, told)) or _("closed")


def _span(span: Span) -> str:
    return hours(*span, next_day=True) if is_reversed(span) else hours_text(*span)


def seasons(periods: Sequence[Period], *, of: str) -> str:
    told = "\n".join(f"• {days_text(one)}" for one in periods[:_LISTED]) or _("There are none yet.")
    return f"{_head(of)}\n\n{bold(_('For a time'))}\n{told}\n\n{_on_top()}"


def ask_days(*, of: str, period: Period = ALWAYS) -> str:
    """``period``: the one that is to have other days."""
    if period == ALWAYS:
        ask = _("On which days? Type 01.06 - 31.08, or only “from 01.06” or “until 31.08”. The hours come next.")
    else:
        ask = _("Type the new days: 01.06 - 31.08, or only “from 01.06” or “until 31.08”.")
    return f"{_head(of, period)}\n\n{ask}"


def ask_delete(*, of: str, period: Period) -> str:
    return f"{_head(of, period)}\n\n" + bold(_("Delete the hours of this time?"))


def taken() -> str:
    return _("There are hours for these very days already.")


def ask_week() -> str:
    return _("Press a day, or type several at once: Mon-Fri 9:00-18:00; Sat 10-15; Sun closed.")


def day(hours: DayHours, *, of: str) -> str:
    name = weekday_names()[hours.weekday]
    ask = _("Type the hours: 9:00-18:00, or with a break 9:00-13:00, 14:00-18:00.")
    return f"{_head(of, hours.period)}\n\n{bold(name)}: {_open(hours)}\n\n{ask}"


def choose_place(of: str) -> str:
    return f"{_head(of)}\n\n" + _("At which place?")


def nowhere() -> str:
    return _("Say first at which places they work.")


def overlap() -> str:
    return _("These hours overlap. Please type them again.")
