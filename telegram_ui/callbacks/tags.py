"""Buttons of the tags of a client."""

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, IdOrNone


class TagsOf(CallbackData, prefix="it"):
    """``booking_id``: the visit that led to the client, 0 for none."""

    client_id: Id
    booking_id: IdOrNone = 0


class SetTag(CallbackData, prefix="iu"):
    """``has`` says what is to become of it, so a second tap changes nothing."""

    client_id: Id
    tag_id: Id
    has: bool
    booking_id: IdOrNone = 0
