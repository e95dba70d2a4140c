"""Buttons of visits that no longer fit the calendar."""

from collections.abc import Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardMarkup
from django.utils.translation import gettext as _

from bookings.read_models import BookingCard
from telegram_ui.callbacks import Change
from telegram_ui.keyboards.bookings import on, when
from telegram_ui.keyboards.rows import Row, button, in_rows, markup, menu_button
from telegram_ui.views.clashes import LISTED


def visits(bookings: Sequence[BookingCard]) -> list[Row]:
    """A way to each."""
    return in_rows([on(booking, Change.OPEN, when(booking)) for booking in bookings[:LISTED]], 2)


def page(bookings: Sequence[BookingCard], *, back: CallbackData) -> InlineKeyboardMarkup:
    return markup(visits(bookings), [[button(_("‹ Back"), back), menu_button()]])
