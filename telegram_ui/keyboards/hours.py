"""Buttons of weekly hours, those that hold always and those that hold for a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import ALWAYS, DayHours, Period
from telegram_ui.callbacks import DayAct, HoursOf, NightHours, OnDay, SeasonAct
from telegram_ui.editor.kinds.times import days_text
from telegram_ui.editor.marks import mark_of_day
from telegram_ui.editor.weeks import Week
from telegram_ui.keyboards.rows import MOST, Row, button, fitted, markup, menu_button
from telegram_ui.views.format import short, weekday_titles


def _on(hours: DayHours, act: DayAct, of: Week) -> OnDay:
    """The mark tells of which period the day is."""
    return OnDay(
        location_id=of.location_id,
        specialist_id=of.specialist_id,
        weekday=hours.weekday,
        act=act,
        mark=mark_of_day(hours),
    )


def week(days: Sequence[DayHours], *, of: Week, back: CallbackData) -> InlineKeyboardMarkup:
    """``back``: where the hours that hold always were opened from."""
    titles = weekday_titles()
    row = [button(titles[day.weekday], _on(day, DayAct.ASK, of)) for day in days]
    if of.period == ALWAYS:
        more: Row = [button(_("📅 Hours for a time"), of.seasons())]
        return markup([row, more, _back(back)])
    ends = [
        button(_("🗓 Other days"), of.season(SeasonAct.ASK_DAYS)),
        button(_("🗑 Delete"), of.season(SeasonAct.ASK_DELETE)),
    ]
    return markup([row, ends, _back(of.seasons())])


def _back(to: CallbackData) -> Row:
    return [button(_("‹ Back"), to), menu_button()]


def day(hours: DayHours, *, of: Week) -> InlineKeyboardMarkup:
    label = _("⛔ Closed") if of.period == ALWAYS else _("✖️ As always")
    close = [button(label, _on(hours, DayAct.CLOSE, of))] if hours.spans else []
    return markup([close, _back(of.opening())])


def seasons(periods: Sequence[Period], *, of: Week) -> InlineKeyboardMarkup:
    rows = [[button(days_text(one), of.at(one).season(SeasonAct.OPEN))] for one in periods[:MOST]]
    new: Row = [button(_("➕ Other days"), of.seasons(new=True))]
    return markup(rows, [new, _back(of.at(ALWAYS).opening())])


def ask_night(draft: str, *, of: Week) -> InlineKeyboardMarkup:
    yes = button(_("Yes, until the next day"), NightHours(draft=draft))
    return markup([[yes], [button(_("No, type it anew"), of.opening())]])


def to_be_typed(*, of: Week) -> InlineKeyboardMarkup:
    """Under the question for the days of a period: back to it, or to the list."""
    return markup([_back(of.seasons() if of.period == ALWAYS else of.opening())])


def sure(*, of: Week) -> InlineKeyboardMarkup:
    yes = button(_("Yes, delete"), of.season(SeasonAct.DELETE))
    return markup([[yes], [button(_("No, keep it"), of.opening())]])


def places(names: Mapping[int, Any], *, specialist_id: int, back: CallbackData) -> InlineKeyboardMarkup:
    buttons = [
        button(f"📍 {short(name)}", HoursOf(location_id=key, specialist_id=specialist_id))
        for key, name in names.items()
    ]
    return markup(fitted(buttons), [_back(back)])
