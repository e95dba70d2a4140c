"""Days and hours off."""

from collections.abc import Sequence
from datetime import date
from html import escape

from django.utils.translation import gettext as _, ngettext

from bookings.read_models import Text, TimeOff, TimeOffCard
from telegram_ui.views.format import bold, near_date, safe, short_date
from telegram_ui.views.staff import line, local_day

#: Visits listed under a day off; the rest is counted.
LISTED = 12


def when(card: TimeOffCard, today: date) -> str:
    """“Wed 25 Nov”, “Wed 25 Nov – Fri 27 Nov, 14:00–16:00”."""
    if card.date_from == card.date_to:
        days = near_date(card.date_from, today)
    else:
        days = f"{short_date(card.date_from)} – {short_date(card.date_to)}"
    if card.starts_at is None or card.ends_at is None:
        return days
    return f"{days}, {card.starts_at:%H:%M}–{card.ends_at:%H:%M}"


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


def not_understood() -> str:
    return _("I did not understand these days.")


def added(found: TimeOff, today: date) -> str:
    """What is closed now, and the visits that stand in its way."""
    head = bold(_("Closed: %(when)s") % {"when": when(found.card, today)})
    if not found.affected:
        return f"{head}\n\n" + _("No visit stands in the way.")
    count = len(found.affected)
    warning = ngettext(
        "%(count)d visit no longer fits. It stays booked until somebody moves or cancels it:",
        "%(count)d visits no longer fit. They stay booked until somebody moves or cancels them:",
        count,
    ) % {"count": count}
    lines = [f"{short_date(local_day(booking))} {line(booking)}" for booking in found.affected[:LISTED]]
    more = ["…"] if count > LISTED else []
    return f"{head}\n\n⚠️ {warning}\n" + "\n".join(lines + more)


def already() -> str:
    return _("That time is off already.")


def removed() -> str:
    return _("Open again.")
