"""Small pieces keyboards are built of."""

from collections.abc import Iterable, Sequence

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from django.utils.translation import gettext as _

from telegram_ui.callbacks import GoTo, Idle, Place

Row = list[InlineKeyboardButton]

#: Two labels share a row on a narrow phone only while both stay readable.
HALF_ROW = 17
#: Telegram takes 100 buttons; a name that is not among them can be typed.
MOST = 90


def button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def in_rows(buttons: Sequence[InlineKeyboardButton], width: int) -> list[Row]:
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]


def fitted(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """Two a row when every label is short, else one: a list must not mix both."""
    shown = buttons[:MOST]
    return in_rows(shown, 2 if all(len(each.text) <= HALF_ROW for each in shown) else 1)


def markup(*groups: Iterable[Row]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=[list(row) for group in groups for row in group if row])


#: Telegram drops a button whose label is only spaces, and the grid with it; this sign is drawn as nothing.
BLANK = "\u2800"


def menu_button() -> InlineKeyboardButton:
    return button(_("☰ Menu"), GoTo(place=Place.HOME))


def idle(text: str, hint: str = "cell") -> InlineKeyboardButton:
    """A cell that only shows something. Telegram has no dead buttons, so this one explains itself when pressed."""
    return button(text, Idle(hint=hint))
