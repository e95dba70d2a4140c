"""Buttons under the picture of figures."""

from datetime import date

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import IdOrNone, Ordinal, day_of


class ChartOf(CallbackData, prefix="kc"):
    """Of the week, or of the month, that ``day`` lies in; ``specialist_id`` 0: of everybody. ``who``: ask of whom."""

    specialist_id: IdOrNone
    month: bool
    day: Ordinal
    who: bool = False

    @property
    def date(self) -> date:
        return day_of(self.day)
