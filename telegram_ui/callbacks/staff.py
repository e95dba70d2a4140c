"""Buttons of the people who work here: days, time off, clients."""

from datetime import date, time
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, IdOrNone, Minute, Ordinal, day_of
from telegram_ui.understanding import Period


class StaffDay(CallbackData, prefix="k"):
    """A specialist's day; ``day`` is an ordinal, ``week`` shows the seven days from it. ``specialist_id`` 0: everybody."""

    specialist_id: IdOrNone
    day: Ordinal
    week: bool = False

    @property
    def date(self) -> date:
        return day_of(self.day)


class TimeOffOf(CallbackData, prefix="ko"):
    """Days and hours off of a specialist."""

    specialist_id: Id


class AddTimeOff(CallbackData, prefix="ka"):
    """That whole day off."""

    specialist_id: Id
    day: Ordinal

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)


class AddNightOff(CallbackData, prefix="kn"):
    """The yes to hours that end on the next day: those of each day from ``first`` to ``last``, in minutes since midnight."""

    specialist_id: Id
    first: Ordinal
    last: Ordinal
    since: Minute
    until: Minute

    @property
    def period(self) -> Period:
        hours = (time(*divmod(self.since, 60)), time(*divmod(self.until, 60)))
        return Period(date.fromordinal(self.first), date.fromordinal(self.last), *hours)


class RemoveTimeOff(CallbackData, prefix="kr"):
    specialist_id: Id
    override_id: Id


class ClientAct(StrEnum):
    OPEN = "open"
    BOOK = "book"
    ASK_BAN = "ban?"
    BAN = "ban"
    UNBAN = "unban"


class OnClient(CallbackData, prefix="i"):
    client_id: Id
    act: ClientAct
