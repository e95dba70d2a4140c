"""Buttons of a client seen from a visit, and of what the team notes about clients."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, IdOrNone


class ClientOf(CallbackData, prefix="ib"):
    """The client of a visit; Back leads to the visit."""

    booking_id: Id


class NoteAct(StrEnum):
    ASK = "ask"
    REMOVE = "del"


class OnNote(CallbackData, prefix="in"):
    """``booking_id``: the visit that led here, 0 for none; ``on_visit``: from its own card, not by the client's."""

    client_id: Id
    act: NoteAct
    booking_id: IdOrNone = 0
    on_visit: bool = False
