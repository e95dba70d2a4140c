"""Weekly hours."""

from collections.abc import Sequence
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import DayHours, SeasonalHours, Span
from telegram_ui.editor.kinds.times import hours_text
from telegram_ui.views.format import bold, full_date, weekday_names


def week(days: Sequence[DayHours], *, of: str) -> str:
    """``of``: the place, and the person where it is theirs."""
    names = weekday_names()
    lines = [f"{names[day.weekday]}: {spans(day.spans)}" for day in days]
    seasonal = [f"{names[day.weekday]}: {_season(one)}" for day in days for one in day.seasonal]
    parts = [_head(of), "\n".join(lines)]
    if seasonal:
        parts.append(bold(_("For a time")) + "\n" + "\n".join(seasonal))
    return "\n\n".join([*parts, ask_week()])


def _head(of: str) -> str:
    return "🕘 " + bold(_("Working hours")) + f"\n{escape(of, quote=False)}"


def spans(told: Sequence[Span]) -> str:
    return ", ".join(hours_text(*span) for span in told) or _("closed")


def _season(one: SeasonalHours) -> str:
    days = []
    if one.valid_from:
        days.append(_("from %(day)s") % {"day": full_date(one.valid_from)})
    if one.valid_to:
        days.append(_("until %(day)s") % {"day": full_date(one.valid_to)})
    return f"{hours_text(*one.span)} ({' '.join(days)})"


def ask_week() -> str:
    return _("Press a day, or type several at once: Mon-Fri 9:00-18:00; Sat 10-15; Sun closed.")


def day(hours: DayHours, *, of: str) -> str:
    name = weekday_names()[hours.weekday]
    ask = _("Type the hours: 9:00-18:00, or with a break 9:00-13:00, 14:00-18:00.")
    return f"{_head(of)}\n\n{bold(name)}: {spans(hours.spans)}\n\n{ask}"


def choose_place(of: str) -> str:
    return f"{_head(of)}\n\n" + _("At which place?")


def nowhere() -> str:
    return _("Say first at which places they work.")


def overlap() -> str:
    return _("These hours overlap. Please type them again.")
