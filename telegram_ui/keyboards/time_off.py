"""Buttons of days and hours off."""

from collections.abc import Sequence
from datetime import date, time

from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import TimeOff, TimeOffCard
from telegram_ui.callbacks import AddNightOff, AddTimeOff, RemoveTimeOff, StaffDay, TimeOffOf
from telegram_ui.keyboards.clashes import visits
from telegram_ui.keyboards.rows import button, in_rows, markup, menu_button
from telegram_ui.keyboards.wishes import minutes
from telegram_ui.understanding import Period
from telegram_ui.views.format import near_date, short
from telegram_ui.views.time_off import inside


def page(
    cards: Sequence[TimeOffCard], *, specialist_id: int, days: Sequence[date], today: date
) -> InlineKeyboardMarkup:
    """``days``: offered as whole days off with one tap."""
    remove = [
        [
            button(
                _("✖️ Open: %(when)s") % {"when": short(inside(card, today), 25)},
                RemoveTimeOff(specialist_id=specialist_id, override_id=card.id),
            )
        ]
        for card in cards
    ]
    add = [
        button(f"🏖 {near_date(day, today)}", AddTimeOff(specialist_id=specialist_id, day=day.toordinal()))
        for day in days
        if not any(card.starts_at is None and card.date_from <= day <= card.date_to for card in cards)
    ]
    back = button(_("‹ Back"), StaffDay(specialist_id=specialist_id, day=days[0].toordinal()))
    return markup(remove, in_rows(add, 2), [[back, menu_button()]])


def ask_night(specialist_id: int, period: Period) -> InlineKeyboardMarkup:
    since, until = period.since or time(), period.until or time()
    data = AddNightOff(
        specialist_id=specialist_id,
        first=period.first.toordinal(),
        last=period.last.toordinal(),
        since=minutes(since),
        until=minutes(until),
    )
    yes = button(_("Yes, until the next day"), data)
    no = button(_("No, type it anew"), TimeOffOf(specialist_id=specialist_id))
    return markup([[yes], [no]])


def added(found: TimeOff, *, specialist_id: int) -> InlineKeyboardMarkup:
    undo = button(_("↩️ Undo"), RemoveTimeOff(specialist_id=specialist_id, override_id=found.card.id))
    back = button(_("‹ Back"), TimeOffOf(specialist_id=specialist_id))
    return markup(visits(found.affected), [[undo], [back, menu_button()]])
