"""Buttons of the audience of a campaign."""

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.editor import Code, FieldCode
from telegram_ui.callbacks.fields import Id


class AskCondition(CallbackData, prefix="ma"):
    """What a condition is to be; ``field`` as ``telegram_ui.editor.audience`` names it."""

    campaign_id: Id
    field: FieldCode


class SetCondition(CallbackData, prefix="mv"):
    campaign_id: Id
    field: FieldCode
    code: Code
