"""Buttons of campaigns."""

from datetime import UTC, datetime
from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from telegram_ui.callbacks.fields import Id, Page, Seconds, Version


class CampaignsPage(CallbackData, prefix="mp"):
    """``page`` counts from 0."""

    page: Page


class CampaignAct(StrEnum):
    """The asking forms show a question, the others act."""

    OPEN = "open"
    PREVIEW = "look"
    TEST = "test"
    ASK_RU = "ru"
    ASK_EN = "en"
    NO_PHOTO = "nophoto"
    BUTTON = "button"
    BOOK = "book"
    NO_BUTTON = "nobutton"
    AUDIENCE = "who"
    ASK_TIME = "time"
    NO_TIME = "notime"
    ASK_START = "start?"
    PAUSE = "pause"
    RESUME = "resume"
    ASK_CANCEL = "cancel?"
    CANCEL = "cancel"
    WATCH = "watch"


class OnCampaign(CallbackData, prefix="mc"):
    campaign_id: Id
    act: CampaignAct


class SendCampaign(CallbackData, prefix="ms"):
    """The yes to sending it as it was in that ``version``: ``at`` that moment, or with 0 now."""

    campaign_id: Id
    version: Version
    at: Seconds = 0

    @property
    def moment(self) -> datetime | None:
        return datetime.fromtimestamp(self.at, UTC) if self.at else None
