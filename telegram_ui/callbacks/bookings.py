"""Buttons of a booking and of lists of bookings."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, Page, Version, Word


class Change(StrEnum):
    """What can be done to a booking. The asking forms show a question, the others act."""

    OPEN = "open"
    CALENDAR = "ics"
    ASK_CANCEL = "cancel?"
    CANCEL = "cancel"
    MOVE = "move"
    CONFIRM = "confirm"
    DONE = "done"
    NO_SHOW = "noshow"
    REOPEN = "reopen"
    REASSIGN = "who"


class CancelWhy(StrEnum):
    """What staff can answer with one tap when they cancel; TYPED: what they have typed, and are asked about."""

    CLIENT = "client"
    STAFF = "staff"
    NONE = "none"
    TYPED = "typed"


class OnBooking(CallbackData, prefix="b"):
    booking_id: Id
    version: Version
    change: Change


class CancelBecause(CallbackData, prefix="x"):
    booking_id: Id
    version: Version
    reason: CancelWhy


class BookingsPage(CallbackData, prefix="q"):
    """``past``: visits that are over; ``page`` counts from 0."""

    past: bool
    page: Page


class Act(CallbackData, prefix="n"):
    """A button under a notification: it belongs to news, not to the live menu."""

    name: Word
    booking_id: Id
