"""Buttons of a place's waitlist, as admins see it."""

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, Page


class LineOf(CallbackData, prefix="up"):
    """Who waits at a place; ``page`` counts from 0."""

    location_id: Id
    page: Page = 0


class LineAct(StrEnum):
    OPEN = "open"
    ASK_OFF = "off?"
    OFF = "off"


class OnLine(CallbackData, prefix="uo"):
    """One of those who wait."""

    entry_id: Id
    act: LineAct
