"""Buttons of weekly hours."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import DayHours
from telegram_ui.callbacks import DayAct, HoursOf, OnDay
from telegram_ui.editor.marks import mark_of_day
from telegram_ui.keyboards.rows import button, fitted, markup, menu_button
from telegram_ui.views.format import short, weekday_titles


def _on(hours: DayHours, act: DayAct, of: HoursOf) -> OnDay:
    return OnDay(
        location_id=of.location_id,
        specialist_id=of.specialist_id,
        weekday=hours.weekday,
        act=act,
        mark=mark_of_day(hours),
    )


def week(days: Sequence[DayHours], *, of: HoursOf, back: CallbackData) -> InlineKeyboardMarkup:
    titles = weekday_titles()
    row = [button(titles[day.weekday], _on(day, DayAct.ASK, of)) for day in days]
    return markup([row, [button(_("‹ Back"), back), menu_button()]])


def day(hours: DayHours, *, of: HoursOf) -> InlineKeyboardMarkup:
    close = [button(_("⛔ Closed"), _on(hours, DayAct.CLOSE, of))] if hours.spans else []
    return markup([close, [button(_("‹ Back"), of), menu_button()]])


def places(names: Mapping[int, Any], *, specialist_id: int, back: CallbackData) -> InlineKeyboardMarkup:
    buttons = [
        button(f"📍 {short(name)}", HoursOf(location_id=key, specialist_id=specialist_id))
        for key, name in names.items()
    ]
    return markup(fitted(buttons), [[button(_("‹ Back"), back), menu_button()]])
