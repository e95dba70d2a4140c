"""Buttons of hours that hold for a time: of a location, with ``specialist_id`` of a person at it."""

from datetime import date
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bookings.read_models import Period
from telegram_ui.callbacks.fields import Id, IdOrNone, Ordinal


class SeasonsOf(CallbackData, prefix="eo"):
    """Their list; ``new``: ask for the days of one more."""

    location_id: Id
    specialist_id: IdOrNone = 0
    new: bool = False


class SeasonAct(StrEnum):
    OPEN = "open"
    ASK_DAYS = "days"
    ASK_DELETE = "del?"
    DELETE = "del"


class OnSeason(CallbackData, prefix="eu"):
    """From the day ``first`` to ``last``, either of which may be open."""

    location_id: Id
    specialist_id: IdOrNone
    first: Ordinal | None
    last: Ordinal | None
    act: SeasonAct

    @property
    def period(self) -> Period:
        return _date(self.first), _date(self.last)


def _date(ordinal: int | None) -> date | None:
    return None if ordinal is None else date.fromordinal(ordinal)
