"""Buttons of a person's own settings."""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from telegram_ui.callbacks.fields import Id, Minute


class SetLanguage(CallbackData, prefix="a"):
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]


class Wish(StrEnum):
    """What a person can switch off."""

    REMINDERS = "remind"
    INVITATIONS = "invite"


class SetWish(CallbackData, prefix="f"):
    wish: Wish
    on: bool


class SetQuiet(CallbackData, prefix="fq"):
    """Quiet from and until, minutes since midnight; the same twice: the company's own hours."""

    since: Minute
    until: Minute


class ForgetMe(CallbackData, prefix="fx"):
    """The yes to being forgotten; ``user_id`` is who was asked."""

    user_id: Id


class DropPhoto(CallbackData, prefix="fp"):
    """Take one's own photo away; ``mark`` is of the one that was shown."""

    mark: Annotated[str, Field(pattern=r"^[a-z0-9]{1,12}$")]
