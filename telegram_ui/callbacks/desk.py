"""Buttons by which the day's business is looked through."""

from datetime import date

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import (
    Id,
    IdOrNone,
    MonthOfYear,
    Ordinal,
    Page,
    Position,
    Version,
    day_of,
    first_of,
)


class StaffMonth(CallbackData, prefix="km"):
    """A month of a specialist's days, or of everybody's (``specialist_id`` 0)."""

    specialist_id: IdOrNone
    month: MonthOfYear

    @property
    def first(self) -> date:
        return first_of(self.month)


class PlaceDay(CallbackData, prefix="kp"):
    """A day of everybody at one place, where there are several."""

    location_id: Id
    day: Ordinal

    @property
    def date(self) -> date:
        return day_of(self.day)


class PeopleOf(CallbackData, prefix="ks"):
    """All specialists, to choose whose day is looked at."""

    day: Ordinal

    @property
    def date(self) -> date:
        return day_of(self.day)


class ClientVisits(CallbackData, prefix="ip"):
    """What is over of a client's visits; ``page`` counts from 0."""

    client_id: Id
    page: Page


class Reassign(CallbackData, prefix="br"):
    """Somebody else for a visit's service at that ``position``; ``specialist_id`` 0 asks who."""

    booking_id: Id
    version: Version
    position: Position
    specialist_id: IdOrNone = 0
