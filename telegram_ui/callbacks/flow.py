"""Buttons of the booking flow: each names the draft it belongs to."""

from datetime import UTC, date, datetime
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import DraftId, Id, IdOrNone, MonthOfYear, Ordinal, Seconds, first_of


class Step(StrEnum):
    """Steps of the booking flow, in the order in which they are asked; MORE, PORTRAIT, WAIT, COMMENT, PROMO and the
    steps of a series (RHYTHM, TIMES, PLAN, SWAP) only on request.
    """

    LOCATION = "loc"
    CATEGORY = "cat"
    SERVICE = "srv"
    MORE = "more"
    WINDOWS = "win"
    SPECIALIST = "spc"
    PORTRAIT = "face"
    DAY = "day"
    TIME = "time"
    WAIT = "wait"
    COMMENT = "note"
    PROMO = "promo"
    CONFIRM = "ok"
    RHYTHM = "every"
    TIMES = "times"
    PLAN = "plan"
    SWAP = "swap"


class Part(StrEnum):
    """Parts of a day by which times are grouped."""

    MORNING = "am"
    DAY = "day"
    EVENING = "pm"


class ToStep(CallbackData, prefix="s"):
    """Show a step again, freshly queried: Back, and "pick a day" or "pick a specialist". ``back``: skip backwards."""

    draft: DraftId
    step: Step
    back: bool = False


class PickLocation(CallbackData, prefix="l"):
    draft: DraftId
    location_id: Id


class PickCategory(CallbackData, prefix="c"):
    draft: DraftId
    category_id: Id


class PickService(CallbackData, prefix="v"):
    draft: DraftId
    service_id: Id


class ToggleService(CallbackData, prefix="e"):
    """One service more in the same visit, or one less."""

    draft: DraftId
    service_id: Id


class PickSpecialist(CallbackData, prefix="w"):
    """``specialist_id`` 0 means any."""

    draft: DraftId
    specialist_id: IdOrNone


class ShowPortrait(CallbackData, prefix="wp"):
    """Look at that specialist before choosing."""

    draft: DraftId
    specialist_id: Id


class ShowMonth(CallbackData, prefix="m"):
    draft: DraftId
    month: MonthOfYear

    @property
    def first(self) -> date:
        return first_of(self.month)


class PickDay(CallbackData, prefix="d"):
    """Days that cannot be booked carry it as well: the press says why."""

    draft: DraftId
    day: Ordinal

    @property
    def date(self) -> date:
        return date.fromordinal(self.day)


class ShowPart(CallbackData, prefix="p"):
    draft: DraftId
    part: Part


class PickTime(CallbackData, prefix="t"):
    """``quick``: chosen among the nearest windows."""

    draft: DraftId
    at: Seconds
    quick: bool = False

    @property
    def instant(self) -> datetime:
        return datetime.fromtimestamp(self.at, tz=UTC)


class Confirm(CallbackData, prefix="y"):
    draft: DraftId


class Drop(CallbackData, prefix="o"):
    """Take the comment or the promotion code off a draft."""

    draft: DraftId
    step: Step


class Repeat(CallbackData, prefix="r"):
    """Book a past visit again."""

    booking_id: Id
