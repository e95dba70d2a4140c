"""Buttons of the waitlist."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bookings.enums import PartOfDay
from telegram_ui.callbacks.fields import DraftId, Id


class Wait(CallbackData, prefix="j"):
    """Join the waitlist for what the draft wants, at that part of the day."""

    draft: DraftId
    part: PartOfDay


class OfferAct(StrEnum):
    TAKE = "take"
    DECLINE = "decline"
    OTHER = "other"


class OnOffer(CallbackData, prefix="u"):
    """An answer to an offer from the waitlist, under news."""

    entry_id: Id
    act: OfferAct


class LeaveWaitlist(CallbackData, prefix="ul"):
    entry_id: Id
