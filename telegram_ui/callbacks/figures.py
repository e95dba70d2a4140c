"""Buttons of a specialist's figures."""

from datetime import date

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, Ordinal


class FiguresOf(CallbackData, prefix="kf"):
    """Of the week, or of the month, that ``day`` (an ordinal) lies in."""

    specialist_id: Id
    month: bool
    day: Ordinal

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)
