"""What a step of the booking flow is asked with, and how it answers."""

from dataclasses import dataclass
from datetime import date

from aiogram.types import InlineKeyboardMarkup

from bookings.actor import Actor
from telegram_ui.callbacks import Step
from telegram_ui.drafts import Draft
from telegram_ui.geography import Point
from telegram_ui.screen import Picture, Screen


@dataclass(frozen=True, slots=True)
class Opened:
    """A step ready to be shown, with the draft as it is after what answered itself. ``step=None``: back to the menu."""

    draft: Draft
    step: Step | None
    screen: Screen | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing to ask here. ``notice``: what to say over the step that opens instead."""

    draft: Draft
    to: Step | None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    draft: Draft
    actor: Actor
    back: bool = False
    month: date | None = None
    near: Point | None = None


def screen(
    request: Request,
    step: Step,
    text: str,
    keyboard: InlineKeyboardMarkup,
    *,
    picture: Picture | None = None,
    asks: bool = False,
) -> Opened:
    """``asks``: whether it is a question of yes or no."""
    shown = Screen(f"step:{request.draft.id}:{step}", text, keyboard, picture=picture, asks=asks)
    return Opened(request.draft, step, shown)
