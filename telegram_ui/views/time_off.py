"""Days and hours off."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from html import escape

from django.utils.translation import gettext as _

from bookings.read_models import Text, TimeOff, TimeOffCard
from telegram_ui.understanding import Period
from telegram_ui.views.clashes import listed
from telegram_ui.views.format import bold, near_date, safe, short_date


def when(card: TimeOffCard, today: date) -> str:
    """“Wed 25 Nov”, “Wed 25 Nov – Fri 27 Nov, 14:00–16:00”."""
    if card.date_from == card.date_to:
        days = near_date(card.date_from, today)
    else:
        days = f"{short_date(card.date_from)} – {short_date(card.date_to)}"
    if card.starts_at is None or card.ends_at is None:
        return days
    return f"{days}, {hours(card.starts_at, card.ends_at, next_day=card.over_midnight)}"


def inside(card: TimeOffCard, today: date) -> str:
    """The same in mid-sentence: “tomorrow, 14:00–16:00”."""
    text = when(card, today)
    near = card.date_from == card.date_to and (card.date_from - today).days in (0, 1)
    return text[:1].lower() + text[1:] if near else text


def hours(since: time, until: time, *, next_day: bool) -> str:
    """“22:00–02:00 of the next day”."""
    text = f"{since:%H:%M}–{until:%H:%M}"
    return _("%(hours)s of the next day") % {"hours": text} if next_day else text


def page(cards: Sequence[TimeOffCard], today: date, specialist: Text | None) -> str:
    who = f"\n{safe(specialist)}" if specialist else ""
    head = bold(_("Time off")) + who
    if not cards:
        return f"{head}\n\n" + _("Nothing ahead.") + "\n\n" + ask()
    lines = []
    for number, card in enumerate(cards, start=1):
        why = f" ({escape(card.reason, quote=False)})" if card.reason else ""
        lines.append(f"{number}. {when(card, today)}{why}")
    return f"{head}\n\n" + "\n".join(lines) + f"\n\n{ask()}"


def ask() -> str:
    return _("To add some, type the days or hours: 25.11, 25.11 - 30.11, tomorrow 14:00-16:00.")


def ask_night(period: Period) -> str:
    """The day on which it ends is named: 14:00–13:00 is nearly always a slip."""
    ends = period.last + timedelta(days=1)
    told = {
        "begin": f"{short_date(period.first)}, {period.since:%H:%M}",
        "end": f"{short_date(ends)}, {period.until:%H:%M}",
    }
    if period.first == period.last:
        return _("Do you mean from %(begin)s until %(end)s?") % told
    return _("Do you mean each night, the first from %(begin)s, the last until %(end)s?") % told


def not_understood() -> str:
    return _("I did not understand these days.")


def added(found: TimeOff, today: date) -> str:
    """What is closed now, and the visits that stand in its way."""
    head = bold(_("Closed: %(when)s") % {"when": inside(found.card, today)})
    if not found.affected:
        return f"{head}\n\n" + _("No visit stands in the way.")
    return f"{head}\n\n{listed(found.affected, len(found.affected), whose=False)}"


def already() -> str:
    return _("That time is off already.")


def removed() -> str:
    return _("Open again.")
