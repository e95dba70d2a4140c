"""Buttons of visits that repeat."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from telegram_ui.callbacks.fields import DraftId, Id, IdOrNone, Ordinal, Seconds
from telegram_ui.callbacks.flow import Part

#: What ``services.recurring`` takes.
Weeks: TypeAlias = Annotated[int, Field(ge=1, le=52)]
Times: TypeAlias = Annotated[int, Field(ge=2, le=52)]
#: A visit of the series, from 1.
Number: TypeAlias = Annotated[int, Field(ge=1, le=52)]


class PickRhythm(CallbackData, prefix="se"):
    """Every so many weeks."""

    draft: DraftId
    weeks: Weeks


class PickTimes(CallbackData, prefix="st"):
    """So many visits in all."""

    draft: DraftId
    times: Times


class OnlyOnce(CallbackData, prefix="s1"):
    """No series after all."""

    draft: DraftId


class OpenSwap(CallbackData, prefix="sw"):
    """Other times for one visit of the plan: of ``day``, or of the nearest that has some."""

    draft: DraftId
    number: Number
    day: Ordinal | None = None
    part: Part | None = None


class SwapTo(CallbackData, prefix="sx"):
    """That visit at another time; without ``at`` it goes back to its own."""

    draft: DraftId
    number: Number
    at: Seconds | None = None

    @property
    def instant(self) -> datetime | None:
        return None if self.at is None else datetime.fromtimestamp(self.at, tz=UTC)


class BookSeries(CallbackData, prefix="sy"):
    """``skip``: without the dates that are not free."""

    draft: DraftId
    skip: bool


class SeriesAct(StrEnum):
    OPEN = "open"
    ASK_CANCEL = "cancel?"
    CANCEL = "cancel"


class OnSeries(CallbackData, prefix="so"):
    """``booking_id``: what is cancelled begins with that visit, with 0 it is all that lies ahead."""

    series_id: Id
    act: SeriesAct
    booking_id: IdOrNone = 0
