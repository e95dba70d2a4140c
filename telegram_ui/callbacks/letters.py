"""Buttons of work that was given up."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, Page


class LettersPage(CallbackData, prefix="dp"):
    """``page`` counts from 0."""

    page: Page


class LetterAct(StrEnum):
    OPEN = "open"
    REQUEUE = "again"
    ASK_DISCARD = "drop?"
    DISCARD = "drop"


class OnLetter(CallbackData, prefix="dl"):
    letter_id: Id
    act: LetterAct


class RequeueAll(CallbackData, prefix="da"):
    """``sure``: the question has been answered."""

    sure: bool = False
