"""Buttons of reviews."""

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from telegram_ui.callbacks.fields import Id, Page


class Rate(CallbackData, prefix="h"):
    """So many stars for a visit; under news and under the bot's own question alike."""

    booking_id: Id
    stars: Annotated[int, Field(ge=1, le=5)]


class AskRate(CallbackData, prefix="hq"):
    """Ask for the stars of a visit that took place."""

    booking_id: Id


class ReviewsPage(CallbackData, prefix="hp"):
    """Reviews as admins read them; ``page`` counts from 0."""

    page: Page


class ReviewAct(StrEnum):
    OPEN = "open"
    REPLY = "reply"
    HIDE = "hide"
    SHOW = "show"


class OnReview(CallbackData, prefix="hr"):
    review_id: Id
    act: ReviewAct
    page: Page = 0
